// Asks the questions of an interview one after the other. While somebody prepares, or a question is
// read aloud, the recording is paused: nothing of it is in the answer.

import { addKey } from "./keys.js";
import { showTime } from "./times.js";
import { Voice } from "./voice.js";

const RECORDED = ["recording", "paused"];
const SHORTEST_S = 0.5; // less is a slip of the hand, not an answer
const SOON_S = 10;
const FOLLOW_UP_MS = 6000;
const HEARD_CHARS = 5000;
const KEEP_EVERY_S = 2;

class Interview {
  #studio;
  #root;
  #voice;
  #first; // the questions as the page has them
  #list;
  #at = -1;
  #from = 0; // where it begins, or goes on
  #doing = "idle"; // idle, preparing, waiting, answering, done
  #since = 0;
  #spans = new Map();
  #timer = null;
  #told = "";
  #kept = 0;

  constructor(studio, root) {
    this.#studio = studio;
    this.#root = root;
    const parts = ["aloud", "again", "voice", "no-voice"].map((name) => this.#part(name));
    this.#voice = new Voice(studio, ...parts);
    this.#first = [...root.querySelectorAll("[data-part]")].map((item) => ({
      id: item.dataset.part, text: item.textContent, follows: item.dataset.follows ?? null,
    }));
    this.#list = [...this.#first];
    this.#bind();
  }

  #part(name) { return this.#root.querySelector(`[data-ask-${name}]`); }

  #text(name) { return this.#root.dataset[`text${name}`]; }

  get #question() { return this.#list[this.#at]; }

  #bind() {
    this.#part("next").addEventListener("click", () => this.#next());
    this.#part("skip").addEventListener("click", () => this.#skip());
    this.#part("again").addEventListener("click", () => this.#again());
    addKey(this.#studio, "n", this.#text("KeyNext"), () => this.#next());
    addKey(this.#studio, "k", this.#text("KeySkip"), () => this.#skip());
    if (this.#voice.there) addKey(this.#studio, "h", this.#text("KeyAloud"), () => this.#again());
    this.#studio.addEventListener("phase", ({ detail }) => this.#phase(detail));
    this.#studio.addEventListener("tick", ({ detail }) => this.#tick(detail.t));
  }

  #phase({ phase, before }) {
    // after what the studio says of the phase itself, which a screen reader would hear last
    if (phase === "recording" && this.#doing === "idle") queueMicrotask(() => this.#ask(this.#from));
    else if (phase === "recording" && this.#doing === "preparing") this.#answer();
    else if (phase === "review") this.#end(!RECORDED.includes(before));
    else if (phase === "room") this.#reset();
  }

  #reset() {
    this.#quiet();
    this.#list = [...this.#first];
    this.#spans.clear();
    this.#at = -1;
    this.#from = 0;
    this.#doing = "idle";
    this.#studio.warn("left-out", null);
    const asked = this.#studio.kept("asked");
    if (asked) this.#takeUp(asked);
    else this.#part("place").textContent = this.#text("Many");
  }

  /** A take goes on: at the question it was at, in the middle of its answer where it had begun. */
  #takeUp({ id, since, list: before }) {
    const known = new Map(before.map((one) => [one.id, one]));
    // a page that was loaded since has the follow-ups as well, and knows less of why they are asked
    const list = this.#first.length < before.length ? before
      : this.#first.map((one) => known.get(one.id) ?? one);
    this.#list = list;
    for (const { id: part, start, end } of this.#studio.kept("parts")) this.#spans.set(part, { start, end });
    this.#from = Math.max(0, list.findIndex((one) => one.id === id));
    if (since === null) {
      this.#part("place").textContent = this.#place(list[this.#from]);
      return;
    }
    this.#at = this.#from;
    this.#since = this.#kept = since;
    this.#told = "";
    this.#show();
    this.#nameNext();
    this.#doing = "answering";
  }

  #note(since) {
    this.#studio.keep("asked", { id: this.#question.id, since, list: this.#list });
  }

  async #ask(at) {
    this.#quiet();
    this.#at = at;
    this.#doing = "preparing";
    const question = this.#question;
    this.#note(null);
    const seconds = Number(this.#root.dataset.preparation);
    const held = seconds > 0 || this.#voice.on;
    if (held) this.#studio.pause();
    this.#show();
    if (!held) return this.#studio.phase === "paused" ? this.#studio.resume() : this.#answer();
    await this.#voice.read(question.text);
    if (this.#question !== question || this.#doing !== "preparing") return;
    if (!seconds) return this.#studio.resume();
    const until = performance.now() + seconds * 1000;
    this.#time("Prepare", seconds, seconds);
    this.#timer = setInterval(() => {
      const left = (until - performance.now()) / 1000;
      this.#time("Prepare", left, seconds);
      if (left <= 0) this.#studio.resume();
    }, 250);
  }

  #answer() {
    this.#quiet();
    this.#doing = "answering";
    this.#since = this.#kept = this.#studio.clock();
    this.#told = "";
    this.#studio.mark("question", { part: this.#question.id });
    this.#note(this.#since);
    this.#nameNext();
    this.#tick(this.#since);
  }

  #nameNext() {
    this.#part("next").textContent = this.#text(this.#isLast ? "Finish" : "Next");
  }

  get #isLast() { return this.#at === this.#list.length - 1 && !this.#mayFollow; }

  get #mayFollow() {
    const { id, follows } = this.#question;
    const asked = this.#list.some((one) => one.follows === id);
    return Boolean(this.#root.dataset.urlFollowUp) && !follows && !asked;
  }

  #tick(t) {
    if (this.#doing !== "answering") return;
    const whole = Number(this.#root.dataset.answer);
    const left = whole - (t - this.#since);
    this.#time("Answer", left, whole);
    this.#root.dataset.over = String(left <= 0);
    this.#tell(left <= 0 ? "Over" : left <= SOON_S ? "Soon" : "");
    if (t - this.#kept < KEEP_EVERY_S) return;
    this.#kept = t;
    this.#keep(t);
  }

  /** Once each: near the end, and at it. */
  #tell(name) {
    if (!name || this.#told === name) return;
    this.#told = name;
    this.#studio.say(this.#text(name));
  }

  async #next() {
    if (this.#doing === "preparing") {
      this.#voice.stop();
      return this.#studio.phase === "paused" ? this.#studio.resume() : this.#answer();
    }
    if (this.#doing !== "answering") return;
    const answered = this.#close();
    if (answered && this.#mayFollow) await this.#follow();
    this.#go();
  }

  #skip() {
    if (!["preparing", "answering"].includes(this.#doing)) return;
    this.#spans.delete(this.#question.id);
    this.#keepSpans();
    this.#studio.mark("question", { part: this.#question.id, skipped: true });
    this.#studio.say(this.#text("Skipped"));
    this.#doing = "waiting";
    this.#go();
  }

  #again() {
    if (this.#doing === "preparing") this.#voice.read(this.#question.text);
  }

  #go() {
    if (!RECORDED.includes(this.#studio.phase)) return;
    if (this.#at + 1 < this.#list.length) return this.#ask(this.#at + 1);
    this.#doing = "done";
    this.#studio.say(this.#text("Done"));
    this.#studio.stop();
  }

  /** The answer is over. Says whether there was one. */
  #close() {
    const span = this.#keep(this.#studio.clock());
    this.#doing = "waiting";
    return span;
  }

  #keep(t) {
    const long = t - this.#since >= SHORTEST_S;
    if (long) this.#spans.set(this.#question.id, { start: this.#since, end: t });
    this.#keepSpans();
    return long;
  }

  #keepSpans() {
    this.#studio.keep("parts", [...this.#spans].map(([id, span]) => ({ id, ...span })));
  }

  /** Looks for one more question about what was heard; without an answer in time there is none. */
  async #follow() {
    const asked = this.#question;
    this.#studio.pause();
    this.#studio.say(this.#text("Waiting"));
    this.#part("what").textContent = this.#text("Waiting");
    this.#part("left").textContent = "";
    const body = new URLSearchParams({ part: asked.id, said: this.#heard(asked.id) });
    try {
      const answer = await fetch(this.#root.dataset.urlFollowUp, {
        method: "POST", body, headers: this.#headers, signal: AbortSignal.timeout(FOLLOW_UP_MS),
      });
      const found = answer.ok ? await answer.json() : {};
      if (!found.id) return;
      this.#list.splice(this.#list.indexOf(asked) + 1, 0, {
        id: found.id, text: found.question, reason: found.reason, source: this.#source(found),
        follows: asked.id,
      });
    } catch {
      // no connection, or too slow: the interview goes on
    }
  }

  /** Whose question it is, where a language model may be asked at all. */
  #source({ by_model: byModel, why_not: whyNot }) {
    const name = this.#text(byModel ? "ByModel" : "ByBank");
    return name && whyNot ? `${name}: ${whyNot}` : name;
  }

  get #headers() {
    return JSON.parse(document.body.getAttribute("hx-headers"));
  }

  /** The captions' words of the answer, where captions are on. */
  #heard(id) {
    const { start } = this.#spans.get(id);
    const lines = this.#studio.kept("captions")?.lines ?? [];
    const words = lines.filter((line) => line.end > start).map((line) => line.text);
    return words.join("\n").slice(-HEARD_CHARS);
  }

  /** To be looked at; `found` as an earlier visit left it, or after all without going on. */
  #end(found) {
    if (found) this.#reset();
    else if (this.#doing === "answering") this.#close();
    this.#quiet();
    this.#doing = "done";
    const left = this.#list.filter(({ id }) => !this.#spans.has(id)).length;
    const text = this.#text("LeftOut").replace("%n", left).replace("%of", this.#list.length);
    this.#studio.warn("left-out", left ? text : null);
  }

  #show() {
    const { text, reason, source } = this.#question;
    const said = this.#place(this.#question);
    this.#part("place").textContent = said;
    this.#part("question").textContent = text;
    this.#part("reason").textContent = reason ?? "";
    this.#part("reason").hidden = !reason;
    this.#part("source").textContent = source ?? "";
    this.#part("source").hidden = !source;
    this.#part("next").textContent = this.#text("Begin");
    this.#root.dataset.over = "false";
    this.#studio.say(this.#voice.on ? said : `${said}. ${text}`);
  }

  /** "Question 2 of 5". */
  #place({ id, follows }) {
    const main = this.#list.filter((one) => !one.follows);
    const place = main.findIndex((one) => one.id === (follows ?? id));
    return this.#text(follows ? "Follow" : "Place")
      .replace("%n", place + 1).replace("%of", main.length);
  }

  #time(name, left, whole) {
    this.#part("time").hidden = false;
    this.#part("what").textContent = left > 0 ? this.#text(name) : this.#text("Over");
    this.#part("left").textContent = left > 0 ? showTime(Math.ceil(left)) : "";
    this.#part("bar").value = Math.min(1, Math.max(0, 1 - left / whole));
  }

  #quiet() {
    clearInterval(this.#timer);
    this.#voice.stop();
    this.#part("time").hidden = true;
    this.#part("bar").value = 0;
  }
}

export function attach(studio) {
  const root = studio.part("interview");
  if (root) new Interview(studio, root);
}
