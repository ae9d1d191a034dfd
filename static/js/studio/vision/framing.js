// Is the learner well in the picture? Five checks, each `ok`, `unknown` or what to do about it.

import { measure } from "./geometry.js";

export const CHECKS = ["distance", "headroom", "centring", "light", "level"];
/** The crown lies this share of the mesh (brow to chin) above it. */
export const CROWN = 0.3;
const HEADROOM = [0.015, 0.3];
/** Height of the face over the shorter side of the picture. */
const FACE = [0.12, 0.52];
const CENTRED = 0.7;
const DARK_PICTURE = 0.06;
const DARK_FACE = 0.16;
const BACKLIGHT = { glare: 0.2, face: 0.32 };
const BURNT = 0.25;
const SLOPE_DEGREES = 5;
/** A head held back by this much is looked at from below. */
const LOW_CAMERA_DEGREES = 14;
const HIGH_CAMERA_DEGREES = 20;

/** {check: "ok" | "unknown" | what is wrong} of what was seen in one picture. */
export function judge(seen) {
  const { face, aspect, light } = seen;
  const at = measure(seen);
  return {
    distance: face ? distance(face.height / Math.min(1, aspect)) : "unknown",
    headroom: face ? headroom(face.y - face.height * (0.5 + CROWN)) : "unknown",
    centring: at.person ? centring(at) : "unknown",
    light: brightness(light, Boolean(face)),
    level: face ? level(at) : "unknown",
  };
}

function distance(size) {
  if (size < FACE[0]) return "far";
  return size > FACE[1] ? "near" : "ok";
}

function headroom(crown) {
  if (crown < HEADROOM[0]) return "cut";
  return crown > HEADROOM[1] ? "empty" : "ok";
}

/** A camera's picture is not mirrored: its left is where the learner's right is. */
function centring({ centring: share, offset }) {
  if (share >= CENTRED) return "ok";
  return offset < 0 ? "left" : "right";
}

function brightness(light, face) {
  if (light.mean < DARK_PICTURE) return "dark";
  if (!face) return "unknown";
  if (light.glare >= BACKLIGHT.glare && light.face < BACKLIGHT.face) return "behind";
  if (light.face < DARK_FACE) return "dark";
  return light.burnt >= BURNT ? "burnt" : "ok";
}

/** Head and shoulders that slope the same way are the camera's doing, or look like it. */
function level({ slope, roll, pitch, upper }) {
  const together = upper ? Math.sign(slope) === Math.sign(roll) : true;
  const least = upper ? Math.min(Math.abs(slope), Math.abs(roll)) : Math.abs(roll) / 2;
  if (together && least >= SLOPE_DEGREES) return "slanted";
  if (pitch < -LOW_CAMERA_DEGREES) return "low";
  return pitch > HIGH_CAMERA_DEGREES ? "high" : "ok";
}

/** What may be said: a verdict counts once it was the only one for a while, so that nothing
 *  flickers at a boundary. */
export class Framing {
  static STEADY_S = 0.7;
  #said = {};
  #fresh = {};

  /** The verdicts at time `t` (s); null as long as there is none. */
  take(t, verdicts) {
    for (const check of CHECKS) {
      const fresh = this.#fresh[check];
      if (fresh?.verdict !== verdicts[check]) this.#fresh[check] = { verdict: verdicts[check], since: t };
      else if (t - fresh.since >= Framing.STEADY_S) this.#said[check] = fresh.verdict;
    }
    return CHECKS.every((check) => this.#said[check]) ? { ...this.#said } : null;
  }
}

/** The first thing to put right, `clear`, or `nobody`. */
export function headline(verdicts) {
  // in the dark nobody is seen, and light is what helps
  if (verdicts.light === "dark") return "light-dark";
  if (verdicts.centring === "unknown") return "nobody";
  const wrong = CHECKS.find((check) => !["ok", "unknown"].includes(verdicts[check]));
  if (wrong) return `${wrong}-${verdicts[wrong]}`;
  return verdicts.distance === "unknown" ? "noface" : "clear";
}
