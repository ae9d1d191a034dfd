// Runs the studio's listening under Node: raw float32 files in, what was heard out (JSON lines).
import { readFileSync } from "node:fs";
import { Advice } from "../../static/js/studio/room/advice.js";
import { Chooser } from "../../static/js/studio/room/chooser.js";
import { Cells } from "../../static/js/studio/room/measure/cells.js";
import { BIAS, WEIGHTS } from "../../static/js/studio/room/measure/hesitation.js";
import { Listener } from "../../static/js/studio/room/measure/listener.js";
import * as verdict from "../../static/js/studio/room/verdict.js";

const QUANTUM = 128;

/** What was heard in a sound, and what the room check would say of all of it. */
function heard({ path, rate }) {
  const raw = readFileSync(path);
  const sound = new Float32Array(raw.buffer, raw.byteOffset, raw.length / 4);
  const [cells, listener, figures, taken] = [new Cells(rate), new Listener(), [], []];
  for (let n = 0; n < sound.length; n += QUANTUM) {
    cells.push(sound.subarray(n, n + QUANTUM), (cell) => {
      taken.push({ ...cell });
      listener.add(cell);
      if (taken.length % 25 === 0) figures.push(listener.figures());
    });
  }
  return {
    nuclei: listener.nuclei, events: listener.drain(), figures,
    levels: taken.map((cell) => cell.level), peak: Math.max(...taken.map((cell) => cell.peak)),
    clipped: taken.reduce((sum, cell) => sum + cell.clipped, 0),
    room: verdict.room(taken), trial: verdict.trial(taken),
  };
}

/** What is shown of what advice offers, as the page does it once a second. */
function coached({ mode = "all", off = [], length = null, steps }) {
  const [advice, chooser, shown] = [new Advice(), new Chooser(), []];
  chooser.mode = mode;
  chooser.off = new Set(off);
  advice.length = length;
  steps.forEach((step, t) => {
    for (const event of step.events ?? []) advice.hear(event);
    if (step.clipped) advice.clipped(t);
    for (const offer of advice.look({ ...CALM, ...step, t }, t)) {
      if (!chooser.offer({ ...offer, text: offer.name }, t)) continue;
      advice.said(offer.name, t);
      shown.push([t, offer.name]);
      break;
    }
  });
  return shown;
}

const CALM = {
  words: 140, spread: 2.5, flatFor: 0, silence: 0.3, spoken: true, loud: -20, recent: -24,
};
const RUNS = { heard, coached };
const jobs = JSON.parse(readFileSync(0, "utf8"));
const answers = Object.fromEntries(
  Object.entries(jobs).map(([name, job]) => [name, RUNS[job.run](job)]),
);
process.stdout.write(JSON.stringify({ answers, model: { bias: BIAS, weights: WEIGHTS } }));
