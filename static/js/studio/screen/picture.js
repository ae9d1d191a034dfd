// The film of a talk: the shared screen with the camera in its corner, drawn on a canvas. A worker
// beats time, since a page behind another tab, as this one is while a talk is given, has timers of
// one beat a second and no frames of its own.

import { HEIGHT, WIDTH, cornered, fitted } from "./layout.js";

const RATE = 20;
const GROUND = "#16161c";

/** Events: `place` {detail: box or null} when the camera's picture lies elsewhere, or nowhere;
 *  `drawn` at each beat. */
export class Picture extends EventTarget {
  #canvas = document.createElement("canvas");
  #context;
  #ticker;
  #camera;
  #screen = null;
  #place;

  /** `camera` is a video element that plays the camera, or nothing. */
  constructor(worker, camera) {
    super();
    [this.#canvas.width, this.#canvas.height] = [WIDTH, HEIGHT];
    this.#context = this.#canvas.getContext("2d", { alpha: false });
    this.#camera = camera;
    this.withCamera = true;
    this.track = this.#canvas.captureStream(RATE).getVideoTracks()[0];
    this.#ticker = new Worker(worker);
    this.#ticker.addEventListener("message", () => {
      this.#draw();
      this.dispatchEvent(new Event("drawn"));
    });
    this.#ticker.postMessage(1000 / RATE);
  }

  /** The video element that plays the screen; null where none is shared. */
  get screen() { return this.#screen; }

  /** Shows `stream`, or with null the camera alone. */
  async show(stream) {
    if (this.#screen) this.#screen.srcObject = null;
    this.#screen = null;
    if (stream) {
      const screen = document.createElement("video");
      [screen.muted, screen.playsInline, screen.srcObject] = [true, true, stream];
      await screen.play();
      this.#screen = screen;
    }
    this.#draw();
  }

  /** Where the camera's picture lies now; null where it is not in the film. */
  get place() { return this.#place ?? null; }

  close() {
    this.#ticker.terminate();
    this.show(null);
    this.track.stop();
  }

  #draw() {
    const screen = shown(this.#screen);
    const camera = this.withCamera && shown(this.#camera);
    this.#context.fillStyle = GROUND;
    this.#context.fillRect(0, 0, WIDTH, HEIGHT);
    if (screen) this.#put(screen, fitted(screen.videoWidth, screen.videoHeight));
    const place = !camera ? null
      : (this.#screen ? cornered : fitted)(camera.videoWidth, camera.videoHeight);
    if (place) this.#put(camera, place);
    this.#tell(place);
  }

  #put(video, { x, y, width, height }) {
    this.#context.drawImage(video, x * WIDTH, y * HEIGHT, width * WIDTH, height * HEIGHT);
  }

  #tell(place) {
    if (JSON.stringify(place) === JSON.stringify(this.#place)) return;
    this.#place = place;
    this.dispatchEvent(new CustomEvent("place", { detail: place }));
  }
}

function shown(video) {
  return video?.srcObject && video.videoWidth ? video : null;
}
