// Drawn over the preview: the pose that was seen, and in the room an outline to sit in.

import { bones, picture } from "../../workspace/overlay.js";
import { LINES } from "./geometry.js";

/** The head that is aimed at, over the shorter side of the picture, and the room above it. */
const HEAD = 0.42;
const HEADROOM = 0.11;

export class Overlay {
  #canvas;
  #video;

  constructor(canvas, video) {
    [this.#canvas, this.#video] = [canvas, video];
  }

  /** `pose`: whether what was seen is drawn; `aim`: "none", "open" or "clear". */
  draw(seen, { pose, aim }) {
    if (!this.#video.videoWidth) return;
    const place = picture(this.#canvas, this.#video);
    const pen = this.#pen();
    // the preview shows the learner as a mirror does, and what lies over it must too
    const mirrored = getComputedStyle(this.#video).transform.startsWith("matrix(-1");
    pen.save();
    if (mirrored) pen.setTransform(-1, 0, 0, 1, this.#canvas.width, 0);
    if (aim !== "none") outline(pen, place, aim === "clear");
    if (pose) bones(pen, place, LINES, thousandths(seen));
    pen.restore();
  }

  clear() {
    this.#pen();
  }

  #pen() {
    const pen = this.#canvas.getContext("2d");
    pen.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
    return pen;
  }
}

/** As the player's overlay has them: x, y in thousandths of the picture, -1 where unseen. */
function thousandths({ drawn, aspect }) {
  return drawn.flatMap(([x, y]) => (Number.isFinite(x) ? [(1000 * x) / aspect, 1000 * y] : [-1, -1]));
}

function outline(pen, place, clear) {
  const head = HEAD * Math.min(place.width, place.height);
  const [x, top] = [place.left + place.width / 2, place.top + HEADROOM * place.height];
  const [neck, shoulder, bottom] = [top + 0.94 * head, top + 1.36 * head, place.top + place.height];
  const path = new Path2D();
  path.ellipse(x, top + head / 2, 0.37 * head, head / 2, 0, 0, 2 * Math.PI);
  for (const side of [-1, 1]) {
    path.moveTo(x + 0.2 * side * head, neck);
    path.bezierCurveTo(
      x + 0.2 * side * head, shoulder - 0.1 * head, x + side * head, shoulder - 0.1 * head, x + 1.12 * side * head, bottom,
    );
  }
  // light on dark, so that it shows on any picture
  pen.setLineDash(clear ? [] : [8 * place.scale, 7 * place.scale]);
  for (const [width, colour] of [[5, "rgb(0 0 0 / 0.45)"], [2.5, clear ? "rgb(160 240 200)" : "rgb(255 255 255 / 0.9)"]]) {
    Object.assign(pen, { lineWidth: width * place.scale, strokeStyle: colour });
    pen.stroke(path);
  }
  pen.setLineDash([]);
}
