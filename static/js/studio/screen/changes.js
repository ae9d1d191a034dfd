// Finds the moments at which a shared screen shows another slide: much of it is another, and then
// it stands still. A film or a demonstration never stands still, a cursor is too small to matter.

const [WIDTH, HEIGHT] = [64, 36];
const LEVELS = 16; // of 255: less is the encoding's noise
const MUCH = 0.08; // share of the picture that is another slide's
const STILL = 0.01; // share that may differ from one look to the next
const FADE_S = 3; // one that takes longer to come is a film before a slide
export const LOOK_MS = 500;

/** Feed it grey pictures: `look(grey, t)` gives the time at which another slide came, or null. */
export class Changes {
  #slide = null;
  #last = null;
  #since = null;

  look(grey, t) {
    const [last, before] = [this.#last, this.#since];
    this.#last = grey;
    this.#slide ??= grey;
    if (!last) return null;
    const moved = differing(last, grey) > STILL;
    if (moved) {
      this.#since = before ?? t;
      return null;
    }
    this.#since = null;
    if (differing(this.#slide, grey) < MUCH) return null;
    this.#slide = grey;
    return Math.max(before ?? t, t - FADE_S);
  }
}

function differing(one, other) {
  let count = 0;
  for (let i = 0; i < one.length; i += 1) if (Math.abs(one[i] - other[i]) > LEVELS) count += 1;
  return count / one.length;
}

/** Small grey pictures of a video element. */
export class Glance {
  #context;

  constructor() {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [WIDTH, HEIGHT];
    this.#context = canvas.getContext("2d", { willReadFrequently: true, alpha: false });
  }

  of(video) {
    this.#context.drawImage(video, 0, 0, WIDTH, HEIGHT);
    const { data } = this.#context.getImageData(0, 0, WIDTH, HEIGHT);
    return Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) =>
      (data[4 * i] * 3 + data[4 * i + 1] * 6 + data[4 * i + 2]) / 10);
  }
}
