// The level meter: how loud now, the highest peak of late, and in words whether that is good.

import { level as judged } from "./verdict.js";

const LOWEST_DB = -60;
const AVERAGED = 30; // cells: 300 ms, as meters in studios do
const HOLD_MS = 1500;
const CLIP_SHOWN_MS = 4000;
const SPOKE_MS = 3000;
/** A state in words stands at least so long, so that it can be read, and be read out. */
const STATE_MS = 2000;
const SPOKEN_EVERY_MS = 1000;

export class Meter {
  constructor(root, studio, listening) {
    this.root = root;
    this.bar = root.querySelector("[data-meter-bar]");
    this.words = root.querySelector("[data-meter-words]");
    this.number = root.querySelector("[data-meter-number]");
    this.recent = [];
    this.held = { db: LOWEST_DB, at: 0 };
    this.clippedAt = -Infinity;
    this.spokeAt = -Infinity;
    this.saidAt = -Infinity;
    this.stateAt = -Infinity;
    listening.addEventListener("cells", ({ detail }) => this.hear(detail));
    listening.addEventListener("state", ({ detail }) => this.#state(detail.state));
    // while somebody speaks nothing is read out to them
    studio.addEventListener("phase", ({ detail: { phase } }) => {
      this.words.setAttribute("aria-live", phase === "room" ? "polite" : "off");
    });
    this.#state(listening.state);
  }

  hear({ cells, listener }) {
    const now = performance.now();
    this.recent.push(...cells);
    this.recent.splice(0, Math.max(0, this.recent.length - AVERAGED));
    const level = average(this.recent);
    const peak = Math.max(...cells.map((cell) => cell.peak));
    const db = 20 * Math.log10(Math.max(peak, 1e-5));
    if (db >= this.held.db || now - this.held.at > HOLD_MS) this.held = { db, at: now };
    if (cells.some((cell) => cell.clipped)) this.clippedAt = now;
    if (cells.some((cell) => cell.hz)) this.spokeAt = now;
    this.bar.style.setProperty("--level", share(level));
    this.bar.style.setProperty("--peak", share(this.held.db));
    const clipped = now - this.clippedAt < CLIP_SHOWN_MS;
    this.root.toggleAttribute("data-clipped", clipped);
    if (now - this.saidAt >= SPOKEN_EVERY_MS) this.#number(level, now);
    const speaking = now - this.spokeAt < SPOKE_MS;
    this.#say(judged({ peak, clipped, loud: listener.ground.loud, speaking }), now);
  }

  #number(level, now) {
    this.saidAt = now;
    const shown = Math.round(Math.max(LOWEST_DB, level));
    this.bar.setAttribute("aria-valuenow", shown);
    this.bar.setAttribute("aria-valuetext", `${shown} dBFS`);
    this.number.textContent = `${shown} dBFS`.replace("-", "−");
  }

  #say(state, now) {
    if (state === this.said || (now - this.stateAt < STATE_MS && state !== "clipped")) return;
    this.said = state;
    this.stateAt = now;
    this.root.dataset.level = state;
    this.words.textContent = this.root.getAttribute(`data-text-${state}`);
  }

  #state(state) {
    if (state === "on") return;
    this.said = state;
    this.root.dataset.level = state;
    this.words.textContent = this.root.getAttribute(`data-text-${state}`);
    this.number.textContent = "";
    this.bar.style.setProperty("--level", 0);
    this.bar.style.setProperty("--peak", 0);
  }
}

/** dBFS of the mean power. */
function average(cells) {
  const power = cells.reduce((sum, cell) => sum + 10 ** (cell.level / 10), 0) / cells.length;
  return 10 * Math.log10(power);
}

/** Where a level lies on the scale, 0 to 1. */
const share = (db) => Math.min(1, Math.max(0, 1 - db / LOWEST_DB)).toFixed(3);

