// What is to be seen in one frame after the other: the pose in the whole picture, the mesh close
// up on the face (on where it was last, else on the pose's head), the light on it. Runs in the
// worker only.

import { faceBox, headAngles, headBox, headOf, visiblePoints } from "./geometry.js";
import { lightOf } from "./light.js";
import { SIDE } from "./model.js";
import { OneEuro } from "./smoothing.js";

/** Side of the square that the mesh wants, over the longer side of the face. */
const ROOM = 1.5;
/** Longest side of the copy that is looked at: a face of a quarter of it fills the mesh. */
const STILL = 960;
/** Degrees that are smoothed as one height of the picture is. */
const HEAD_RANGE = 60;

export class Sight {
  #model;
  #pen = new OffscreenCanvas(SIDE, SIDE).getContext("2d", { willReadFrequently: true });
  #still = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  #square = null;
  #pose = new OneEuro();
  #head = new OneEuro();

  constructor(model) {
    this.#model = model;
  }

  /** `frame`: a VideoFrame or ImageBitmap, closed here; `t`: seconds. */
  look(frame, t) {
    const still = this.#take(frame);
    const { width, height } = still;
    const aspect = width / height;
    const whole = this.#whole(still, aspect);
    const side = Math.max(1, aspect);
    const corner = [(aspect - side) / 2, (1 - side) / 2];
    const raw = visiblePoints(this.#model.pose(whole.data), { corner, side, aspect });
    const mesh = this.#face(still, height, this.#square ?? headBox(raw));
    const box = mesh && faceBox(mesh);
    const [yaw, pitch, roll] = mesh ? headAngles(mesh) : [NaN, NaN, NaN];
    this.#square = box && { ...box, half: (ROOM * Math.max(box.width, box.height)) / 2, roll };
    const smooth = this.#pose.smooth(t, raw.flat());
    const points = raw.map((_, index) => smooth.slice(2 * index, 2 * index + 2));
    const steady = this.#head.smooth(t, [yaw, pitch, roll].map((angle) => angle / HEAD_RANGE));
    const pixels = (value, from) => ((value - from) / side) * SIDE;
    const inPixels = box && {
      left: pixels(box.x - box.width / 2, corner[0]), top: pixels(box.y - box.height / 2, corner[1]),
      width: (box.width / side) * SIDE, height: (box.height / side) * SIDE,
    };
    const area = {
      left: pixels(0, corner[0]), top: pixels(0, corner[1]),
      width: (aspect / side) * SIDE - 1, height: SIDE / side - 1,
    };
    return {
      aspect,
      points,
      drawn: mesh ? [...headOf(mesh), ...points.slice(5)] : points,
      head: mesh && steady.map((share) => share * HEAD_RANGE),
      face: box,
      light: lightOf(whole, area, inPixels),
    };
  }

  /** A copy of the frame, which goes back at once: one that is kept is one less that the camera
   *  can fill. */
  #take(frame) {
    const [width, height] = [frame.displayWidth ?? frame.width, frame.displayHeight ?? frame.height];
    const scale = Math.min(1, STILL / Math.max(width, height));
    const { canvas } = this.#still;
    const size = [Math.round(width * scale), Math.round(height * scale)];
    if (canvas.width !== size[0] || canvas.height !== size[1]) [canvas.width, canvas.height] = size;
    this.#still.drawImage(frame, 0, 0, ...size);
    frame.close();
    return canvas;
  }

  /** The whole picture in a square, black beside or above it. */
  #whole(frame, aspect) {
    const [width, height] = aspect > 1 ? [SIDE, SIDE / aspect] : [SIDE * aspect, SIDE];
    this.#pen.setTransform(1, 0, 0, 1, 0, 0);
    this.#clear();
    this.#pen.drawImage(frame, (SIDE - width) / 2, (SIDE - height) / 2, width, height);
    return this.#pen.getImageData(0, 0, SIDE, SIDE);
  }

  /** The mesh in heights of the picture, close up on `square`; null where no face is there. */
  #face(frame, height, square) {
    if (!square) return null;
    const scale = SIDE / 2 / square.half;
    const turn = (-square.roll * Math.PI) / 180;
    const pen = this.#pen;
    pen.setTransform(1, 0, 0, 1, 0, 0);
    this.#clear();
    pen.translate(SIDE / 2, SIDE / 2);
    pen.rotate(turn);
    pen.scale(scale / height, scale / height);
    pen.drawImage(frame, -square.x * height, -square.y * height);
    const found = this.#model.face(pen.getImageData(0, 0, SIDE, SIDE).data);
    const [cos, sin] = [Math.cos(-turn), Math.sin(-turn)];
    return found?.map(([px, py, pz]) => {
      const [x, y] = [(px - SIDE / 2) / scale, (py - SIDE / 2) / scale];
      return [square.x + x * cos - y * sin, square.y + x * sin + y * cos, pz / scale];
    }) ?? null;
  }

  #clear() {
    this.#pen.fillStyle = "black";
    this.#pen.fillRect(0, 0, SIDE, SIDE);
  }
}
