// A metronome: always to be seen, and to be heard where the learner has headphones on. Its clicks go
// to the loudspeakers or headphones alone; the recording takes the microphone.

import { Beat } from "./beat.js";

const RUNS = ["room", "countdown", "recording"];
const LOOK_MS = 25;
/** Clicks are handed to the clock of the sound so long ahead: a busy page does not shift them. */
const AHEAD_S = 0.2;
const CLICK = { hz: 1200, seconds: 0.03, loud: 0.25 };

class Metronome {
  #studio;
  #lamps;
  #sound;
  #shown = -1;

  constructor(studio, root) {
    const perMinute = Number(root.dataset.beats);
    this.#studio = studio;
    this.#lamps = [...root.querySelectorAll("[data-metronome-lamp]")];
    this.seen = new Beat(perMinute);
    this.heard = new Beat(perMinute);
    this.#sound = root.querySelector("[data-metronome-click]");
    this.#sound.addEventListener("change", () => this.#switch());
    studio.addEventListener("phase", () => this.#begin());
    setInterval(() => this.#look(), LOOK_MS);
    this.#begin();
  }

  get #runs() { return RUNS.includes(this.#studio.phase); }

  #begin() {
    this.seen.begin(now());
    this.#shown = -1;
    if (this.#sound.checked) this.#switch();
    else this.#light(0);
  }

  /** The clock of the sound takes up the beat where the eye has it. */
  async #switch() {
    if (!this.#sound.checked) return;
    const context = this.#studio.audioContext();
    await context.resume();
    this.heard.goOn(context.currentTime, this.seen.over(now()));
  }

  #look() {
    if (!this.#runs) return;
    this.#light(Math.max(0, Math.floor(this.seen.over(now()))));
    if (!this.#sound.checked) return;
    const context = this.#studio.audioContext();
    if (context.state !== "running") return;
    for (const at of this.heard.due(context.currentTime, context.currentTime + AHEAD_S)) {
      click(context, at);
    }
  }

  #light(beat) {
    if (beat === this.#shown) return;
    this.#shown = beat;
    this.#lamps.forEach((lamp, n) => {
      lamp.toggleAttribute("data-on", this.#runs && n === beat % this.#lamps.length);
    });
  }
}

const now = () => performance.now() / 1000;

function click(context, at) {
  const tone = new OscillatorNode(context, { frequency: CLICK.hz });
  const swell = new GainNode(context, { gain: 0 });
  tone.connect(swell).connect(context.destination);
  swell.gain.setValueAtTime(CLICK.loud, at);
  swell.gain.exponentialRampToValueAtTime(0.001, at + CLICK.seconds);
  tone.start(at);
  tone.stop(at + CLICK.seconds);
}

export function attach(studio) {
  const root = studio.part("metronome");
  if (root) new Metronome(studio, root);
}
