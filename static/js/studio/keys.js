// Space pauses and goes on, ? lists the shortcuts; a field or a button keeps its own keys. Who
// speaks to the machine, or brushes against keys, switches them off in that list (WCAG 2.1.4).

const OWN_KEYS = "input, textarea, select, button, a, summary, video, audio, dialog, [role=slider]";

const BUSY_KEYS = "input, textarea, select, button, summary";
const WRITING = "input:not([type=checkbox], [type=radio], [type=range]), textarea, select";
const added = new Map();

/** A module's own key, listed under "?" with `words`. */
export function addKey(studio, key, words, act) {
  added.set(key, act);
  const name = document.createElement("dt");
  const meaning = document.createElement("dd");
  name.append(document.createElement("kbd"));
  name.firstChild.textContent = key.toUpperCase();
  meaning.textContent = words;
  studio.root.querySelector("#studio-keys dl").append(name, meaning);
}

export function bindKeys(studio) {
  const acts = {
    " ": () => (studio.phase === "recording" ? studio.pause() : studio.resume()),
    r: () => studio.start(),
    s: () => studio.stop(),
    Escape: () => { if (studio.phase === "countdown") studio.restart(); },
    "?": () => studio.root.querySelector("#studio-keys").showModal(),
  };
  const wanted = studio.part("keys");
  wanted.checked = studio.setting("keys") ?? true;
  wanted.addEventListener("change", () => studio.set("keys", wanted.checked));
  document.addEventListener("keydown", (event) => {
    if (!wanted.checked && event.key !== "Escape") return;
    if (event.altKey || event.ctrlKey || event.metaKey || event.repeat) return;
    if (document.querySelector("dialog[open]")) return;
    const own = added.get(event.key.toLowerCase());
    if (own && !event.target.closest(WRITING)) {
      event.preventDefault();
      own();
      return;
    }
    // while it records, space pauses wherever nothing is being written; a "?" means nothing else
    const busy = ["recording", "paused"].includes(studio.phase) && event.key === " ";
    const taken = event.key === "?" ? WRITING : busy ? BUSY_KEYS : OWN_KEYS;
    if (event.target.closest(taken)) return;
    const act = acts[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
}
