// ARIA tabs: <nav class="tabs" data-tabs> of <a href="#panel-id">. Without scripts the links jump to
// the panels, which then all show; so they do where data-tabs-when, a media query, does not hold.
// The address keeps the chosen panel, and a link to something in a hidden panel shows that panel.

const tabsOf = (list) => [...list.querySelectorAll("a[href^='#']")];
const panelOf = (tab) => document.getElementById(tab.hash.slice(1));
const fits = (list) => !list.dataset.tabsWhen || window.matchMedia(list.dataset.tabsWhen).matches;
const target = () => document.getElementById(window.location.hash.slice(1));

/** The tab whose panel holds `element`, or is held by it. */
function tabFor(list, element) {
  const tabs = tabsOf(list);
  return tabs.find((tab) => panelOf(tab).contains(element))
    ?? tabs.find((tab) => element?.contains(panelOf(tab)));
}

/** A strip of tabs that does not fit shows where one is. */
export function bringIntoView(tab) {
  tab.parentElement.scrollLeft = tab.offsetLeft - tab.parentElement.offsetLeft - 24;
}

function select(list, chosen) {
  for (const tab of tabsOf(list)) {
    const on = tab === chosen;
    tab.setAttribute("aria-selected", on);
    tab.tabIndex = on ? 0 : -1;
    panelOf(tab).hidden = !on;
  }
  bringIntoView(chosen);
  chosen.dispatchEvent(new CustomEvent("tab:shown", { bubbles: true, detail: panelOf(chosen) }));
}

function choose(list, tab) {
  select(list, tab);
  window.history.replaceState(window.history.state, "", tab.hash);
}

function enhance(list) {
  list.setAttribute("role", "tablist");
  for (const tab of tabsOf(list)) {
    const panel = panelOf(tab);
    tab.setAttribute("role", "tab");
    tab.id ||= `tab-${list.closest("[id]")?.id ?? ""}-${panel.id}`;
    tab.setAttribute("aria-controls", panel.id);
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", tab.id);
  }
  select(list, tabFor(list, target()) ?? tabsOf(list)[0]);
}

function release(list) {
  const strip = (element, ...names) => names.forEach((name) => element.removeAttribute(name));
  strip(list, "role");
  for (const tab of tabsOf(list)) {
    strip(tab, "role", "aria-selected", "aria-controls", "tabindex");
    strip(panelOf(tab), "role", "aria-labelledby", "hidden");
  }
}

/** Makes tabs of the lists that are to be some now, and plain links of those no longer. */
export function arrangeTabs() {
  const lists = [...document.querySelectorAll("[data-tabs]")];
  lists.filter((list) => list.hasAttribute("role") && !fits(list)).forEach(release);
  lists.filter((list) => !list.hasAttribute("role") && fits(list)).forEach(enhance);
}

/** Opens what hides the element that the address names. */
function reveal() {
  const element = target();
  if (!element) return;
  for (let box = element.closest("details"); box; box = box.parentElement.closest("details")) {
    box.open = true;
  }
  for (const list of document.querySelectorAll("[data-tabs][role]")) {
    const tab = tabFor(list, element);
    if (tab && !element.getClientRects().length) select(list, tab);
  }
  element.scrollIntoView();
}

function onKey(event) {
  const list = event.target.closest?.("[data-tabs][role]");
  if (!list) return;
  const tabs = tabsOf(list);
  const at = tabs.indexOf(event.target);
  const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
  if (at < 0 || to === undefined) return;
  event.preventDefault();
  const tab = tabs[(to + tabs.length) % tabs.length];
  choose(list, tab);
  tab.focus({ preventScroll: true });
}

export function watchTabs() {
  document.addEventListener("click", (event) => {
    const tab = event.target.closest("[data-tabs] [role=tab]");
    if (!tab) return;
    event.preventDefault();
    choose(tab.closest("[data-tabs]"), tab);
  });
  document.addEventListener("keydown", onKey);
  window.addEventListener("hashchange", reveal);
  window.addEventListener("resize", arrangeTabs);
  arrangeTabs();
  reveal();
}
