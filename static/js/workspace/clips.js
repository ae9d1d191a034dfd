// The clip editor: trim handles on the timeline, fields and preview are three views of one cut. The
// list of clips asks for itself again whenever the server rings.

import { asClock } from './timeline.js';

const MIN_S = 1;
const SHAPES = { wide: 16 / 9, square: 1, tall: 9 / 16 };
const round = (seconds) => Math.round(seconds * 10) / 10;

export function bindClips(workspace, player) {
  const section = workspace.querySelector('[data-clips]');
  if (!section) return;
  listen(section);
  const form = section.querySelector('[data-clip-form]');
  if (form && player) new Editor(workspace, section, form, player);
}

class Editor {
  #workspace;
  #form;
  #player;
  #trims;
  #duration;
  #looping = false;
  #frame;
  #way = null;
  #asked = '';

  constructor(workspace, section, form, player) {
    [this.#workspace, this.#form, this.#player] = [workspace, form, player];
    this.#duration = Number(workspace.querySelector('[data-timeline]')?.dataset.duration) || player.duration;
    this.#trims = [...workspace.querySelectorAll('[data-trim] input')];
    this.#frame = workspace.querySelector('[data-crop-frame]');
    const editor = section.querySelector('[data-clip-editor]');
    editor.addEventListener('toggle', () => {
      workspace.toggleAttribute('data-clipping', editor.open);
      if (!editor.open) this.#loop(false);
      this.#show();
    });
    form.addEventListener('input', () => this.#show());
    for (const trim of this.#trims) trim.addEventListener('input', () => this.#trimmed(trim));
    for (const button of form.querySelectorAll('[data-clip-here]')) {
      button.addEventListener('click', () => this.#set(button.dataset.clipHere, player.time));
    }
    form.querySelector('[data-clip-preview]').addEventListener('click', () => this.#loop(!this.#looping));
    this.#bindSelection(form.querySelector('[data-clip-selection]'));
    workspace.addEventListener('click', (event) => {
      const moment = event.target.closest('[data-clip-moment]');
      if (moment) this.#open(editor, Number(moment.dataset.start), Number(moment.dataset.end));
      else if (event.target.closest('[data-play-start]')) this.#loop(false);
    });
    player.onTime((seconds, playing) => this.#follow(seconds, playing));
    new ResizeObserver(() => this.#draw(player.time)).observe(workspace.querySelector('.player'));
    this.#show();
  }

  get #start() { return Number(this.#form.elements.start.value) || 0; }
  get #end() { return Number(this.#form.elements.end.value) || 0; }

  #open(editor, start, end) {
    editor.open = true;
    this.#form.elements.start.value = round(start);
    this.#form.elements.end.value = round(end);
    this.#show();
    this.#form.elements.start.focus();
  }

  #set(name, seconds) {
    this.#form.elements[name].value = round(seconds);
    this.#show();
  }

  #trimmed(trim) {
    const other = this.#trims.find((one) => one !== trim);
    const isStart = trim.dataset.trimEnd === 'start';
    const most = Number(other.value);
    trim.value = isStart ? Math.min(Number(trim.value), most - MIN_S) : Math.max(Number(trim.value), most + MIN_S);
    this.#set(trim.dataset.trimEnd, Number(trim.value));
    if (!this.#looping) this.#player.seek(Number(trim.value));
  }

  #show() {
    const [start, end] = [this.#start, this.#end];
    for (const trim of this.#trims) {
      trim.value = trim.dataset.trimEnd === 'start' ? start : end;
      trim.setAttribute('aria-valuetext', asClock(Number(trim.value)));
    }
    const span = this.#workspace.querySelector('[data-trim-span]');
    if (span && this.#duration) {
      span.style.setProperty('inset-inline-start', `${(start / this.#duration) * 100}%`);
      span.style.setProperty('inline-size', `${(Math.max(0, end - start) / this.#duration) * 100}%`);
    }
    const length = this.#form.querySelector('[data-clip-length]');
    length.textContent = end > start ? `${asClock(start)}–${asClock(end)} · ${(end - start).toFixed(1)} s` : '';
    this.#ask();
  }

  // ---- preview -----------------------------------------------------------------------------

  #loop(on) {
    this.#looping = on && this.#end > this.#start;
    this.#form.querySelector('[data-clip-preview]').setAttribute('aria-pressed', this.#looping);
    if (this.#looping) {
      this.#player.playMoment(this.#start);
      this.#workspace.querySelector('.player').scrollIntoView({ block: 'nearest' });
    } else if (!on && this.#player.state.playing) this.#player.toggle();
    this.#ask();
    this.#draw(this.#player.time);
  }

  #follow(seconds, playing) {
    if (this.#looping && playing && (seconds >= this.#end || seconds < this.#start - 0.5)) {
      this.#player.seek(this.#start);
    }
    this.#draw(seconds);
  }

  async #ask() {
    const shape = this.#form.elements.format.value;
    const asked = new URLSearchParams({ start: this.#start, end: this.#end, format: shape }).toString();
    if (!this.#workspace.hasAttribute('data-clipping') || !this.#frame || asked === this.#asked) return;
    this.#asked = asked;
    await new Promise((done) => { setTimeout(done, 250); }); // not at every step of a handle
    if (asked !== this.#asked || !(this.#end > this.#start)) return;
    try {
      const answer = await fetch(`${this.#form.dataset.crop}?${asked}`);
      this.#way = answer.ok ? { ...(await answer.json()), shape } : null;
    } catch {
      this.#way = null;
    }
    this.#form.querySelector('[data-clip-centre]').hidden = !this.#way || this.#way.follows || shape === 'audio';
    this.#draw(this.#player.time);
  }

  /** The frame of what is kept, over the picture as it stands letterboxed in its box. */
  #draw(seconds) {
    if (!this.#frame) return;
    const video = this.#workspace.querySelector('video[data-player]');
    const way = this.#way;
    const open = this.#workspace.hasAttribute('data-clipping');
    const ratio = video && video.videoWidth / video.videoHeight;
    this.#frame.parentElement.hidden = !(open && way && ratio && SHAPES[way.shape]);
    if (this.#frame.parentElement.hidden) return;
    const [boxWidth, boxHeight] = [video.clientWidth, video.clientHeight];
    const width = Math.min(boxWidth, boxHeight * ratio);
    const height = width / ratio;
    const wanted = SHAPES[way.shape];
    const wide = Math.min(1, wanted / ratio) * width;
    const tall = Math.min(1, ratio / wanted) * height;
    const at = Math.min(Math.max(Math.round((seconds - way.start) / way.step), 0), way.x.length - 1);
    const clamp = (middle, side, whole) => Math.min(Math.max(middle * whole - side / 2, 0), whole - side);
    const left = (boxWidth - width) / 2 + clamp(way.x[at], wide, width);
    const top = (boxHeight - height) / 2 + clamp(way.y[at], tall, height);
    this.#frame.parentElement.style.setProperty('block-size', `${boxHeight}px`);
    this.#frame.style.setProperty('transform', `translate(${left}px, ${top}px)`);
    this.#frame.style.setProperty('inline-size', `${wide}px`);
    this.#frame.style.setProperty('block-size', `${tall}px`);
  }

  // ---- sentences ---------------------------------------------------------------------------

  #bindSelection(button) {
    const text = this.#workspace.querySelector('[data-transcript]');
    if (!text) return;
    let taken = null;
    document.addEventListener('selectionchange', () => {
      const selection = window.getSelection();
      if (selection.type !== 'Range' || !text.contains(selection.anchorNode)) return;
      const range = selection.getRangeAt(0);
      const sentences = [...text.querySelectorAll('.sentence[data-end]')].filter((one) => range.intersectsNode(one));
      if (!sentences.length) return;
      taken = [Number(sentences[0].dataset.start), Number(sentences.at(-1).dataset.end)];
      button.disabled = false;
    });
    button.addEventListener('click', () => {
      this.#form.elements.start.value = round(taken[0]);
      this.#form.elements.end.value = round(taken[1]);
      this.#show();
    });
  }
}

/** Asks for the list again when the server rings; where no socket opens, the list asks by itself. */
function listen(section, tries = 0) {
  const url = new URL(section.dataset.socket, location.href);
  url.protocol = url.protocol.replace('http', 'ws');
  const socket = new WebSocket(url);
  let waiting = 0;
  socket.onmessage = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      const list = document.getElementById('clip-list');
      if (list) window.htmx?.trigger(list, 'rostrum:clips');
    }, 150);
  };
  socket.onclose = (event) => {
    if (!section.isConnected || event.code === 4404 || tries > 6) return;
    setTimeout(() => listen(section, tries + 1), Math.min(1000 * 2 ** tries, 30_000));
  };
  document.addEventListener('rostrum:leave', () => socket.close(), { once: true });
}
