// Brightness of the face and of what is around it, 0 to 1, from RGBA pixels as a camera gives them.

const GLARE = 0.9;
const BURNT = 0.96;
/** Share of the face's box that is skin: hair and background lie at its edges. */
const SKIN = 0.6;

/** `area`: {left, top, width, height} of the picture in the pixels; `face`: the same, or null. */
export function lightOf({ data, width }, area, face) {
  const skin = face && {
    left: face.left + ((1 - SKIN) / 2) * face.width,
    top: face.top + ((1 - SKIN) / 2) * face.height,
    width: SKIN * face.width,
    height: SKIN * face.height,
  };
  const [whole, near, beyond] = [tally(), tally(), tally()];
  for (let y = Math.floor(area.top); y < area.top + area.height; y += 1) {
    for (let x = Math.floor(area.left); x < area.left + area.width; x += 1) {
      const at = 4 * (y * width + x);
      const luma = (0.2126 * data[at] + 0.7152 * data[at + 1] + 0.0722 * data[at + 2]) / 255;
      add(whole, luma);
      if (skin && within(skin, x, y)) add(near, luma);
      else if (!face || !within(face, x, y)) add(beyond, luma);
    }
  }
  return {
    mean: whole.sum / whole.count,
    face: near.sum / near.count,
    /** share of the face that has no shades left */
    burnt: near.burnt / near.count,
    /** share of the background as bright as a window */
    glare: beyond.glare / beyond.count,
  };
}

function tally() {
  return { count: 0, sum: 0, glare: 0, burnt: 0 };
}

function add(into, luma) {
  into.count += 1;
  into.sum += luma;
  into.glare += luma > GLARE;
  into.burnt += luma > BURNT;
}

function within(box, x, y) {
  return x >= box.left && x < box.left + box.width && y >= box.top && y < box.top + box.height;
}
