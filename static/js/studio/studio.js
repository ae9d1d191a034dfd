// The studio as its modules see it: phases, stream, clock, marks, notices, settings.

import { alone } from "./alone.js";
import { Devices, unable } from "./devices.js";
import { clearLeftovers } from "./leftovers.js";
import { Review } from "./review.js";
import { Settings } from "./settings.js";
import { Store } from "./store.js";
import { Take } from "./take.js";
import { showTime } from "./times.js";
import { Timing } from "./timing.js";

const TICK_MS = 250;
const RECORDED = ["recording", "paused"];
const LEAVING = [...RECORDED, "sending"];
const FOUND = { recording: "Cut", recorded: "Found", remote: "Remote" };

/** Events: `phase` {phase, before}, `stream` {stream}, `tick` {t}, `setting` {name, value},
 *  `offer`, `hint` {kind, text}, `slide` {t} where a shared screen shows another.
 *  Phases: room, countdown, recording, paused, review, sending. */
export class Studio extends EventTarget {
  #context = null;
  #facts = {};
  #take = null;
  #timer = null;
  #store = null;
  #busy = false;
  #awake = null;
  #settings;
  #here;

  constructor(root) {
    super();
    this.root = root;
    this.#settings = new Settings(root.dataset.user);
    this.#here = JSON.parse(document.getElementById("studio-here")?.textContent ?? "{}");
    this.video = this.part("video");
    this.stage = this.part("stage");
    this.phase = "room";
    this.stream = null;
    this.film = null; // recorded in the place of the stream where a screen is shared
    this.devices = new Devices(this);
    this.review = new Review(this);
    new Timing(this);
    this.#bind();
    this.#show();
  }

  // what modules use

  part(name) { return this.root.querySelector(`[data-studio-${name}]`); }

  text(name) { return this.root.dataset[`text${name}`]; }

  url(name) {
    const attribute = `data-url-${name}`;
    return this.root.getAttribute(attribute)
      ?? this.root.querySelector(`[${attribute}]`)?.getAttribute(attribute);
  }

