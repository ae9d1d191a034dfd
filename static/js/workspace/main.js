// Ties the parts of a result page to its player, again when a newer result is put in its place.

import { bindClips } from './clips.js';
import { bindDeck } from './deck.js';
import { bindOverlay } from './overlay.js';
import { Player, bindKeys, bindMoments } from './player.js';
import { bindTimeline } from './timeline.js';
import { followTranscript } from './transcript.js';
import { bindTrim } from './trim.js';

let player = null;
let before = null;

function bind() {
  const workspace = document.querySelector('[data-workspace]:not([data-bound])');
  if (!workspace) return;
  workspace.dataset.bound = '';
  bindDeck(workspace.querySelector('[data-deck]'));
  const media = workspace.querySelector('[data-player]');
  player = media && new Player(media);
  bindClips(workspace, player);
  if (!player) return;
  bindMoments(workspace, player);
  workspace.querySelectorAll('[data-timeline]').forEach((part) => bindTimeline(part, player));
  workspace.querySelectorAll('[data-transcript]').forEach((part) => followTranscript(part, player));
  const overlay = workspace.querySelector('[data-overlay]');
  if (overlay) bindOverlay(workspace, overlay, media, player);
  const speed = workspace.querySelector('[data-speed]');
  speed.addEventListener('change', () => { media.playbackRate = Number(speed.value); });
  bindTrim(workspace, media, player);
  if (before) {
    player.goOn(before);
    speed.value = before.rate;
  } else {
    playAddressed();
  }
}

/** An address may name a moment in seconds, as other pages' evidence does: `#t=12.5,15`. */
function playAddressed() {
  const [, start, end] = /^#t=([\d.]+)(?:,([\d.]+))?$/.exec(window.location.hash) ?? [];
  if (start) player?.playMoment(Number(start), end ? Number(end) : null);
}

bind();
window.addEventListener('hashchange', playAddressed);
bindKeys(() => player);
document.addEventListener('rostrum:leave', () => { before = player && player.state; });
document.addEventListener('rostrum:page', bind);
