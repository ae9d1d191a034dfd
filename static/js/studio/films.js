// The films of one take in one player, on one clock: each plays behind the one before.

const FAR = 1e7; // seeking past the end makes the browser find out where the end is

/** Events: `moved` when it plays, stops or is elsewhere; `measured` {detail: s} when it is known how
 *  long the whole is. */
export class Films extends EventTarget {
  #player;
  #films = [];
  #shown = -1;
  #wanted = null; // seconds in the film that is being opened
  #start = null; // where to begin once the length is known
  #playing = false;

  constructor(player) {
    super();
    this.#player = player;
    player.addEventListener("loadedmetadata", () => {
      if (player.duration === Infinity) player.currentTime = FAR; // no length stands in the file
      else this.#opened();
    });
    player.addEventListener("durationchange", () => this.#opened());
    player.addEventListener("ended", () => this.#ended());
    player.addEventListener("pause", () => {
      if (!player.ended && this.#wanted === null) this.#playing = false; // a key of the keyboard
    });
    for (const news of ["timeupdate", "play", "pause"]) {
      player.addEventListener(news, () => this.#tell("moved"));
    }
  }

  /** `films` is [{blob, t}]; the last is opened first, for its end is the end of all. */
  open(films, at) {
    this.close();
    this.#films = films.map(({ blob, t }) => ({ t, url: URL.createObjectURL(blob) }));
    this.#start = at;
    this.#show(this.#films.length - 1, 0);
  }

  close() {
    for (const { url } of this.#films) URL.revokeObjectURL(url);
    this.#films = [];
    this.#shown = -1;
    this.#start = this.#wanted = null;
    this.#playing = false;
    this.#player.removeAttribute("src");
    this.#player.load();
  }

  get paused() { return !this.#playing; }

  get at() {
    const film = this.#films[this.#shown];
    if (!film || this.#start !== null) return this.#start ?? 0;
    return film.t + (this.#wanted ?? this.#player.currentTime);
  }

  set at(seconds) {
    if (this.#start !== null || !this.#films.length) {
      this.#start = seconds;
      return;
    }
    const film = Math.max(0, this.#films.findLastIndex(({ t }) => t <= seconds));
    this.#show(film, Math.max(0, seconds - this.#films[film].t));
  }

  pause() {
    this.#playing = false;
    this.#player.pause();
  }

  /** Rejects where it is stopped before it began. */
  async play() {
    this.#playing = true;
    if (this.#wanted === null) await this.#player.play();
  }

  #show(film, seconds) {
    if (film === this.#shown && this.#wanted === null) {
      this.#player.currentTime = seconds;
      return;
    }
    this.#wanted = seconds;
    if (film === this.#shown) return;
    this.#shown = film;
    this.#player.src = this.#films[film].url;
  }

  #opened() {
    const { duration } = this.#player;
    if (!Number.isFinite(duration) || this.#wanted === null) return;
    this.#player.currentTime = this.#wanted;
    this.#wanted = null;
    if (this.#start !== null) {
      const start = this.#start;
      this.#start = null;
      this.#tell("measured", this.#films[this.#shown].t + duration);
      this.at = start;
    }
    if (this.#playing && this.#wanted === null) this.#player.play().catch(() => {});
  }

  /** Finding out where a film ends is no playing of it to its end. */
  #ended() {
    const film = this.#shown + 1;
    if (!this.#playing || this.#wanted !== null) return;
    if (film < this.#films.length) this.#show(film, 0);
    else this.#playing = false;
    this.#tell("moved");
  }

  #tell(name, detail) { this.dispatchEvent(new CustomEvent(name, { detail })); }
}
