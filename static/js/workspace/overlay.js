// Draws the measured points of the body over the player's picture, and hides the face where asked.
// Both are drawn here alone: the recording stays as it is. A face that was asked to be hidden and
// is not found is hidden with the whole picture.

const TILES = 8;
const FACE_ROOM = 1.25;
const LATE_S = 0.6;
const KEPT_S = 1;

export function bindOverlay(root, canvas, media, player) {
  const body = root.querySelector('[data-overlay-body]');
  const face = root.querySelector('[data-overlay-face]');
  const status = root.querySelector('[data-overlay-status]');
  const tiny = document.createElement('canvas');
  tiny.width = TILES;
  tiny.height = TILES;
  let found = null;

  const on = (button) => button.getAttribute('aria-pressed') === 'true';

  async function load() {
    if (found) return;
    const answer = await fetch(canvas.dataset.overlay);
    if (!answer.ok) throw new Error(String(answer.status));
    found = await answer.json();
  }

  function draw() {
    canvas.hidden = !found || !(on(body) || on(face)) || !media.videoWidth;
    if (canvas.hidden) return;
    const place = picture(canvas, media);
    const frame = nearest(found.times, media.currentTime);
    const pen = canvas.getContext('2d');
    pen.clearRect(0, 0, canvas.width, canvas.height);
    if (on(face)) hide(pen, tiny, media, place, lastFace(found, frame));
    if (on(body) && frame >= 0) bones(pen, place, found.lines, found.frames[frame]);
  }

  for (const button of [body, face]) {
    button.addEventListener('click', async () => {
      status.textContent = '';
      try {
        await load();
        button.setAttribute('aria-pressed', String(!on(button)));
      } catch {
        status.textContent = status.dataset.textFailed;
      }
      // a window of the video's own would have nothing drawn over it
      media.setAttribute('controlslist', on(face) ? 'nofullscreen' : '');
      media.disablePictureInPicture = on(face);
      draw();
    });
  }
  // browsers without that list go to full screen, and leave it again
  document.addEventListener('fullscreenchange', () => {
    if (document.fullscreenElement === media && on(face)) document.exitFullscreen();
  });
  player.onTime(draw);
  new ResizeObserver(draw).observe(media);
}

/** Where the picture lies in the element, which may have bars beside or above it. */
export function picture(canvas, media) {
  const scale = window.devicePixelRatio || 1;
  const [wide, high] = [media.clientWidth * scale, media.clientHeight * scale].map(Math.round);
  if (canvas.width !== wide || canvas.height !== high) Object.assign(canvas, { width: wide, height: high });
  const fit = Math.min(wide / media.videoWidth, high / media.videoHeight);
  const [width, height] = [media.videoWidth * fit, media.videoHeight * fit];
  return { left: (wide - width) / 2, top: (high - height) / 2, width, height, scale };
}

/** The frame seen last at `time`; -1 where none is near. */
function nearest(times, time) {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] <= time + 0.05) low = middle + 1;
    else high = middle;
  }
  return low && time - times[low - 1] <= LATE_S ? low - 1 : -1;
}

export function bones(pen, place, lines, frame) {
  const at = (index) => [
    place.left + (frame[2 * index] / 1000) * place.width,
    place.top + (frame[2 * index + 1] / 1000) * place.height,
  ];
  const seen = (index) => frame[2 * index] >= 0;
  const colour = getComputedStyle(pen.canvas).color;
  Object.assign(pen, { strokeStyle: colour, fillStyle: colour, lineWidth: 3 * place.scale, lineCap: 'round' });
  for (const [from, to] of lines) {
    if (!seen(from) || !seen(to)) continue;
    pen.beginPath();
    pen.moveTo(...at(from));
    pen.lineTo(...at(to));
    pen.stroke();
  }
  for (let index = 0; index < frame.length / 2; index += 1) {
    if (!seen(index)) continue;
    pen.beginPath();
    pen.arc(...at(index), 4 * place.scale, 0, 2 * Math.PI);
    pen.fill();
  }
}

/** The face of a frame, or the last one shortly before; null where there is none. */
function lastFace({ times, faces }, frame) {
  for (let at = frame; at >= 0 && times[frame] - times[at] <= KEPT_S; at -= 1) {
    if (faces[at][0] >= 0) return faces[at];
  }
  return null;
}

/** The face in a few large tiles, wider than it was measured; all of the picture without one. */
function hide(pen, tiny, media, place, face) {
  const [width, height] = [media.videoWidth, media.videoHeight];
  const half = face && (FACE_ROOM * face[2] * height) / 2000;
  const box = face
    ? [(face[0] / 1000) * width - half, (face[1] / 1000) * height - half, 2 * half, 2 * half]
    : [0, 0, width, height];
  const fit = place.width / width;
  tiny.getContext('2d').drawImage(media, ...box, 0, 0, TILES, TILES);
  pen.imageSmoothingEnabled = false;
  pen.drawImage(tiny, place.left + box[0] * fit, place.top + box[1] * fit, box[2] * fit, box[3] * fit);
}
