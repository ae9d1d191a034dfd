// Puts the measures together: cells in, figures and events out. Runs wherever there are cells.

import { STEP_S } from "./cells.js";
import { Ground } from "./ground.js";
import { Hesitations } from "./hesitation.js";
import { Islands } from "./islands.js";
import { percentile } from "./levels.js";
import { Melody } from "./melody.js";
import { Pace } from "./pace.js";
import { Pauses } from "./pauses.js";
import { Syllables } from "./syllables.js";

/** Cells of voice by which it is told how loud somebody is now: about five seconds of speech. */
const RECENT = 300;

export class Listener {
  constructor() {
    this.ground = new Ground();
    this.hesitations = new Hesitations();
    this.now = 0;
    this.begin();
  }

  /** A recording begins or goes on: what was said before does not count, whose voice it is does. */
  begin() {
    this.since = this.now;
    this.events = [];
    this.syllables = new Syllables();
    this.pauses = new Pauses();
    this.islands = new Islands();
    this.pace = new Pace();
    this.melody = new Melody();
    this.nuclei = 0;
    this.voiced = [];
  }

  /** Another microphone or another room: nothing is known any more. */
  forget() {
    this.ground = new Ground();
    this.hesitations = new Hesitations();
    this.begin();
  }

  add(cell) {
    const { ground, pace } = this;
    this.now = cell.t + STEP_S / 2;
    ground.add(cell);
    const { threshold } = ground;
    const sounds = cell.level >= threshold;
    if (!sounds && cell.hz) cell.hz = 0; // the hum of a fan has a pitch too
    this.melody.add(cell);
    this.pauses.add(cell, threshold, (silence) => {
      pace.silence(silence);
      this.#tell("pause", silence);
    });
    if (sounds && this.pauses.since === null) pace.sound(cell.t, this.now);
    if (sounds && cell.hz) this.voiced.push(cell.level);
    if (this.voiced.length > RECENT) this.voiced.shift();
    this.syllables.add(cell, ground.faintest, (t) => {
      this.nuclei += 1;
      pace.nucleus(t);
    });
    this.islands.add(cell, threshold, (island) => {
      if (ground.loud === null) return;
      for (const span of this.hesitations.find(island, ground.loud)) this.#tell("filler", span);
    });
  }

  /** What is known now; times on the clock of the sound, rates null where there is too little. */
  figures() {
    const { ground, now } = this;
    const rate = this.pace.rate(now);
    return {
      t: now, since: this.since, noise: ground.noise, loud: ground.loud,
      threshold: ground.threshold, silence: this.pauses.lasting(now), spoken: this.pauses.began,
      recent: this.voiced.length === RECENT ? percentile(this.voiced, 0.8) : null,
      words: rate?.words ?? null, syllables: rate?.syllables ?? null, ...this.melody.look(now),
    };
  }

  /** What happened since they were last asked for: [{kind: "pause" | "filler", start, end}]. */
  drain() { return this.events.splice(0); }

  #tell(kind, span) { this.events.push({ kind, ...span }); }
}
