// Captions by Rostrum's own worker: the microphone's sound goes over a web socket, words come back.

const FRAME_S = 0.125;
const HELD_FRAMES = 24; // while the socket opens
const BEHIND_BYTES = 64000; // 2 s of sound that the line has not taken yet
const CAUGHT_UP_BYTES = 8000;
const AGAIN_S = { busy: 15, absent: 30, lost: 2, silent: 5, closed: 2 };
const LONGEST_S = 30;
const FOR_GOOD = [4400, 4401, 4404, 4409, 4413, 4429];

/** Events: `line` {kind, start, end, text}, `state` {state, reason}: state `ready`, `waiting` (it
 *  tries again by itself) or `over`. */
export class ServerCaptions extends EventTarget {
  origin = "server";
  #studio;
  #url;
  #worklet;
  #node = null;
  #source = null;
  #socket = null;
  #held = [];
  #asked = false; // told the server where the sound begins
  #behind = false;
  #on = false;
  #timer = null;
  #tries = 0;

  constructor(studio, { socket, worklet }) {
    super();
    this.#studio = studio;
    this.#url = socket;
    this.#worklet = worklet;
  }

  static offered() {
    return "AudioWorkletNode" in window && "WebSocket" in window;
  }

  /** Captions from here on; `start` may be called again after `stop`. */
  async start() {
    if (this.#on) return;
    this.#on = true;
    try {
      await this.#listen();
    } catch {
      this.#tell("over", "worklet");
      return;
    }
    if (!this.#on) return;
    this.#node.port.postMessage("on");
    this.#open();
  }

  /** The last words still come. */
  stop() {
    this.#on = false;
    clearTimeout(this.#timer);
    this.#timer = null;
    this.#node?.port.postMessage("off");
    if (this.#asked && this.#isOpen()) this.#send({ type: "stop" });
    this.#asked = false;
    this.#held = [];
  }

  close() {
    this.stop();
    this.#source?.disconnect();
    this.#node?.disconnect();
    this.#source = this.#node = null;
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  /** Another microphone, or none. */
  rewire() {
    this.#source?.disconnect();
    this.#source = null;
    const [track] = this.#studio.stream?.getAudioTracks() ?? [];
    if (!track || !this.#node) return;
    this.#source = this.#studio.audioContext().createMediaStreamSource(new MediaStream([track]));
    this.#source.connect(this.#node);
  }

  async #listen() {
    const context = this.#studio.audioContext();
    if (!this.#node) {
      await context.audioWorklet.addModule(this.#worklet);
      this.#node = new AudioWorkletNode(context, "rostrum-pcm", { numberOfOutputs: 1 });
      this.#node.port.onmessage = ({ data }) => this.#sound(data);
      const mute = new GainNode(context, { gain: 0 }); // what leads nowhere may not be worked
      this.#node.connect(mute).connect(context.destination);
    }
    this.rewire();
  }

  #isOpen() { return this.#socket?.readyState === WebSocket.OPEN; }

  #open() {
    if (this.#socket && this.#socket.readyState <= WebSocket.OPEN) return;
    const socket = new WebSocket(new URL(this.#url, window.location.href.replace(/^http/, "ws")));
    this.#socket = socket;
    socket.binaryType = "arraybuffer";
    socket.onopen = () => this.#pour();
    socket.onmessage = ({ data }) => {
      if (socket === this.#socket) this.#heard(JSON.parse(data));
    };
    socket.onclose = ({ code }) => {
      if (socket !== this.#socket) return;
      this.#socket = null;
      this.#asked = false;
      if (this.#on && this.#timer === null) this.#again("closed", code);
    };
  }

  /** A frame whose last sample was spoken just now. */
  #sound(frame) {
    if (!this.#on) return;
    this.#held.push({ at: Math.max(0, this.#studio.clock() - FRAME_S), frame });
    if (this.#held.length > HELD_FRAMES) this.#held.shift();
    if (this.#isOpen() && this.#timer === null) this.#pour();
  }

  #pour() {
    if (this.#isBehind()) return;
    for (const { at, frame } of this.#held.splice(0)) {
      if (!this.#asked) this.#send({ type: "start", at });
      this.#asked = true;
      this.#socket.send(frame);
    }
  }

  /** On a line that is slower than speech, what it cannot take is left out, and then begun anew. */
  #isBehind() {
    const waiting = this.#socket.bufferedAmount;
    if (!this.#behind && waiting > BEHIND_BYTES) {
      this.#behind = true;
      if (this.#asked) this.#send({ type: "stop" });
      this.#asked = false;
    } else if (waiting < CAUGHT_UP_BYTES) {
      this.#behind = false;
    }
    return this.#behind;
  }

  #send(message) { this.#socket.send(JSON.stringify(message)); }

  #heard(message) {
    if (message.type === "ready") {
      this.#tries = 0;
      this.dispatchEvent(new CustomEvent("state", { detail: { state: "ready", ...message } }));
    } else if (message.type === "ended") {
      this.#ended(message.reason);
    } else {
      const { type: kind, start, end, text } = message;
      this.dispatchEvent(new CustomEvent("line", { detail: { kind, start, end, text } }));
    }
  }

  #ended(reason) {
    if (reason === "stopped") return;
    this.#asked = false;
    this.#held = [];
    if (this.#on) this.#again(reason);
  }

  /** Try again where that can help, and say so either way. */
  #again(reason, code) {
    if (FOR_GOOD.includes(code) || !(reason in AGAIN_S)) {
      this.stop();
      this.#tell("over", reason);
      return;
    }
    this.#tell("waiting", reason);
    const seconds = Math.min(LONGEST_S, AGAIN_S[reason] * 2 ** this.#tries);
    this.#tries += 1;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = null;
      if (this.#on) this.#open();
    }, seconds * 1000);
  }

  #tell(state, reason) {
    this.dispatchEvent(new CustomEvent("state", { detail: { state, reason } }));
  }
}
