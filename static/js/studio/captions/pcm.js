// In the audio thread: whatever the sound card gives, as 16 kHz mono 16-bit frames of 125 ms.

const RATE = 16000;
const FRAME = 2000;
const PHASES = 64;
const WIDTH = 12; // of the filter to either side, in samples of the slower rate

/** Low-pass and resampling in one: a windowed sinc, ready for PHASES places between two samples. */
function kernel(ratio) {
  const reach = Math.ceil(WIDTH * Math.max(1, ratio));
  const cut = 0.92 / Math.max(1, ratio);
  const table = [];
  for (let phase = 0; phase < PHASES; phase += 1) {
    const taps = new Float32Array(2 * reach);
    let sum = 0;
    for (let n = 0; n < taps.length; n += 1) {
      const x = n - reach + 1 - phase / PHASES;
      const angle = Math.PI * cut * x;
      const sinc = angle ? Math.sin(angle) / angle : 1;
      const hann = 0.5 + 0.5 * Math.cos(Math.PI * Math.max(-1, Math.min(1, x / reach)));
      taps[n] = sinc * hann;
      sum += taps[n];
    }
    table.push(taps.map((tap) => tap / sum));
  }
  return { reach, table };
}

class Pcm extends AudioWorkletProcessor {
  #ratio = sampleRate / RATE;
  #filter = kernel(sampleRate / RATE);
  #held = new Float32Array(0);
  #at = 0; // of the next sample of ours, in #held
  #frame = new Int16Array(FRAME);
  #size = 0;
  #on = false;

  constructor() {
    super();
    this.port.onmessage = ({ data }) => {
      this.#on = data === "on";
      this.#held = new Float32Array(0);
      this.#at = this.#size = 0;
    };
  }

  process([channels]) {
    if (this.#on && channels?.length) {
      this.#hold(channels);
      this.#resample();
    }
    return true;
  }

  #hold(channels) {
    const [first] = channels;
    const held = new Float32Array(this.#held.length + first.length);
    held.set(this.#held);
    for (let n = 0; n < first.length; n += 1) {
      let sum = 0;
      for (const channel of channels) sum += channel[n];
      held[this.#held.length + n] = sum / channels.length;
    }
    this.#held = held;
  }

  #resample() {
    const { reach, table } = this.#filter;
    while (this.#at + 2 * reach < this.#held.length) {
      const whole = Math.floor(this.#at);
      const taps = table[Math.floor((this.#at - whole) * PHASES)];
      let sum = 0;
      for (let n = 0; n < taps.length; n += 1) sum += taps[n] * this.#held[whole + n];
      this.#give(sum);
      this.#at += this.#ratio;
    }
    const done = Math.floor(this.#at);
    this.#held = this.#held.slice(done);
    this.#at -= done;
  }

  #give(sample) {
    this.#frame[this.#size] = Math.round(Math.max(-1, Math.min(1, sample)) * 32767);
    this.#size += 1;
    if (this.#size < FRAME) return;
    const frame = this.#frame.slice();
    this.port.postMessage(frame.buffer, [frame.buffer]);
    this.#size = 0;
  }
}

registerProcessor("rostrum-pcm", Pcm);
