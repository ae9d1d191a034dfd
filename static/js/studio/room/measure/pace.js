// Words a minute of late, from syllables: the speaking rate of docs/metrics.md, with a documented
// number of syllables a word in the place of the words.

/** English: 1.3 in interviews, 1.4 in lectures and conversation (after Tauroza & Allison 1990). */
export const SYLLABLES_A_WORD = 1.4;
export const WINDOW_S = 15;
/** A silence longer than this ends a turn, and is no speaking time. */
const TURN_S = 3;
/** Of speaking time in the window, before there is a rate. */
const LEAST_S = 5;

export class Pace {
  constructor() {
    this.nuclei = [];
    this.gaps = []; // silences that ended a turn
    this.first = null;
    this.last = 0;
  }

  sound(start, end) {
    this.first ??= start;
    this.last = end;
  }

  nucleus(t) {
    this.nuclei.push(t);
    while (this.nuclei[0] < t - 2 * WINDOW_S) this.nuclei.shift();
  }

  silence({ start, end }) {
    if (end - start <= TURN_S) return;
    this.gaps.push({ start, end });
    while (this.gaps[0].end < end - 2 * WINDOW_S) this.gaps.shift();
  }

  /** {words, syllables}: a minute, over the speaking time of the 15 s to the last sound; or null. */
  rate(now) {
    if (this.first === null || now - this.last > TURN_S) return null;
    const from = Math.max(this.first, this.last - WINDOW_S);
    const quiet = this.gaps.reduce(
      (sum, gap) => sum + Math.max(0, Math.min(gap.end, this.last) - Math.max(gap.start, from)), 0,
    );
    const speaking = this.last - from - quiet;
    if (speaking < LEAST_S) return null;
    const syllables = (this.nuclei.filter((t) => t >= from && t <= this.last).length / speaking) * 60;
    return { syllables, words: syllables / SYLLABLES_A_WORD };
  }
}
