// The picture: framing, posture. The studio's page attaches this module
// and records the same without it. What a module may use of the studio stands in studio.js: the
// studio's phases, stream, clock and settings, and its marks, facts, notices and hints.

/** Called once, with the studio, before the room is entered: the studio's events come after it. */
export function attach() {}
