// One recording from its first second until it is sent or thrown away: its reels, what sends them,
// and the note of it all in IndexedDB, from which a later visit goes on. Where it goes on after it
// was cut off, a new film follows the bytes of the last; the server joins them.

import { Recorder } from "./recorder.js";
import { Reel } from "./reel.js";
import { Sender } from "./sender.js";
import { Refusal, post } from "./server.js";

const AGAIN_MS = 5000;
const MEETING_MS = 10_000;
const STATES_THAT_END = ["refused", "lost"];
const PROCESSED = ["echoCancellation", "noiseSuppression", "autoGainControl"];
const NOWHERE = ["remote", "discarded"]; // states with nothing on this device
/** A new one each time: what is marked in one take belongs to no other. */
const empty = () => ({
  state: "recording", seconds: 0, said: { trim: null, note: "" }, marks: [], parts: [], captions: null,
  joins: [], asked: null,
});

/** Events: `sending` {detail: {state, text, there, size}}, `full`, `lost`, `broke`, `nothing`. */
export class Take extends EventTarget {
  #store;
  #urls;
  #reels = new Map();
  #recorders = new Map();
  #senders = new Map();
  #saving = Promise.resolve();
  #awake = null;
  #before = 0; // seconds of the films before the one that runs

  /** `kept` is the record in IndexedDB: {session, state, started, tracks: {role: {type, url, form}},
   *  seconds, said, marks, parts, captions, facts, settings, joins: [{byte, t}] where a further film
   *  begins, asked: what an interview was asking, read: share of the prompter's text}. */
  constructor(store, urls, kept) {
    super();
    this.#store = store;
    this.#urls = urls;
    this.kept = kept;
  }

  static begin(store, urls, session, { facts, settings }) {
    return new Take(store, urls, {
      ...empty(), session, started: new Date().toISOString(), tracks: {}, facts, settings,
    });
  }

  /** What an earlier visit left; null where it left nothing. */
  static async found(store, urls, session) {
    const kept = await store.take(session);
    if (!kept) return null;
    const take = new Take(store, urls, kept);
    for (const role of take.roles) take.#hold(role, await Reel.found(store, session, role));
    if (take.size) return take;
    await store.remove(session); // it was lost before its first piece
    return null;
  }

  /** What only the server has: recorded in another browser and never sent; null without any. */
  static remote(store, urls, session) {
    const unsent = JSON.parse(document.getElementById("studio-unsent").textContent);
    if (!unsent.length) return null;
    const tracks = Object.fromEntries(unsent.map(({ id, role, type }) =>
      [role, { type, url: `${urls.uploads}${id}` }]));
    const take = new Take(store, urls, {
      ...empty(), session, state: "remote", started: new Date().toISOString(), tracks,
      facts: {}, settings: {},
    });
    for (const { role, bytes } of unsent) take.#hold(role, Reel.remote(session, role, bytes));
    return take;
  }

  get main() {
    return this.#recorders.values().next().value;
  }

  clock() {
    return this.main ? this.#before + this.main.clock() : this.kept.seconds;
  }

