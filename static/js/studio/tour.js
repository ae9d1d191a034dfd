// Tips of a first visit, one at a time, and the short recording it begins with.

const TIPS = { tipStage: ".stage", tipControls: ".controls", tipNotices: null };

class Tour {
  #studio;
  #root;
  #at = 0;

  constructor(studio, root) {
    this.#studio = studio;
    this.#root = root;
    this.#part("next").addEventListener("click", () => this.#next());
    this.#part("skip").addEventListener("click", () => this.#end());
    root.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.#end();
    });
    // whoever begins without it needs it no more
    studio.addEventListener("phase", ({ detail }) => {
      if (detail.phase !== "room" && !root.hidden) this.#end();
    });
    root.hidden = false;
    this.#show();
  }

  #part(name) { return this.#root.querySelector(`[data-tour-${name}]`); }

  #next() {
    this.#at += 1;
    if (this.#at < Object.keys(TIPS).length) this.#show();
    else this.#end();
  }

  #show() {
    const { dataset } = this.#root;
    const [name, place] = Object.entries(TIPS)[this.#at];
    const many = Object.keys(TIPS).length;
    this.#part("place").textContent = dataset.textPlace
      .replace("%n", this.#at + 1).replace("%of", many);
    this.#part("tip").textContent = dataset[name];
    this.#part("next").textContent = this.#at + 1 < many ? dataset.textNext : dataset.textLast;
    this.#point(place);
  }

  #point(place) {
    this.#studio.root.querySelector(".tour-here")?.classList.remove("tour-here");
    if (place) this.#studio.root.querySelector(place).classList.add("tour-here");
  }

  #end() {
    const held = this.#root.contains(document.activeElement);
    this.#point(null);
    this.#root.hidden = true;
    this.#studio.set("tour", "done");
    if (!held) return;
    const first = [...this.#studio.root.querySelectorAll(".controls button")];
    first.find((button) => button.checkVisibility())?.focus();
  }
}

/** `?limit=30` in the address: a shorter recording than the studio would take. */
function shorten(studio) {
  const { dataset } = studio.root;
  const limit = Number(new URLSearchParams(window.location.search).get("limit"));
  if (limit >= 10 && limit < Number(dataset.longest)) dataset.longest = limit;
}

export function attach(studio) {
  shorten(studio);
  const root = studio.part("tour");
  if (root && studio.setting("tour") !== "done") new Tour(studio, root);
}
