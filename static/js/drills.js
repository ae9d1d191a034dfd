// Which skills of the library are unfolded, as long as the tab is open; one that the address names is.

const KEY = "rostrum.drills.open";
const groups = () => [...document.querySelectorAll("details[id^=skill-]")];
const remembered = () => new Set(JSON.parse(sessionStorage.getItem(KEY) ?? "[]"));

function restore() {
  const open = remembered();
  for (const group of groups()) if (open.has(group.id)) group.open = true;
}

/** The skill that one comes back to from a drill. */
function unfoldNamed() {
  const named = document.getElementById(window.location.hash.slice(1));
  if (!named?.matches("details")) return;
  named.open = true;
  named.scrollIntoView();
}

// `toggle` also comes where a search unfolded a group, so only what was pressed is remembered
document.addEventListener("click", (event) => {
  const group = event.target.closest("details[id^=skill-] > summary")?.parentElement;
  if (!group) return;
  const open = remembered();
  if (group.open) open.delete(group.id);
  else open.add(group.id);
  sessionStorage.setItem(KEY, JSON.stringify([...open]));
});
restore();
unfoldNamed();
document.addEventListener("htmx:afterSettle", restore);
