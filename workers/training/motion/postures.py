"""Speakers who hold themselves upright, lean, slump or cross their arms, for known stretches.

A kind is the same in both parts; what lies outside the ranges of the training in the held-out part
is who stands there and how they are seen: proportions, camera (distance, height, tilt, framing),
noise, hands that are lost, and how often and how large they gesture.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from workers.engines.body.posture import KINDS
from workers.engines.body.watch import Track
from workers.engines.timeline import Floats
from workers.training.draws import Draw
from workers.training.motion.moves import Manner, gestured
from workers.training.motion.seen import Sensor, direction, tracked
from workers.training.motion.speaker import REST, Build, Camera, Stance

FPS = 5.0
SECONDS = 60.0
RESTS = {
    "belly": REST,
    "sides": np.array([[0.62, 1.35, -0.05], [-0.62, 1.35, -0.05]]),
    "folded": np.array([[0.06, 1.1, -0.35], [-0.06, 1.1, -0.35]]),
    "hips": np.array([[0.68, 0.95, 0.0], [-0.68, 0.95, 0.0]]),
    "table": np.array([[0.35, 0.95, -0.6], [-0.35, 0.95, -0.6]]),
}
"""Where both wrists rest, about the middle of the shoulders."""
BENT = ("lean", "bow", "slump", "nod")


@dataclass(frozen=True)
class Posed:
    track: Track
    kinds: npt.NDArray[Any]
    """(n,): index into KINDS, -1 on the way from one to the next."""


def posed(seed: int, *, far: float, seconds: float = SECONDS) -> Posed:
    """A speaker of one minute, `far` from those learned from (`training.draws`)."""
    chance = np.random.default_rng(seed)
    draw = Draw(chance, far)
    times = np.arange(0.0, seconds, 1 / FPS)
    build, camera, sensor = seen_by(draw)
    manner = Manner(
        size=draw.pick(0.7, 1.1, 0.4), pace=draw.pick(0.85, 1.15, 0.4),
        rest=(1.2, draw.pick(3.0, 8.0, 0.3)),
    )  # fmt: skip
    rest = RESTS[str(chance.choice([*RESTS]))] + chance.normal(0, 0.04, (2, 3))
    own = {"lean": chance.uniform(-3, 3), "bow": chance.uniform(-3, 5),
           "slump": chance.uniform(0, 0.2), "nod": 0.0}  # fmt: skip
    bent, wrists, still_hands, kinds = _held(chance, times, own, rest)
    moved, _ = gestured(times, manner, seed)
    slow = 2 * np.pi * times / chance.uniform(10, 30)
    stance = Stance(
        lean=bent["lean"] + 1.5 * np.sin(slow), bow=bent["bow"] + 1.0 * np.cos(slow),
        turn=chance.uniform(-20, 20) + 5 * np.sin(0.7 * slow),
        tilt=chance.uniform(-5, 5) + 1.5 * np.sin(1.3 * slow), slump=bent["slump"],
        yaw=direction(camera)[0] + 12 * np.sin(1.7 * slow),
        pitch=direction(camera)[1] + bent["nod"] + 4 * np.sin(2.3 * slow),
        place=np.column_stack([0.04 * np.sin(3 * slow), 0.03 * np.cos(2 * slow)]),
        wrists=wrists + (1 - still_hands)[:, None, None] * (moved - REST),
    )  # fmt: skip
    return Posed(tracked(times, stance, build, camera, sensor, seed), kinds)


def seen_by(draw: Draw) -> tuple[Build, Camera, Sensor]:
    """Who stands there, before which camera, seen how well."""
    pick = draw.pick
    build = Build(
        trunk=pick(1.2, 1.5, 0.3), neck=pick(0.36, 0.48, 0.3), hips=pick(0.52, 0.72, 0.3),
        upper_arm=pick(0.72, 0.84, 0.3), forearm=pick(0.62, 0.74, 0.3),
    )  # fmt: skip
    camera = Camera(
        distance=pick(2.8, 6.0, 0.2), height=pick(-0.3, 0.8, 0.3), beside=pick(-0.5, 0.5, 0.3),
        roll=pick(-3.0, 3.0, 0.5), view=pick(1.0, 1.9, 0.15), aim=pick(0.2, 0.5, 0.3),
        aside=pick(-0.1, 0.1, 0.3),
        aspect=draw.aspect(),
    )  # fmt: skip
    sensor = Sensor(
        noise=draw.worse(0.005, 0.02, 0.03), drift=draw.worse(0.005, 0.02, 0.03),
        lost=draw.worse(0.0, 0.1, 0.2),
    )  # fmt: skip
    return build, camera, sensor


def _held(
    chance: np.random.Generator, times: Floats, own: dict[str, float], rest: Floats
) -> tuple[dict[str, Floats], Floats, Floats, npt.NDArray[Any]]:
    """What is bent and where the hands rest at each frame, how still they are kept (0-1), and the
    kind: stretches of 4-12 s with 0.8-1.5 s from one to the next. Many do only some of the kinds,
    so that what is usual of a speaker need not be upright."""
    bent = {name: np.full(len(times), own[name]) for name in BENT}
    wrists, still = np.tile(rest, (len(times), 1, 1)), np.zeros(len(times))
    kinds = np.full(len(times), -1)
    able = chance.permutation(KINDS)[: chance.integers(1, len(KINDS) + 1)]
    at, before, first = 0.0, (own, rest, 0.0), True
    while at < times[-1]:
        kind = str(chance.choice(able))
        after = _target(chance, kind, own, rest)
        way = 1e-6 if first else chance.uniform(0.8, 1.5)
        stay = chance.uniform(4, 12)
        share = np.clip((times - at) / way, 0, 1)
        eased = share**2 * (3 - 2 * share)
        now = times >= at
        for name in BENT:
            moved = before[0][name] + (after[0][name] - before[0][name]) * eased
            bent[name] = np.where(now, moved, bent[name])
        hands = before[1] + (after[1] - before[1]) * eased[:, None, None]
        wrists = np.where(now[:, None, None], hands, wrists)
        still = np.where(now, before[2] + (after[2] - before[2]) * eased, still)
        kinds[now] = -1
        kinds[times >= at + way] = KINDS.index(kind)
        at, before, first = at + way + stay, after, False
    return bent, wrists, still, kinds


def _target(
    chance: np.random.Generator, kind: str, own: dict[str, float], rest: Floats
) -> tuple[dict[str, float], Floats, float]:
    bent = {**own, "lean": own["lean"] + chance.uniform(-2, 2)}
    if kind == "leaning" and chance.random() < 0.65:
        bent["lean"] = chance.choice([-1, 1]) * chance.uniform(11, 24)
    elif kind == "leaning":
        bent["bow"] = chance.uniform(18, 35)
    elif kind == "slumped":
        bent["slump"], bent["nod"] = chance.uniform(0.6, 1.0), chance.uniform(0, 15)
        bent["bow"] = own["bow"] + chance.uniform(2, 12)
    elif kind == "closed":
        bent["slump"] = own["slump"] + chance.uniform(0, 0.15)
        return bent, _crossed(chance), 1.0
    return bent, rest, 0.0


def _crossed(chance: np.random.Generator) -> Floats:
    """Both forearms across the chest, or one that holds the other arm's elbow."""
    chest = chance.uniform(0.45, 0.7)
    across = np.array([[-0.28, chest, -0.35], [0.28, chest + 0.08, -0.3]])
    if chance.random() < 0.35:
        across[1] = [-0.5, 1.25, -0.1]
        across[0] = [-0.4, chance.uniform(0.65, 0.85), -0.3]
    if chance.random() < 0.5:
        across = across[::-1] * (-1.0, 1.0, 1.0)
    return np.asarray(across + chance.normal(0, 0.04, (2, 3)))
