// What was recorded, before it is sent: played, trimmed, noted, sent or thrown away.

import { Films } from "./films.js";
import { showTime } from "./times.js";

const SHORTEST_S = 1;

export class Review {
  #studio;
  #take = null;
  #films;

  constructor(studio) {
    this.#studio = studio;
    this.#films = new Films(studio.part("player"));
    this.start = studio.part("trim-start");
    this.end = studio.part("trim-end");
    this.note = studio.part("note");
    this.#bind();
  }

  async open(take) {
    this.#take = take;
    this.note.value = take.kept.said.note;
    this.#lay();
    const films = await take.films(take.roles[0]).catch(() => null);
    if (this.#take !== take) return;
    const known = films || take.kept.state === "remote";
    this.#studio.warn("part", known ? null : this.#studio.text("NotPlayable"));
    this.#studio.part("playback").hidden = !films;
    this.#studio.part("playback").dataset.role = take.roles[0];
    if (films) this.#films.open(films, Number(this.start.value));
  }

  /** The ends, over the length that is known. */
  #lay() {
    const { said, seconds } = this.#take.kept;
    this.seconds = seconds;
    for (const [handle, value] of [[this.start, said.trim?.start ?? 0], [this.end, said.trim?.end ?? seconds]]) {
      handle.max = seconds;
      handle.value = value;
    }
    this.#studio.part("trim").hidden = seconds < 2 * SHORTEST_S;
    this.#arrange();
  }

  close() {
    this.#take = null;
    this.#films.close();
    this.#studio.warn("part", null);
    this.telling("");
  }

  progress(there, size) {
    this.#studio.part("sent").value = size ? (100 * there) / size : 0;
  }

  /** Seconds; null where all of it is kept. */
  get trim() {
    const [start, end] = [Number(this.start.value), Number(this.end.value)];
    return start <= 0.05 && end >= this.seconds - 0.15 ? null : { start, end };
  }

  #bind() {
    const studio = this.#studio;
    this.start.addEventListener("input", () => this.#move(this.start));
    this.end.addEventListener("input", () => this.#move(this.end));
    for (const field of [this.start, this.end, this.note]) {
      field.addEventListener("change", () => this.#keep());
    }
    this.#films.addEventListener("moved", () => this.#follow());
    this.#films.addEventListener("measured", ({ detail }) => {
      if (this.#take?.measured(detail)) this.#lay();
    });
    studio.part("play").addEventListener("click", () => this.toggle());
    studio.part("send").addEventListener("click", () => this.#send());
    studio.part("discard").addEventListener("click", () => this.#discard());
  }

  /** Plays what is kept of it, or stops. */
  async toggle() {
    if (!this.#films.paused) return this.#films.pause();
    const { at } = this.#films;
    const { start, end } = this.trim ?? { start: 0, end: this.seconds };
    if (at < start - 0.1 || at >= end - 0.1) this.#films.at = start;
    await this.#films.play().catch(() => {}); // stopped before the sound began
  }

  #move(handle) {
    const [start, end] = [Number(this.start.value), Number(this.end.value)];
    if (handle === this.start && start > end - SHORTEST_S) this.start.value = end - SHORTEST_S;
    if (handle === this.end && end < start + SHORTEST_S) this.end.value = start + SHORTEST_S;
    this.#films.pause();
    this.#films.at = Number(handle.value);
    this.#arrange();
  }

  #arrange() {
    const [start, end] = [Number(this.start.value), Number(this.end.value)];
    for (const handle of [this.start, this.end]) {
      handle.setAttribute("aria-valuetext", showTime(handle.value, 1));
    }
    this.#place("start", start);
    this.#place("end", end);
    this.#studio.part("trimmed").textContent = `${showTime(start, 1)} – ${showTime(end, 1)}`;
    this.#studio.part("length").textContent = showTime(end - start, 1);
  }

  #place(name, seconds) {
    const share = this.seconds ? Math.min(1, seconds / this.seconds) : 0;
    this.#studio.part("trim").style.setProperty(`--${name}`, share.toFixed(4));
  }

  #follow() {
    const at = Math.min(this.#films.at, this.seconds);
    if (!this.#films.paused && at >= Number(this.end.value)) this.#films.pause();
    this.#place("now", at);
    this.#studio.part("at").textContent = showTime(at);
    this.#studio.part("play").dataset.playing = !this.#films.paused;
  }

  #keep() {
    if (!this.#take) return;
    this.#take.kept.said = { trim: this.trim, note: this.note.value };
    this.#take.save();
  }

  async #send() {
    this.#films.pause();
    this.telling("");
    this.#keep();
    await this.#studio.send();
  }

  /** Why it could not be sent. */
  refused(error) {
    this.telling(error.message || this.#studio.text("SendFailed"));
  }

  async #discard() {
    if (await this.#studio.ask("discard")) await this.#studio.discard();
  }

  /** Why the last thing asked for did not work; "" takes that back. */
  telling(text) {
    this.#studio.part("send-error-text").textContent = text;
    this.#studio.part("send-error").hidden = !text;
  }
}
