// What counts as silence for this speaker, microphone and room. The analysis fits its threshold to
// the whole recording (workers/engines/envelope.py); here it is fitted to what came of late.

import { SILENCE_DB, Spread } from "./levels.js";

/** How far below loud speech sound counts as silent (De Jong & Wempe 2009). */
export const QUIET_BELOW_SPEECH_DB = 25;
const ABOVE_NOISE_DB = 6;
const UNDER_LOUD_DB = 8;
const MEMORY_S = 30;
/** Of voice, before its level is known. */
const KNOWN_S = 0.5;
/** Until then a voice stands this far out of the noise, and is at least so loud. */
const STANDS_OUT_DB = 12;
const LEAST_DB = -60;

export class Ground {
  constructor() {
    this.all = new Spread(MEMORY_S);
    this.voice = new Spread(MEMORY_S);
    this.vowels = new Spread(MEMORY_S);
    this.asked = null; // the noise of a silence that was asked for
  }

  add({ level, vowels, hz }) {
    this.all.add(level);
    if (!hz || level < Math.max(LEAST_DB, this.noise + STANDS_OUT_DB)) return;
    this.voice.add(level);
    this.vowels.add(vowels);
  }

  /** dBFS between the words: the quietest tenth of late, and never more than was measured. */
  get noise() {
    const heard = (this.all.percentile(0.1) ?? SILENCE_DB) + 1;
    return this.asked === null ? heard : Math.min(heard, this.asked + ABOVE_NOISE_DB);
  }

  get known() { return this.voice.seconds >= KNOWN_S; }

  /** Level of loud speech, dBFS: 5 % of it is louder; null while nobody has spoken. */
  get loud() { return this.known ? this.voice.percentile(0.95) : null; }

  /** Level under which a cell is silent. */
  get threshold() {
    const { loud, noise } = this;
    if (loud === null) return Math.max(LEAST_DB, noise + STANDS_OUT_DB);
    return Math.max(
      loud - QUIET_BELOW_SPEECH_DB, Math.min(noise + ABOVE_NOISE_DB, loud - UNDER_LOUD_DB),
    );
  }

  /** The vowels' level under which a peak is no syllable. */
  get faintest() {
    return this.known ? this.vowels.percentile(0.95) - QUIET_BELOW_SPEECH_DB : SILENCE_DB;
  }
}
