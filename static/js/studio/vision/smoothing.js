// One-Euro filter (Casiez et al. 2012), as workers/engines/body/smoothing.py has it: still points
// lose their jitter, fast ones keep pace. Values are heights of the picture; NaN is unseen.

const MIN_CUTOFF_HZ = 0.8;
/** Hz of cutoff gained for each unit a second of speed. */
const BETA = 3;
const DERIVATIVE_CUTOFF_HZ = 1;
/** After a gap this long a value starts anew. */
const GAP_S = 1;

export class OneEuro {
  #kept = [];

  /** The values of time `t` (s), smoothed with those before it. */
  smooth(t, values) {
    return Array.from(values, (value, index) => this.#one(t, value, index));
  }

  #one(t, fresh, index) {
    const before = this.#kept[index];
    if (!Number.isFinite(fresh)) {
      if (before) before.speed = 0;
      return NaN;
    }
    if (!before || t - before.t > GAP_S) {
      this.#kept[index] = { t, value: fresh, speed: 0 };
      return fresh;
    }
    const step = Math.max(t - before.t, 1e-3);
    const ease = weight(DERIVATIVE_CUTOFF_HZ, step);
    const speed = ease * ((fresh - before.value) / step) + (1 - ease) * before.speed;
    const pull = weight(MIN_CUTOFF_HZ + BETA * Math.abs(speed), step);
    const value = pull * fresh + (1 - pull) * before.value;
    this.#kept[index] = { t, value, speed };
    return value;
  }
}

function weight(cutoff, step) {
  return 1 / (1 + 1 / (2 * Math.PI * cutoff) / step);
}
