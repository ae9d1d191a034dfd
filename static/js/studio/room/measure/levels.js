// Levels in dB and how they are spread: nothing here looks at more than numbers.

/** dBFS of digital silence, as the analysis has it: the noise of 16-bit rounding. */
export const SILENCE_DB = -96;
export const decibels = (power) => 10 * Math.log10(Math.max(power, 10 ** (SILENCE_DB / 10)));

/** The value under which `share` of `values` lie; linear between two of them. */
export function percentile(values, share) {
  const sorted = Float64Array.from(values).sort();
  if (!sorted.length) return null;
  const at = share * (sorted.length - 1);
  const low = Math.floor(at);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low] + (at - low) * (sorted[high] - sorted[low]);
}

export const median = (values) => percentile(values, 0.5);
export const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** How often each level came, of late: what is `memory` seconds old counts half. */
export class Spread {
  constructor(memory, step = 0.01) {
    this.keeps = 0.5 ** (step / memory);
    this.counts = new Float64Array(2 * (1 - SILENCE_DB) + 1);
    this.weight = 1;
    this.total = 0;
  }

  add(db) {
    const place = Math.round(2 * (Math.min(0, Math.max(SILENCE_DB, db)) - SILENCE_DB));
    // what comes later weighs more, so that nothing has to be taken from what is there
    this.weight /= this.keeps;
    this.counts[place] += this.weight;
    this.total += this.weight;
    if (this.weight > 1e100) this.#rescale();
  }

  /** Seconds of it that still count. */
  get seconds() { return (this.total / this.weight) * 0.01; }

  percentile(share) {
    let left = share * this.total;
    for (let place = 0; place < this.counts.length; place += 1) {
      left -= this.counts[place];
      if (left <= 0 && this.counts[place] > 0) return place / 2 + SILENCE_DB;
    }
    return null;
  }

  #rescale() {
    for (let place = 0; place < this.counts.length; place += 1) this.counts[place] /= this.weight;
    this.total /= this.weight;
    this.weight = 1;
  }
}
