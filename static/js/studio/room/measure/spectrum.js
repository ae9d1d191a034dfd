// The shape of a sound: its level in ten bands about their mean, as the analysis takes it.

const BANDS_HZ = [100, 300, 500, 700, 900, 1150, 1450, 1800, 2250, 2800, 3500];
const SIZE = 512;
const WINDOW_S = 0.032;

export const BANDS = BANDS_HZ.length - 1;

export class Spectrum {
  constructor(rate) {
    this.window = Math.min(SIZE, Math.round(WINDOW_S * rate));
    this.bell = Float64Array.from({ length: this.window }, (_, n) =>
      0.5 - 0.5 * Math.cos((2 * Math.PI * n) / (this.window - 1)));
    this.edges = BANDS_HZ.map((hz) => Math.ceil((hz * SIZE) / rate));
    this.re = new Float64Array(SIZE);
    this.im = new Float64Array(SIZE);
    const turns = Float64Array.from({ length: SIZE / 2 }, (_, n) => (-2 * Math.PI * n) / SIZE);
    this.cos = turns.map(Math.cos);
    this.sin = turns.map(Math.sin);
  }

  /** Mean power in each band of the window that ends before `end` in the ring `samples`. */
  of(samples, end) {
    const mask = samples.length - 1;
    this.re.fill(0);
    this.im.fill(0);
    for (let n = 0; n < this.window; n += 1) {
      this.re[PLACES[n]] = samples[(end - this.window + n) & mask] * this.bell[n];
    }
    this.#transform();
    const bands = new Float64Array(BANDS);
    for (let band = 0; band < BANDS; band += 1) {
      const [from, to] = [this.edges[band], Math.min(this.edges[band + 1], SIZE / 2)];
      for (let k = from; k < to; k += 1) bands[band] += this.re[k] ** 2 + this.im[k] ** 2;
      bands[band] /= Math.max(1, to - from);
    }
    return bands;
  }

  #transform() {
    const { re, im, cos, sin } = this;
    for (let half = 1; half < SIZE; half *= 2) {
      const step = SIZE / (2 * half);
      for (let from = 0; from < SIZE; from += 2 * half) {
        for (let n = 0, turn = 0; n < half; n += 1, turn += step) {
          const [a, b] = [from + n, from + n + half];
          const x = re[b] * cos[turn] - im[b] * sin[turn];
          const y = re[b] * sin[turn] + im[b] * cos[turn];
          re[b] = re[a] - x;
          im[b] = im[a] - y;
          re[a] += x;
          im[a] += y;
        }
      }
    }
  }
}

const PLACES = Uint16Array.from({ length: SIZE }, (_, n) => {
  let place = 0;
  for (let bit = 1, top = SIZE / 2; bit < SIZE; bit *= 2, top /= 2) if (n & bit) place |= top;
  return place;
});
