// What every page does: toasts, dialogs, tabs, menus, the theme, the time zone, failures.
import { watchDialogs } from "./dialog.js";
import { arrangeTabs, bringIntoView, watchTabs } from "./tabs.js";
import { toast, watchToasts } from "./toast.js";

const root = document.documentElement;

function watchTheme() {
  document.querySelectorAll("[data-theme-switch]").forEach((form) => {
    form.addEventListener("submit", async (event) => {
      const theme = event.submitter?.value;
      if (!theme) return;
      event.preventDefault();
      if (theme === "system") delete root.dataset.theme;
      else root.dataset.theme = theme;
      for (const button of document.querySelectorAll("[data-theme-switch] button")) {
        button.setAttribute("aria-pressed", button.value === theme);
      }
      const body = new FormData(form);
      body.set("theme", theme);
      try {
        await fetch(form.action, { method: "POST", body, redirect: "manual" });
      } catch {
        toast(document.body.dataset.offline, { kind: "error" });
      }
    });
  });
}

/** Hidden fields and selects marked data-time-zone take the browser's zone where none was chosen. */
function fillTimeZone() {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!zone) return;
  for (const field of document.querySelectorAll("input[data-time-zone]")) field.value = zone;
  for (const offer of document.querySelectorAll("[data-time-zone-offer]")) {
    const select = document.getElementById(offer.dataset.timeZoneOffer);
    const known = select && [...select.options].some((option) => option.value === zone);
    if (!known || select.value === zone) continue;
    offer.querySelector("[data-time-zone-name]").textContent = zone.replaceAll("_", " ");
    offer.querySelector("button").addEventListener("click", () => {
      select.value = zone;
      offer.hidden = true;
      select.focus();
    });
    offer.hidden = false;
  }
}

function watchMenus() {
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details[data-menu][open]")) {
      if (!menu.contains(event.target) || event.target.closest("a")) menu.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = document.activeElement?.closest("details[data-menu][open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}

/** Where HTMX took away what had the focus, the keys go on in what it brought instead. */
function keepFocus() {
  let held = false;
  document.body.addEventListener("htmx:beforeSwap", ({ detail }) => {
    held = detail.target.contains(document.activeElement);
  });
  document.body.addEventListener("htmx:afterSettle", ({ target }) => {
    if (!held || document.activeElement !== document.body) return;
    target.querySelector("a[href], button, input:not([type=hidden])")?.focus();
  });
}

function watchFailures() {
  document.body.addEventListener("htmx:sendError", () => {
    toast(document.body.dataset.offline, { kind: "error" });
  });
  document.body.addEventListener("htmx:responseError", () => {
    toast(document.body.dataset.failed, { kind: "error" });
  });
  document.addEventListener("allauth.error", (event) => {
    event.preventDefault(); // a passkey's dialog that was closed is nothing for the console
    toast(document.body.dataset.key, { kind: "error" });
  });
  for (const news of ["htmx:afterSettle", "rostrum:page"]) {
    document.addEventListener(news, arrangeTabs);
  }
}

watchToasts();
watchDialogs();
watchTabs();
watchTheme();
watchMenus();
keepFocus();
watchFailures();
fillTimeZone();
document.querySelectorAll(".tabs [aria-current]").forEach(bringIntoView);
