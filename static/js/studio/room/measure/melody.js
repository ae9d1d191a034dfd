// How much the pitch moves, by the rule of prosody.monotone (docs/metrics.md).

import { STEP_S } from "./cells.js";
import { median, percentile } from "./levels.js";

const WINDOW_S = 10;
const LEAST_VOICE_S = 2;
/** Semitones: the spread under which a voice is monotone. */
export const FLAT_SD = 1.4;
/** Seconds it must stay so: the window's own and those of the analysis. */
export const FLAT_FOR_S = 5;

export class Melody {
  constructor() {
    this.tones = []; // [t, semitones]
    this.began = null;
    this.flatSince = null;
  }

  add({ t, hz }) {
    if (!hz) return;
    this.began ??= t;
    this.tones.push([t, 12 * Math.log2(hz)]);
  }

  /** {hz, spread, flatFor}: median, spread in semitones (null with too little voice), seconds. */
  look(now) {
    while (this.tones.length && this.tones[0][0] < now - WINDOW_S) this.tones.shift();
    if (this.tones.length * STEP_S < LEAST_VOICE_S) {
      this.flatSince = null;
      return { hz: null, spread: null, flatFor: 0 };
    }
    const tones = this.tones.map((tone) => tone[1]);
    const spread = (percentile(tones, 0.9) - percentile(tones, 0.1)) / 2.56;
    // the window must be full: the beginning of a sentence is always flat
    const full = now - this.began >= WINDOW_S;
    this.flatSince = spread < FLAT_SD && full ? this.flatSince ?? now : null;
    return {
      hz: 2 ** (median(tones) / 12), spread,
      flatFor: this.flatSince === null ? 0 : now - this.flatSince,
    };
  }
}
