// The timeline: a playhead over the charts the server drew; click, drag or arrow keys seek.

const ZOOMS = [1, 2, 4, 8];

export function bindTimeline(root, player) {
  const scroller = root.querySelector('[data-scroller]');
  const plot = root.querySelector('[data-plot]');
  const head = root.querySelector('[data-playhead]');
  const slider = root.querySelector('[data-seek]');
  const clock = root.querySelector('[data-clock]');
  const duration = Number(root.dataset.duration);
  if (!duration) return;

  player.onTime((seconds, playing) => {
    const share = Math.min(seconds / duration, 1);
    head.style.setProperty('transform', `translateX(${share * plot.clientWidth}px)`);
    slider.setAttribute('aria-valuenow', seconds.toFixed(1));
    slider.setAttribute('aria-valuetext', asClock(seconds));
    clock.textContent = asClock(seconds);
    if (playing) keepHeadInView(scroller, share * plot.clientWidth);
  });
  new ResizeObserver(() => player.tick()).observe(plot);

  const seekTo = (event) => {
    const box = plot.getBoundingClientRect();
    player.seek(((event.clientX - box.left) / box.width) * duration);
  };
  plot.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    if (event.target.closest('[data-play-start]')) return;
    plot.setPointerCapture(event.pointerId);
    seekTo(event);
  });
  plot.addEventListener('pointermove', (event) => {
    if (plot.hasPointerCapture(event.pointerId)) seekTo(event);
  });

  slider.addEventListener('keydown', (event) => {
    const steps = { ArrowLeft: -5, ArrowRight: 5, ArrowDown: -5, ArrowUp: 5, PageDown: -30, PageUp: 30 };
    if (event.key in steps) player.seek(player.time + steps[event.key]);
    else if (event.key === 'Home') player.seek(0);
    else if (event.key === 'End') player.seek(duration);
    else return;
    event.preventDefault();
  });

  // the reason of the moment that is pointed at, focused or played
  for (const mark of root.querySelectorAll('[data-moment]')) {
    for (const name of ['pointerenter', 'focus', 'click']) {
      mark.addEventListener(name, () => {
        root.querySelector('[data-why]').textContent = mark.getAttribute('aria-label');
      });
    }
  }

  let zoom = 0;
  for (const button of root.querySelectorAll('[data-zoom]')) {
    button.addEventListener('click', () => {
      zoom = Math.min(Math.max(zoom + Number(button.dataset.zoom), 0), ZOOMS.length - 1);
      plot.style.setProperty('inline-size', `${ZOOMS[zoom] * 100}%`);
      for (const other of root.querySelectorAll('[data-zoom]')) {
        const next = zoom + Number(other.dataset.zoom);
        other.disabled = next < 0 || next >= ZOOMS.length;
      }
    });
  }
}

export function asClock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const pad = (value) => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours ? `${hours}:${pad(minutes)}:${pad(whole % 60)}` : `${minutes}:${pad(whole % 60)}`;
}

function keepHeadInView(scroller, x) {
  if (x < scroller.scrollLeft || x > scroller.scrollLeft + scroller.clientWidth - 24) {
    scroller.scrollLeft = x - 60;
  }
}
