// Live progress of a session's newest run. A web socket; where it does not open, server-sent
// events; where they fail too, asking. The database's snapshot is the truth in each of them: it
// comes on joining, on reconnecting and every 30 s, and a lower revision is never shown. At the end
// the result takes the page's place, unless an older result is being studied: then it is offered.

import { toast } from './toast.js';

const SNAPSHOT_MS = 30_000;
const ASK_MS = 5_000;
const SIGNED_OUT = 4401;
const NOT_FOUND = 4404;
const TRIES = 3;
const backoff = (tries) => Math.min(500 * 2 ** tries, 15_000) * (0.75 + Math.random() / 2);

class Watch {
  #root;
  #texts;
  #run;
  #revision;
  #timers = new Set();
  #close = () => {};
  #ended = false;

  constructor(root) {
    this.#root = root;
    this.#texts = JSON.parse(root.querySelector('#progress-texts').textContent);
    this.#run = root.dataset.run;
    this.#revision = Number(root.dataset.revision) - 1; // the page's own may have gone on since
    this.#socket();
  }

  #later(work, ms) {
    const timer = setTimeout(() => { this.#timers.delete(timer); if (!this.#ended) work(); }, ms);
    this.#timers.add(timer);
  }

  #socket(tries = 0) {
    const url = new URL(this.#root.dataset.socket, location.href);
    url.protocol = url.protocol.replace('http', 'ws');
    const socket = new WebSocket(url);
    let opened = false;
    let asking;
    socket.onopen = () => {
      opened = true;
      this.#connection(tries > 0 ? 'back' : '');
      asking = setInterval(() => socket.send('{"type": "snapshot"}'), SNAPSHOT_MS);
    };
    socket.onmessage = (event) => this.#show(JSON.parse(event.data));
    socket.onclose = (event) => {
      clearInterval(asking);
      if (this.#ended) return;
      if (event.code === NOT_FOUND || event.code === SIGNED_OUT) { this.#leave(); return; }
      this.#connection('offline');
      const next = opened ? 1 : tries + 1;
      if (next > TRIES) this.#events();
      else this.#later(() => this.#socket(next), backoff(next));
    };
    this.#close = () => { clearInterval(asking); socket.close(); };
  }

  #events() {
    const source = new EventSource(this.#root.dataset.events);
    let failures = 0;
    source.addEventListener('snapshot', (event) => {
      failures = 0;
      this.#connection('');
      this.#show(JSON.parse(event.data));
    });
    source.addEventListener('over', () => this.#leave());
    source.onerror = () => {
      if (this.#ended) return;
      failures += 1;
      this.#connection('offline');
      if (source.readyState === EventSource.CLOSED || failures >= TRIES) {
        source.close();
        this.#ask();
      }
    };
    this.#close = () => source.close();
  }

  async #ask(tries = 0) {
    this.#close = () => {};
    try {
      const answer = await fetch(this.#root.dataset.snapshot, { headers: { Accept: 'application/json' } });
      if (answer.status === 404 || answer.redirected) { this.#leave(); return; }
      this.#show(await answer.json());
      this.#connection('');
      this.#later(() => this.#ask(), ASK_MS);
    } catch {
      this.#connection('offline');
      this.#later(() => this.#ask(tries + 1), backoff(tries + 2));
    }
  }

  #show(snapshot) {
    if (this.#ended || !snapshot.run) return;
    if (snapshot.run === this.#run && snapshot.revision < this.#revision) return;
    [this.#run, this.#revision] = [snapshot.run, snapshot.revision];
    this.#root.querySelector('[data-overall]').value = snapshot.progress ?? 0;
    this.#root.querySelector('[data-left]').textContent = this.#left(snapshot.eta_s);
    for (const stage of snapshot.stages) this.#stage(stage);
    this.#words(snapshot.words ?? []);
    if (snapshot.terminal) this.#finish(snapshot);
  }

  #stage(stage) {
    const row = this.#root.querySelector(`[data-stage="${CSS.escape(stage.name)}"]`);
    if (!row) return;
    const changed = row.dataset.now !== stage.state;
    row.dataset.now = stage.state;
    if (changed) {
      row.className = `stepper__step stepper__step--${stage.state}`;
      row.querySelector('[data-state]').textContent = this.#texts.states[stage.state] ?? stage.state;
      const icon = this.#root.querySelector(`template[data-icon="${CSS.escape(stage.state)}"]`);
      if (icon) row.querySelector('[data-mark]').replaceChildren(icon.content.cloneNode(true));
    }
    const running = stage.state === 'running';
    const bar = row.querySelector('progress');
    bar.hidden = !running;
    bar.value = stage.progress ?? 0;
    row.querySelector('[data-detail]').textContent = stage.error || stage.message || '';
    row.querySelector('[data-time]').textContent = this.#time(stage, running);
  }

  #time(stage, running) {
    if (running) {
      const share = `${Math.round((stage.progress ?? 0) * 100)} %`;
      return [share, this.#left(stage.eta_s)].filter(Boolean).join(' · ');
    }
    if (stage.state !== 'done' || stage.elapsed_s === null) return '';
    return `${stage.elapsed_s.toFixed(1)} s`;
  }

  #words(words) {
    const box = this.#root.querySelector('[data-words-box]');
    box.hidden = words.length === 0 && box.hidden;
    if (words.length) {
      this.#root.querySelector('[data-words]').textContent = words.map((word) => word.text).join(' ');
    }
  }

  #left(seconds) {
    if (seconds === null || seconds === undefined) return '';
    if (seconds < 45) return this.#texts.seconds;
    const minutes = Math.round(seconds / 60);
    return minutes <= 1 ? this.#texts.minute : this.#texts.minutes.replace('{n}', minutes);
  }

  #connection(state) {
    const line = this.#root.querySelector('[data-connection]');
    line.hidden = state !== 'offline';
    line.textContent = state === 'offline' ? this.#texts.offline : '';
    if (state === 'back') announce(this.#texts.back);
  }

  #leave() {
    this.#end();
    location.assign(this.#root.dataset.result);
  }

  #end() {
    this.#ended = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#close();
  }

  async #finish(snapshot) {
    this.#end();
    const done = snapshot.state === 'done' || snapshot.state === 'partial';
    if (document.querySelector('[data-workspace]')) { this.#offer(done); return; }
    await show(this.#root.dataset.result);
    announce(done ? this.#texts.done : this.#texts.failed);
  }

  #offer(done) {
    const run = () => show(this.#root.dataset.result);
    const text = done ? this.#texts.newer_done : this.#texts.newer_failed;
    const action = { text: done ? this.#texts.show : this.#texts.why, run };
    const notice = this.#root.querySelector('template[data-ended]').content.cloneNode(true);
    const button = notice.querySelector('button');
    notice.querySelector('[data-text]').textContent = text;
    button.textContent = action.text;
    button.addEventListener('click', run);
    const focused = this.#root.contains(document.activeElement);
    this.#root.replaceWith(notice);
    if (focused) button.focus();
    toast(text, { action });
  }
}

function show(address) {
  return swap(address).catch(() => location.assign(address));
}

/** Puts the result's page in place of this one, with the styles and modules it brings. */
async function swap(address) {
  const answer = await fetch(address, { headers: { Accept: 'text/html' } });
  if (!answer.ok || answer.redirected) throw new Error(`${answer.status}`);
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const modules = [...page.querySelectorAll('script[type="module"][src]')].map(
    (script) => script.getAttribute('src'),
  );
  for (const link of page.querySelectorAll('link[rel="stylesheet"]')) {
    if (!document.querySelector(`link[href="${CSS.escape(link.getAttribute('href'))}"]`)) {
      document.head.append(document.adoptNode(link));
    }
  }
  // before the page is shown: a click on it is never lost to a script that is still to come
  for (const module of modules) await import(new URL(module, location.href).href);
  document.dispatchEvent(new CustomEvent('rostrum:leave'));
  const main = document.querySelector('main');
  // a copy, made here: a player that was parsed in a page of its own has given up on its source
  main.replaceWith(document.importNode(page.querySelector('main'), true));
  document.title = page.title;
  window.htmx?.process(document.querySelector('main'));
  document.dispatchEvent(new CustomEvent('rostrum:page'));
  watch();
  document.querySelector('main').focus({ preventScroll: true });
}

function announce(text) {
  let line = document.querySelector('[data-announce]');
  if (!line) {
    line = document.createElement('p');
    line.className = 'visually-hidden';
    line.setAttribute('role', 'status');
    line.dataset.announce = '';
    document.body.append(line);
  }
  // a reader speaks what changes after the region is there
  setTimeout(() => { line.textContent = text; }, 100);
}

function watch() {
  for (const root of document.querySelectorAll('[data-progress]:not([data-watched])')) {
    root.dataset.watched = '';
    new Watch(root);
  }
}

watch();
