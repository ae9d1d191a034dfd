// Space pauses and goes on, ? lists the shortcuts; a field or a button keeps its own keys.

const OWN_KEYS = "input, textarea, select, button, a, summary, video, audio, dialog, [role=slider]";

export function bindKeys(studio) {
  const acts = {
    " ": () => (studio.phase === "recording" ? studio.pause() : studio.resume()),
    r: () => studio.start(),
    s: () => studio.stop(),
    Escape: () => { if (studio.phase === "countdown") studio.restart(); },
    "?": () => studio.root.querySelector("#studio-keys").showModal(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.repeat) return;
    if (document.querySelector("dialog[open]")) return;
    // while it records, space pauses wherever nothing is being written
    const busy = ["recording", "paused"].includes(studio.phase) && event.key === " ";
    if (event.target.closest(busy ? "input, textarea, select, button, summary" : OWN_KEYS)) return;
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
}
