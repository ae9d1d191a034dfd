import { Player, bindKeys, bindMoments } from './player.js';
import { bindTimeline } from './timeline.js';
import { followTranscript } from './transcript.js';

const media = document.querySelector('[data-player]');
if (media) {
  const player = new Player(media);
  bindMoments(document, player);
  bindKeys(player);
  for (const timeline of document.querySelectorAll('[data-timeline]')) bindTimeline(timeline, player);
  for (const transcript of document.querySelectorAll('[data-transcript]')) {
    followTranscript(transcript, player);
  }
  const speed = document.querySelector('[data-speed]');
  speed?.addEventListener('change', () => { media.playbackRate = Number(speed.value); });
}
