// Looks at the preview in a worker, one frame in flight, as often as the machine has room for.
// Events: `progress` {bytes}, `ready`, `seen` {seen, t}, `off` {why: "slow" | "failed", rate}.

import { Pace } from "./pace.js";

/** No answer for this long is no answer. */
const SILENT_MS = 15_000;
const REST_MS = 250;
const STRAIN_S = 1;
/** How the machine does without looking is learned from so many timers: in the room, and anew
 *  where a recording begins, whose encoder takes its share. */
const TRIALS = 8;
const RECORDING_TRIALS = 16;
const TRIAL_MS = 125;
const seconds = () => performance.now() / 1000;

export class Watcher extends EventTarget {
  #urls;
  #video;
  #worker = null;
  #timer = 0;
  #silence = 0;
  #pace = new Pace();
  #recording = false;
  #learned = true;
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
    if (recording && !this.#recording) this.#learned = false;
    this.#recording = recording;
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
    [this.#worker, this.#sent] = [null, null];
    this.#pace = new Pace();
  }

  #heard({ kind, bytes, seen, error }) {
    if (kind === "failed") this.#off("failed", error);
    else if (kind === "progress") this.#tell("progress", { bytes });
    else if (kind === "ready") {
      this.#tell("ready");
      this.#learn();
    } else this.#saw(seen);
  }

  #saw(seen) {
    clearTimeout(this.#silence);
    const [t, now] = [this.#sent, seconds()];
    this.#pace.took(t, now);
    if (now - this.#strained >= STRAIN_S) {
      this.#strained = now;
      this.#pace.strain(this.#strain());
    }
    this.#sent = null;
    this.#tell("seen", { seen, t });
    if (!this.#worker) return;
    if (this.#pace.hopeless(now)) this.#off("slow");
    else this.#later(1000 * this.#pace.wait(now));
  }

  /** While nothing is looked at: what is usual here. */
  #learn() {
    this.#learned = true;
    this.#strain();
    return this.#try(this.#recording ? RECORDING_TRIALS : TRIALS);
  }

  #try(trials) {
    if (trials) return this.#later(TRIAL_MS, () => this.#try(trials - 1));
    this.#pace.usual = this.#strain();
    this.#pace.recording = this.#recording;
    return this.#later(0);
  }

  #later(milliseconds, then = () => this.#look()) {
    const due = seconds() + milliseconds / 1000;
    this.#timer = setTimeout(() => {
      this.#late = Math.max(this.#late, seconds() - due);
      then();
    }, milliseconds);
  }

  async #look() {
    if (!this.#learned) return this.#learn();
    // a page that nobody sees, and a camera that gives nothing, are no slowness
    if (document.hidden || this.#video.readyState < 2 || !this.#video.videoWidth) {
      this.#pace.rest();
      this.#late = 0;
      this.#timer = setTimeout(() => this.#look(), REST_MS);
      return;
    }
    this.#sent = seconds();
    const worker = this.#worker;
    try {
      const frame = await grab(this.#video);
      if (worker !== this.#worker) return frame.close();
      this.#silence = setTimeout(() => this.#off("slow"), SILENT_MS);
      worker.postMessage({ kind: "look", frame, t: this.#sent }, [frame]);
    } catch {
      // the camera changed just now
      this.#sent = null;
      this.#timer = setTimeout(() => this.#look(), REST_MS);
    }
  }

  /** Since it was asked last: the share of the camera's frames that were lost, and how late the
   *  page was at worst. */
  #strain() {
    const { totalFrames, deliveredFrames, discardedFrames } = this.#video.srcObject?.getVideoTracks()[0]?.stats ?? {};
    const late = this.#late;
    const before = this.#counts;
    this.#late = 0;
    this.#counts = { total: totalFrames, missed: totalFrames - deliveredFrames - discardedFrames };
    const came = totalFrames - before?.total;
    return { late, lost: came > 0 ? (this.#counts.missed - before.missed) / came : 0 };
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
