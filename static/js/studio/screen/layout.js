// Where the camera's picture lies in the film: boxes {x, y, width, height} in shares of the film.

export const WIDTH = 1280;
export const HEIGHT = 720;
const CORNER = { width: 0.24, height: 0.4 }; // at most
const MARGIN = 16; // px

/** The largest box of the shape `width` × `height` in the middle of the film. */
export function fitted(width, height) {
  const scale = Math.min(WIDTH / width, HEIGHT / height);
  return shares((WIDTH - width * scale) / 2, (HEIGHT - height * scale) / 2, width * scale, height * scale);
}

/** The box at the bottom right for a camera of that shape. */
export function cornered(width, height) {
  const scale = Math.min(CORNER.width * WIDTH / width, CORNER.height * HEIGHT / height);
  const [w, h] = [width * scale, height * scale];
  return shares(WIDTH - w - MARGIN, HEIGHT - h - MARGIN, w, h);
}

function shares(x, y, width, height) {
  const part = (value, of) => Math.round((value / of) * 10_000) / 10_000;
  return { x: part(x, WIDTH), y: part(y, HEIGHT), width: part(width, WIDTH), height: part(height, HEIGHT) };
}
