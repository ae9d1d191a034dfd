// Sounding stretches between two silences of 50 ms or more, handed on when it is known how long
// the silence after each lasts, or that it lasts long.

import { STEP_S } from "./cells.js";

const EDGE_S = 0.05;
const KNOWN_S = 0.5;
/** A stretch longer than this is cut: what lies in the middle of it is no filled pause. */
const MOST_S = 8;

export class Islands {
  constructor() {
    this.cells = [];
    this.quiet = []; // the cells of the silence that lasts, which may turn out to be too short
    this.before = KNOWN_S;
  }

  /** Calls `take({cells, before, after})`; both silences in seconds, half a second at most. */
  add(cell, threshold, take) {
    if (cell.level < threshold) {
      this.quiet.push(cell);
      if (this.cells.length && this.quiet.length * STEP_S >= KNOWN_S) this.#give(take);
      return;
    }
    const silence = this.quiet.length * STEP_S;
    if (silence >= EDGE_S - 1e-9) {
      if (this.cells.length) this.#give(take);
      this.before = Math.min(KNOWN_S, silence);
    } else if (this.cells.length) {
      this.cells.push(...this.quiet);
    }
    this.quiet = [];
    this.cells.push(cell);
    if (this.cells.length * STEP_S >= MOST_S) this.#give(take);
  }

  #give(take) {
    take({ cells: this.cells, before: this.before, after: this.quiet.length * STEP_S });
    this.cells = [];
  }
}
