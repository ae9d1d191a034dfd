// Syllable nuclei: voiced peaks of the vowels' level (after De Jong & Wempe 2009; dip, distance
// and band are those of workers/engines/fluency/nuclei.py).

const DIP_DB = 0.3;
const APART_S = 0.08;

export class Syllables {
  constructor() {
    this.rising = true;
    this.top = null; // the highest cell since the last dip
    this.bottom = Infinity;
    this.last = null; // the last nucleus, which a higher one close by takes the place of
  }

  /** Calls `take(t)` for a nucleus that is certain: nothing higher can come beside it any more. */
  add(cell, faintest, take) {
    if (this.last && cell.t - this.last.t > 2 * APART_S) this.#give(take);
    if (this.rising) {
      if (!this.top || cell.vowels > this.top.vowels) this.top = cell;
      if (this.top.vowels - cell.vowels < DIP_DB) return;
      this.#peak(this.top, faintest, take);
      this.rising = false;
      this.bottom = cell.vowels;
      return;
    }
    this.bottom = Math.min(this.bottom, cell.vowels);
    if (cell.vowels - this.bottom < DIP_DB) return;
    this.rising = true;
    this.top = cell;
  }

  #peak(top, faintest, take) {
    if (top.vowels < faintest) return;
    if (this.last && top.t - this.last.t < APART_S) {
      if (top.vowels > this.last.vowels) this.last = top;
      return;
    }
    this.#give(take);
    this.last = top;
  }

  #give(take) {
    if (this.last?.hz) take(this.last.t);
    this.last = null;
  }
}
