// How often to look. Looking may take a share of one processor, less while recording, where it
// begins small; the share halves while the camera loses more frames or the page answers later than
// it did when nothing was looked at, and grows back slowly. Times in seconds.

/** Pictures a second that are worth having: the engine looks at five. */
const MOST_RATE = 12;
/** Below this the guide would lag behind what it speaks of. */
export const LEAST_RATE = 2;
const SHARES = { room: 0.6, recording: 0.35 };
/** Of a recording: what it can do without is found from below. */
const FIRST_SHARE = 0.15;
const LEAST_SHARE = 0.05;
const SLACKEN = 0.5;
const RECOVER = 1.1;
/** Share of the camera's frames that are lost, and lateness of a timer, that are too much over
 *  what is usual. */
const LOST = 0.05;
const LATE_S = 0.08;
/** How long the rate must be too low before it is given up. */
const PATIENCE_S = 6;

export class Pace {
  #share = SHARES.room;
  #most = SHARES.room;
  #cost = 0;
  #started = null;
  #slow = null;
  #done = [];
  #usual = { lost: 0, late: 0 };

  /** What the machine shows while nothing is looked at. */
  set usual(usual) {
    this.#usual = usual;
  }

  /** Whether an encoder needs the machine too. */
  set recording(recording) {
    const begins = recording && this.#most !== SHARES.recording;
    this.#most = recording ? SHARES.recording : SHARES.room;
    this.#share = Math.min(this.#share, begins ? FIRST_SHARE : this.#most);
    if (begins) this.rest();
  }

  /** A look that began at `started` was over at `ended`. */
  took(started, ended) {
    const cost = ended - started;
    this.#cost = this.#cost ? 0.7 * this.#cost + 0.3 * cost : cost;
    this.#started = started;
    this.#done = [...this.#done.filter((at) => ended - at < PATIENCE_S), ended];
    if (this.possible() >= LEAST_RATE) this.#slow = null;
    else this.#slow ??= started;
  }

  /** What the machine showed since the last call: `lost` share of frames, `late` seconds. */
  strain({ lost = 0, late = 0 }) {
    const strained = lost > this.#usual.lost + LOST || late > this.#usual.late + LATE_S;
    this.#share = strained
      ? Math.max(LEAST_SHARE, this.#share * SLACKEN)
      : Math.min(this.#most, this.#share * RECOVER);
  }

  /** Nothing was looked at for a while, on purpose: what was slow before is forgotten. */
  rest() {
    [this.#slow, this.#done] = [null, []];
  }

  /** Pictures a second that the share of the processor allows. */
  possible() {
    return this.#cost ? Math.min(MOST_RATE, this.#share / this.#cost) : MOST_RATE;
  }

  /** Pictures a second that were looked at lately. */
  get rate() {
    const first = this.#done[0];
    const span = this.#done.at(-1) - first;
    return span > 0 ? (this.#done.length - 1) / span : 0;
  }

  /** Seconds from `now` until the next look. */
  wait(now) {
    return this.#started === null ? 0 : Math.max(0, this.#started + 1 / this.possible() - now);
  }

  /** Whether fewer than two pictures a second were possible for too long. */
  hopeless(now) {
    return this.#slow !== null && now - this.#slow >= PATIENCE_S;
  }
}