  get size() {
    return [...this.#reels.values()].reduce((sum, reel) => sum + reel.size, 0);
  }

  get there() {
    return [...this.#reels.values()].reduce((sum, reel) => sum + reel.confirmed, 0);
  }

  get roles() {
    return Object.keys(this.kept.tracks);
  }

  /** Begins to record `stream`; its bytes are kept and sent as they come. */
  async record(stream) {
    const role = stream.getVideoTracks().length ? "camera" : "audio";
    const recorder = new Recorder(stream);
    const reel = new Reel(this.#store, this.kept.session, role);
    this.#keep(role, recorder, reel);
    await recorder.start();
    this.kept.tracks[role] = {
      type: recorder.type.split(";")[0], url: null, form: formOf(stream, recorder.type),
    };
    await this.save();
    this.#hold(role, reel);
    this.send(role);
  }

  /** Whether another film can follow: not what another browser made, nor an older studio. */
  get canGoOn() {
    const [track] = Object.values(this.kept.tracks);
    return this.kept.state !== "remote" && this.roles.length === 1 && Boolean(track.form);
  }

  /** What has to be known before it goes on: how much the server has, since its bytes and ours must
   *  not part ways, and that it takes more. Tells it where the next film begins. Throws Refusal. */
  async meet() {
    const [[role, reel]] = this.#reels;
    const sender = this.#senders.get(role);
    if (["offline", "signed-out"].includes(sender.state)) sender.start();
    let met = false;
    reel.met.then(() => { met = true; });
    const late = new Promise((_, failed) => setTimeout(() => failed(new Refusal(0)), MEETING_MS));
    await Promise.race([reel.met, late, this.#news(sender, () => met)]);
    if (STATES_THAT_END.includes(sender.state)) throw new Refusal(422, sender.text);
    this.kept.joins = [...this.#joins(reel), { byte: reel.size, t: this.kept.seconds }];
    await post(this.#urls.open, { settings: this.kept.settings, joins: this.kept.joins });
    this.#shorten();
    await this.save();
  }

  /** What was marked in moments that were lost lies at the cut; what was said in them is gone. */
  #shorten() {
    const { kept, kept: { seconds, marks, parts, captions, asked } } = this;
    for (const mark of marks) mark.t = Math.min(mark.t, seconds);
    kept.parts = parts.map((part) => ({ ...part, end: Math.min(part.end, seconds) }))
      .filter(({ start, end }) => end > start);
    if (captions) captions.lines = captions.lines.filter(({ start }) => start < seconds);
    if (asked && asked.since !== null) asked.since = Math.min(asked.since, seconds);
  }

  /** How `stream` differs from what was recorded so far: "Sound", "Picture", "Size"; or null. */
  differs(stream) {
    const [{ form }] = Object.values(this.kept.tracks);
    const found = formOf(stream, form.type);
    if (!form.picture !== !found.picture) return form.picture ? "Picture" : "Sound";
    return form.picture === found.picture ? null : "Size";
  }

  /** After `meet`: records `stream` behind what there is. False where this browser writes it in
   *  another form now; then nothing has changed. */
  async goOn(stream, facts) {
    const [[role, reel]] = this.#reels;
    const recorder = new Recorder(stream);
    await recorder.start();
    if (recorder.type !== this.kept.tracks[role].form.type) {
      await recorder.stop();
      return false;
    }
    this.#before = this.kept.seconds;
    this.#keep(role, recorder, reel);
    this.kept.state = "recording";
    // one film in which the browser worked on the sound is enough for the whole
    for (const name of PROCESSED) this.kept.facts[name] ||= facts[name];
    await this.save();
    return true;
  }

  /** How long it is that an earlier visit left, as the player has found. Says whether that counts:
   *  not where the learner pressed Stop, which the clock has told. */
  measured(seconds) {
    if (this.main || this.kept.state !== "recording") return false;
    this.kept.seconds = seconds;
    this.save();
    return true;
  }

  #keep(role, recorder, reel) {
    recorder.addEventListener("data", ({ detail }) => {
      this.kept.seconds = this.clock();
      reel.add(detail);
      this.save();
    });
    for (const news of ["broke", "nothing"]) {
      recorder.addEventListener(news, () => this.dispatchEvent(new Event(news)));
    }
    this.#recorders.set(role, recorder);
    navigator.wakeLock?.request("screen").then((lock) => { this.#awake = lock; }, () => {});
  }

  /** Without one behind which nothing came. */
  #joins(reel) { return (this.kept.joins ?? []).filter(({ byte }) => byte < reel.size); }

  pause() { this.#recorders.forEach((recorder) => recorder.pause()); }

  resume() { this.#recorders.forEach((recorder) => recorder.resume()); }

  /** Resolves once the last piece is kept. */
  async stop() {
    this.#awake?.release();
    await Promise.all([...this.#recorders.values()].map((recorder) => recorder.stop()));
    this.kept.seconds = this.clock();
    this.kept.state = "recorded";
    await Promise.all([...this.#reels.values()].map((reel) => reel.kept()));
    await this.save();
  }

  /** Goes on sending what there is, without saying how long it is. */
  send(role) {
    this.#senders.get(role).start();
  }

  /** Its films in order, [{blob, t}]; null where some of it is gone from here. */
  async films(role) {
    const reel = this.#reels.get(role);
    const begin = [{ byte: 0, t: 0 }, ...this.#joins(reel)];
    const films = await Promise.all(begin.map(async ({ byte, t }, n) => ({
      t, blob: await reel.whole(this.kept.tracks[role].type, byte, begin[n + 1]?.byte ?? reel.size),
    })));
    return films.every(({ blob }) => blob) ? films : null;
  }

  /** Says what belongs to it, then lets the last bytes go. Resolves with the next address once all
   *  of it is there; throws Refusal where the server says no. */
  async finish() {
    await this.#everyUpload();
    const uploads = this.roles.map((role) => ({ id: this.#senders.get(role).id, role }));
    const { said, marks, parts, captions, facts } = this.kept;
    const told = await this.#patiently(() => post(this.#urls.send, {
      uploads, marks, parts, captions, capture: facts, remote: this.kept.state === "remote", ...said,
      joins: this.#joins(this.#reels.values().next().value),
    }));
    if (this.kept.state !== "remote") this.kept.state = "sending";
    await this.save();
    this.#reels.forEach((reel) => reel.end());
    await Promise.all([...this.#senders.values()].map((sender) => this.#ended(sender)));
    await this.#store.remove(this.kept.session);
    return told.next;
  }

  /** Here and on the server. */
  async discard() {
    this.#awake?.release();
    this.kept.state = "discarded";
    await Promise.all([...this.#recorders.values()].map((recorder) => recorder.stop()));
    // what the server does not hear of now, it forgets by itself later
    await Promise.allSettled([...this.#senders.values()].map((sender) => sender.discard()));
    await Promise.all([...this.#reels.values()].map((reel) => reel.kept()));
    await this.#saving;
    await this.#store.remove(this.kept.session);
    await post(this.#urls.discard, {});
  }

  /** Writes down where it is; one after the other. */
  save() {
    if (NOWHERE.includes(this.kept.state)) return this.#saving;
    this.#saving = this.#saving.then(() => this.#store.save(this.kept)).catch(() => {
      this.dispatchEvent(new Event("full"));
    });
    return this.#saving;
  }

  #hold(role, reel) {
    const track = this.kept.tracks[role];
    const name = `studio-${this.kept.started.slice(0, 16).replace(/\D/g, "")}-${role}`;
    const sender = new Sender(reel, {
      endpoint: this.#urls.uploads,
      url: track.url,
      metadata: {
        filename: `${name}.${track.type.split("/")[1]}`,
        filetype: track.type,
        role,
        session: this.kept.session,
      },
      before: () => post(this.#urls.open, {
        settings: this.kept.settings, joins: this.kept.joins,
      }),
    });
    this.#reels.set(role, reel);
    this.#senders.set(role, sender);
    sender.addEventListener("url", () => {
      track.url = sender.url;
      this.save();
    });
    sender.addEventListener("sent", () => this.#tell(sender));
    sender.addEventListener("state", ({ detail }) => this.#tell(sender, detail.text));
    for (const news of ["full", "lost"]) {
      reel.addEventListener(news, () => this.dispatchEvent(new Event(news)));
    }
  }

  #tell(sender, text = "") {
    this.dispatchEvent(new CustomEvent("sending", {
      detail: { state: sender.state, text, there: this.there, size: this.size },
    }));
  }

  /** Each upload has its address; one that was refused or waits to try again tries now. */
  async #everyUpload() {
    for (const sender of this.#senders.values()) {
      if (!["sending", "done"].includes(sender.state)) sender.start();
      if (!sender.url) await this.#news(sender, () => sender.url);
    }
  }

  async #ended(sender) {
    await this.#news(sender, () => sender.state === "done");
  }

  /** Resolves when `there` is; throws where the server will not have it. */
  async #news(sender, there) {
    while (!there()) {
      if (STATES_THAT_END.includes(sender.state)) throw new Refusal(422, sender.text);
      await new Promise((done) => {
        for (const name of ["url", "state"]) sender.addEventListener(name, done, { once: true });
      });
    }
  }

  async #patiently(ask) {
    for (;;) {
      try {
        return await ask();
      } catch (error) {
        if (!(error instanceof Refusal) || (error.status > 0 && error.status < 500 && error.status !== 401)) {
          throw error;
        }
        this.dispatchEvent(new CustomEvent("sending", {
          detail: { state: error.status === 401 ? "signed-out" : "offline", text: "", there: this.there, size: this.size },
        }));
        await new Promise((go) => setTimeout(go, AGAIN_MS));
      }
    }
  }
}

/** What two films have to have in common to be one. */
function formOf(stream, type) {
  const [track] = stream.getVideoTracks();
  const { width, height } = track?.getSettings() ?? {};
  return { type, picture: track ? `${width} × ${height}` : "" };
}
