// The deck: player, timeline and tabs, which stay at the top where the page is too narrow for the
// wide arrangement. The style sheet does the staying; this says how much of the window it takes.

const root = document.documentElement;
const covered = () => parseFloat(window.getComputedStyle(root).scrollPaddingTop) || 0;

/** The part of the window in which the page is read, below the deck and above the phone's bar. */
export const reading = () => ({ top: covered(), bottom: window.innerHeight - 96 });

export function bindDeck(deck) {
  new ResizeObserver(() => {
    root.style.setProperty("--deck", `${deck.offsetHeight}px`);
  }).observe(deck);
  const charts = deck.querySelector("[data-charts]");
  charts?.addEventListener("click", () => {
    charts.setAttribute("aria-expanded", deck.toggleAttribute("data-open"));
  });
  // a part begins at its beginning, unless that is in sight anyway
  deck.addEventListener("tab:shown", ({ detail: panel }) => {
    if (panel.getBoundingClientRect().top < covered()) panel.scrollIntoView();
  });
}
