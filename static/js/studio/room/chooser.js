// Which hint is shown, and when: one at a time, with time between two, none twice in a minute.
// Pure: the clock is handed in.

export const MODES = ["none", "few", "all"];
export const KINDS = ["volume", "pace", "pauses", "melody", "fillers", "time", "praise"];
const GAP_S = { few: 20, all: 8 };
const AGAIN_S = 60;

export class Chooser {
  constructor() {
    this.mode = "all";
    this.off = new Set();
    this.begin();
  }

  /** A recording begins: what was said in another does not count. */
  begin() {
    this.last = -Infinity;
    this.said = new Map();
  }

  /** Whether this hint is shown now. `at` in seconds on any clock that only goes forwards. */
  offer({ kind, group = kind, text }, at) {
    if (!text || this.mode === "none" || this.off.has(group)) return false;
    if (at - this.last < GAP_S[this.mode]) return false;
    if (at - (this.said.get(text) ?? -Infinity) < AGAIN_S) return false;
    this.last = at;
    this.said.set(text, at);
    return true;
  }
}
