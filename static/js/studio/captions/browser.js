// Captions by the browser's own recogniser: on the device where it can, else at its maker's, which
// nobody may be led into without knowing. It tells no times, so they are those of its words' coming.

const Recognition = window.SpeechRecognition ?? window.webkitSpeechRecognition;
const OVER = ["not-allowed", "service-not-allowed", "language-not-supported", "audio-capture"];
const AGAIN_MS = 300;
const LONGEST_MS = 10000;
const SHORTEST_S = 0.05; // a word may come without any sign before it

/** Whether there is one at all, and whether it can stay on the device: `no`, `download` or `yes`. */
export async function offered(language) {
  if (!Recognition) return { maker: false, device: "no" };
  let device = "no";
  try {
    const options = { langs: [language], processLocally: true };
    const found = await Recognition.available?.(options);
    if (found === "available") device = "yes";
    else if (found === "downloadable" || found === "downloading") device = "download";
  } catch {
    // an older browser knows nothing of that
  }
  return { maker: true, device };
}

/** Fetches what recognising on the device takes; says whether it is there then. */
export async function install(language) {
  try {
    return Boolean(await Recognition.install({ langs: [language], processLocally: true }));
  } catch {
    return false;
  }
}

/** Events as ServerCaptions'. */
export class BrowserCaptions extends EventTarget {
  #studio;
  #language;
  #recognition = null;
  #on = false;
  #begun = null;
  #timer = null;
  #wait = AGAIN_MS;

  constructor(studio, { language, onDevice }) {
    super();
    this.#studio = studio;
    this.#language = language;
    this.origin = onDevice ? "browser-device" : "browser";
  }

  start() {
    if (this.#on) return;
    this.#on = true;
    this.#listen();
  }

  stop() {
    this.#on = false;
    clearTimeout(this.#timer);
    this.#recognition?.stop();
    this.#recognition = null;
  }

  close() {
    this.#on = false;
    clearTimeout(this.#timer);
    this.#recognition?.abort();
    this.#recognition = null;
  }

  rewire() {
    this.#recognition?.stop(); // its end begins it anew, with the track there is then
  }

  #listen() {
    const recognition = new Recognition();
    this.#recognition = recognition;
    recognition.lang = this.#language;
    recognition.continuous = recognition.interimResults = true;
    if (this.origin === "browser-device") recognition.processLocally = true;
    recognition.onresult = (event) => this.#heard(event);
    recognition.onspeechstart = () => { this.#begun ??= this.#studio.clock(); };
    recognition.onstart = () => this.#tell("ready");
    recognition.onerror = ({ error }) => this.#failed(error);
    recognition.onend = () => {
      if (!this.#on || (this.#recognition && this.#recognition !== recognition)) return;
      this.#timer = setTimeout(() => this.#listen(), this.#wait);
    };
    const [track] = this.#studio.stream?.getAudioTracks() ?? [];
    try {
      recognition.start(track);
    } catch {
      this.#failed("not-allowed");
    }
  }

  #heard(event) {
    const now = this.#studio.clock();
    this.#begun ??= now;
    this.#wait = AGAIN_MS;
    let partial = "";
    for (let n = event.resultIndex; n < event.results.length; n += 1) {
      const text = event.results[n][0].transcript.trim();
      if (event.results[n].isFinal) {
        this.#line("line", this.#begun, now, text);
        this.#begun = null;
      } else {
        partial += ` ${text}`;
      }
    }
    if (partial) this.#line("partial", this.#begun ?? now, now, partial.trim());
  }

  #failed(error) {
    if (OVER.includes(error)) {
      this.close();
      this.#tell("over", error === "language-not-supported" ? "language" : "refused");
    } else if (error === "network") {
      this.#wait = Math.min(LONGEST_MS, this.#wait * 2);
      this.#tell("waiting", "closed");
    }
  }

  #line(kind, start, end, text) {
    if (!text) return;
    const from = Math.min(start ?? end, end);
    const detail = { kind, start: from, end: Math.max(end, from + SHORTEST_S), text };
    this.dispatchEvent(new CustomEvent("line", { detail }));
  }

  #tell(state, reason) {
    this.dispatchEvent(new CustomEvent("state", { detail: { state, reason } }));
  }
}
