// What to say about the body while it is recorded: a condition that held for seconds, by the
// limits of the result (workers/engines/body). Proposes; the studio chooses.

const FACING_DEGREES = 15;
const STEADY_DEGREES = 8;
const CALIBRATION_S = 20;
const LEAST_CALIBRATION = 10;
/** Shares of the picture's height by which head and shoulders sank since the start. */
const SUNK = 0.1;
const START_S = 4;
/** Nothing is said twice within this time. */
const AGAIN_S = 40;

const HABITS = [
  { kind: "gone", after: 3, holds: (at) => !at.person },
  { kind: "away", after: 4, holds: (at, habits) => habits.away(at) },
  { kind: "left", after: 3, holds: (at) => at.centring < 0.6 && at.offset < 0 },
  { kind: "right", after: 3, holds: (at) => at.centring < 0.6 && at.offset > 0 },
  { kind: "tilt", after: 3, holds: (at) => at.tilt > 10 },
  { kind: "lean", after: 3, holds: (at) => at.lean > 12 },
  { kind: "sunk", after: 5, holds: (at, habits) => habits.sunk(at) },
];

export class Habits {
  #since = {};
  #said = {};
  #heads = [];
  #starts = [];
  #start = null;

  /** What to propose at time `t` (s) after `at` (what measure() gives) was seen, or null. It is
   *  proposed until it is `said`, or over. */
  notice(t, at) {
    this.#learn(t, at);
    for (const { kind, after, holds } of HABITS) {
      if (!holds(at, this)) this.#since[kind] = null;
      else if (t - (this.#since[kind] ??= t) >= after && t - (this.#said[kind] ?? -Infinity) >= AGAIN_S) return kind;
    }
    return null;
  }

  /** The studio showed the hint of this kind. */
  said(kind, t) {
    this.#said[kind] = t;
  }

  /** A pause, or another place to sit: what was held before is over. */
  rest() {
    [this.#since, this.#starts, this.#start] = [{}, [], null];
  }

  away({ yaw, pitch }) {
    const [sideways, up] = ["yaw", "pitch"].map((axis) => this.#calibration(axis));
    return Math.abs(yaw - sideways) > FACING_DEGREES || Math.abs(pitch - up) > FACING_DEGREES;
  }

  sunk({ height, shoulders }) {
    return Boolean(this.#start) && height - this.#start.height > SUNK && shoulders - this.#start.shoulders > SUNK / 2;
  }

  #learn(t, at) {
    if (Number.isFinite(at.yaw) && Number.isFinite(at.pitch)) {
      this.#heads = [...this.#heads.filter((head) => t - head.t < CALIBRATION_S), { t, yaw: at.yaw, pitch: at.pitch }];
    }
    if (this.#start || !Number.isFinite(at.height + at.shoulders)) return;
    this.#starts.push({ t, height: at.height, shoulders: at.shoulders });
    if (t - this.#starts[0].t < START_S) return;
    const of = (name) => median(this.#starts.map((start) => start[name]));
    this.#start = { height: of("height"), shoulders: of("shoulders") };
  }

  /** Where a steady head points when it looks into this camera, up to 15 degrees off. */
  #calibration(axis) {
    const angles = this.#heads.map((head) => head[axis]);
    if (angles.length < LEAST_CALIBRATION) return 0;
    const usual = median(angles);
    const steady = median(angles.map((angle) => Math.abs(angle - usual))) <= STEADY_DEGREES;
    return steady && Math.abs(usual) <= FACING_DEGREES ? usual : 0;
  }
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
