// Pitch of one window by the cumulative mean normalised difference (YIN: de Cheveigné & Kawahara
// 2002). Windows are 30 ms, voices 65 to 500 Hz.

const LOWEST_HZ = 65;
const HIGHEST_HZ = 500;
const WINDOW_S = 0.03;
/** A dip this deep is a period; of several the first, which is the shortest. */
const DEEP = 0.15;
/** Above this share of the sound that does not repeat itself, it has no pitch. */
const UNVOICED = 0.5;

export class Pitch {
  constructor(rate) {
    this.rate = rate;
    this.longest = Math.ceil(rate / LOWEST_HZ);
    this.shortest = Math.floor(rate / HIGHEST_HZ);
    this.window = Math.round(WINDOW_S * rate);
    this.size = this.window + this.longest;
    this.norm = new Float64Array(this.longest + 1);
  }

  /** Hz in the last `size` samples that end before `end` in the ring `samples`, or 0. */
  of(samples, end) {
    const { norm, longest, shortest } = this;
    let [sum, best] = [0, 0];
    for (let lag = 1; lag <= longest; lag += 1) {
      const difference = this.#difference(samples, end - this.size, lag);
      sum += difference;
      norm[lag] = sum > 0 ? (difference * lag) / sum : 1;
      const dip = lag - 1;
      if (dip <= shortest || norm[dip] > norm[dip - 1] || norm[dip] >= norm[lag]) continue;
      if (norm[dip] < UNVOICED && (!best || norm[dip] < norm[best])) best = dip;
      if (norm[dip] < DEEP) break;
    }
    if (!best) return 0;
    const [a, b, c] = [norm[best - 1], norm[best], norm[best + 1]];
    const bend = a - 2 * b + c;
    return this.rate / (best + (bend > 0 ? (a - c) / (2 * bend) : 0));
  }

  #difference(samples, first, lag) {
    const mask = samples.length - 1; // a power of two
    const end = first + this.window;
    let sum = 0;
    for (let i = first; i < end; i += 1) {
      const d = samples[i & mask] - samples[(i + lag) & mask];
      sum += d * d;
    }
    return sum;
  }
}
