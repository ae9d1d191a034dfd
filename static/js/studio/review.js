// What was recorded, before it is sent: played, trimmed, noted, sent or thrown away.

import { showTime } from "./times.js";

const SHORTEST_S = 1;

export class Review {
  #studio;
  #take = null;
  #url = null;

  constructor(studio) {
    this.#studio = studio;
    this.player = studio.part("player");
    this.start = studio.part("trim-start");
    this.end = studio.part("trim-end");
    this.start.addEventListener("input", () => this.#trim(this.start));
    this.end.addEventListener("input", () => this.#trim(this.end));
    this.player.addEventListener("timeupdate", () => this.#stopAtEnd());
    this.player.addEventListener("play", () => this.#beginAtStart());
    studio.part("send").addEventListener("click", () => this.#send());
    studio.part("discard").addEventListener("click", () => this.#discard());
  }

  async open(take) {
    this.#take = take;
    this.seconds = take.kept.seconds;
    for (const [handle, value] of [[this.start, 0], [this.end, this.seconds]]) {
      handle.max = this.seconds;
      handle.value = value;
    }
    this.#trim();
    const whole = await take.whole(take.roles[0]).catch(() => null);
    this.#studio.warn("part", whole ? null : this.#studio.text("NotPlayable"));
    if (!whole || this.#take !== take) return;
    this.#url = URL.createObjectURL(whole);
    this.player.src = this.#url;
  }

  close() {
    this.#take = null;
    this.player.removeAttribute("src");
    this.player.load();
    if (this.#url) URL.revokeObjectURL(this.#url);
    this.#url = null;
    this.#studio.part("note").value = "";
    this.#fail("");
  }

  progress(there, size) {
    this.#studio.part("sent").value = size ? (100 * there) / size : 0;
  }

  get trim() {
    const [start, end] = [Number(this.start.value), Number(this.end.value)];
    const whole = start <= 0 && end >= this.seconds - 0.05;
    return whole ? null : { start, end };
  }

  #trim(moved = null) {
    const [start, end] = [Number(this.start.value), Number(this.end.value)];
    const least = Math.min(SHORTEST_S, this.seconds);
    if (moved === this.start && start > end - least) this.start.value = end - least;
    if (moved === this.end && end < start + least) this.end.value = start + least;
    for (const handle of [this.start, this.end]) {
      handle.setAttribute("aria-valuetext", showTime(handle.value, 1));
    }
    this.#studio.part("trimmed").textContent =
      `${showTime(this.start.value, 1)} – ${showTime(this.end.value, 1)}`;
    if (moved && Number.isFinite(Number(moved.value))) this.player.currentTime = Number(moved.value);
  }

  #beginAtStart() {
    const at = this.player.currentTime;
    const { value: start } = this.start;
    if (at < Number(start) || at >= Number(this.end.value) - 0.05) this.player.currentTime = Number(start);
  }

  #stopAtEnd() {
    if (!this.player.paused && this.player.currentTime >= Number(this.end.value)) this.player.pause();
  }

  async #send() {
    this.player.pause();
    this.#fail("");
    try {
      await this.#studio.send({ trim: this.trim, note: this.#studio.part("note").value });
    } catch (error) {
      this.#fail(error.message || this.#studio.text("SendFailed"));
    }
  }

  async #discard() {
    if (await this.#studio.ask("discard")) await this.#studio.discard();
  }

  #fail(text) {
    this.#studio.part("send-error-text").textContent = text;
    this.#studio.part("send-error").hidden = !text;
  }
}
