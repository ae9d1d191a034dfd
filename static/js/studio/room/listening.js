// Listens to the studio's stream: cells and figures for whoever asks, while there is a microphone.

import { unpacked } from "./measure/cells.js";
import { Listener } from "./measure/listener.js";

const GESTURES = ["pointerdown", "keydown"];

/** Events: `cells` {cells, listener}, `state` {state}: off, waiting, on, impossible. */
export class Listening extends EventTarget {
  #studio;
  #node = null;
  #source = null;
  #loaded = null;
  #run = 0;

  constructor(studio) {
    super();
    this.#studio = studio;
    this.listener = new Listener();
    this.state = "off";
    this.quanta = 0;
    this.late = 0;
    studio.addEventListener("stream", ({ detail }) => this.#take(detail.stream));
    studio.addEventListener("phase", ({ detail }) => this.#phase(detail));
    if (studio.stream) this.#take(studio.stream);
  }

  async #take(stream) {
    const run = ++this.#run;
    this.#close();
    if (!stream?.getAudioTracks().length) return this.#tell("off");
    try {
      const context = this.#studio.audioContext();
      this.#wake(context);
      this.#loaded ??= context.audioWorklet.addModule(this.#studio.url("listening"));
      await this.#loaded;
      if (run !== this.#run) return;
      this.#open(context, stream);
    } catch (error) {
      this.#loaded = null;
      console.warn(error);
      this.#tell("impossible");
    }
  }

  /** A page opened with permission has had no gesture yet, and its context sleeps until one. */
  #wake(context) {
    this.#tell(context.state === "running" ? "on" : "waiting");
    context.onstatechange = () => this.#tell(context.state === "running" ? "on" : "waiting");
    const wake = () => context.resume();
    for (const name of GESTURES) document.addEventListener(name, wake, { once: true });
  }

  #open(context, stream) {
    this.listener = new Listener(); // another microphone: nothing is known of it
    this.#source = context.createMediaStreamSource(new MediaStream(stream.getAudioTracks()));
    this.#node = new AudioWorkletNode(context, "rostrum-listening", {
      numberOfInputs: 1, numberOfOutputs: 1, channelCount: 2, channelCountMode: "clamped-max",
    });
    this.#node.port.onmessage = ({ data }) => this.#hear(data);
    // it is silent, and connected because some browsers run only what leads to the loudspeaker
    this.#source.connect(this.#node).connect(context.destination);
  }

  #hear({ cells: numbers, quanta, late }) {
    const cells = unpacked(numbers);
    for (const cell of cells) this.listener.add(cell);
    this.quanta = quanta;
    this.late = late;
    this.dispatchEvent(new CustomEvent("cells", { detail: { cells, listener: this.listener } }));
  }

  #phase({ phase, before }) {
    if (phase === "recording") this.listener.begin();
    if (before === "recording") {
      this.#studio.fact("listening_quanta", this.quanta);
      this.#studio.fact("listening_late", this.late);
    }
  }

  #close() {
    this.#node?.port.postMessage("close");
    this.#node?.disconnect();
    this.#source?.disconnect();
    this.#node = this.#source = null;
  }

  #tell(state) {
    if (state === this.state) return;
    this.state = state;
    this.dispatchEvent(new CustomEvent("state", { detail: { state } }));
  }
}
