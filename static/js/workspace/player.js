// The player every moment on the page is tied to: a click on a word, a mark or a piece of
// evidence plays that moment and stops where it ends.

import { toast } from '../toast.js';

const CLOCK_EVENTS = ['timeupdate', 'seeking', 'seeked', 'play', 'pause', 'loadedmetadata'];
const RENEW_EVERY_MS = 30000;

export class Player {
  #media;
  #stopAt = null;
  #listeners = new Set();
  #frame = 0;
  #renewed = -RENEW_EVERY_MS;
  #last = { time: 0, playing: false };

  constructor(media) {
    this.#media = media;
    media.addEventListener('error', () => this.#renew());
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
      // a browser that refuses to start by itself leaves the player at the right place, who stops
      // before the sound began has stopped, and what cannot be loaded is an event of its own
      if (!['NotAllowedError', 'AbortError', 'NotSupportedError'].includes(error.name)) throw error;
    }
  }

  /** An address that has run out is taken anew from the page, and the player goes on there. */
  async #renew() {
    const { rate } = this.state;
    const { time, playing } = this.#last;
    const now = performance.now();
    const early = now - this.#renewed < RENEW_EVERY_MS;
    this.#renewed = now;
    try {
      if (early) throw new Error('renewed a moment ago');
      const answer = await fetch(window.location.href);
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      this.#media.src = page.querySelector('[data-player]').getAttribute('src');
      this.#media.onloadedmetadata = () => {
        this.#media.onloadedmetadata = null;
        this.goOn({ time, rate, playing });
      };
    } catch {
      toast(this.#media.dataset.textLost, { kind: 'error' });
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
    if (this.#media.readyState) this.#last = { time: this.time, playing: !this.#media.paused };
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
    if (moment.closest('a')) event.preventDefault(); // without scripts it leads to what is said of it
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
