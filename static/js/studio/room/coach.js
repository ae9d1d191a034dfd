// Live coaching on the page: the hint over the stage, the gauge of pace, the ticks; all optional.

import { Advice } from "./advice.js";
import { Chooser, KINDS, MODES } from "./chooser.js";

const SHOWN_MS = 7000;
const GAUGE = [60, 240]; // words a minute at its ends
const BANDS = [[100, "slow"], [125, "calm"], [165, "comfortable"], [190, "brisk"], [Infinity, "fast"]];
const GAUGE_EVERY_MS = 1000;
const TARGETS = { calm: [100, 140], usual: [120, 165], brisk: [145, 190] };
const MOST_TICKS = 24;
/** A pace counted in captions is one for so long. */
const CAPTIONS_MS = 6000;

export class Coach {
  #studio;
  #chooser = new Chooser();
  #advice = new Advice();
  #hiding = null;
  #gaugedAt = -Infinity;
  #ums = 0;
  #counted = { words: null, at: -Infinity };

  constructor(root, studio, listening) {
    this.root = root;
    this.#studio = studio;
    this.shown = root.querySelector("[data-coach-hint]");
    studio.stage.append(this.shown);
    listening.addEventListener("cells", ({ detail }) => this.#hear(detail));
    studio.addEventListener("offer", ({ detail }) => this.#offer(detail));
    studio.addEventListener("words", ({ detail }) => {
      this.#counted = { words: detail.wordsPerMinute, at: performance.now() };
    });
    studio.addEventListener("phase", ({ detail }) => this.#phase(detail));
    this.#settings();
  }

  part(name) { return this.root.querySelector(`[data-coach-${name}]`); }

  text(name) { return this.root.getAttribute(`data-text-${name}`); }

  #phase({ phase, before }) {
    if (phase !== "recording") return this.#hide();
    this.#advice.begin(this.now);
    this.#advice.length = Number(this.#studio.setting("target") ?? 0);
    if (before === "paused") return;
    this.#chooser.begin();
    this.#ums = 0;
    this.part("ticks").replaceChildren();
    this.#count();
  }

  #hear({ cells, listener }) {
    this.now = listener.now;
    const events = listener.drain();
    if (this.#studio.phase !== "recording") return;
    if (cells.some((cell) => cell.clipped)) this.#advice.clipped(listener.now);
    for (const event of events) {
      this.#advice.hear(event);
      if (event.kind === "filler") this.#tick();
    }
    const now = performance.now();
    if (now - this.#gaugedAt < GAUGE_EVERY_MS) return;
    this.#gaugedAt = now;
    const figures = listener.figures();
    // words that were recognised say more than syllables, where captions are on
    if (figures.words !== null && now - this.#counted.at < CAPTIONS_MS) {
      figures.words = this.#counted.words;
    }
    this.#gauge(figures.words);
    for (const offer of this.#advice.look(figures, this.#studio.clock())) {
      if (!this.#offer({ ...offer, text: this.#words(offer) })) continue;
      this.#advice.said(offer.name, listener.now);
      break;
    }
  }

  #words({ name, number }) { return this.text(name)?.replace("%s", number); }

  /** A hint of ours or of another module; says whether it is shown. */
  #offer(hint) {
    if (this.#studio.phase !== "recording") return false;
    if (!this.#chooser.offer(hint, performance.now() / 1000)) return false;
    const { kind, group, text } = hint;
    this.shown.querySelector("span").textContent = text;
    this.shown.toggleAttribute("data-praise", group === "praise");
    this.shown.hidden = false;
    clearTimeout(this.#hiding);
    this.#hiding = setTimeout(() => this.#hide(), SHOWN_MS);
    this.#studio.mark("hint", { hint: kind });
    if (this.#studio.setting("hints_read")) this.#studio.say(text);
    this.#studio.dispatchEvent(new CustomEvent("hint", { detail: { kind, text } }));
    return true;
  }

  #hide() {
    clearTimeout(this.#hiding);
    this.shown.hidden = true;
  }

  /** About so many words a minute, in steps of five: it is no surer than that. */
  #gauge(words) {
    const [gauge, said] = [this.part("gauge"), this.part("pace")];
    const shown = words === null ? null : 5 * Math.round(words / 5);
    const band = shown === null ? "none" : BANDS.find(([end]) => shown < end)[1];
    const text = this.text(`pace-${band}`).replace("%s", shown);
    if (said.textContent !== text) said.textContent = text;
    gauge.toggleAttribute("data-empty", shown === null);
    if (shown === null) return;
    gauge.style.setProperty("--pace", share(shown));
  }

  #tick() {
    this.#ums += 1;
    const ticks = this.part("ticks");
    ticks.append(document.createElement("li"));
    if (ticks.children.length > MOST_TICKS) ticks.firstElementChild.remove();
    this.#count();
  }

  #count() {
    const name = this.#ums === 0 ? "ums-none" : this.#ums === 1 ? "ums-one" : "ums-many";
    this.part("ums").textContent = this.text(name).replace("%s", this.#ums);
  }

  // what the learner wants

  #settings() {
    const form = this.part("settings");
    const studio = this.#studio;
    const mode = studio.setting("hints");
    form.elements.hints.value = MODES.includes(mode) ? mode : "all";
    const off = new Set(studio.setting("hints_off") ?? []);
    for (const box of form.elements.kind) box.checked = !off.has(box.value);
    form.elements.target.value = studio.setting("pace_target") in TARGETS
      ? studio.setting("pace_target") : "usual";
    form.elements.gauges.checked = studio.setting("gauges") ?? true;
    form.elements.read.checked = Boolean(studio.setting("hints_read"));
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("change", () => this.#changed(form));
    this.#apply(form);
  }

  #changed(form) {
    const studio = this.#studio;
    studio.set("hints", form.elements.hints.value);
    studio.set("hints_off", KINDS.filter((kind) => !checked(form, kind)));
    studio.set("pace_target", form.elements.target.value);
    studio.set("gauges", form.elements.gauges.checked);
    studio.set("hints_read", form.elements.read.checked);
    this.#apply(form);
  }

  #apply(form) {
    this.#chooser.mode = form.elements.hints.value;
    this.#chooser.off = new Set(KINDS.filter((kind) => !checked(form, kind)));
    this.#advice.target = TARGETS[form.elements.target.value];
    const [low, high] = this.#advice.target;
    this.part("gauge").style.setProperty("--low", share(low));
    this.part("gauge").style.setProperty("--high", share(high));
    this.part("target").textContent = this.text("target").replace("%s", `${low}–${high}`);
    this.root.toggleAttribute("data-plain", !form.elements.gauges.checked);
    this.part("kinds").disabled = form.elements.hints.value === "none";
    if (form.elements.hints.value === "none") this.#hide();
  }
}

const checked = (form, kind) =>
  [...form.elements.kind].find((box) => box.value === kind)?.checked ?? true;

/** Where a pace lies on the gauge, 0 to 1. */
const share = (words) =>
  Math.min(1, Math.max(0, (words - GAUGE[0]) / (GAUGE[1] - GAUGE[0]))).toFixed(3);
