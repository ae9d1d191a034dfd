// What is worth a hint, from the figures. Pure: one `look` for each of them, in order of time.
// A fault has to last before it is one, and what got better after a hint is praised.

import { FLAT_FOR_S, FLAT_SD } from "./measure/melody.js";
import { QUIET_DB } from "./verdict.js";

const LASTS_S = 4;
const BETTER_S = 6;
/** Without any pause of 250 ms. */
const BREATHLESS_S = 20;
const UMS = 3;
const UMS_IN_S = 20;
const CLIPPED_IN_S = 5;
const FADED_DB = 12;
const LIVELY = FLAT_SD * 1.3;
const NEARLY_OVER = 0.8;

/** Each fault: its kind, whether it is there now, and whether the opposite is. */
const FAULTS = {
  clipped: { kind: "volume", lasts: 0, bad: (f) => f.now - f.clippedAt < CLIPPED_IN_S },
  quiet: {
    kind: "volume", lasts: LASTS_S, bad: (f) => f.recent !== null && f.recent < QUIET_DB,
    good: (f) => f.recent !== null && f.recent > QUIET_DB + 4,
  },
  faded: {
    kind: "volume", lasts: LASTS_S,
    bad: (f) => f.recent !== null && f.loud !== null && f.recent < f.loud - FADED_DB,
    good: (f) => f.recent !== null && f.recent > f.loud - FADED_DB / 2,
  },
  fast: {
    kind: "pace", lasts: LASTS_S, bad: (f) => f.words !== null && f.words > 1.04 * f.target[1],
    good: (f) => f.words !== null && f.words <= f.target[1], number: (f) => tens(f.words),
  },
  slow: {
    kind: "pace", lasts: LASTS_S, bad: (f) => f.words !== null && f.words < 0.94 * f.target[0],
    good: (f) => f.words !== null && f.words >= f.target[0], number: (f) => tens(f.words),
  },
  breathless: {
    kind: "pauses", lasts: 0, bad: (f) => f.spoken && f.now - f.pausedAt > BREATHLESS_S,
    good: (f) => f.now - f.pausedAt < 2, soon: true,
  },
  fillers: {
    kind: "fillers", lasts: 0, bad: (f) => f.ums >= UMS,
    good: (f) => f.ums === 0,
  },
  flat: {
    kind: "melody", lasts: 0, bad: (f) => f.flatFor >= FLAT_FOR_S,
    good: (f) => f.spread !== null && f.spread >= LIVELY,
  },
};

const tens = (value) => 5 * Math.round(value / 5);

export class Advice {
  constructor() {
    this.target = [120, 165];
    this.length = 0; // seconds, where a length was wished
    this.begin(0);
  }

  begin(now) {
    this.since = {}; // fault: since when it lasts
    this.shown = {}; // fault: when its hint was shown
    this.well = {}; // fault: since when the opposite lasts
    this.ums = [];
    this.clippedAt = -Infinity;
    this.pausedAt = now;
    this.told = new Set();
  }

  hear(event) {
    if (event.kind === "filler") this.ums.push(event.end);
    if (event.kind === "pause") this.pausedAt = event.end;
  }

  clipped(now) { this.clippedAt = now; }

  /** Offers, the most urgent first: [{name, kind, group, number}]. `clock`: the recording's. */
  look(figures, clock) {
    const f = this.#facts(figures);
    const names = Object.keys(FAULTS);
    for (const name of names) this.#note(name, f);
    const bad = names.filter((name) =>
      name in this.since && f.now - this.since[name] >= FAULTS[name].lasts);
    const better = names.filter((name) => this.#better(name, f));
    return [...this.#time(clock), ...better.map((name) => ({
      name: `${name}-better`, kind: FAULTS[name].kind, group: "praise",
    })), ...bad.map((name) => ({
      name, kind: FAULTS[name].kind, group: FAULTS[name].kind, number: FAULTS[name].number?.(f),
    }))];
  }

  /** A hint of this name was shown. */
  said(name, now) {
    if (name.endsWith("-better")) delete this.shown[name.replace("-better", "")];
    else if (name in FAULTS) this.shown[name] = now;
    else this.told.add(name);
  }

  #facts(figures) {
    const now = figures.t;
    this.ums = this.ums.filter((t) => t > now - UMS_IN_S);
    if (figures.silence >= 0.25 || !figures.spoken) this.pausedAt = now;
    return {
      ...figures, now, ums: this.ums.length, clippedAt: this.clippedAt, pausedAt: this.pausedAt,
      target: this.target,
    };
  }

  #note(name, f) {
    const { bad, good } = FAULTS[name];
    if (bad(f)) this.since[name] ??= f.now;
    else delete this.since[name];
    if (good?.(f)) this.well[name] ??= f.now;
    else delete this.well[name];
  }

  #better(name, f) {
    const { soon } = FAULTS[name];
    if (!(name in this.shown) || !(name in this.well) || name in this.since) return false;
    return f.now - this.well[name] >= (soon ? 0 : BETTER_S) && this.well[name] > this.shown[name];
  }

  #time(clock) {
    if (!this.length) return [];
    const due = clock >= this.length ? "over" : clock >= NEARLY_OVER * this.length ? "nearly" : null;
    if (!due || this.told.has(due)) return [];
    const left = Math.max(5, tens(this.length - clock));
    return [{ name: due, kind: "time", group: "time", number: left }];
  }
}
