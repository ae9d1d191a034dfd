// Second-order sections (Butterworth, bilinear), and the way down to a rate speech needs.

const Q = Math.SQRT1_2;

/** One second-order section; keeps its state between calls. */
export class Section {
  constructor(kind, hz, rate) {
    const w = (2 * Math.PI * Math.min(hz, 0.49 * rate)) / rate;
    const [cos, alpha] = [Math.cos(w), Math.sin(w) / (2 * Q)];
    const scale = kind === "highpass" ? (1 + cos) / 2 : (1 - cos) / 2;
    const a0 = 1 + alpha;
    this.b0 = scale / a0;
    this.b1 = ((kind === "highpass" ? -2 : 2) * scale) / a0;
    this.a1 = (-2 * cos) / a0;
    this.a2 = (1 - alpha) / a0;
    this.s1 = 0;
    this.s2 = 0;
  }

  next(x) {
    const y = this.b0 * x + this.s1;
    this.s1 = this.b1 * x - this.a1 * y + this.s2;
    this.s2 = this.b0 * x - this.a2 * y;
    return y;
  }
}

/** Takes whole-numbered shares of a rate: 48 kHz and 44.1 kHz come down to 16 and 14.7 kHz. */
export class Decimator {
  constructor(rate, wanted) {
    this.factor = Math.max(1, Math.round(rate / wanted));
    this.rate = rate / this.factor;
    this.guards = this.factor === 1 ? [] : [0, 1].map(
      () => new Section("lowpass", 0.42 * this.rate, rate),
    );
    this.at = 0;
  }

  /** The sample that is due, or null between two of them. */
  next(x) {
    let y = x;
    for (const guard of this.guards) y = guard.next(y);
    this.at = (this.at + 1) % this.factor;
    return this.at === 0 ? y : null;
  }
}
