// One MediaRecorder and its clock.

const TIMESLICE_MS = 2000;
/** A browser that gave nothing for so long gives nothing at all. */
const NOTHING_MS = 12_000;
/** One that does not say that it has stopped is not waited for longer. */
const STOPPING_MS = 5000;
const ENOUGH_CORES = 4;
const VP9 = "video/webm;codecs=vp9,opus";
const VP8 = "video/webm;codecs=vp8,opus";
const KINDS = {
  audio: ["audio/webm;codecs=opus", "audio/mp4;codecs=mp4a.40.2", "audio/mp4", "audio/ogg;codecs=opus"],
  video: ["video/webm", "video/mp4;codecs=avc1.42E01E,mp4a.40.2", "video/mp4"],
};

/** The best kind this browser can write; "" where it cannot say. VP9 where the machine has time. */
export function kindOf(stream) {
  const picture = stream.getVideoTracks().length > 0;
  const vp = navigator.hardwareConcurrency > ENOUGH_CORES ? [VP9, VP8] : [VP8, VP9];
  const wanted = picture ? [...vp, ...KINDS.video] : KINDS.audio;
  return wanted.find((kind) => MediaRecorder.isTypeSupported(kind)) ?? "";
}

/** Bits a second of a picture so high: an hour of 720p is about 0.8 GB with its sound. */
function bitsFor(stream) {
  const height = stream.getVideoTracks()[0]?.getSettings().height ?? 720;
  if (height > 800) return 2_800_000;
  return height > 500 ? 1_600_000 : 800_000;
}

/** Events: `data` {detail: Blob} in order, `broke` when the browser gave up by itself, `nothing`
 *  when it records and gives no byte. */
export class Recorder extends EventTarget {
  #media;
  #waiting;
  #before = 0;
  #since = null;
  #ended;

  constructor(stream) {
    super();
    const type = kindOf(stream);
    this.#media = new MediaRecorder(stream, {
      ...(type && { mimeType: type }),
      audioBitsPerSecond: 128_000,
      videoBitsPerSecond: bitsFor(stream),
    });
    this.#media.addEventListener("dataavailable", ({ data }) => {
      if (!data.size) return;
      clearTimeout(this.#waiting);
      this.dispatchEvent(new CustomEvent("data", { detail: data }));
    });
    this.#media.addEventListener("error", () => this.dispatchEvent(new Event("broke")));
    this.#ended = new Promise((done) => {
      this.#media.addEventListener("stop", () => {
        this.#hold();
        done();
        this.dispatchEvent(new Event("ended"));
      });
    });
  }

  /** Known once it has started. */
  get type() {
    return this.#media.mimeType;
  }

  /** Seconds recorded so far, pauses excluded. */
  clock() {
    const running = this.#since === null ? 0 : performance.now() - this.#since;
    return (this.#before + running) / 1000;
  }

  /** Resolves when the first moment is being recorded. */
  start() {
    return new Promise((done, failed) => {
      let asked; // recording begins here; a busy browser says so later
      this.#media.addEventListener("start", () => {
        this.#since = asked;
        this.#waiting = setTimeout(() => this.dispatchEvent(new Event("nothing")), NOTHING_MS);
        done();
      }, { once: true });
      this.#media.addEventListener("error", (event) => failed(event.error), { once: true });
      asked = performance.now();
      this.#media.start(TIMESLICE_MS);
    });
  }

  pause() {
    if (this.#media.state !== "recording") return;
    this.#media.requestData();
    this.#media.pause();
    this.#hold();
  }

  resume() {
    if (this.#media.state !== "paused") return;
    this.#media.resume();
    this.#since = performance.now();
  }

  /** Resolves when its last piece was handed out. */
  async stop() {
    clearTimeout(this.#waiting);
    if (this.#media.state !== "inactive") this.#media.stop();
    await Promise.race([this.#ended, new Promise((done) => setTimeout(done, STOPPING_MS))]);
    this.#hold();
  }

  #hold() {
    if (this.#since === null) return;
    this.#before += performance.now() - this.#since;
    this.#since = null;
  }
}
