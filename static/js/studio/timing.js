// Countdown, target length and what happens when it is reached.

import { showTime } from "./times.js";

const NAMES = ["countdown", "target", "stop-at-target"];

export class Timing {
  #studio;
  #told = false;

  constructor(studio) {
    this.#studio = studio;
    for (const name of NAMES) {
      const field = studio.part(name);
      const kept = studio.setting(name);
      if (field.type === "checkbox") field.checked = Boolean(kept);
      else if (kept !== undefined) {
        field.value = kept;
        if (field.value === "") field.add(new Option(showTime(kept), kept, true, true)); // a drill's own
      }
      field.addEventListener("change", () => {
        studio.set(name, field.type === "checkbox" ? field.checked : Number(field.value));
        this.#show();
      });
    }
    studio.addEventListener("tick", ({ detail }) => this.#follow(detail.t));
    studio.addEventListener("phase", ({ detail }) => {
      if (detail.phase === "recording" && detail.before !== "paused") this.#told = false;
      this.#show();
    });
    this.#show();
  }

  get #target() { return Number(this.#studio.setting("target") ?? 0); }

  #show() {
    const target = this.#target;
    this.#studio.part("aim").textContent = target ? ` / ${showTime(target)}` : "";
    this.#studio.part("stop-field").hidden = !target;
    this.#follow(this.#studio.clock());
  }

  #follow(t) {
    const target = this.#target;
    const line = this.#studio.part("aim-line");
    line.hidden = !target;
    if (!target) return;
    line.value = Math.min(1, t / target);
    if (this.#studio.phase !== "recording" || t < target || this.#told) return;
    this.#told = true;
    this.#studio.say(this.#studio.text("TargetReached"));
    if (this.#studio.setting("stop-at-target")) this.#studio.stop();
  }
}
