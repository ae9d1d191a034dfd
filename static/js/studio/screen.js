// Screen or slides beside the camera: a recording of its own, with the camera's picture over it on
// the stage only.

const WISHED = { video: { frameRate: { ideal: 15, max: 30 } }, audio: false };

/** The studio's event `screen` {stream} says when sharing begins and ends. */
export class Screen {
  #studio;

  constructor(studio) {
    this.#studio = studio;
    this.stream = null;
    const button = studio.part("share");
    button.hidden = !navigator.mediaDevices?.getDisplayMedia; // phones have none
    button.addEventListener("click", () => (this.stream ? this.close() : this.open()));
    studio.addEventListener("phase", ({ detail }) => {
      if (detail.phase === "review") this.close();
    });
  }

  async open() {
    try {
      const stream = await navigator.mediaDevices.getDisplayMedia(WISHED);
      stream.getVideoTracks()[0].addEventListener("ended", () => this.close());
      this.#show(stream);
    } catch (error) {
      // closing the browser's chooser is an answer, not a failure
      const refused = error.name === "NotAllowedError";
      this.#studio.warn("screen", refused ? null : this.#studio.text("ScreenFailed"));
    }
  }

  close() {
    if (!this.stream) return;
    this.stream.getTracks().forEach((track) => track.stop());
    if (this.#studio.phase === "recording") this.#studio.warn("screen", this.#studio.text("ScreenEnded"));
    this.#show(null);
  }

  #show(stream) {
    this.stream = stream;
    const video = this.#studio.part("screen");
    video.srcObject = stream;
    video.hidden = !stream;
    this.#studio.root.dataset.sharing = stream ? "true" : "false";
    this.#studio.part("share").setAttribute("aria-pressed", Boolean(stream));
    this.#studio.dispatchEvent(new CustomEvent("screen", { detail: { stream } }));
  }
}
