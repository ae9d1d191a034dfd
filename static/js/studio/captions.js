// Live captions: off until the learner switches them on. By Rostrum's own worker, or by the
// browser's recogniser; where that sends the sound to its maker, only after a yes to just that.

import { BrowserCaptions, install, offered } from "./captions/browser.js";
import { Lines } from "./captions/lines.js";
import { ServerCaptions } from "./captions/server.js";

/** Dispatches `words` {wordsPerMinute, t, origin} on the studio when a line has come. */
class Captions {
  #studio;
  #root;
  #panel;
  #lines;
  #source = null;
  #kept = null;

  constructor(studio, root, panel) {
    this.#studio = studio;
    this.#root = root;
    this.#panel = panel;
    this.#lines = new Lines(
      root.querySelector("[data-captions-box]"), root.querySelector("[data-captions-log]"),
    );
    this.#bind();
    this.#show();
    this.#offer();
  }

  get #on() { return Boolean(this.#studio.setting("captions")); }

  get #origin() {
    const chosen = this.#studio.setting("captionsOrigin") ?? "server";
    return chosen === "browser" && !this.#consent ? "server" : chosen;
  }

  get #consent() { return this.#studio.setting("captionsConsent") ?? null; }

  get #language() {
    const { language } = this.#root.dataset;
    return language && language !== "auto" ? language : document.documentElement.lang || "en";
  }

  #bind() {
    const studio = this.#studio;
    studio.addEventListener("phase", ({ detail }) => this.#phase(detail));
    studio.addEventListener("stream", () => this.#source?.rewire());
    studio.root.addEventListener("change", ({ target }) => this.#changed(target));
    this.#button.addEventListener("click", () => this.#switch(!this.#on));
  }

  get #button() { return this.#root.querySelector("[data-captions-switch]"); }

  async #changed({ name, checked, value }) {
    if (name === "captions-on") this.#switch(checked);
    if (name === "captions-aloud") this.#studio.set("captionsAloud", checked);
    if (name === "captions-origin") await this.#choose(value);
    this.#show();
  }

  #switch(on) {
    this.#studio.set("captions", on);
    this.#show();
    this.#studio.say(this.#text(on ? "on" : "off"));
    if (on && this.#studio.phase === "recording") this.#begin();
    if (!on) this.#end();
  }

  /** Another origin; the one at its maker's only after a yes, the one on the device once it is
   *  there. */
  async #choose(origin) {
    if (origin === "browser") {
      const yes = await this.#studio.ask("captions");
      this.#studio.set("captionsConsent", yes ? new Date().toISOString() : null);
      if (!yes) return;
    }
    if (origin === "browser-device" && this.#panel.dataset.device === "download") {
      this.#say("fetching");
      const there = await install(this.#language);
      this.#say(there ? null : "not-fetched");
      if (!there) return;
      this.#panel.dataset.device = "yes";
    }
    this.#studio.set("captionsOrigin", origin);
    this.#end();
  }

  async #offer() {
    const { maker, device } = await offered(this.#language);
    this.#panel.dataset.device = device;
    this.#panel.querySelector("[data-captions-maker]").hidden = !maker;
    this.#panel.querySelector("[data-captions-device]").hidden = device === "no";
    this.#show();
  }

  #phase({ phase, before }) {
    if (phase === "recording") {
      const begins = before !== "paused" || !this.#kept; // or goes on, perhaps with some already
      if (begins) this.#kept = this.#studio.kept("captions");
      if (begins) this.#lines.begin(this.#kept?.lines ?? []);
      if (this.#on) this.#begin();
    } else if (phase === "paused") {
      this.#source?.stop();
    } else {
      this.#end();
    }
  }

  #begin() {
    if (this.#source?.origin !== this.#origin) this.#end();
    this.#source ??= this.#make();
    this.#root.querySelector("[data-captions-by]").textContent = this.#text(`by-${this.#origin}`);
    this.#source.start();
  }

  #make() {
    const source = this.#origin === "server"
      ? new ServerCaptions(this.#studio, {
        socket: this.#root.dataset.socket, worklet: this.#root.dataset.worklet,
      })
      : new BrowserCaptions(this.#studio, {
        language: this.#language, onDevice: this.#origin === "browser-device",
      });
    source.addEventListener("line", ({ detail }) => this.#line(source, detail));
    source.addEventListener("state", ({ detail }) => this.#state(detail));
    return source;
  }

  /** Late words of a source that was left behind still belong to the take. */
  #end() {
    const source = this.#source;
    this.#source = null;
    this.#say(null);
    this.#lines.settle();
    if (!source) return;
    source.stop();
    setTimeout(() => source.close(), 5000);
  }

  #line(source, line) {
    if (source !== this.#source && line.kind === "partial") return;
    if (!this.#lines.add(line)) return;
    this.#keep(source.origin);
    const wordsPerMinute = this.#lines.pace(line.end);
    if (wordsPerMinute === null) return;
    const detail = { wordsPerMinute, t: line.end, origin: source.origin };
    this.#studio.dispatchEvent(new CustomEvent("words", { detail }));
  }

  /** A take in which the browser's maker heard a part is one that it heard. */
  #keep(origin) {
    const before = this.#kept?.origin;
    const heard = before && before !== origin && [before, origin].includes("browser");
    this.#kept = {
      origin: heard ? "browser" : origin,
      consented_at: heard || origin === "browser" ? this.#consent : null,
      language: this.#language,
      lines: this.#lines.kept,
    };
    this.#studio.keep("captions", this.#kept);
  }

  #state({ state, reason, engine, model }) {
    if (state === "ready") {
      this.#say(null);
      if (engine) this.#studio.fact("captions", { engine, model });
      return;
    }
    this.#lines.settle();
    this.#say(state === "over" && reason === "closed" ? "over" : reason);
  }

  #say(name) {
    this.#studio.warn("captions", name ? this.#text(name) : null);
  }

  #text(name) { return this.#root.getAttribute(`data-text-${name}`); }

  #show() {
    const on = this.#on;
    this.#lines.aloud = Boolean(this.#studio.setting("captionsAloud"));
    this.#root.dataset.on = on;
    this.#button.setAttribute("aria-pressed", on);
    const field = (name) => this.#panel.querySelector(`[name="${name}"]`);
    field("captions-on").checked = on;
    field("captions-aloud").checked = this.#lines.aloud;
    for (const choice of this.#panel.querySelectorAll("[name=captions-origin]")) {
      choice.checked = choice.value === this.#origin;
    }
    this.#panel.querySelector("[data-captions-choice]").hidden = !on;
  }
}

export function attach(studio) {
  const root = studio.part("captions");
  const panel = studio.part("captions-panel");
  if (!root || !panel) return;
  if (ServerCaptions.offered()) new Captions(studio, root, panel);
  else panel.hidden = root.hidden = true;
}
