// Sound as cells of 10 ms: how loud, how high, and what colour. The analysis cuts the same way
// (workers/engines/envelope.py, workers/engines/fluency/nuclei.py).

import { Decimator, Section } from "./filters.js";
import { decibels } from "./levels.js";
import { Pitch } from "./pitch.js";
import { BANDS, Spectrum } from "./spectrum.js";

export const STEP_S = 0.01;
const RATE = 16000;
const PITCH_RATE = 8000;
const RING = 4096;
/** Vowels have their energy here; hiss and hum have theirs elsewhere. */
const VOWELS_HZ = [300, 2500];
/** Full scale, or as near as makes no difference. */
const CLIPPED = 0.985;
/** Cells until all of one is known: its windows reach this far into what comes after it. */
export const LATE = 4;
const BELL = [1, 2, 3, 4, 3, 2, 1].map((_, n) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (n + 1)) / 8));
const WHOLE = BELL.reduce((sum, weight) => sum + weight, 0);

/** How a cell travels from the thread of the sound: so many numbers, the bands last. */
export const FIELDS = ["t", "level", "vowels", "peak", "clipped", "hz"];
export const SIZE = FIELDS.length + BANDS;

export function packed(cells) {
  const numbers = new Float32Array(cells.length * SIZE);
  cells.forEach((cell, n) => {
    FIELDS.forEach((name, place) => { numbers[n * SIZE + place] = cell[name]; });
    numbers.set(cell.bands, n * SIZE + FIELDS.length);
  });
  return numbers;
}

export function unpacked(numbers) {
  return Array.from({ length: numbers.length / SIZE }, (_, n) => {
    const own = numbers.subarray(n * SIZE, (n + 1) * SIZE);
    const cell = { bands: own.subarray(FIELDS.length) };
    FIELDS.forEach((name, place) => { cell[name] = own[place]; });
    return cell;
  });
}

/** @typedef {{t: number, level: number, vowels: number, peak: number, clipped: number,
 *   hz: number, bands: Float64Array}} Cell  level and vowels in dBFS, hz 0 where there is no voice
 */

export class Cells {
  constructor(rate) {
    this.rate = rate;
    this.down = new Decimator(rate, RATE);
    this.half = new Decimator(this.down.rate, PITCH_RATE);
    this.rumble = new Section("highpass", 60, this.down.rate);
    this.band = [
      new Section("highpass", VOWELS_HZ[0], this.down.rate),
      new Section("lowpass", VOWELS_HZ[1], this.down.rate),
    ];
    this.pitch = new Pitch(this.half.rate);
    this.spectrum = new Spectrum(this.down.rate);
    this.ring = new Float64Array(RING);
    this.slow = new Float64Array(RING);
    this.before = 0;
    this.frames = 0; // of the input
    this.samples = 0; // of the ring
    this.halves = 0; // of the slow ring
    this.count = 0;
    this.open = fresh();
    this.recent = []; // the last cells, some of whose windows are still open
  }

  /** Calls `take(cell)` for every cell that `input` completes, in order. */
  push(input, take) {
    for (let n = 0; n < input.length; n += 1) {
      this.#sample(input[n]);
      this.frames += 1;
      if (this.frames >= (this.count + 1) * STEP_S * this.rate) this.#close(take);
    }
  }

  #sample(x) {
    const { open } = this;
    const height = Math.abs(x);
    if (height > open.peak) open.peak = height;
    // one sample at full scale is a loud one; two in a row were cut off
    if (height >= CLIPPED && this.before >= CLIPPED) open.clipped += 1;
    this.before = height;
    const y = this.down.next(x);
    if (y === null) return;
    this.ring[this.samples & (RING - 1)] = y;
    this.samples += 1;
    const clean = this.rumble.next(y);
    const vowel = this.band[1].next(this.band[0].next(y));
    open.power += clean * clean;
    open.vowel += vowel * vowel;
    open.n += 1;
    const z = this.half.next(y);
    if (z === null) return;
    this.slow[this.halves & (RING - 1)] = z;
    this.halves += 1;
  }

  #close(take) {
    const { open, recent } = this;
    recent.push({
      t: (this.count + 0.5) * STEP_S, power: open.power / Math.max(1, open.n),
      vowel: open.vowel / Math.max(1, open.n), peak: open.peak, clipped: open.clipped,
      hz: 0, bands: null,
    });
    this.count += 1;
    this.open = fresh();
    // the pitch's window is 45 ms, the spectrum's 32: their middles lie 2 and 1.6 cells back
    this.#at(2, (cell) => { cell.hz = this.pitch.of(this.slow, this.halves + RING); });
    this.#at(1, (cell) => { cell.bands = this.spectrum.of(this.ring, this.samples + RING); });
    if (recent.length < 2 * LATE) return;
    take(this.#whole(recent.length - 1 - LATE));
    recent.shift();
  }

  #at(back, fill) {
    const cell = this.recent.at(-1 - back);
    if (cell) fill(cell);
  }

  /** Level over three cells, the vowels' over seven: shorter than any syllable. */
  #whole(at) {
    const { recent } = this;
    const cell = recent[at];
    const three = (recent[at - 1].power + cell.power + recent[at + 1].power) / 3;
    let seven = 0;
    for (let n = 0; n < 7; n += 1) seven += BELL[n] * recent[at - 3 + n].vowel;
    return {
      t: cell.t, level: decibels(three), vowels: decibels(seven / WHOLE), peak: cell.peak,
      clipped: cell.clipped, hz: cell.hz, bands: cell.bands,
    };
  }
}

const fresh = () => ({ power: 0, vowel: 0, n: 0, peak: 0, clipped: 0 });
