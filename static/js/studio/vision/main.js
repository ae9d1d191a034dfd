// Looks at the learner through the preview, where they want it: a guide to sit well in the picture
// before the recording, hints about the body during it, the pose drawn over it. Nothing of this
// touches what is recorded, and no picture leaves the browser.

import { Framing, headline, judge } from "./framing.js";
import { measure } from "./geometry.js";
import { Guide } from "./guide.js";
import { Habits } from "./habits.js";
import { Overlay } from "./overlay.js";
import { missing } from "./support.js";
import { Watcher } from "./watcher.js";

const URLS = ["worker", "core", "converter", "backend", "wasm", "pose", "pose-weights", "face", "face-weights"];
const LOOKED_AT = ["room", "countdown", "recording", "paused"];

export function attach(studio) {
  const card = studio.part("framing");
  const guide = new Guide(card, studio.part("framing-word"));
  const lacking = missing();
  if (lacking) return guide.show("lacking", lacking);
  new Vision(studio, card, guide).begin();
}

class Vision {
  #studio;
  #guide;
  #watcher;
  #overlay;
  #framing = new Framing();
  #habits = new Habits();

  constructor(studio, card, guide) {
    [this.#studio, this.#guide] = [studio, guide];
    this.#overlay = new Overlay(studio.part("overlay"), studio.video);
    this.#watcher = new Watcher(Object.fromEntries(URLS.map((name) => [name, studio.url(`vision-${name}`)])), studio.video);
    this.#bindCard(card);
  }

  begin() {
    const [studio, watcher] = [this.#studio, this.#watcher];
    studio.addEventListener("stream", () => this.#follow());
    studio.addEventListener("phase", ({ detail }) => this.#enter(detail.phase));
    studio.addEventListener("hint", ({ detail }) => this.#habits.said(detail.kind.replace("body-", ""), performance.now() / 1000));
    watcher.addEventListener("progress", ({ detail }) => this.#guide.progress(detail.bytes));
    watcher.addEventListener("ready", () => this.#guide.show("on"));
    watcher.addEventListener("seen", ({ detail }) => this.#saw(detail));
    watcher.addEventListener("off", ({ detail }) => this.#gaveUp(detail));
    this.#follow();
  }

  #bindCard(card) {
    const studio = this.#studio;
    card.addEventListener("click", ({ target }) => {
      const wanted = target.closest("[data-vision-do]")?.dataset.visionDo;
      if (!wanted) return;
      studio.set("vision", wanted === "start");
      this.#follow();
      // on a phone the card lies far below what it speaks of
      if (this.#watcher.on) studio.stage.scrollIntoView({ block: "nearest" });
    });
    for (const box of card.querySelectorAll("[data-vision-setting]")) {
      box.checked = studio.setting(box.dataset.visionSetting) ?? true;
      box.addEventListener("change", () => studio.set(box.dataset.visionSetting, box.checked));
    }
  }

  /** Looks where there is something to look at, and the learner wants it. */
  #follow() {
    const camera = Boolean(this.#studio.stream?.getVideoTracks().length);
    const wanted = this.#studio.setting("vision") === true;
    this.#framing = new Framing();
    this.#habits.rest();
    if (wanted && camera && LOOKED_AT.includes(this.#studio.phase)) {
      if (!this.#watcher.on) this.#guide.show("loading");
      return this.#watcher.start();
    }
    this.#stop();
    if (this.#studio.stream && !camera) this.#guide.show("nocamera");
    else this.#guide.show(wanted ? "waiting" : "idle");
  }

  #stop() {
    this.#watcher.stop();
    this.#overlay.clear();
  }

  #enter(phase) {
    const studio = this.#studio;
    this.#watcher.recording = phase === "recording";
    this.#habits.rest();
    if (this.#watcher.on) studio.fact("vision", { on: true, rate: Math.round(10 * this.#watcher.rate) / 10 });
    if (phase === "room") studio.warn("vision", null);
    if (!LOOKED_AT.includes(phase)) this.#stop();
  }

  #saw({ seen, t }) {
    const studio = this.#studio;
    const room = studio.phase === "room";
    const verdicts = room ? this.#framing.take(t, judge(seen)) : null;
    const aloud = verdicts && this.#guide.tell(t, verdicts);
    if (aloud) studio.say(aloud);
    if (studio.phase === "recording") this.#propose(t, seen);
    this.#overlay.draw(seen, {
      pose: studio.setting("skeleton") ?? true,
      aim: room ? (verdicts && headline(verdicts) === "clear" ? "clear" : "open") : "none",
    });
  }

  #propose(t, seen) {
    const kind = this.#habits.notice(t, measure(seen));
    if (kind && (this.#studio.setting("bodyhints") ?? true)) {
      this.#studio.hint(`body-${kind}`, this.#guide.text(`hint-${kind}`));
    }
  }

  #gaveUp({ why, rate }) {
    const studio = this.#studio;
    this.#overlay.clear();
    this.#guide.show("off", why);
    studio.fact("vision", { on: false, why, rate: Math.round(10 * rate) / 10 });
    // the card is not on the page of a recording
    if (studio.phase === "room") studio.say(this.#guide.text(`off-${why}`));
    else studio.warn("vision", this.#guide.text(`off-${why}`));
  }
}
