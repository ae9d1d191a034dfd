// In the thread of the sound: cuts it into cells and hands them on. What takes longer (hints,
// fillers, charts) happens elsewhere, so that no sound is lost here.

import { Cells, packed } from "./measure/cells.js";

const BATCH = 5; // cells: twenty messages a second
/** So far behind the clock of the wall the thread may fall before a piece counts as late. */
const LATE_S = 0.1;

class Listening extends AudioWorkletProcessor {
  constructor() {
    super();
    this.cells = new Cells(sampleRate);
    this.batch = [];
    this.quanta = 0;
    this.late = 0;
    this.ahead = -Infinity;
    this.open = true;
    this.port.onmessage = ({ data }) => { this.open = data !== "close"; };
  }

  process([input]) {
    this.#time();
    if (input.length) this.cells.push(mono(input), (cell) => this.batch.push(cell));
    if (this.batch.length >= BATCH) {
      const cells = packed(this.batch);
      this.port.postMessage({ cells, quanta: this.quanta, late: this.late }, [cells.buffer]);
      this.batch = [];
    }
    return this.open;
  }

  /** Counts the times the sound fell behind: each is a piece that was asked for and not taken. */
  #time() {
    this.quanta += 1;
    const ahead = currentTime - Date.now() / 1000;
    if (ahead < this.ahead - LATE_S) {
      this.late += 1;
      this.ahead = ahead; // what is lost is lost: the next piece is measured from here
    }
    this.ahead = Math.max(this.ahead, ahead);
  }
}

function mono(channels) {
  if (channels.length === 1) return channels[0];
  return channels[0].map((x, n) => (x + channels[1][n]) / 2);
}

registerProcessor("rostrum-listening", Listening);
