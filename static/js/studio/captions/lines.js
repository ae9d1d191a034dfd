// The lines of captions: kept for the take, the newest two shown, said where that is wished.

const MOST = 6000;
const LONGEST = 1000;
const SAID = 5;
const PACE_S = 15;
const LEFT_OUT = "…";

export class Lines {
  #box;
  #log;
  #partial = null;
  kept = [];

  /** `box` shows them, `log` says them to a screen reader where `aloud`. */
  constructor(box, log) {
    this.#box = box;
    this.#log = log;
    this.aloud = false;
  }

  /** Whether a line was kept. `kind`: partial, line or gap, as the server tells them. */
  add({ kind, start, end, text }) {
    this.#partial = kind === "partial" ? text : null;
    const kept = kind !== "partial" && Boolean(text) && this.#keep({ start, end, text });
    this.#show();
    return kept;
  }

  /** Another take, or one that goes on with the lines it has. */
  begin(lines) {
    this.kept = [...lines];
    this.#partial = null;
    this.#log.replaceChildren();
    this.#show();
  }

  /** What was said halfway when captions ended is no line. */
  settle() {
    this.#partial = null;
    this.#show();
  }

  /** Words a minute over the time they were spoken in, of the lines of the last 15 s; null where
   *  that is less than 5 s. */
  pace(now) {
    const late = this.kept.filter(({ end, text }) => end > now - PACE_S && text !== LEFT_OUT);
    const seconds = late.reduce((sum, { start, end }) => sum + end - start, 0);
    const words = late.reduce((sum, { text }) => sum + text.split(/\s+/).length, 0);
    return seconds >= 5 ? (words / seconds) * 60 : null;
  }

  #keep(line) {
    const last = this.kept.at(-1);
    if (line.text === LEFT_OUT && last?.text.endsWith(LEFT_OUT)) return false;
    if (this.kept.length >= MOST) return false;
    this.kept.push({ ...line, text: line.text.slice(0, LONGEST) });
    if (this.aloud) this.#say(line.text);
    return true;
  }

  #say(text) {
    const said = document.createElement("p");
    said.textContent = text;
    this.#log.append(said);
    while (this.#log.children.length > SAID) this.#log.firstChild.remove();
  }

  #show() {
    const shown = this.kept.slice(this.#partial ? -1 : -2).map(({ text }) => [text, "caption"]);
    if (this.#partial) shown.push([this.#partial, "caption caption--partial"]);
    const lines = shown.map(([text, css]) => {
      const line = document.createElement("p");
      line.className = css;
      line.textContent = text;
      return line;
    });
    this.#box.querySelector("[data-captions-lines]").replaceChildren(...lines);
    this.#box.hidden = !lines.length;
  }
}
