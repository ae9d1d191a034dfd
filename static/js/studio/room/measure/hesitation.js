// Filled pauses ("um", "uh") in the sound: steady voice, told by the first small model of the
// analysis (workers/engines/fluency/steady.py, workers/engines/data/hesitation-1.json; a test holds
// the numbers together), for whose chances the threshold was chosen. What is usual for the speaker
// is fitted to what came so far.

import { STEP_S } from "./cells.js";
import { mean, median, percentile } from "./levels.js";
import { BANDS } from "./spectrum.js";

export const BIAS = -1.1808;
export const WEIGHTS = {
  length: 2.2895, longer: 0.1467, pitch_range: -1.2754, pitch_slope: -0.8239, change: -0.4641,
  change_ratio: -0.8835, change_most: -0.3787, before: -2.4745, after: -0.6587, quiet_before:
  1.267, quiet_after: -0.9678, level: -2.2359, whole: 1.8259, island: -0.6987, tilt: 0.618,
  pitch: -1.042, change_of_level: 1.2649, level_slope: -0.3101, colour: 0.7121, colour_1:
  0.268, colour_2: -1.3694, colour_3: 3.5138, colour_4: -0.8359, colour_5: -3.8593,
};
/** Asked of a stretch whose words nobody knows, and how long it must last to be told. */
const LEAST_CHANCE = 0.12;
const LEAST_TOLD_S = 0.2;
/** Semitones, and the dip in dB between two syllables: what is told live must be flat and one
 * sound, since no word in it can say that it is none. */
const FLAT_RANGE = 2;
const DIP_DB = 1.5;
const [LEAST_S, MOST_S] = [0.14, 2];
/** dB a band in 50 ms above which it is no longer the same sound. */
const SETTLED_DB = [3, 4.5, 6.5];
const JUMP_SEMITONES = 1.5;
const [REACH_S, QUIET_S, JOIN_S, MOST_ISLAND_S] = [0.3, 0.5, 0.08, 2];
const [LEAST_RANGE, MOST_RANGE] = [1.5, 6];
const DEEP_DB = 30;
const LEAST_SPREAD_DB = 2;
const COLOURS = 5;
/** Of voice, before anything can be called unusual. */
const KNOWN_S = 3;
const REMEMBERED = 3000;

const clip = (value, low, high) => Math.min(high, Math.max(low, value));
const column = (rows, n) => rows.map((row) => row[n]);

/** The first and the end of every unbroken run of cells that `holds`. */
function runs(count, holds) {
  const found = [];
  for (let n = 0, first = null; n <= count; n += 1) {
    const on = n < count && holds(n);
    if (on) first ??= n;
    if (on || first === null) continue;
    found.push([first, n]);
    first = null;
  }
  return found;
}

/** dB in bands about their mean, each over three cells: shape, not loudness. */
function shapes(cells) {
  const bands = cells.map((_, n) => {
    const near = cells.slice(Math.max(0, n - 1), n + 2);
    return Array.from({ length: BANDS }, (_none, band) => mean(near.map((c) => c.bands[band])));
  });
  const floor = Math.max(1e-14, Math.max(...bands.flat()) * 10 ** (-DEEP_DB / 10));
  return bands.map((powers) => {
    const levels = powers.map((power) => 10 * Math.log10(Math.max(power, floor)));
    const middle = mean(levels);
    return levels.map((level) => level - middle);
  });
}

/** How far the shape moves in 50 ms about each cell. */
function changes(shape) {
  const moved = shape.slice(5).map((row, n) =>
    mean(row.map((level, band) => Math.abs(level - shape[n][band]))));
  return shape.map((_, n) => moved[clip(n - 2, 0, moved.length - 1)]);
}

export class Hesitations {
  constructor() {
    this.shapes = [];
    this.changes = [];
    this.tones = [];
    this.lengths = [];
  }

