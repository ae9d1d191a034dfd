// Sends one reel by tus while it grows. The length is said only once the learner has pressed Send,
// because that is what makes a recording of it.

import { loadTus } from "./tus.js";

const CHUNK_BYTES = 8 * 1024 * 1024;
const RETRY_MS = [0, 1000, 2000, 4000, 8000];
const AGAIN_MS = 10_000;
const GONE = [404, 410];

/** Events: `url` once the server knows it, `sent` {detail: bytes there}, `state` {detail: {state,
 *  text}} with state sending | offline | signed-out | refused | lost | done. */
export class Sender extends EventTarget {
  #reel;
  #options;
  #upload = null;
  #run = 0;
  #timer = null;
  #wake = () => { if (this.#timer) this.start(); };

  /** `before` is awaited ahead of the upload's first byte. */
  constructor(reel, { endpoint, metadata, url = null, before = async () => {} }) {
    super();
    this.#reel = reel;
    this.#options = { endpoint, metadata, before };
    this.url = url;
    this.state = null;
    this.text = "";
    addEventListener("online", this.#wake);
    addEventListener("focus", this.#wake);
  }

  get id() {
    return this.url?.split("/").at(-1) ?? null;
  }

  async start() {
    clearTimeout(this.#timer);
    this.#timer = null;
    const run = ++this.#run;
    this.#say("sending");
    try {
      const tus = await loadTus();
      if (!this.url) await this.#options.before();
      if (run !== this.#run) return;
      this.#upload = this.#make(tus, run);
      this.#upload.start();
    } catch (error) {
      if (run === this.#run) this.#broke(error);
    }
  }

  /** Stops sending; what the server has stays there. */
  async stop() {
    this.#run += 1;
    clearTimeout(this.#timer);
    this.#timer = null;
    removeEventListener("online", this.#wake);
    removeEventListener("focus", this.#wake);
    await this.#upload?.abort();
  }

  /** Stops, and has the server forget it. */
  async discard() {
    const upload = this.#upload;
    await this.stop();
    if (this.url && this.state !== "done") await upload?.abort(true);
  }

  #make(tus, run) {
    const mine = () => run === this.#run;
    // an answer to a request that was given up would be sent all the same
    const slice = async (from, to) => {
      const read = await this.#reel.slice(from, to);
      return mine() ? read : new Promise(() => {});
    };
    const upload = new tus.Upload(this.#reel, {
      endpoint: this.url ? null : this.#options.endpoint, // or a refusal would begin a second one
      uploadUrl: this.url,
      metadata: this.#options.metadata,
      chunkSize: CHUNK_BYTES,
      retryDelays: RETRY_MS,
      uploadLengthDeferred: true,
      storeFingerprintForResuming: false,
      fingerprint: async () => null,
      fileReader: { openFile: async () => ({ size: null, slice, close() {} }) },
      onUploadUrlAvailable: () => {
        this.url = upload.url;
        upload.options.endpoint = null;
        this.dispatchEvent(new Event("url"));
      },
      onChunkComplete: (_size, there) => {
        this.#reel.confirm(there);
        this.#say("sending");
        this.dispatchEvent(new CustomEvent("sent", { detail: there }));
      },
      onShouldRetry: (error) => {
        upload.options.uploadLengthDeferred = true; // the length is said again, should it be lost
        const [status] = told(error);
        if (status === 0) this.#say("offline");
        return status === 0 ? !missing(error) : status === 409 || status === 423 || status >= 500;
      },
      onError: (error) => { if (mine()) this.#broke(error); },
      onSuccess: () => {
        if (!mine()) return;
        this.#say("done");
        this.stop();
      },
    });
    return upload;
  }

  #broke(error) {
    const [status, text] = told(error);
    if (missing(error)) return this.#say("lost");
    if (GONE.includes(status) && this.url && this.#reel.first === 0) {
      this.url = null; // it waited too long there; all of it is here
      return this.start();
    }
    if (status === 401) this.#say("signed-out");
    else if (status === 0 || status === 423 || status >= 500) this.#say("offline");
    else return this.#say("refused", text);
    this.#timer = setTimeout(() => this.start(), AGAIN_MS);
  }

  #say(state, text = "") {
    if (state === this.state && !text) return;
    this.state = state;
    this.text = text;
    this.dispatchEvent(new CustomEvent("state", { detail: { state, text } }));
  }
}

/** [status, text] of what went wrong; status 0 where nothing answered. */
function told(error) {
  const answer = error.originalResponse;
  if (error.status !== undefined) return [error.status, error.message];
  return answer ? [answer.getStatus(), answer.getBody() || ""] : [0, ""];
}

const missing = (error) => error.causingError?.name === "NotFoundError";
