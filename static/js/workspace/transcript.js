// The transcript follows the player: the word being said is marked and kept in view, unless the
// reader has scrolled away or asked it not to. Where it has no scroller of its own, the page moves.

import { reading } from './deck.js';

const READER_SCROLLED_MS = 4000;

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
