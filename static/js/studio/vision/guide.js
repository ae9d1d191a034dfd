// The card beside the preview: offers to look, says what was seen, and what stands in the way.

import { CHECKS, headline } from "./framing.js";

/** A screen reader hears a new headline once it has held, and not more often than this. */
const HELD_S = 1.2;
const SAID_EVERY_S = 5;

export class Guide {
  #root;
  #word;
  #headline = { key: null, since: 0, said: null };
  #saidAt = -Infinity;

  /** `word`: where the headline stands over the preview. */
  constructor(root, word) {
    [this.#root, this.#word] = [root, word];
  }

  /** `state`: idle, waiting, loading, on, off, lacking or nocamera; `why`: the key of a reason. */
  show(state, why) {
    const held = this.#root.contains(document.activeElement) ? document.activeElement : null;
    this.#root.dataset.state = state;
    for (const part of this.#root.querySelectorAll("[data-when]")) {
      part.hidden = !part.dataset.when.split(" ").includes(state);
    }
    // the button that was pressed may be gone
    if (held && !held.checkVisibility()) this.#part("title").focus({ preventScroll: true });
    if (why) this.#part("why").textContent = this.text(`${state}-${why}`);
    if (state !== "on") this.#word.hidden = true;
    if (state === "loading") this.#part("progress").value = 0;
  }

  progress(bytes) {
    this.#part("progress").value += bytes;
  }

  text(key) {
    return this.#root.getAttribute(`data-text-${key}`);
  }

  /** The verdicts at time `t` (s); returns what should be said aloud now, or null. */
  tell(t, verdicts) {
    for (const check of CHECKS) {
      const verdict = verdicts[check];
      const line = this.#root.querySelector(`[data-check="${check}"]`);
      if (line.dataset.verdict === verdict) continue;
      line.dataset.verdict = verdict;
      const plain = ["ok", "unknown"].includes(verdict);
      line.dataset.state = plain ? verdict : "fix";
      line.querySelector("[data-vision-verdict]").textContent =
        this.text(`${check}-${verdict}`) ?? this.text(verdict);
    }
    const key = headline(verdicts);
    const words = this.text(key);
    if (key !== this.#headline.key) {
      this.#headline = { key, since: t };
      this.#part("headline").textContent = words;
      this.#part("headline").dataset.clear = String(key === "clear");
      this.#word.textContent = words;
    }
    this.#word.hidden = key === "clear";
    return this.#aloud(t, words);
  }

  #aloud(t, words) {
    const said = this.#headline.said;
    if (said || t - this.#headline.since < HELD_S || t - this.#saidAt < SAID_EVERY_S) return null;
    [this.#headline.said, this.#saidAt] = [true, t];
    return words;
  }

  #part(name) {
    return this.#root.querySelector(`[data-vision-${name}]`);
  }
}