  /** Filled pauses, [{start, end}], in a sounding stretch of `cells` between two silences. */
  find({ cells, before, after }, loud) {
    const voices = runs(cells.length, (n) => cells[n].hz > 0)
      .filter(([first, end]) => (end - first) * STEP_S >= LEAST_S)
      .map((run) => this.#voice(cells, run));
    for (const voice of voices) this.#remember(voice);
    if (this.shapes.length * STEP_S < KNOWN_S || !voices.length) return [];
    const usual = this.#usual();
    const island = { cells, before, after, loud };
    const told = voices.flatMap((voice) => this.#parts(voice).map((part) => {
      const found = facts(voice, part, island, usual);
      const one = found.pitch_range <= FLAT_RANGE && tops(voice.own.slice(...part)) < 2;
      return {
        first: voice.first + part[0], end: voice.first + part[1], chance: one ? chance(found) : 0,
      };
    }));
    return chosen(told)
      .filter(([first, end]) => (end - first) * STEP_S >= LEAST_TOLD_S)
      .map(([first, end]) => ({
        start: cells[first].t - STEP_S / 2, end: cells[end - 1].t + STEP_S / 2,
      }));
  }

  #voice(cells, [first, end]) {
    const own = cells.slice(first, end);
    const shape = shapes(own);
    const tones = own.map((cell) => 12 * Math.log2(cell.hz));
    return { first, own, shape, change: changes(shape), tones };
  }

  #parts({ tones, change }) {
    const flat = (n) => n === 0 || Math.abs(tones[n] - tones[n - 1]) < JUMP_SEMITONES;
    const found = SETTLED_DB.flatMap((most) =>
      runs(tones.length, (n) => change[n] <= most && flat(n)));
    found.push([0, tones.length]);
    return found.filter(([first, end]) =>
      (end - first) * STEP_S >= LEAST_S && (end - first) * STEP_S <= MOST_S);
  }

  #remember({ shape, change, tones }) {
    this.shapes.push(...shape);
    this.changes.push(...change);
    this.tones.push(...tones);
    this.lengths.push(shape.length * STEP_S);
    for (const list of [this.shapes, this.changes, this.tones, this.lengths]) {
      if (list.length > REMEMBERED) list.splice(0, list.length - REMEMBERED);
    }
  }

  #usual() {
    const shape = Array.from({ length: BANDS }, (_, band) => mean(column(this.shapes, band)));
    const spread = shape.map((middle, band) => Math.max(LEAST_SPREAD_DB, Math.sqrt(
      mean(column(this.shapes, band).map((level) => (level - middle) ** 2)),
    )));
    return {
      shape, spread, change: median(this.changes), tone: median(this.tones),
      length: median(this.lengths),
    };
  }
}

/** FACTS of workers/engines/fluency/steady.py, and how the pitch slopes. */
function facts(voice, [first, end], island, usual) {
  const tones = voice.tones.slice(first, end);
  const shape = voice.shape.slice(first, end);
  const change = voice.change.slice(first, end);
  const levels = voice.own.slice(first, end).map((cell) => cell.level);
  const length = (end - first) * STEP_S;
  const start = voice.first + first;
  const rest = island.cells.length - voice.first - end;
  const quarter = Math.max(1, Math.floor(tones.length / 4));
  const slope = (values) => mean(values.slice(-quarter)) - mean(values.slice(0, quarter));
  const middle = Array.from({ length: BANDS }, (_, band) => mean(column(shape, band)));
  const colour = middle.map((level, band) => (level - usual.shape[band]) / usual.spread[band]);
  const level = mean(levels);
  const found = {
    length: Math.log(length),
    longer: Math.log(length / usual.length),
    pitch_range: clip(percentile(tones, 0.9) - percentile(tones, 0.1), LEAST_RANGE, MOST_RANGE),
    pitch_slope: clip(slope(tones), -4, 4) / 4,
    change: median(change),
    change_ratio: Math.log(median(change) / usual.change),
    change_most: percentile(change, 0.9),
    before: Math.min(REACH_S, start * STEP_S) / REACH_S,
    after: Math.min(REACH_S, rest * STEP_S) / REACH_S,
    quiet_before: Math.min(QUIET_S, island.before) / QUIET_S,
    quiet_after: Math.min(QUIET_S, island.after) / QUIET_S,
    level: (level - island.loud) / 10,
    whole: (end - first) / voice.tones.length,
    island: Math.log(Math.min(MOST_ISLAND_S, island.cells.length * STEP_S)),
    tilt: (mean(middle.slice(0, 5)) - mean(middle.slice(6))) / 10,
    pitch: clip(median(tones) - usual.tone, -8, 8) / 4,
    change_of_level: Math.sqrt(mean(levels.map((db) => (db - level) ** 2))) / 5,
    level_slope: clip(slope(levels), -12, 12) / 6,
    colour: Math.sqrt(mean(colour.map((x) => x * x))),
  };
  for (let n = 1; n <= COLOURS; n += 1) {
    found[`colour_${n}`] = mean(colour.map((x, band) =>
      x * Math.cos((Math.PI * n * (band + 0.5)) / BANDS)));
  }
  return found;
}

/** Peaks of the vowels' level with a dip between them. */
function tops(cells) {
  let [count, rising, edge] = [0, true, -Infinity];
  for (const { vowels } of cells) {
    if (rising ? vowels > edge : vowels < edge) edge = vowels;
    if (Math.abs(edge - vowels) < DIP_DB) continue;
    if (rising) count += 1;
    rising = !rising;
    edge = vowels;
  }
  return count + (rising ? 1 : 0);
}

function chance(found) {
  const score = Object.keys(WEIGHTS).reduce((sum, name) => sum + WEIGHTS[name] * found[name], BIAS);
  return 1 / (1 + Math.exp(-clip(score, -30, 30)));
}

/** The surest where they overlap, those beside each other joined. */
function chosen(told) {
  const taken = [];
  for (const one of told.sort((a, b) => b.chance - a.chance)) {
    if (one.chance < LEAST_CHANCE) break;
    if (!taken.some(([first, end]) => one.first < end && first < one.end)) {
      taken.push([one.first, one.end]);
    }
  }
  const joined = [];
  for (const [first, end] of taken.sort((a, b) => a[0] - b[0])) {
    const before = joined.at(-1);
    if (before && (first - before[1]) * STEP_S <= JOIN_S) before[1] = end;
    else joined.push([first, end]);
  }
  return joined;
}
