// A screen or slides, shared with the camera in the corner: one film, one recording.

import { Changes, Glance, LOOK_MS } from "./changes.js";
import { Picture } from "./picture.js";

const WISHED = {
  video: { frameRate: { ideal: 15, max: 30 }, width: { max: 1920 }, height: { max: 1080 } },
  audio: false,
  surfaceSwitching: "include",
};
const RECORDED = ["recording", "paused"];
const WHOLE = { x: 0, y: 0, width: 1, height: 1 };

class Screen {
  #studio;
  #root;
  #picture = null;
  #stream = null;
  #places = null;
  #glance = new Glance();
  #changes = new Changes();
  #looked = 0;
  #asking = false;

  constructor(studio, root) {
    [this.#studio, this.#root] = [studio, root];
    this.#field("share").addEventListener("click", () => (this.#stream ? this.#end() : this.#begin()));
    for (const name of ["corner", "find"]) {
      const field = this.#field(name);
      if (!field) continue;
      field.checked = studio.setting(`screen-${name}`) ?? true;
      field.addEventListener("change", () => {
        studio.set(`screen-${name}`, field.checked);
        if (this.#picture) this.#picture.withCamera = this.#field("corner").checked;
      });
    }
    studio.addEventListener("stream", () => this.#compose());
    studio.addEventListener("phase", ({ detail }) => this.#enter(detail));
    this.#show();
  }

  #field(name) { return this.#root.querySelector(`[data-screen-${name}]`); }

  get #recording() { return RECORDED.includes(this.#studio.phase); }

  async #begin() {
    if (this.#asking) return;
    this.#asking = true;
    let stream = null;
    try {
      stream = await navigator.mediaDevices.getDisplayMedia(WISHED);
      // chosen after a recording of the camera had begun: it would not be in the film
      if (!this.#picture && this.#studio.phase !== "room") {
        return stream.getTracks().forEach((track) => track.stop());
      }
      await this.#take(stream);
      this.#say(null);
    } catch (error) {
      stream?.getTracks().forEach((track) => track.stop());
      if (stream) this.#end();
      this.#say(error.name === "NotAllowedError" ? "Denied" : "Failed");
    } finally {
      this.#asking = false;
    }
    return this.#show();
  }

  async #take(stream) {
    this.#picture ??= this.#made();
    await this.#picture.show(stream);
    this.#stream = stream;
    stream.getVideoTracks()[0].addEventListener("ended", () => this.#stream === stream && this.#end());
    this.#compose();
  }

  #made() {
    const picture = new Picture(this.#root.dataset.ticker, this.#studio.video);
    picture.withCamera = this.#field("corner").checked;
    picture.addEventListener("place", ({ detail }) => this.#placed(detail));
    picture.addEventListener("drawn", () => this.#look());
    return picture;
  }

  /** Ended here, or in the browser's own bar: a film that is being recorded goes on without. */
  #end() {
    this.#stream?.getTracks().forEach((track) => track.stop());
    this.#stream = null;
    if (this.#recording) {
      this.#picture.show(null);
      this.#say(this.#picture.place ? "Ended" : "EndedBlank");
    } else {
      this.#picture?.close();
      this.#picture = null;
      this.#compose();
      this.#say(null);
    }
    this.#show();
  }

  /** What is recorded in the place of the camera's own stream. */
  #compose() {
    const sound = this.#studio.stream?.getAudioTracks() ?? [];
    this.#studio.film = this.#picture && new MediaStream([this.#picture.track, ...sound]);
  }

  /** Kept with the take: the analysis looks for the body there and nowhere else. */
  #placed(box) {
    if (!this.#recording || !this.#places) return;
    this.#places.push({ t: this.#studio.clock(), ...box });
    this.#studio.fact("cameraPlaces", this.#places);
  }

  #enter({ phase, before }) {
    if (phase === "recording" && before !== "paused") {
      this.#follow(this.#picture ? [{ t: 0, ...this.#picture.place }] : undefined);
    }
    if (phase === "paused" && !RECORDED.includes(before)) this.#follow(this.#placesSoFar());
    const left = phase === "room" && this.#picture && !this.#stream; // sharing ended in the take
    if (phase === "review" || left) this.#end();
    this.#show();
  }

  #follow(places) {
    this.#places = places;
    this.#studio.fact("cameraPlaces", places);
    this.#changes = new Changes();
  }

  /** Of a take that goes on; a film that was the camera's own was so from edge to edge. */
  #placesSoFar() {
    const before = this.#studio.kept("facts").cameraPlaces;
    if (!this.#picture && !before) return undefined;
    const now = this.#picture ? this.#picture.place : WHOLE;
    return [...(before ?? [{ t: 0, ...WHOLE }]), { t: this.#studio.clock(), ...now }];
  }

  #look() {
    const now = performance.now();
    const wanted = this.#studio.phase === "recording" && this.#field("find")?.checked;
    if (!wanted || !this.#picture?.screen || now - this.#looked < LOOK_MS) return;
    this.#looked = now;
    const t = this.#changes.look(this.#glance.of(this.#picture.screen), this.#studio.clock());
    if (t !== null) this.#studio.dispatchEvent(new CustomEvent("slide", { detail: { t } }));
  }

  #say(name) {
    this.#field("said").textContent = name ? this.#root.dataset[`text${name}`] : "";
  }

  #show() {
    const sharing = Boolean(this.#stream);
    const film = this.#studio.part("film");
    if (Boolean(film.srcObject) !== Boolean(this.#picture)) {
      film.srcObject = this.#picture && new MediaStream([this.#picture.track]);
    }
    film.hidden = !this.#picture;
    this.#studio.root.dataset.filming = String(Boolean(this.#picture));
    const button = this.#field("share");
    button.querySelector("span").textContent = this.#root.dataset[sharing ? "textStop" : "textShare"];
    button.hidden = this.#recording && !this.#picture; // what is recorded cannot be changed then
  }
}

export function attach(studio) {
  const root = studio.part("screen");
  if (navigator.mediaDevices?.getDisplayMedia) new Screen(studio, root);
  else root.replaceChildren(root.querySelector("[data-screen-lacking]").content.cloneNode(true));
}
