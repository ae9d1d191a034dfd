// ARIA tabs: <div class="tabs" data-tabs> of <a href="#panel-id">. Without scripts the links jump to
// the panels, which then all show.

function select(tabs, chosen, focus) {
  for (const tab of tabs) {
    const on = tab === chosen;
    tab.setAttribute("aria-selected", on);
    tab.tabIndex = on ? 0 : -1;
    document.getElementById(tab.getAttribute("aria-controls")).hidden = !on;
  }
  if (focus) chosen.focus();
  chosen.dispatchEvent(new CustomEvent("tab:shown", { bubbles: true }));
}

function enhance(list) {
  const tabs = [...list.querySelectorAll("a[href^='#']")];
  list.setAttribute("role", "tablist");
  for (const tab of tabs) {
    const panel = document.getElementById(tab.hash.slice(1));
    tab.setAttribute("role", "tab");
    tab.id ||= `tab-${panel.id}`;
    tab.setAttribute("aria-controls", panel.id);
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", tab.id);
    panel.tabIndex = 0;
  }
  list.addEventListener("click", (event) => {
    const tab = event.target.closest("[role=tab]");
    if (!tab) return;
    event.preventDefault();
    select(tabs, tab, false);
  });
  list.addEventListener("keydown", (event) => {
    const at = tabs.indexOf(document.activeElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    select(tabs, tabs[(to + tabs.length) % tabs.length], true);
  });
  select(tabs, tabs.find((tab) => tab.hash === window.location.hash) ?? tabs[0], false);
}

export function watchTabs(root = document) {
  root.querySelectorAll("[data-tabs]:not([role])").forEach(enhance);
}
