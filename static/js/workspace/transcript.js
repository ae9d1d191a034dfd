// The transcript follows the player: the word being said is marked and kept in view, unless the
// reader has scrolled away or asked it not to. Where it has no scroller of its own, the page moves.
// With the focus on the text the arrow keys go from word to word, and Enter plays.

import { reading } from './deck.js';

const READER_SCROLLED_MS = 4000;
const JUST_INSIDE_S = 0.005; // a player rounds the time it is given, downwards too

export function followTranscript(root, player) {
  const words = [...root.querySelectorAll('.w[data-play-start]')];
  if (!words.length) return;
  const starts = words.map((word) => Number(word.dataset.playStart));
  const scroller = root.querySelector('[data-scroller]') ?? root;
  const follow = root.querySelector('[data-follow]');
  let current = -1;
  let readerScrolledAt = -Infinity;

  for (const name of ['wheel', 'touchmove', 'keydown']) {
    root.addEventListener(name, () => { readerScrolledAt = performance.now(); }, { passive: true });
  }

  scroller.addEventListener('keydown', (event) => {
    if (event.target !== scroller || event.altKey || event.ctrlKey || event.metaKey) return;
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step) {
      const word = words[Math.min(Math.max(current + step, 0), words.length - 1)];
      player.seek(Number(word.dataset.playStart) + JUST_INSIDE_S);
      keepInView(scroller, word);
    } else if (event.key === 'Enter' || event.key === ' ') player.toggle();
    else return;
    event.preventDefault();
    event.stopPropagation(); // no scrolling of the reader's
  });

  player.onTime((seconds, playing) => {
    const index = lastAtOrBefore(starts, seconds);
    if (index === current) return;
    words[current]?.classList.remove('is-now');
    current = index;
    const word = words[current];
    if (!word) return;
    word.classList.add('is-now');
    const away = performance.now() - readerScrolledAt < READER_SCROLLED_MS;
    if (playing && !away && (!follow || follow.checked)) keepInView(scroller, word);
  });
}

function lastAtOrBefore(starts, seconds) {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (starts[middle] <= seconds) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function keepInView(scroller, word) {
  if (!word.getClientRects().length) return;
  const own = window.getComputedStyle(scroller).overflowY !== 'visible';
  const box = own ? scroller.getBoundingClientRect() : reading();
  const [top, bottom] = [Math.max(box.top, 0), Math.min(box.bottom, window.innerHeight)];
  const at = word.getBoundingClientRect();
  if (bottom - top < 120 || (at.top > top + 40 && at.bottom < bottom - 40)) return;
  const by = at.top - top - (bottom - top) / 3;
  (own ? scroller : window).scrollBy({ top: by });
}
