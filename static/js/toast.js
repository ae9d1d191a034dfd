// Toasts: `toast("Saved.")`, `toast("…", { kind: "error" })`; one with something to do about it,
// `toast("It is here.", { action: { text: "Show it", run: () => … } })`, stays until it is done.
// Messages written by the server into #toasts behave the same.

const STAY_MS = 7000;

function leave(element) {
  if (element.contains(document.activeElement)) {
    document.querySelector("main").focus({ preventScroll: true });
  }
  element.classList.add("toast--leaving");
  setTimeout(() => element.remove(), 300);
}

/** Lets a toast go by itself, unless it is an error, is hovered or has focus. */
function settle(element) {
  if (element.dataset.settled) return;
  element.dataset.settled = "yes";
  const undo = element.querySelector("[data-toast-undo]");
  if (undo && document.activeElement === document.body) undo.focus(); // what was pressed is gone
  element.querySelector("[data-toast-close]")?.addEventListener("click", () => leave(element));
  if (element.matches(".toast--error, [data-toast-stays]")) return;
  let timer = setTimeout(() => leave(element), STAY_MS);
  const hold = () => clearTimeout(timer);
  const resume = () => { timer = setTimeout(() => leave(element), STAY_MS); };
  element.addEventListener("pointerenter", hold);
  element.addEventListener("pointerleave", resume);
  element.addEventListener("focusin", hold);
  element.addEventListener("focusout", resume);
}

export function toast(text, { kind = "info", action = null } = {}) {
  const element = document.createElement("div");
  element.className = `toast toast--${kind}`;
  const words = document.createElement("p");
  words.className = "toast__text";
  words.textContent = text;
  element.append(words);
  if (action) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "toast__do";
    button.textContent = action.text;
    button.addEventListener("click", () => { action.run(); leave(element); });
    element.append(button);
    element.dataset.toastStays = "";
  }
  const close = document.createElement("button");
  close.type = "button";
  close.className = "toast__close";
  close.setAttribute("aria-label", document.body.dataset.dismiss);
  close.dataset.toastClose = "";
  close.textContent = "×";
  element.append(close);
  document.getElementById("toasts").append(element);
  settle(element);
  return element;
}

export function watchToasts() {
  const region = document.getElementById("toasts");
  if (!region) return;
  const settleAll = () => region.querySelectorAll(".toast").forEach(settle);
  settleAll();
  new MutationObserver(settleAll).observe(region, { childList: true });
}
