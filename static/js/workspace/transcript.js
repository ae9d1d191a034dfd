// The transcript follows the player: the word being said is marked and kept in view, unless the
// reader has scrolled away or asked it not to.

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
    scroller.addEventListener(name, () => { readerScrolledAt = performance.now(); }, { passive: true });
  }

  player.onTime((seconds, playing) => {
    const index = lastAtOrBefore(starts, seconds);
    if (index === current) return;
    words[current]?.classList.remove('is-now');
    current = index;
    const word = words[current];
    if (!word) return;
    word.classList.add('is-now');
    const reading = performance.now() - readerScrolledAt < READER_SCROLLED_MS;
    if (playing && !reading && (!follow || follow.checked)) keepInView(scroller, word);
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
  const box = scroller.getBoundingClientRect();
  const at = word.getBoundingClientRect();
  if (at.top > box.top + 40 && at.bottom < box.bottom - 40) return;
  scroller.scrollTop += at.top - box.top - box.height / 3;
}
