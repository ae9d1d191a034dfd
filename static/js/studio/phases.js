// What of the page is there in a phase.

/** On the stage: what somebody sees who is being recorded, or soon will be. */
const ON_STAGE = ["countdown", "recording", "paused"];

/** Parts with data-in show in the phases it names. */
export function showPhase(root, phase) {
  root.dataset.phase = phase;
  const onStage = ON_STAGE.includes(phase);
  const begins = onStage && !root.hasAttribute("data-on-stage");
  root.toggleAttribute("data-on-stage", onStage);
  const held = document.activeElement;
  for (const part of root.querySelectorAll("[data-in]")) {
    part.hidden = !part.dataset.in.split(" ").includes(phase);
  }
  if (held !== document.body && !held.checkVisibility()) {
    root.querySelector(`[data-first~="${phase}"]`)?.focus();
  }
  // the room may have been scrolled: clock and hints stand at the top of the stage
  if (begins) root.scrollIntoView({ block: "start", behavior: "instant" });
}
