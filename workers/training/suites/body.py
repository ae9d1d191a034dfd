"""The body measures against speakers whose every move is known (`workers.training.motion`).

The held-out part has bodies, cameras, noise and manners from outside the ranges of the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from workers.engines.body import measures
from workers.engines.body.geometry import SHOULDER_L, SHOULDER_R, signals
from workers.engines.body.gestures import gestures
from workers.engines.body.watch import Track
from workers.engines.timeline import Floats
from workers.training.draws import HELD_OUT, INSIDE, Draw
from workers.training.evaluation.scores import Counts, events, percentile
from workers.training.evaluation.types import Figure, Outcome, Part, Report
from workers.training.motion.moves import Gesture, Manner, gestured
from workers.training.motion.seen import Sensor, direction, tracked
from workers.training.motion.speaker import Build, Camera, Stance, joints, pictured, still

CASES = {"dev": 40, "heldout": 40, "small": 3}
SEED = {"dev": 100, "heldout": 9000, "small": 100}


@dataclass(frozen=True)
class Filmed:
    """A speaker and what is true of the recording."""

    case: str
    times: Floats
    stance: Stance
    build: Build
    camera: Camera
    track: Track
    made: list[Gesture]


def evaluate(part: Part) -> Report:
    found = [_measured(one) for one in _films(part)]
    tilts, yaws, rates, places = (
        [case[name] for case in found if case[name] is not None]
        for name in ("tilt", "yaw", "rate", "place")
    )
    moves, touches = (
        sum((case[name] for case in found), Counts()) for name in ("moves", "touches")
    )
    facing = [case["facing"] for case in found]

    def off(name: str, values: list[float], unit: str, target: float) -> list[Figure]:
        return [
            Figure(f"{name}.error.median", percentile(values, 0.5), unit, better="lower",
                   n=len(values)),
            Figure(f"{name}.error.p95", percentile(values, 0.95), unit, target=target,
                   better="lower", n=len(values)),
        ]  # fmt: skip

    return Report(
        "body", part, "rostrum body",
        [
            *off("shoulder_tilt", tilts, "degrees", 5.0),
            *off("head_yaw", yaws, "degrees", 5.0),
            *off("centring", places, "%", 0.02),
            Figure("gesture_rate.error.median", percentile(rates, 0.5), "%", target=0.1,
                   better="lower", n=len(rates)),
            Figure("gesture_rate.error.p90", percentile(rates, 0.9), "%", better="lower",
                   n=len(rates)),
            *moves.figures("gestures", 0.9, "two minutes a case; a touch of the face is none"),
            *touches.figures("hand_to_face", 0.9),
            Figure("facing.error.p90", percentile(facing, 0.9), "%", target=0.1, better="lower",
                   n=len(facing)),
        ],
        [case["told"] for case in found],
    )  # fmt: skip


def _measured(film: Filmed) -> dict[str, Any]:
    seen = signals(film.track)
    posture, moved = measures.posture(seen), gestures(seen)
    world = joints(film.stance, film.build)
    line = world[:, SHOULDER_L] - world[:, SHOULDER_R]
    true_tilt = float(np.median(np.abs(np.degrees(np.arctan2(line[:, 1], line[:, 0])))))
    minutes = (film.times[-1] - film.times[0]) / 60
    made = [one for one in film.made if one.kind != "self_touch"]
    true_rate, rate = len(made) / minutes, moved["per_minute"]
    yaw = film.stance.yaw - direction(film.camera)[0]
    known = np.isfinite(seen.yaw)
    flat = pictured(world, film.camera)[:, :11, 0].mean(axis=1) / film.camera.aspect
    true_place = float(np.median(1 - np.clip(np.abs(flat - 0.5) / 0.5, 0, 1)))
    looking = np.abs(yaw) <= 15
    touches = [(one.start, one.end) for one in film.made if one.kind == "self_touch"]
    ratio = None if not true_rate or rate is None else abs(rate - true_rate) / true_rate
    return {
        "tilt": _apart(posture["shoulder_tilt_degrees"], true_tilt),
        "yaw": float(np.percentile(np.abs(seen.yaw - yaw)[known], 95)) if known.any() else None,
        "place": _apart(posture["centring"], true_place, 0.5),
        "rate": ratio,
        "moves": events([(one.start, one.end) for one in made], _spans(moved["items"])),
        "touches": events(touches, _spans(measures.hand_to_face(seen)["items"])),
        "facing": abs(float(np.nanmean(seen.facing)) - float(looking.mean())),
        "told": Outcome(
            film.case, f"{true_rate:.1f} gestures/min", None if rate is None else f"{rate:.1f}",
            "withheld" if ratio is None else "" if ratio <= 0.1 else f"{100 * ratio:.0f} % off",
        ),
    }  # fmt: skip


def _apart(got: float | None, true: float, scale: float = 1.0) -> float | None:
    return None if got is None else abs(got - true) * scale


def _spans(items: list[dict[str, Any]]) -> list[tuple[float, float]]:
    return [(item["start"], item["end"]) for item in items]


def _films(part: Part) -> Iterator[Filmed]:
    for number in range(CASES[part]):
        yield film(SEED[part] + number, far=HELD_OUT if part == "heldout" else INSIDE)


def film(seed: int, *, far: float, seconds: float = 120.0, fps: float = 5.0) -> Filmed:
    """A speaker of two minutes, `far` from those learned from (`training.draws`)."""
    chance = np.random.default_rng(seed)
    draw = Draw(chance, far)
    pick = draw.pick
    times = np.arange(0.0, seconds, 1 / fps)
    build = Build(
        trunk=pick(1.2, 1.5, 0.3), neck=pick(0.36, 0.48, 0.3), upper_arm=pick(0.72, 0.84, 0.3),
        forearm=pick(0.62, 0.74, 0.3),
    )  # fmt: skip
    camera = Camera(
        distance=pick(3.5, 6.0, 0.3), height=pick(-0.2, 0.6, 0.3), beside=pick(-0.5, 0.5, 0.2),
        view=pick(1.3, 1.9, 0.2), aside=pick(-0.1, 0.1, 0.3),
        aspect=draw.aspect(),
    )  # fmt: skip
    manner = Manner(
        size=pick(0.8, 1.2, 0.4), pace=pick(0.85, 1.15, 0.4),
        rest=(1.2, pick(3.0, 8.0, 0.2)),
    )  # fmt: skip
    sensor = Sensor(
        noise=0.02 + 0.005 * far if far else float(chance.uniform(0.005, 0.02)),
        degrees=float(chance.uniform(0.5, 2.0)), lost=0.02 + 0.03 * far,
    )  # fmt: skip
    stance = still(len(times))
    wrists, made = gestured(times, manner, seed)
    slow = 2 * np.pi * times / chance.uniform(15, 40)
    camera_yaw = direction(camera)[0]
    away = np.zeros(len(times))
    for start in chance.uniform(5, seconds - 10, int(chance.integers(0, 6))):
        inside = (times >= start) & (times < start + chance.uniform(2.5, 6))
        away[inside] = chance.choice([-1, 1]) * chance.uniform(28, 45)
    stance = replace(
        stance, wrists=wrists,
        tilt=chance.uniform(-12, 12) + 1.5 * np.sin(slow),
        lean=chance.uniform(-8, 8) + 1.5 * np.cos(slow),
        turn=chance.uniform(-15, 15) + 3 * np.sin(0.7 * slow),
        yaw=camera_yaw + chance.uniform(-5, 5) + 4 * np.sin(1.7 * slow)
        + np.convolve(away, (0.25, 0.5, 0.25), "same"),  # a head takes time to turn
        pitch=np.full(len(times), direction(camera)[1]),
        place=np.column_stack([0.03 * np.sin(3 * slow), np.zeros(len(times))]),
    )  # fmt: skip
    track = tracked(times, stance, build, camera, sensor, seed)
    return Filmed(f"speaker {seed}", times, stance, build, camera, track, made)