  clock() { return this.#take?.clock() ?? 0; }

  /** The one AudioContext; call it after a gesture first. */
  audioContext() {
    this.#context ??= new AudioContext();
    if (this.#context.state === "suspended") this.#context.resume();
    return this.#context;
  }

  mark(kind, payload = {}) {
    if (!this.#take) return;
    this.#take.kept.marks.push({ t: this.clock(), kind, ...payload });
    this.#take.save();
  }

  /** `parts` [{id, start, end}] or `captions`, kept with the take and sent with it. */
  keep(name, value) {
    if (!this.#take) return;
    this.#take.kept[name] = value;
    this.#take.save();
  }

  /** What `keep` or `mark` kept: `parts`, `captions`, `marks`. */
  kept(name) { return this.#take?.kept[name] ?? null; }

  fact(name, value) {
    this.#facts[name] = value;
    if (!this.#take) return;
    this.#take.kept.facts[name] = value;
    this.#take.save();
  }

  /** What this practice asks for goes before what the person has set, and is not kept for others. */
  setting(name) { return this.#here[name] ?? this.#settings.all()[name]; }

  set(name, value) {
    if (name in this.#here) this.#here[name] = value;
    else this.#settings.set(name, value);
    this.#tell("setting", { name, value });
  }

  say(text) {
    const place = this.part("said");
    place.textContent = "";
    place.textContent = text;
  }

  /** A notice that stays until `warn(key, null)`. */
  warn(key, text) {
    const place = this.part("notices");
    const shown = place.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (!text) return shown?.remove();
    const notice = shown ?? this.part("notice").content.firstElementChild.cloneNode(true);
    notice.dataset.key = key;
    const words = notice.querySelector("p");
    if (words.textContent !== text) words.textContent = text;
    if (!shown) place.append(notice);
  }

  /** Offers a hint: room/coach.js chooses among them, and `hint` tells which is shown. */
  hint(kind, text) { this.#tell("offer", { kind, text }); }

  // the way through

  /** The page is there: an unfinished take first, else the room. */
  async enter() {
    const { session, user } = this.root.dataset;
    if (!await alone(session, () => window.location.reload())) {
      this.warn("tab", this.text("OtherTab"));
      this.part("floor").inert = true;
      return;
    }
    if (!unable()) this.#store = await Store.open(user).catch(() => null);
    const left = this.#store && (await Take.found(this.#store, this.#urls, session) ?? this.#remote());
    if (left) this.#found(left);
    else await this.devices.enter();
    if (this.#store) await clearLeftovers(this.#store, session, window.location.pathname);
  }

  async start() {
    if (this.phase !== "room" || this.#busy) return;
    this.#busy = true;
    try {
      if (!await this.#ready()) return;
      this.#take = Take.begin(this.#store, this.#urls, this.root.dataset.session, {
        facts: { ...this.#facts }, settings: { ...this.#settings.all(), ...this.#here },
      });
      this.#listen(this.#take);
      await this.#roll();
      this.warn("found", null);
      this.#go("recording");
      this.say(this.text("Recording"));
    } catch (error) {
      console.warn(error);
      this.warn("recorder", this.text("RecorderFailed"));
      const take = this.#take;
      this.#take = null;
      this.#go("room");
      await take?.discard().catch(() => {}); // its recorder may be running, its first bytes sent
    } finally {
      this.#busy = false;
    }
  }

  async #roll() {
    const film = this.film ?? this.stream;
    await this.#take.record(film.getVideoTracks().length ? "camera" : "audio", film);
    this.#awake = await navigator.wakeLock?.request("screen").catch(() => null);
  }

  async #ready() {
    if (!this.stream && !await this.devices.open()) return false;
    this.warn("recorder", null);
    this.#store ??= await Store.open(this.root.dataset.user);
    navigator.storage?.persist?.().catch(() => {});
    return this.#countdown();
  }

  pause() {
    if (this.phase !== "recording") return;
    this.#take.pause();
    this.#go("paused");
    this.say(this.text("Paused"));
  }

  resume() {
    if (this.phase !== "paused") return;
    this.#take.resume();
    this.#go("recording");
    this.say(this.text("Recording"));
  }

  async stop() {
    if (!RECORDED.includes(this.phase) || this.#busy) return;
    this.#busy = true;
    this.#awake?.release();
    await this.#take.stop();
    this.#busy = false;
    if (!this.#take.size) {
      await this.discard();
      return this.warn("recorder", this.text("RecordedNothing"));
    }
    this.#go("review");
    this.devices.close();
    await this.review.open(this.#take);
  }

  /** Throws the take away, after asking, and goes back to the room. */
  async restart() {
    if (this.phase === "countdown") return this.#go("room");
    if (![...RECORDED, "review"].includes(this.phase)) return;
    const running = this.phase === "recording";
    if (running) this.pause();
    if (!await this.ask("restart")) return running && this.resume();
    await this.discard();
  }

  async discard() {
    const take = this.#take;
    this.#take = null;
    this.#busy = true; // a new one before the old is gone would go with it
    this.review.close();
    for (const key of ["sending", "found", "storage", "limit", "unplugged"]) this.warn(key, null);
    this.#go("room");
    await take.discard().catch(() => {}); // the server forgets it by itself when it expires
    this.#busy = false;
    await this.devices.enter();
  }

  /** What the learner kept of it goes with it. The page is left once all of it is there. */
  async send() {
    if (this.phase !== "review") return;
    this.#go("sending");
    try {
      const next = await this.#take.finish();
      this.#take = null;
      window.location.assign(next);
    } catch (error) {
      this.#go("review");
      this.review.refused(error);
    }
  }

  /** A device went: what was recorded is kept and looked at. */
  lost() {
    if (RECORDED.includes(this.phase)) this.stop();
    else if (this.phase === "countdown") this.#go("room");
  }

  setStream(stream) {
    this.stream = stream;
    this.video.srcObject = stream;
    this.root.dataset.live = stream ? "true" : "false";
    this.#show();
    this.#tell("stream", { stream });
  }

  /** A question in a dialog of the page; resolves with whether it was answered yes. */
  ask(name) {
    const dialog = this.root.querySelector(`[data-studio-ask="${name}"]`);
    dialog.returnValue = "";
    dialog.showModal();
    return new Promise((done) => {
      dialog.addEventListener("close", () => done(dialog.returnValue === "yes"), { once: true });
    });
  }

  #bind() {
    const buttons = {
      start: () => this.start(), pause: () => this.pause(), resume: () => this.resume(),
      stop: () => this.stop(), restart: () => this.restart(),
    };
    this.root.addEventListener("click", (event) => {
      const name = event.target.closest("[data-do]")?.dataset.do;
      buttons[name]?.();
    });
    addEventListener("beforeunload", (event) => {
      if (LEAVING.includes(this.phase) && this.#take) event.preventDefault();
    });
  }

  #listen(take) {
    for (const news of ["broke", "nothing"]) take.addEventListener(news, () => this.stop());
    take.addEventListener("full", () => this.warn("storage", this.text("StorageFull")));
    take.addEventListener("lost", () => {
      this.warn("storage", this.text("StorageLost"));
      this.stop();
    });
    take.addEventListener("sending", ({ detail }) => this.#sending(detail));
  }

  #sending({ state, text, there, size }) {
    const words = {
      offline: this.text("Offline"), "signed-out": this.text("SignedOut"),
      refused: text || this.text("Refused"), lost: this.text("PieceLost"),
    };
    this.warn("sending", words[state] ?? null);
    this.review.progress(there, size);
  }

  /** What was recorded in another browser and never sent: the server has it. */
  #remote() {
    const unsent = JSON.parse(document.getElementById("studio-unsent").textContent);
    return unsent.length ? Take.remote(this.#store, this.#urls, this.root.dataset.session, unsent) : null;
  }

  #found(take) {
    this.#take = take;
    this.#listen(take);
    for (const role of take.roles) take.send(role);
    const sent = take.kept.state === "sending";
    this.warn("found", sent ? null : this.text(FOUND[take.kept.state]));
    this.#go("review");
    this.review.open(take);
    if (sent) this.send(); // it was on its way when the page went
  }

  /** Counts down where that is wished. Says whether to go on. */
  async #countdown() {
    let left = Number(this.setting("countdown") ?? 3);
    if (!left) return true;
    this.#go("countdown");
    this.say(this.text("Countdown").replace("%s", left));
    for (; left > 0; left -= 1) {
      this.part("count").textContent = left;
      await new Promise((go) => setTimeout(go, 1000));
      if (this.phase !== "countdown") return false;
    }
    return true;
  }

  #go(phase) {
    const before = this.phase;
    if (phase === before) return;
    this.phase = phase;
    clearInterval(this.#timer);
    if (phase === "recording") this.#timer = setInterval(() => this.#tick(), TICK_MS);
    this.#show();
    this.#tick();
    this.#tell("phase", { phase, before });
  }

  #tick() {
    const t = this.clock();
    this.part("clock").textContent = showTime(t);
    if (this.phase !== "recording") return;
    this.#tell("tick", { t });
    const limit = Number(this.root.dataset.longest);
    const full = this.#take.size > Number(this.root.dataset.maxBytes) * 0.98;
    if (t < limit && !full) return;
    this.warn("limit", this.text(full ? "LimitBytes" : "LimitTime"));
    this.stop();
  }

  /** Parts with data-in show in the phases it names. */
  #show() {
    this.root.dataset.phase = this.phase;
    const onStage = ["countdown", ...RECORDED].includes(this.phase);
    const begins = onStage && !this.root.hasAttribute("data-on-stage");
    this.root.toggleAttribute("data-on-stage", onStage);
    const held = document.activeElement;
    for (const part of this.root.querySelectorAll("[data-in]")) {
      part.hidden = !part.dataset.in.split(" ").includes(this.phase);
    }
    if (held !== document.body && !held.checkVisibility()) {
      this.root.querySelector(`[data-first~="${this.phase}"]`)?.focus();
    }
    // the room may have been scrolled: clock and hints stand at the top of the stage
    if (begins) this.root.scrollIntoView({ block: "start", behavior: "instant" });
  }

  get #urls() {
    return {
      uploads: this.url("uploads"), open: this.url("open"),
      send: this.url("send"), discard: this.url("discard"),
    };
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
