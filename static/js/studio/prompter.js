// Talking points, a teleprompter that scrolls at a pace in words a minute, and slide marks.

import { addKey } from "./keys.js";

const DEFAULTS = { shown: "points", pace: 130, size: 160, mirrored: false };
const SAME_S = 4; // a slide that is pressed and seen within so long is one
const LONGEST_FRAME_S = 0.5; // a tab that was hidden does not jump
const KEPT_EVERY_MS = 1000;

class Prompter {
  #studio;
  #root;
  #notes;
  #text;
  #running = false;
  #at = 0; // px; scrollTop alone drops what is less than one
  #frame = 0;
  #before = 0;
  #keptAt = 0;

  constructor(studio, root) {
    this.#studio = studio;
    this.#root = root;
    this.#notes = root.querySelector("[data-prompter-notes]");
    this.#text = root.querySelector("[data-prompter-text]");
    if (this.#notes) this.#bindNotes();
    if (this.#slideButton) this.#bindSlides();
  }

  get #slideButton() { return this.#root.querySelector("[data-prompter-slide]"); }

  get #runButton() { return this.#root.querySelector("[data-prompter-run]"); }

  get #settings() { return { ...DEFAULTS, ...this.#studio.setting("prompter") }; }

  #set(name, value) {
    this.#studio.set("prompter", { ...this.#settings, [name]: value });
    this.#show();
  }

  #bindNotes() {
    const data = this.#root.dataset;
    this.#root.addEventListener("click", ({ target }) => {
      const as = target.closest("[data-prompter-as]")?.dataset.prompterAs;
      if (as) this.#set("shown", as);
      if (target.closest("[data-prompter-run]")) this.#run(!this.#running);
    });
    this.#root.addEventListener("input", ({ target }) => {
      const name = target.dataset.prompterSet;
      if (name) this.#set(name, target.type === "checkbox" ? target.checked : Number(target.value));
    });
    addKey(this.#studio, "t", data.textKeyScroll, () => {
      if (this.#settings.shown === "scroll") this.#run(!this.#running);
    });
    this.#text.addEventListener("scroll", () => this.#keep());
    this.#studio.addEventListener("phase", ({ detail }) => this.#phase(detail));
    this.#show();
  }

  #bindSlides() {
    this.#slideButton.addEventListener("click", () => this.#slide());
    addKey(this.#studio, "d", this.#root.dataset.textKeySlide, () => this.#slide());
    this.#studio.addEventListener("slide", ({ detail }) => this.#found(detail.t));
    this.#studio.addEventListener("phase", ({ detail }) => {
      if (detail.phase === "recording") this.#count();
    });
  }

  /** The first slide is there from the beginning: a mark begins the next. */
  #slide() {
    if (!["recording", "paused"].includes(this.#studio.phase)) return;
    const seen = this.#marked.find((mark) => mark.found && this.#studio.clock() - mark.t < SAME_S);
    if (seen) seen.found = false;
    if (seen) this.#studio.keep("marks", this.#studio.kept("marks"));
    else this.#studio.mark("slide", { n: this.#slides + 1 });
    this.#count();
    this.#studio.say(this.#root.dataset.textSlide.replace("%n", this.#slides));
  }

  /** The shared screen shows another. */
  #found(t) {
    if (this.#marked.some((mark) => Math.abs(mark.t - t) < SAME_S)) return;
    this.#studio.mark("slide", { n: this.#slides + 1, t, found: true });
    this.#count();
  }

  get #marked() {
    return (this.#studio.kept("marks") ?? []).filter(({ kind }) => kind === "slide");
  }

  get #slides() { return 1 + this.#marked.length; }

  #count() {
    const place = this.#root.querySelector("[data-prompter-slides]");
    place.textContent = this.#root.dataset.textSlides.replace("%n", this.#slides);
  }

  /** What share of the text was read, for a recording that is cut off and goes on. */
  #keep() {
    const now = performance.now();
    if (this.#studio.phase !== "recording" || now - this.#keptAt < KEPT_EVERY_MS) return;
    this.#keptAt = now;
    this.#studio.keep("read", this.#text.scrollTop / this.#text.scrollHeight);
  }

  /** It scrolls while it is recorded, and holds with the recording. One that goes on comes from the
   *  room as if it had been paused. */
  #phase({ phase, before }) {
    if (phase === "recording" && before !== "paused") this.#text.scrollTop = 0;
    if (phase === "paused" && before !== "recording") {
      this.#text.scrollTop = (this.#studio.kept("read") ?? 0) * this.#text.scrollHeight;
    }
    this.#run(phase === "recording" && this.#settings.shown === "scroll");
  }

  #run(on) {
    this.#running = on;
    cancelAnimationFrame(this.#frame);
    this.#runButton.textContent = this.#root.dataset[on ? "textHold" : "textRun"];
    if (!on) return;
    this.#before = performance.now();
    this.#at = this.#text.scrollTop;
    this.#frame = requestAnimationFrame((now) => this.#scroll(now));
  }

  #scroll(now) {
    const seconds = Math.min(LONGEST_FRAME_S, (now - this.#before) / 1000);
    this.#before = now;
    this.#at += seconds * this.#pixelsPerSecond;
    this.#text.scrollTop = this.#at;
    const end = this.#text.scrollHeight - this.#text.clientHeight;
    if (this.#at >= end) return this.#run(false);
    this.#frame = requestAnimationFrame((later) => this.#scroll(later));
  }

  /** The words stand in the height of the text without its padding. */
  get #pixelsPerSecond() {
    const words = this.#text.textContent.trim().split(/\s+/).length;
    const style = getComputedStyle(this.#text);
    const height = this.#text.scrollHeight - parseFloat(style.paddingTop) - parseFloat(style.paddingBottom);
    return (height / words) * (this.#settings.pace / 60);
  }

  #show() {
    const settings = this.#settings;
    const notes = this.#notes;
    notes.dataset.shown = settings.shown;
    notes.dataset.mirrored = String(settings.mirrored);
    this.#text.style.setProperty("--prompter-size", settings.size / 100);
    for (const button of notes.querySelectorAll("[data-prompter-as]")) {
      button.setAttribute("aria-pressed", button.dataset.prompterAs === settings.shown);
    }
    for (const field of notes.querySelectorAll("[data-prompter-set]")) {
      const value = settings[field.dataset.prompterSet];
      if (field.type === "checkbox") field.checked = value;
      else field.value = value;
    }
    notes.querySelector("[data-prompter-shows=pace]").textContent = settings.pace;
    notes.querySelector("[data-prompter-shows=size]").textContent = `${settings.size} %`;
    if (settings.shown !== "scroll") this.#run(false);
  }
}

export function attach(studio) {
  const root = studio.part("prompter");
  if (root) new Prompter(studio, root);
}
