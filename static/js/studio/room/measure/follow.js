// Follows a voice through the phrases of a melody: where it began, and how high it is against its
// own middle. Cells in, points out.

import { median } from "./levels.js";

/** Voice within so many of the last cells begins a phrase; one cell alone is a click. */
const ONSET = [4, 6];
const ENDED_S = 0.8;
/** Share of the model's length after which a silence ends the phrase, and does not wait inside. */
const LEAST = 0.5;
/** A silence so long, with less said: that was no beginning. */
const GIVEN_UP_S = 1.6;
/** Cells of voice by which its middle is told: twenty seconds. */
const REMEMBERED = 2000;

export class Follower {
  constructor(lengths) {
    this.lengths = lengths;
    this.heard = []; // semitones over 1 Hz, of whatever was said since the microphone is on
    this.recent = [];
    this.begin();
  }

  get waits() { return this.onset === null; }

  get over() { return this.place >= this.lengths.length; }

  /** Hz in the middle of this voice; null before it was heard. */
  get middle() { return this.heard.length ? 2 ** (median(this.heard) / 12) : null; }

  begin(place = 0) {
    this.place = place;
    this.onset = null;
    this.last = 0;
    this.points = []; // [seconds from the onset, semitones over 1 Hz or null]
    this.recent = [];
  }

  /** What any voice teaches of its middle, while no phrase is said. */
  learn({ hz }) {
    if (!hz) return;
    this.heard.push(12 * Math.log2(hz));
    if (this.heard.length > REMEMBERED) this.heard.shift();
  }

  /** Says whether the phrase has ended with this cell. */
  add(cell) {
    this.learn(cell);
    if (this.over) return false;
    const semitones = cell.hz ? 12 * Math.log2(cell.hz) : null;
    if (this.onset === null) return this.#wait(cell, semitones);
    this.points.push([cell.t - this.onset, semitones]);
    if (semitones !== null) this.last = cell.t;
    const silent = cell.t - this.last;
    const said = this.last - this.onset;
    if (silent >= ENDED_S && said >= LEAST * this.lengths[this.place]) return true;
    if (silent >= GIVEN_UP_S) this.begin(this.place);
    return false;
  }

  /** [seconds, semitones over the middle or null] of the phrase. */
  drawn() {
    const middle = median(this.heard);
    return this.points.map(([t, tone]) => [t, tone === null ? null : tone - middle]);
  }

  #wait(cell, semitones) {
    this.recent.push([cell.t, semitones]);
    if (this.recent.length > ONSET[1]) this.recent.shift();
    const voiced = this.recent.filter(([, tone]) => tone !== null);
    if (voiced.length < ONSET[0]) return false;
    [[this.onset]] = voiced;
    this.last = cell.t;
    this.points = this.recent.map(([t, tone]) => [t - this.onset, tone]).filter(([t]) => t >= 0);
    return false;
  }
}
