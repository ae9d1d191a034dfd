// Draws the measured points of the body over the player's picture, and hides the face where asked.
// Both are drawn here alone: the recording stays as it is.

const TILES = 8;
const FACE_ROOM = 1.25;
const LATE_S = 0.6;

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
    if (frame < 0) return;
    if (on(face)) hide(pen, tiny, media, place, found.faces[frame]);
    if (on(body)) bones(pen, place, found.lines, found.frames[frame]);
  }

  for (const button of [body, face]) {
    button.addEventListener('click', async () => {
      const wanted = !on(button);
      status.textContent = '';
      try {
        await load();
        button.setAttribute('aria-pressed', String(wanted));
      } catch {
        status.textContent = status.dataset.textFailed;
      }
      draw();
    });
  }
  player.onTime(draw);
  new ResizeObserver(draw).observe(media);
}

/** Where the picture lies in the element, which may have bars beside or above it. */
function picture(canvas, media) {
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

function bones(pen, place, lines, frame) {
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

/** The face in a few large tiles, wider than it was measured. */
function hide(pen, tiny, media, place, [x, y, height]) {
  if (x < 0) return;
  const half = (FACE_ROOM * height * media.videoHeight) / 2000;
  const [cx, cy] = [(x / 1000) * media.videoWidth, (y / 1000) * media.videoHeight];
  const fit = place.width / media.videoWidth;
  tiny.getContext('2d').drawImage(media, cx - half, cy - half, 2 * half, 2 * half, 0, 0, TILES, TILES);
  pen.imageSmoothingEnabled = false;
  pen.drawImage(
    tiny, place.left + (cx - half) * fit, place.top + (cy - half) * fit, 2 * half * fit, 2 * half * fit,
  );
}
