// The beat of a metronome as times: each is reckoned from the first, so that none is off by what
// the ones before it were.

export class Beat {
  constructor(perMinute) {
    this.period = 60 / perMinute;
    this.start = 0;
    this.next = 0;
  }

  begin(at) {
    this.start = at;
    this.next = 0;
  }

  /** Goes on at `at` where `beats` (a fraction counts) are over. */
  goOn(at, beats) {
    this.start = at - beats * this.period;
    this.next = Math.ceil(beats);
  }

  /** How many beats are over at `at`, as a fraction. */
  over(at) { return (at - this.start) / this.period; }

  /** The times of the beats before `until` that were not asked for yet, none before `from`. */
  due(from, until) {
    const times = [];
    for (; this.#time(this.next) < until; this.next += 1) {
      if (this.#time(this.next) >= from) times.push(this.#time(this.next));
    }
    return times;
  }

  #time(n) { return this.start + n * this.period; }
}
