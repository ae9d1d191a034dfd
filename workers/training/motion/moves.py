"""What hands do while somebody speaks, with the kind and the time of each gesture.

Kinds after McNeill (1992), "Hand and Mind": `beat` (small strokes with the stress of the words),
`point` (a hand goes out and stays), `iconic` (both hands draw what is meant); `self_touch` (a hand
at the face: no gesture, but a habit to know of) and `idle`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workers.engines.timeline import Floats
from workers.training.motion.speaker import REST

KINDS = ("beat", "point", "iconic", "self_touch")


@dataclass(frozen=True)
class Gesture:
    kind: str
    hands: tuple[int, ...]
    """0 left, 1 right."""
    start: float
    end: float
    """From the rest and back to it."""


@dataclass(frozen=True)
class Manner:
    """How somebody gestures."""

    size: float = 1.0
    pace: float = 1.0
    """Speed: 1 takes the usual time."""
    rest: tuple[float, float] = (1.2, 5.0)
    """Seconds between two gestures."""
    kinds: tuple[str, ...] = KINDS


def gestured(times: Floats, manner: Manner, seed: int) -> tuple[Floats, list[Gesture]]:
    """(n, 2, 3) wrists about the middle of the shoulders, and what they did."""
    chance = np.random.default_rng(seed)
    wrists = np.tile(REST, (len(times), 1, 1))
    made: list[Gesture] = []
    at = float(times[0]) + chance.uniform(0.5, manner.rest[1])
    while True:
        kind = str(chance.choice(manner.kinds))
        path = _PATHS[kind](chance, manner)
        length = path.moments[-1]
        if at + length > times[-1] - 0.5:
            return wrists, made
        hands = path.hands
        inside = (times >= at) & (times <= at + length)
        for hand in hands:
            side = np.array([1.0 if hand == 0 else -1.0, 1.0, 1.0])
            moved = _smooth(times[inside] - at, path.moments, path.places)
            wrists[inside, hand] = REST[hand] + moved * side
        made.append(Gesture(kind, hands, at, at + length))
        at += length + chance.uniform(*manner.rest)


@dataclass(frozen=True)
class _Path:
    hands: tuple[int, ...]
    moments: Floats
    """(k,): seconds at which the hand is at `places`."""
    places: Floats
    """(k, 3): from the rest; positive x is outwards."""


def _smooth(times: Floats, moments: Floats, places: Floats) -> Floats:
    """Minimum jerk between the places (Flash and Hogan 1985): still at each of them."""
    k = np.clip(np.searchsorted(moments, times, side="right") - 1, 0, len(moments) - 2)
    share = np.clip((times - moments[k]) / (moments[k + 1] - moments[k]), 0, 1)
    eased = share**3 * (10 - 15 * share + 6 * share**2)
    return np.asarray(places[k] + (places[k + 1] - places[k]) * eased[:, None])


def _hands(chance: np.random.Generator, both: float) -> tuple[int, ...]:
    return (0, 1) if chance.random() < both else (int(chance.integers(2)),)


def _path(hands: tuple[int, ...], steps: list[tuple[float, Floats]], manner: Manner) -> _Path:
    seconds, places = zip(*steps, strict=True)
    moments = np.concatenate([[0.0], np.cumsum(seconds)]) / manner.pace
    return _Path(hands, moments, np.vstack([np.zeros(3), manner.size * np.array(places)]))


def _beat(chance: np.random.Generator, manner: Manner) -> _Path:
    """Up, then one to four strokes down and up, and back."""
    up = np.array([chance.uniform(-0.05, 0.2), -chance.uniform(0.35, 0.6), -0.2])
    stroke = up + np.array([0.0, chance.uniform(0.2, 0.35), 0.0])
    steps = [(chance.uniform(0.35, 0.5), up)]
    for _ in range(int(chance.integers(1, 5))):
        steps += [(chance.uniform(0.18, 0.28), stroke), (chance.uniform(0.2, 0.3), up)]
    return _path(_hands(chance, 0.4), [*steps, (chance.uniform(0.4, 0.6), np.zeros(3))], manner)


def _point(chance: np.random.Generator, manner: Manner) -> _Path:
    """Out, a stay, and back."""
    out = np.array([chance.uniform(0.2, 0.6), -chance.uniform(0.5, 1.0), -0.3])
    stay = (chance.uniform(0.3, 1.2), out + chance.normal(0, 0.01, 3))
    steps = [(chance.uniform(0.4, 0.7), out), stay, (chance.uniform(0.45, 0.7), np.zeros(3))]
    return _path(_hands(chance, 0.0), steps, manner)


def _iconic(chance: np.random.Generator, manner: Manner) -> _Path:
    """Up, an arc drawn apart or together, a short stay, and back."""
    height = -chance.uniform(0.4, 0.8)
    wide = chance.uniform(0.3, 0.7)
    turn = np.linspace(0, np.pi, 4)[1:]
    arc = [
        (chance.uniform(0.25, 0.35),
         np.array([wide * (1 - np.cos(a)) / 2, height + 0.25 * np.sin(a), -0.2]))
        for a in turn
    ]  # fmt: skip
    steps = [(chance.uniform(0.35, 0.55), np.array([0.0, height, -0.2])), *arc]
    steps += [(chance.uniform(0.2, 0.6), steps[-1][1]), (chance.uniform(0.5, 0.7), np.zeros(3))]
    return _path(_hands(chance, 0.85), steps, manner)


def _self_touch(chance: np.random.Generator, manner: Manner) -> _Path:
    """To the chin or the nose, a while there, and back; a face is where it is, however large one
    gestures."""
    face = np.array([-0.22, -1.3 + chance.uniform(-0.05, 0.1), -0.05])
    steps = [(0.6, face), (chance.uniform(1.0, 2.5), face), (0.6, np.zeros(3))]
    return _path(_hands(chance, 0.0), steps, Manner(pace=manner.pace))


_PATHS = {"beat": _beat, "point": _point, "iconic": _iconic, "self_touch": _self_touch}
