// The studio as its modules see it: phases, stream, clock, marks, notices, settings.

import { alone } from "./alone.js";
import { Devices, unable } from "./devices.js";
import { clearLeftovers } from "./leftovers.js";
import { Notices } from "./notices.js";
import { showPhase } from "./phases.js";
import { Review } from "./review.js";
import { Settings } from "./settings.js";
import { Store } from "./store.js";
import { Take } from "./take.js";
import { showTime } from "./times.js";
import { Timing } from "./timing.js";

const TICK_MS = 250;
const FULL = 0.98; // of the largest upload
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
  #settings;
  #notices;
  #here;

  constructor(root) {
    super();
    this.root = root;
    this.#settings = new Settings(root.dataset.user);
    this.#notices = new Notices((name) => this.part(name));
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

  /** `parts` [{id, start, end}] or `captions`, kept with the take and sent with it; `read`: kept. */
  keep(name, value) {
    if (!this.#take) return;
    this.#take.kept[name] = value;
    this.#take.save();
  }

  /** What `keep` or `mark` kept: `parts`, `captions`, `marks`. */
  kept(name) { return this.#take?.kept[name] ?? null; }

  /** What the browser gave. Before a take goes on it is not yet the take's. */
  fact(name, value) {
    this.#facts[name] = value;
    if (!this.#take || this.phase === "room") return;
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

  say(text) { this.#notices.say(text); }

  /** A notice that stays until `warn(key, null)`. */
  warn(key, text) { this.#notices.warn(key, text); }

  /** Offers a hint: room/coach.js chooses among them, and `hint` tells which is shown. */
  hint(kind, text) { this.#tell("offer", { kind, text }); }

  /** The page is there: an unfinished take first, else the room. */
  async enter() {
    const { session, user } = this.root.dataset;
    if (!await alone(session, () => window.location.reload())) {
      this.warn("tab", this.text("OtherTab"));
      this.part("floor").inert = true;
      return;
    }
    if (!unable()) this.#store = await Store.open(user).catch(() => null);
    const left = this.#store && (await Take.found(this.#store, this.#urls, session) ?? Take.remote(this.#store, this.#urls, session));
    if (left) this.#found(left);
    else await this.devices.enter();
    if (this.#store) await clearLeftovers(this.#store, session, window.location.pathname);
  }

  async start() {
    if (this.phase !== "room" || this.#busy) return;
    if (this.#take) return this.#continue();
    this.#busy = true;
    try {
      if (!await this.#ready()) return;
      this.#take = Take.begin(this.#store, this.#urls, this.root.dataset.session, {
        facts: { ...this.#facts }, settings: { ...this.#settings.all(), ...this.#here },
      });
      this.#listen(this.#take);
      await this.#take.record(this.#recordable);
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

  /** Back to the room with what was recorded, to record behind it. */
  async goOn() {
    if (this.phase !== "review" || this.#busy) return;
    const take = this.#take;
    this.#busy = true;
    this.review.telling("");
    try {
      await take.meet();
      if (this.#take !== take || this.phase !== "review") return;
      this.review.close();
      for (const key of ["found", "unplugged"]) this.warn(key, null);
      this.part("from").textContent = showTime(take.clock());
      this.#go("room");
      this.root.scrollIntoView({ block: "start", behavior: "instant" });
      await this.devices.enter();
    } catch (error) {
      const refused = error.status > 401 && error.status < 500;
      this.review.telling(refused ? error.message || this.text("Refused") : this.text("GoOnOffline"));
    } finally {
      this.#busy = false;
    }
  }

  /** From the room where a take goes on: to what is recorded of it. */
  async back() {
    if (this.phase !== "room" || !this.#take || this.#busy) return;
    this.warn("recorder", null);
    this.devices.close();
    this.#go("review");
    await this.review.open(this.#take);
  }

  async #continue() {
    this.#busy = true;
    try {
      if (!await this.#ready()) return;
      if (await this.#take.goOn(this.#recordable, this.#facts)) {
        this.#go("paused"); // to the modules it goes on as after a pause
        this.#go("recording");
        return this.say(this.text("Recording"));
      }
      this.warn("recorder", this.text("DiffersForm"));
    } catch (error) {
      console.warn(error);
      this.warn("recorder", this.text("RecorderFailed"));
    } finally {
      this.#busy = false;
    }
    this.#go("room");
  }

  get #recordable() { return this.film ?? this.stream; }

  get #canGoOn() {
    const { longest, maxBytes } = this.root.dataset;
    return Boolean(this.#take?.canGoOn) && this.#take.clock() < Number(longest) - 1
      && this.#take.size < Number(maxBytes) * FULL;
  }

  async #ready() {
    if (!this.stream && !await this.devices.open()) return false;
    this.warn("recorder", null);
    this.#store ??= await Store.open(this.root.dataset.user);
    navigator.storage?.persist?.().catch(() => {});
    const differs = this.#take?.differs(this.#recordable);
    if (differs) this.warn("recorder", this.text(`Differs${differs}`));
    return !differs && this.#countdown();
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
  ask(name) { return this.#notices.ask(this.root.querySelector(`[data-studio-ask="${name}"]`)); }

  #bind() {
    const buttons = {
      start: () => this.start(), pause: () => this.pause(), resume: () => this.resume(),
      stop: () => this.stop(), restart: () => this.restart(),
      "go-on": () => this.goOn(), back: () => this.back(),
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

  #found(take) {
    this.#take = take;
    this.#listen(take);
    for (const role of take.roles) take.send(role);
    const sent = take.kept.state === "sending";
    const found = take.kept.state === "recording" && !this.#canGoOn ? "CutForGood" : FOUND[take.kept.state];
    this.warn("found", sent ? null : this.text(found));
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
    const full = this.#take.size > Number(this.root.dataset.maxBytes) * FULL;
    if (t < limit && !full) return;
    this.warn("limit", this.text(full ? "LimitBytes" : "LimitTime"));
    this.stop();
  }

  #show() {
    this.root.toggleAttribute("data-goes-on", Boolean(this.#take));
    showPhase(this.root, this.phase);
    this.part("go-on").hidden = !this.#canGoOn;
  }

  get #urls() {
    return Object.fromEntries(["uploads", "open", "send", "discard"].map((name) => [name, this.url(name)]));
  }

  #tell(name, detail) { this.dispatchEvent(new CustomEvent(name, { detail })); }
}
