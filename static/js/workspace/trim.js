// What counts of a trimmed recording: the player starts there and stops at its end, until the whole
// is asked for. Also fills the form that changes the trim from where the player is.

const NEAR_S = 0.3;
const asField = (seconds) => {
  const tenths = Math.round(seconds * 10);
  const rest = ((tenths % 600) / 10).toFixed(1).padStart(4, '0');
  return `${Math.floor(tenths / 600)}:${rest}`;
};

export function bindTrim(workspace, media, player) {
  for (const button of workspace.querySelectorAll('[data-trim-here]')) {
    button.addEventListener('click', () => {
      button.closest('form').elements[button.dataset.trimHere].value = asField(player.time);
    });
  }
  if (media.dataset.trimStart === undefined) return;
  const [start, end] = [Number(media.dataset.trimStart), Number(media.dataset.trimEnd)];
  const whole = workspace.querySelector('[data-whole]');
  const all = () => whole.getAttribute('aria-pressed') === 'true';
  let before = player.time;

  whole.addEventListener('click', () => {
    whole.setAttribute('aria-pressed', String(!all()));
    if (!all() && (player.time < start || player.time > end)) player.seek(start);
  });
  const begin = () => { if (!all() && player.time < start) player.seek(start); };
  if (media.readyState) begin();
  else media.addEventListener('loadedmetadata', begin, { once: true });
  media.addEventListener('play', () => {
    if (!all() && Math.abs(player.time - end) < NEAR_S) player.seek(start);
  });
  // only who comes to the end by playing is stopped there: who goes further by hand wants to hear it
  player.onTime((seconds, playing) => {
    if (playing && !all() && before < end && seconds >= end && seconds < end + 1) {
      media.pause();
      media.currentTime = end;
    }
    before = seconds;
  });
}
