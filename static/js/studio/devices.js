// Camera and microphone: asked for, chosen, lost; and help for each way a browser refuses.

const HEIGHTS = { 480: 640, 720: 1280, 1080: 1920 };
const PLAIN = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
const KEPT = {
  audio: ["echoCancellation", "noiseSuppression", "autoGainControl", "sampleRate", "channelCount"],
  video: ["width", "height", "frameRate", "facingMode"],
};
const HELP = {
  NotAllowedError: "denied",
  SecurityError: "denied",
  NotFoundError: "missing",
  NotReadableError: "busy",
  AbortError: "busy",
  OverconstrainedError: "unfit",
};

/** Why nothing can be recorded here at all; null where it can. */
export function unable() {
  if (!window.isSecureContext) return "insecure";
  if (!navigator.mediaDevices?.getUserMedia || !window.MediaRecorder || !window.indexedDB) return "old";
  return null;
}

export class Devices {
  #studio;
  #asked = 0;

  constructor(studio) {
    this.#studio = studio;
    for (const name of ["camera", "microphone", "resolution"]) {
      const choice = studio.part(name);
      choice.addEventListener("change", () => {
        studio.set(name, choice.value);
        this.open();
      });
    }
    for (const radio of studio.root.querySelectorAll("[name=studio-mode]")) {
      radio.addEventListener("change", () => this.#choose(radio.value));
    }
    studio.part("allow").addEventListener("click", () => this.open());
    navigator.mediaDevices?.addEventListener?.("devicechange", () => this.#list());
  }

  get mode() {
    return this.#studio.setting("mode") ?? "camera";
  }

  /** Shows what was chosen before; opens the devices where the browser has said yes already. */
  async enter() {
    this.#show();
    const impossible = unable();
    if (impossible) return this.#refuse(impossible);
    const asked = this.mode === "audio" ? ["microphone"] : ["microphone", "camera"];
    const states = await Promise.all(asked.map(permission));
    if (states.every((state) => state === "granted")) await this.open();
  }

  /** Asks the browser. Says whether there is a stream now. */
  async open() {
    const run = ++this.#asked;
    this.#refuse(null);
    this.close();
    try {
      const stream = await this.#get();
      if (run !== this.#asked) {
        stream.getTracks().forEach((track) => track.stop());
        return false;
      }
      this.#take(stream);
      await this.#list();
      return true;
    } catch (error) {
      if (run === this.#asked) this.#refuse(HELP[error.name] ?? "busy", error);
      return false;
    }
  }

  close() {
    this.#studio.stream?.getTracks().forEach((track) => track.stop());
    if (this.#studio.stream) this.#studio.setStream(null);
  }

  async #get() {
    const wanted = this.#wanted();
    try {
      return await navigator.mediaDevices.getUserMedia(wanted);
    } catch (error) {
      // a device that was chosen once and is not there today, or a size it does not have
      if (!["OverconstrainedError", "NotFoundError"].includes(error.name)) throw error;
      const plain = { audio: PLAIN, video: Boolean(wanted.video) };
      return navigator.mediaDevices.getUserMedia(plain);
    }
  }

  #wanted() {
    const exact = (name) => {
      const id = this.#studio.setting(name);
      return id ? { deviceId: { exact: id } } : {};
    };
    const height = Number(this.#studio.setting("resolution") ?? 720);
    const video = {
      ...(this.#studio.setting("camera") ? exact("camera") : { facingMode: "user" }),
      height: { ideal: height },
      width: { ideal: HEIGHTS[height] ?? 1280 },
      frameRate: { ideal: 30, max: 30 },
    };
    return { audio: { ...PLAIN, ...exact("microphone") }, video: this.mode === "audio" ? false : video };
  }

  #take(stream) {
    for (const track of stream.getTracks()) {
      track.addEventListener("ended", () => this.#lost(track, stream));
      const given = track.getSettings();
      for (const key of KEPT[track.kind]) if (key in given) this.#studio.fact(key, given[key]);
    }
    this.#studio.fact("browser", navigator.userAgent.slice(0, 200));
    this.#studio.setStream(stream);
  }

  /** Unplugged, or taken away by the system. */
  #lost(track, stream) {
    if (this.#studio.stream !== stream) return;
    this.#studio.warn("unplugged", this.#studio.text(track.kind === "audio" ? "MicrophoneLost" : "CameraLost"));
    this.#studio.lost();
    this.close();
  }

  #choose(mode) {
    this.#studio.set("mode", mode);
    this.#show();
    this.open();
  }

  #show() {
    const studio = this.#studio;
    studio.root.dataset.mode = this.mode;
    for (const radio of studio.root.querySelectorAll("[name=studio-mode]")) {
      radio.checked = radio.value === this.mode;
    }
    studio.part("resolution").value = studio.setting("resolution") ?? "720";
    for (const part of studio.root.querySelectorAll("[data-for-camera]")) {
      part.hidden = this.mode === "audio";
    }
  }

  /** Names come only once the browser has allowed one; until then there is nothing to choose. */
  async #list() {
    const found = await navigator.mediaDevices.enumerateDevices();
    for (const [kind, name] of [["videoinput", "camera"], ["audioinput", "microphone"]]) {
      const choice = this.#studio.part(name);
      const devices = found.filter((device) => device.kind === kind && device.label);
      choice.replaceChildren(...devices.map((device) => new Option(device.label, device.deviceId)));
      choice.disabled = devices.length === 0;
      const used = this.#studio.stream?.getTracks()
        .find((track) => track.kind === kind.slice(0, 5))?.getSettings().deviceId;
      if (used) choice.value = used;
    }
  }

  #refuse(help, error = null) {
    const place = this.#studio.part("refusal");
    const which = help === "missing" && this.mode !== "audio" ? "no-camera" : help;
    for (const part of place.querySelectorAll("[data-help]")) part.hidden = part.dataset.help !== which;
    place.hidden = !which;
    if (which) {
      this.#studio.fact("refused", error?.name ?? which);
      place.querySelector("[data-help]:not([hidden]) h2").focus();
    }
  }
}

async function permission(name) {
  try {
    return (await navigator.permissions.query({ name })).state;
  } catch {
    return "prompt"; // this browser does not tell
  }
}
