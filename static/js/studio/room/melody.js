// A melody to imitate: one phrase at a time, the voice drawn over it while it is said.

import { bindHearing } from "../../melody/tone.js";
import { Follower } from "./measure/follow.js";

const MIDDLE_HZ = 160; // before a voice was heard
const DRAWN_EVERY_MS = 100;

export class Melody {
  #studio;
  #root;
  #model;
  #follower;
  #drawnAt = -Infinity;
  #stopTone;

  constructor(root, studio, listening) {
    this.#root = root;
    this.#studio = studio;
    this.#model = JSON.parse(root.querySelector("#melody-model").textContent);
    this.#follower = new Follower(this.#model.phrases.map((phrase) => phrase.length));
    this.place = 0;
    const { textHear: hear, textStop: stop } = root.dataset;
    this.#stopTone = bindHearing(
      this.part("hear"), { hear, stop }, () => studio.audioContext(),
      () => [this.#model.phrases[this.place]], () => this.#follower.middle ?? MIDDLE_HZ,
    );
    this.part("back").addEventListener("click", () => this.#turn(this.place - 1));
    this.part("on").addEventListener("click", () => this.#turn(this.place + 1));
    listening.addEventListener("cells", ({ detail }) => this.#hear(detail.cells));
    studio.addEventListener("phase", ({ detail }) => this.#phase(detail));
    this.#turn(0);
  }

  part(name) { return this.#root.querySelector(`[data-melody-${name}]`); }

  text(name) { return this.#root.getAttribute(`data-text-${name}`); }

  /** What plays the tone would be recorded over loudspeakers: it ends before a recording begins. */
  #phase({ phase, before }) {
    if (phase !== "room") this.#stopTone();
    if (phase !== "recording") return;
    if (before === "paused") return this.#turn(this.place);
    for (const own of this.#root.querySelectorAll("[data-melody-own]")) own.setAttribute("d", "");
    this.#turn(0);
  }

  #turn(place) {
    const pages = [...this.#root.querySelectorAll("[data-melody-phrase]")];
    this.place = Math.min(Math.max(0, place), pages.length - 1);
    pages.forEach((page, n) => { page.hidden = n !== this.place; });
    this.part("back").setAttribute("aria-disabled", String(this.place === 0));
    this.part("on").setAttribute("aria-disabled", String(this.place === pages.length - 1));
    const words = this.text("place").replace("%n", this.place + 1).replace("%of", pages.length);
    this.part("place").textContent = words;
    this.#follower.begin(this.place);
    this.#say("waiting");
  }

  #hear(cells) {
    if (this.#studio.phase !== "recording") {
      for (const cell of cells) this.#follower.learn(cell);
      return;
    }
    for (const cell of cells) if (this.#follower.add(cell)) return this.#ended();
    if (this.#follower.over || this.#follower.waits) return;
    this.#say("speaking");
    const now = performance.now();
    if (now - this.#drawnAt < DRAWN_EVERY_MS) return;
    this.#drawnAt = now;
    this.#draw();
  }

  /** On to the next; what was drawn of the last stays to be looked at. */
  #ended() {
    this.#draw();
    if (this.place + 1 < this.#model.phrases.length) return this.#turn(this.place + 1);
    this.#follower.begin(this.#model.phrases.length);
    this.#say("done");
  }

  #say(name) {
    const place = this.part("said");
    if (place.textContent !== this.text(name)) place.textContent = this.text(name);
  }

  #draw() {
    const svg = this.#root.querySelector("[data-melody-phrase]:not([hidden]) svg");
    const { left, perSecond, perSemitone } = this.#model;
    const zero = Number(svg.dataset.zero);
    let path = "";
    let open = false;
    for (const [t, tone] of this.#follower.drawn()) {
      const x = left + t * perSecond;
      if (tone !== null && x <= svg.viewBox.baseVal.width) {
        path += `${open ? "L" : "M"}${x.toFixed(1)} ${(zero - tone * perSemitone).toFixed(1)}`;
      }
      open = tone !== null;
    }
    svg.querySelector("[data-melody-own]").setAttribute("d", path);
  }
}
