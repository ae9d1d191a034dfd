// What levels mean for a recording, as the names of texts. Pure: no page, no clock.

import { decibels, mean, percentile } from "./measure/levels.js";
import { STEP_S } from "./measure/cells.js";

/** dBFS of 10 ms of loud speech (5 % is louder): between these it is recorded well. */
export const QUIET_DB = -40;
export const GOOD_DB = [-34, -7];
/** dBFS of a peak: nearer to full scale than this the next loud word is cut off. */
export const NEAR_CLIPPING_DB = -1;
const FULL_SCALE = 0.985;
/** dBFS of a room in which nobody speaks. */
const ROOM_DB = { gated: -85, still: -58, fair: -46, noisy: -38 };
/** As prosody.warnings has them (docs/metrics.md): under the first the analysis warns. */
const NOISY_SNR_DB = 15;
const FAIR_SNR_DB = 22;
const SPOKE_S = 0.3;
const LEAST_VOICE_S = 0.8;
const SPOKE_ABOVE_DB = 10;

const power = (cells) => mean(cells.map((cell) => 10 ** (cell.level / 10)));

/** Of a silence that was asked for: {noise, verdict}; `spoke` where somebody did not keep it. */
export function room(cells) {
  const quiet = percentile(cells.map((cell) => cell.level), 0.1);
  const voiced = cells.filter((cell) => cell.hz && cell.level > quiet + SPOKE_ABOVE_DB);
  const noise = decibels(power(cells));
  if (voiced.length * STEP_S >= SPOKE_S) return { noise, verdict: "spoke" };
  const verdict = Object.keys(ROOM_DB).find((name) => noise <= ROOM_DB[name]) ?? "loud";
  return { noise, verdict };
}

/** Of some seconds of speech: {verdict, speech, noise, snr, loud, peak}, levels in dBFS. */
export function trial(cells, asked = null) {
  const top = percentile(cells.map((cell) => cell.level), 0.95);
  const voiced = cells.filter((cell) => cell.hz && cell.level > top - 25);
  const peak = 20 * Math.log10(Math.max(...cells.map((cell) => cell.peak), 1e-5));
  const noise = asked ?? percentile(cells.map((cell) => cell.level), 0.1) + 1;
  const facts = { noise, peak, loud: null, speech: null, snr: null };
  if (cells.some((cell) => cell.clipped)) return { ...facts, verdict: "clipped" };
  if (voiced.length * STEP_S < LEAST_VOICE_S || top < noise + 6) {
    return { ...facts, verdict: "nothing" };
  }
  facts.loud = percentile(voiced.map((cell) => cell.level), 0.95);
  facts.speech = decibels(power(voiced));
  const above = Math.max(10 ** (facts.speech / 10) - 10 ** (noise / 10), 10 ** (noise / 10) / 100);
  facts.snr = Math.min(60, 10 * Math.log10(above / 10 ** (noise / 10)));
  return { ...facts, verdict: judged(facts) };
}

function judged({ loud, peak, snr }) {
  if (peak >= NEAR_CLIPPING_DB) return "clipped";
  if (loud < QUIET_DB) return "quiet";
  if (snr < NOISY_SNR_DB) return "noisy";
  if (loud < GOOD_DB[0]) return "soft";
  return snr < FAIR_SNR_DB ? "fair" : "clear";
}

/** Of the meter: what the last seconds were. `loud` is null while nobody has spoken. */
export function level({ peak, clipped, loud, speaking }) {
  if (clipped || peak >= FULL_SCALE) return "clipped";
  if (loud === null || !speaking) return "waiting";
  if (loud < QUIET_DB) return "quiet";
  return loud > GOOD_DB[1] ? "hot" : "good";
}

/** How many decibels loud speech lacks to the middle of what is good; 0 where it lies in it. */
export function lacking(loud) {
  const [low, high] = GOOD_DB;
  if (loud >= low && loud <= high) return 0;
  return Math.round((low + high) / 2 - loud);
}
