// The room check: two seconds of silence, five seconds of speech, what the browser does to it.

import * as verdict from "./verdict.js";

const SILENCE_S = 2;
const TRIAL_S = 5;
/** What is asked off, and the name its text has. */
const GIVEN = {
  autoGainControl: "gain", noiseSuppression: "suppression", echoCancellation: "echo",
};

export class Check {
  #studio;
  #listening;
  #busy = null;
  #address = null;

  constructor(root, studio, listening) {
    this.root = root;
    this.#studio = studio;
    this.#listening = listening;
    this.noise = null;
    this.part("silence").addEventListener("click", () => this.#silence());
    this.part("trial").addEventListener("click", () => this.#trial());
    listening.addEventListener("cells", ({ detail }) => this.#busy?.take(detail.cells));
    listening.addEventListener("state", () => this.#ready());
    studio.addEventListener("stream", ({ detail }) => this.#given(detail.stream));
    studio.addEventListener("phase", () => this.#busy?.end());
    this.#given(studio.stream);
  }

  part(name) { return this.root.querySelector(`[data-room-${name}]`); }

  text(name) { return this.root.getAttribute(`data-text-${name}`); }

  /** What the browser does to the sound although it was asked not to. */
  #given(stream) {
    this.#busy?.end();
    this.#ready();
    const given = stream?.getAudioTracks()[0]?.getSettings();
    const list = this.part("given");
    list.closest("[data-room-facts]").hidden = !given;
    if (!given) return;
    list.replaceChildren(...Object.entries(GIVEN).flatMap(([name, short]) => {
      const state = given[name] === undefined ? "unknown" : given[name] ? "on" : "off";
      const term = document.createElement("dt");
      const said = document.createElement("dd");
      term.textContent = this.text(short);
      said.textContent = this.text(`given-${state}`);
      said.dataset.given = state;
      return [term, said];
    }));
    const on = Object.keys(GIVEN).filter((name) => given[name]);
    this.part("given-advice").hidden = !on.length;
    this.noise = null;
    for (const name of ["silence", "trial"]) this.#tell(name, null);
  }

  #ready() {
    const ready = this.#listening.state === "on" && !this.#busy;
    for (const name of ["silence", "trial"]) this.part(name).disabled = !ready;
  }

  /** Collects cells for `seconds`; resolves with them, or with null where that was broken off. */
  #collect(name, seconds) {
    const [bar, cells] = [this.part(`${name}-bar`), []];
    bar.hidden = false;
    return new Promise((done) => {
      const end = (found) => {
        bar.hidden = true;
        this.#busy = null;
        this.#ready();
        done(found);
      };
      this.#busy = {
        take: (more) => {
          cells.push(...more);
          bar.value = (100 * cells.length) / (100 * seconds);
          if (cells.length >= 100 * seconds) end(cells);
        },
        end: () => end(null),
      };
      this.#ready();
    });
  }

  async #silence() {
    this.#tell("silence", "listening");
    const cells = await this.#collect("silence", SILENCE_S);
    if (!cells) return this.#tell("silence", null);
    const found = verdict.room(cells);
    this.#tell("silence", found.verdict, found.noise);
    if (found.verdict === "spoke") return;
    this.noise = found.noise;
    this.#listening.listener.ground.asked = found.noise;
    this.#studio.fact("noise_floor_db", Math.round(found.noise * 10) / 10);
  }

  async #trial() {
    const recorder = recording(this.#studio.stream);
    this.#tell("trial", "speak");
    this.part("played").hidden = true;
    const cells = await this.#collect("trial", TRIAL_S);
    const sound = await recorder?.stop();
    if (!cells) return this.#tell("trial", null);
    const found = verdict.trial(cells, this.noise);
    this.#tell("trial", found.verdict, found.loud === null ? 0 : verdict.lacking(found.loud));
    this.#keep(found);
    if (sound) this.#play(sound);
  }

  #keep(found) {
    this.#studio.fact("trial", found.verdict);
    for (const name of ["speech", "snr", "peak"]) {
      if (found[name] !== null) this.#studio.fact(`trial_${name}_db`, Math.round(found[name]));
    }
  }

  #play(sound) {
    if (this.#address) URL.revokeObjectURL(this.#address);
    this.#address = URL.createObjectURL(sound);
    const player = this.part("player");
    player.src = this.#address;
    this.part("played").hidden = false;
    player.play().catch(() => {}); // a browser that does not start by itself shows the button
  }

  /** One line: what was found, and what to do. `number` stands in for %s, without its sign. */
  #tell(name, found, number = 0) {
    const place = this.part(`${name}-said`);
    const said = found ? this.text(`${name}-${found}`) : "";
    place.textContent = said.replace("%s", Math.abs(Math.round(number)));
    place.dataset.verdict = found ?? "";
    place.hidden = !found;
  }
}

/** Records the microphone alone; null where the browser cannot. */
function recording(stream) {
  try {
    const chunks = [];
    const recorder = new MediaRecorder(new MediaStream(stream.getAudioTracks()));
    recorder.ondataavailable = ({ data }) => chunks.push(data);
    const ended = new Promise((done) => { recorder.onstop = done; });
    recorder.start();
    return {
      async stop() {
        if (recorder.state !== "inactive") recorder.stop();
        await ended;
        return new Blob(chunks, { type: recorder.mimeType });
      },
    };
  } catch {
    return null;
  }
}
