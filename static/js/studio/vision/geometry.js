// Measures of one picture, by the definitions of workers/engines/body/geometry.py, so that a live
// figure means what the result says later. Places are in heights of the picture (x runs 0 to
// `aspect`, y 0 to 1), angles in degrees, NaN is unseen.

export const [NOSE, EAR_L, EAR_R, SHOULDER_L, SHOULDER_R] = [0, 3, 4, 5, 6];
export const [WRIST_L, WRIST_R, HIP_L, HIP_R] = [9, 10, 11, 12];
export const POSE_POINTS = 17;
/** Which points of the pose are joined when it is drawn. */
export const LINES = [
  [5, 6], [5, 7], [7, 9], [6, 8], [8, 10], [5, 11], [6, 12], [11, 12], [3, 1], [1, 0], [0, 2], [2, 4],
];
/** MoveNet's own likelihood from which a point counts. */
export const LIKELY = 0.3;
const MARGIN = 0.01;
const LEAST_SHOULDERS = 0.04;
const PROFILE_DEGREES = 45;

// the face mesh: outer eye corners, brow to chin, cheeks
const [EYE_LEFT, EYE_RIGHT, TOP, CHIN, CHEEK_LEFT, CHEEK_RIGHT] = [33, 263, 10, 152, 234, 454];

const degrees = (radians) => (radians * 180) / Math.PI;
const middleOf = (a, b) => [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];

/** 17 [x, y], NaN where the model is unsure or guesses outside the picture. `raw` is MoveNet's
 *  y, x, likelihood in shares of a square picture of `side` heights whose corner lies at `corner`. */
export function visiblePoints(raw, { corner, side, aspect }) {
  return Array.from({ length: POSE_POINTS }, (_, index) => {
    const x = corner[0] + raw[3 * index + 1] * side;
    const y = corner[1] + raw[3 * index] * side;
    const inside = x > MARGIN && x < aspect - MARGIN && y > MARGIN && y < 1 - MARGIN;
    return inside && raw[3 * index + 2] >= LIKELY ? [x, y] : [NaN, NaN];
  });
}

/** [yaw, pitch, roll] from the mesh's own depth; positive yaw turns to the picture's right. */
export function headAngles(mesh) {
  const across = [0, 1, 2].map(
    (axis) => mesh[EYE_RIGHT][axis] - mesh[EYE_LEFT][axis] + mesh[CHEEK_RIGHT][axis] - mesh[CHEEK_LEFT][axis],
  );
  const down = [0, 1, 2].map((axis) => mesh[CHIN][axis] - mesh[TOP][axis]);
  return [
    degrees(Math.atan2(across[2], Math.hypot(across[0], across[1]))),
    degrees(Math.atan2(down[2], Math.hypot(down[0], down[1]))),
    degrees(Math.atan2(across[1], across[0])),
  ];
}

/** Nose, eyes and ears as the pose has them, where the mesh has them better. */
export function headOf(mesh) {
  const [left, right] = [middleOf(mesh[362], mesh[EYE_RIGHT]), middleOf(mesh[EYE_LEFT], mesh[133])];
  return [mesh[1], left, right, mesh[CHEEK_RIGHT], mesh[CHEEK_LEFT]].map(([x, y]) => [x, y]);
}

/** Middle, width and height of the face. */
export function faceBox(mesh) {
  const [xs, ys] = [0, 1].map((axis) => mesh.map((point) => point[axis]));
  const [left, right] = [Math.min(...xs), Math.max(...xs)];
  const [top, bottom] = [Math.min(...ys), Math.max(...ys)];
  return { x: (left + right) / 2, y: (top + bottom) / 2, width: right - left, height: bottom - top };
}

/** Middle and half side of a square about the head, by the pose; null where it is not in view. */
export function headBox(points) {
  const head = points.slice(0, 5).filter(([x]) => Number.isFinite(x));
  if (head.length < 3) return null;
  const [xs, ys] = [0, 1].map((axis) => head.map((point) => point[axis]));
  const spread = Math.max(Math.max(...xs) - Math.min(...xs), Math.max(...ys) - Math.min(...ys), 0.02);
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return { x: mean(xs), y: mean(ys) + 0.15 * spread, half: 1.05 * spread, roll: 0 };
}

/** What one picture says about the body.
 *  `points`: 17 [x, y]; `head`: [yaw, pitch, roll] or null; `face`: a faceBox or null. */
export function measure({ points, head, face, aspect }) {
  const [left, right] = [points[SHOULDER_L], points[SHOULDER_R]];
  const across = [left[0] - right[0], left[1] - right[1]];
  const width = Math.hypot(...across);
  const upper = width > LEAST_SHOULDERS;
  const middle = upper ? middleOf(left, right) : [NaN, NaN];
  const x = face ? face.x : middle[0];
  return {
    person: Boolean(face) || upper,
    face: Boolean(face),
    upper,
    /** of the shoulder line from level, 0-90 */
    tilt: upper ? degrees(Math.atan2(Math.abs(across[1]), Math.abs(across[0]))) : NaN,
    /** the same with its side: positive where the learner's left is the lower */
    slope: upper ? degrees(Math.atan2(across[1], Math.abs(across[0]))) : NaN,
    lean: lean(points, middle),
    /** 1 in the middle of the picture, 0 at its edge */
    centring: 1 - Math.min(1, Math.abs(x / aspect - 0.5) / 0.5),
    /** how far off the middle: negative is the picture's left, which is the learner's right */
    offset: x / aspect - 0.5,
    yaw: yaw(points, head),
    pitch: head ? head[1] : NaN,
    roll: head ? head[2] : NaN,
    shoulders: middle[1],
    height: face ? face.y : NaN,
  };
}

/** From hips to shoulders where hips are in view, else from shoulders to ears. */
function lean(points, middle) {
  const hips = middleOf(points[HIP_L], points[HIP_R]);
  const ears = middleOf(points[EAR_L], points[EAR_R]);
  const line = Number.isFinite(hips[0])
    ? [hips[0] - middle[0], hips[1] - middle[1]]
    : [middle[0] - ears[0], middle[1] - ears[1]];
  return degrees(Math.atan2(Math.abs(line[0]), Math.max(line[1], 1e-6)));
}

/** From the mesh; in profile, and without a mesh, from the nose's place between the ears. */
function yaw(points, head) {
  const [nose, left, right] = [NOSE, EAR_L, EAR_R].map((index) => points[index][0]);
  const byPose = degrees(Math.atan2(nose - (left + right) / 2, 0.6 * Math.abs(left - right)));
  if (!head) return byPose;
  return Math.abs(byPose) > PROFILE_DEGREES ? byPose : head[0];
}
