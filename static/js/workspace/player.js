// The player every moment on the page is tied to: a click on a word, a mark or a piece of
// evidence plays that moment and stops where it ends.

const CLOCK_EVENTS = ['timeupdate', 'seeking', 'seeked', 'play', 'pause', 'loadedmetadata'];

export class Player {
  #media;
  #stopAt = null;
  #listeners = new Set();
  #frame = 0;

  constructor(media) {
    this.#media = media;
    for (const name of CLOCK_EVENTS) media.addEventListener(name, () => this.tick());
    media.addEventListener('play', () => this.#run());
  }

  get time() {
    return this.#media.currentTime;
  }

  get duration() {
    return Number.isFinite(this.#media.duration) ? this.#media.duration : 0;
  }

  /** Calls `listener(seconds, playing)` at every frame while playing and at every seek. */
  onTime(listener) {
    this.#listeners.add(listener);
    listener(this.time, !this.#media.paused);
  }

  /** What another player needs to `goOn` from here. */
  get state() {
    return { time: this.time, rate: this.#media.playbackRate, playing: !this.#media.paused };
  }

  goOn({ time, rate, playing }) {
    this.#media.currentTime = time;
    this.#media.playbackRate = rate;
    if (playing) this.#play();
  }

  seek(seconds) {
    this.#stopAt = null;
    this.#media.currentTime = Math.max(0, seconds);
  }

  /** Plays from `start`; stops at `end` where one is given. */
  playMoment(start, end = null) {
    this.seek(start);
    this.#stopAt = end === null ? null : Math.max(end, start + 0.4);
    return this.#play();
  }

  async #play() {
    try {
      await this.#media.play();
    } catch (error) {
      // a browser that refuses to start by itself leaves the player at the right place, and who
      // stops before the sound began has stopped
      if (error.name !== 'NotAllowedError' && error.name !== 'AbortError') throw error;
    }
  }

  toggle() {
    this.#stopAt = null;
    if (this.#media.paused) this.#play();
    else this.#media.pause();
  }

  #run() {
    cancelAnimationFrame(this.#frame);
    const step = () => {
      this.tick();
      if (!this.#media.paused) this.#frame = requestAnimationFrame(step);
    };
    this.#frame = requestAnimationFrame(step);
  }

  /** Tells every listener where the player is. */
  tick() {
    if (this.#stopAt !== null && this.time >= this.#stopAt) {
      this.#stopAt = null;
      this.#media.pause();
    }
    for (const listener of this.#listeners) listener(this.time, !this.#media.paused);
  }
}

/** Every element with data-play-start plays its moment, whichever part of the page it came with. */
export function bindMoments(root, player) {
  root.addEventListener('click', (event) => {
    const moment = event.target.closest('[data-play-start]');
    if (!moment || window.getSelection()?.type === 'Range') return;
    const end = moment.dataset.playEnd;
    player.playMoment(Number(moment.dataset.playStart), end ? Number(end) : null);
  });
}

/** Space plays, arrows move five seconds; a field, a button or a tab keeps its own keys. */
export function bindKeys(playerNow) {
  document.addEventListener('keydown', (event) => {
    const player = playerNow();
    if (!player || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.target.closest('input, textarea, select, button, a, summary, video, audio, dialog, [role]')) return;
    const actions = {
      ' ': () => player.toggle(),
      k: () => player.toggle(),
      ArrowLeft: () => player.seek(player.time - 5),
      ArrowRight: () => player.seek(player.time + 5),
    };
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });
}
