// Silences of 250 ms or more between two sounds; a click of up to 30 ms does not end one. The same
// as fluency.pauses (docs/metrics.md), without the words that locate them there.

import { STEP_S } from "./cells.js";

export const LEAST_S = 0.25;
const CLICK_S = 0.03;

export class Pauses {
  constructor() {
    this.since = null; // where the silence began that lasts
    this.sound = null; // where a sound in it began, which may be a click
    this.began = false; // there was a sound before: the edges of a recording are no pauses
    this.end = 0; // where the last sound ended
  }

  /** Calls `take({start, end})` when a sound ends a silence. */
  add({ t, level }, threshold, take) {
    const start = t - STEP_S / 2;
    if (level < threshold) {
      if (this.since === null) this.since = start;
      this.sound = null;
      return;
    }
    if (this.since === null) {
      this.#sounds(start + STEP_S);
      return;
    }
    this.sound ??= start;
    if (start + STEP_S - this.sound <= CLICK_S + 1e-9) return;
    const silence = { start: this.since, end: this.sound };
    const whole = silence.end - silence.start >= LEAST_S - 1e-9;
    this.since = null;
    this.sound = null;
    const between = this.began;
    this.#sounds(start + STEP_S);
    if (between && whole) take(silence);
  }

  /** Seconds of silence so far. */
  lasting(now) { return this.since === null ? 0 : Math.max(0, now - this.since); }

  #sounds(end) {
    this.began = true;
    this.end = end;
  }
}
