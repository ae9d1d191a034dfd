// What the studio tells and asks: to a screen reader, as notices over the stage, in dialogs.

export class Notices {
  #part;

  /** `part` finds an element of the studio by its name. */
  constructor(part) { this.#part = part; }

  say(text) {
    const place = this.#part("said");
    place.textContent = "";
    place.textContent = text;
  }

  warn(key, text) {
    const place = this.#part("notices");
    const shown = place.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (!text) return shown?.remove();
    const notice = shown ?? this.#part("notice").content.firstElementChild.cloneNode(true);
    notice.dataset.key = key;
    const words = notice.querySelector("p");
    if (words.textContent !== text) words.textContent = text;
    if (!shown) place.append(notice);
  }

  /** Resolves with whether it was answered yes. */
  ask(dialog) {
    dialog.returnValue = "";
    dialog.showModal();
    return new Promise((done) => {
      dialog.addEventListener("close", () => done(dialog.returnValue === "yes"), { once: true });
    });
  }
}
