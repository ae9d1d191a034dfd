// Reads a question aloud with a voice of the device, where the learner wishes it.

const LONGEST_MS = 30_000;
const VOICES_MS = 1000; // some browsers list them a moment late

export class Voice {
  #studio;
  #again;
  #none;

  /** `none` says that there is no voice; what is asked stands in writing in any case. */
  constructor(studio, box, again, label, none) {
    this.#studio = studio;
    this.#again = again;
    this.#none = none;
    label.hidden = !this.there;
    box.checked = this.on;
    this.#show();
    box.addEventListener("change", () => {
      studio.set("aloud", box.checked);
      if (!box.checked) this.stop();
      this.#show();
    });
  }

  /** Whether this browser can speak without asking somebody else: voices of the device alone. */
  get there() { return "speechSynthesis" in window; }

  get on() { return this.there && Boolean(this.#studio.setting("aloud")); }

  /** Resolves when it was read, stopped, or could not be. */
  async read(text) {
    if (!this.on) return;
    this.stop();
    const voice = await this.#local();
    if (!voice) return;
    const spoken = new SpeechSynthesisUtterance(text);
    spoken.voice = voice;
    spoken.lang = voice.lang;
    await new Promise((done) => {
      const limit = setTimeout(done, LONGEST_MS);
      const end = () => { clearTimeout(limit); done(); };
      spoken.addEventListener("end", end);
      spoken.addEventListener("error", end);
      speechSynthesis.speak(spoken);
    });
  }

  stop() { if (this.there) speechSynthesis.cancel(); }

  /** A voice that needs no network: what is asked is nobody else's business. */
  async #local() {
    if (!speechSynthesis.getVoices().length) {
      await new Promise((done) => {
        speechSynthesis.addEventListener("voiceschanged", done, { once: true });
        setTimeout(done, VOICES_MS);
      });
    }
    const language = document.documentElement.lang || "en";
    const voices = speechSynthesis.getVoices().filter((voice) => voice.localService);
    return voices.find((voice) => voice.lang.startsWith(language)) ?? voices[0];
  }

  async #show() {
    const voice = this.on && await this.#local();
    this.#again.toggleAttribute("data-quiet", !this.on || !voice);
    this.#none.hidden = !this.on || Boolean(voice);
  }
}
