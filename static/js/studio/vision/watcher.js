// Looks at the preview in a worker, one frame in flight, as often as the machine has room for.
// Events: `progress` {bytes}, `ready`, `seen` {seen, t}, `off` {why: "slow" | "failed", rate}.

import { Pace } from "./pace.js";

/** No answer for this long is no answer. */
const SILENT_MS = 15_000;
const REST_MS = 250;
const STRAIN_MS = 1000;
const seconds = () => performance.now() / 1000;

export class Watcher extends EventTarget {
  #urls;
  #video;
  #worker = null;
  #ready = false;
  #timer = 0;
  #silence = 0;
  #pace = new Pace();
  #sent = null;
  #late = 0;
  #strained = 0;
  #counts = null;

  constructor(urls, video) {
    super();
    [this.#urls, this.#video] = [urls, video];
  }

  get on() {
    return Boolean(this.#worker);
  }

  get rate() {
    return this.#pace.rate;
  }

  set recording(recording) {
    this.#pace.recording = recording;
  }

  start() {
    if (this.#worker) return;
    this.#worker = new Worker(this.#urls.worker, { type: "module" });
    this.#worker.addEventListener("message", ({ data }) => this.#heard(data));
    this.#worker.addEventListener("error", (event) => this.#off("failed", event.message));
    this.#worker.postMessage({ kind: "load", urls: this.#urls });
  }

  stop() {
    this.#worker?.terminate();
    clearTimeout(this.#timer);
    clearTimeout(this.#silence);
    [this.#worker, this.#ready, this.#sent] = [null, false, null];
    this.#pace.rest();
  }

  #heard({ kind, bytes, seen, error }) {
    if (kind === "failed") this.#off("failed", error);
    else if (kind === "progress") this.#tell("progress", { bytes });
    else if (kind === "ready") {
      this.#ready = true;
      this.#tell("ready");
      this.#later(0);
    } else this.#saw(seen);
  }

  #saw(seen) {
    clearTimeout(this.#silence);
    const [t, now] = [this.#sent, seconds()];
    this.#pace.took(t, now);
    this.#notice(now);
    this.#sent = null;
    this.#tell("seen", { seen, t });
    if (!this.#worker) return;
    if (this.#pace.hopeless(now)) this.#off("slow");
    else this.#later(1000 * this.#pace.wait(now));
  }

  #later(milliseconds) {
    const due = seconds() + milliseconds / 1000;
    this.#timer = setTimeout(() => {
      this.#late = Math.max(this.#late, seconds() - due);
      this.#look();
    }, milliseconds);
  }

  async #look() {
    // a page that nobody sees, and a camera that gives nothing, are no slowness
    if (document.hidden || this.#video.readyState < 2 || !this.#video.videoWidth) {
      this.#pace.rest();
      this.#late = 0;
      this.#timer = setTimeout(() => this.#look(), REST_MS);
      return;
    }
    this.#sent = seconds();
    try {
      const frame = await grab(this.#video);
      if (!this.#worker) return frame.close();
      this.#silence = setTimeout(() => this.#off("slow"), SILENT_MS);
      this.#worker.postMessage({ kind: "look", frame, t: this.#sent }, [frame]);
    } catch {
      // the camera changed just now
      this.#sent = null;
      this.#timer = setTimeout(() => this.#look(), REST_MS);
    }
  }

  /** Once a second: how many of the camera's frames were lost, how late the page was. */
  #notice(now) {
    if (now - this.#strained < STRAIN_MS / 1000) return;
    this.#strained = now;
    const { totalFrames, deliveredFrames, discardedFrames } = this.#video.srcObject?.getVideoTracks()[0]?.stats ?? {};
    let lost = 0;
    if (totalFrames !== undefined) {
      const missed = totalFrames - deliveredFrames - discardedFrames;
      const before = this.#counts;
      if (before && totalFrames > before.total) lost = (missed - before.missed) / (totalFrames - before.total);
      this.#counts = { total: totalFrames, missed };
    }
    this.#pace.strain({ lost, late: this.#late });
    this.#late = 0;
  }

  #off(why, error) {
    if (error) console.warn("vision:", error);
    const rate = this.rate;
    this.stop();
    this.#tell("off", { why, rate });
  }

  #tell(name, detail = {}) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

/** The preview's picture now, without copying it in the page where the browser can. */
function grab(video) {
  if (globalThis.VideoFrame) return new VideoFrame(video);
  return createImageBitmap(video);
}
