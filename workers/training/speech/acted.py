"""What was done to spoken words: emphasis, rising and fading ends, another melody (by PSOLA)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from workers.training.speech.changes import CEILING_HZ, FLOOR_HZ
from workers.training.speech.say import RATE, Spoken
from workers.training.speech.voices import Samples


@dataclass(frozen=True)
class Act:
    """What happens between `start` and `end`: `pitch` maps (share of the way, Hz) to Hz."""

    start: float
    end: float
    pitch: Callable[[float, float], float] | None = None
    stretch: float = 1.0


def emphasis(spoken: Spoken, word: int, semitones: float, stretch: float) -> Act:
    """The pitch of a word up in an arc to `semitones`, its length times `stretch`."""

    def arc(share: float, hz: float) -> float:
        return hz * 2 ** (semitones * float(np.sin(np.pi * share)) ** 0.5 / 12)

    return Act(spoken.words[word].start, spoken.words[word].end, arc, stretch)


def rise(end: float, semitones: float, seconds: float = 0.35) -> Act:
    """The last pitch before `end` climbs by `semitones` from where it stood."""
    held: list[float] = []

    def climb(share: float, hz: float) -> float:
        held.append(hz)
        return held[0] * 2 ** (semitones * share / 12)

    return Act(end - seconds, end, climb)


def acted(spoken: Spoken, act: Act) -> Spoken:
    """`spoken` with one thing done to it; the words keep their place in it."""
    from parselmouth.praat import call

    manipulation = call(_sound(spoken.samples), "To Manipulation", 0.01, FLOOR_HZ, CEILING_HZ)
    _move_pitch(manipulation, act)
    lengths = call("Create DurationTier", "d", 0.0, spoken.duration)
    for at, value in (
        (act.start - 0.001, 1.0), (act.start, act.stretch), (act.end, act.stretch),
        (act.end + 0.001, 1.0),
    ):  # fmt: skip
        call(lengths, "Add point", at, value)
    call([manipulation, lengths], "Replace duration tier")
    made = call(manipulation, "Get resynthesis (overlap-add)").values[0]

    def moved(time: float) -> float:
        return time + (act.stretch - 1) * float(np.clip(time - act.start, 0, act.end - act.start))

    words = (replace(w, start=moved(w.start), end=moved(w.end)) for w in spoken.words)
    return Spoken(_as_long(made, round(moved(spoken.duration) * RATE)), tuple(words))


def _move_pitch(manipulation: Any, act: Act) -> None:
    from parselmouth.praat import call

    tier = call(manipulation, "Extract pitch tier")
    count = call(tier, "Get number of points") if act.pitch else 0
    points = [
        (call(tier, "Get time from index", i), call(tier, "Get value at index", i))
        for i in range(1, count + 1)
    ]
    if not points:
        return
    call(tier, "Remove points between", 0.0, points[-1][0] + 1)
    for time, hz in points:
        if act.pitch and act.start <= time <= act.end:
            hz = act.pitch((time - act.start) / (act.end - act.start), hz)
        call(tier, "Add point", time, hz)
    call([manipulation, tier], "Replace pitch tier")


def with_melody(spoken: Spoken, sd_semitones: float) -> Spoken:
    """The whole melody squeezed or widened to an SD about its own median."""
    found = _sound(spoken.samples).to_pitch_ac(pitch_floor=FLOOR_HZ, pitch_ceiling=CEILING_HZ)
    hz = found.selected_array["frequency"]
    hz = hz[hz > 0]
    median = float(np.median(hz))
    factor = sd_semitones / float(np.std(12 * np.log2(hz / median)))
    return acted(
        spoken, Act(0.0, spoken.duration, lambda _, value: median * (value / median) ** factor)
    )


def louder(spoken: Spoken, start: float, end: float, db: float) -> Spoken:
    """By `db` from start to end, with edges of 20 ms."""
    gain = np.zeros(len(spoken.samples))
    gain[round(start * RATE) : round(end * RATE)] = db
    edge = np.ones(round(0.02 * RATE)) / round(0.02 * RATE)
    return _gained(spoken, np.convolve(gain, edge, "same"))


def fading(spoken: Spoken, end: float, db: float, seconds: float = 0.8) -> Spoken:
    """The last `seconds` before `end` sink in a line to `db`, and rise again in the pause after."""
    times = np.arange(len(spoken.samples)) / RATE
    places = (end - seconds, end - 0.25 * seconds, end, end + 0.1)
    return _gained(spoken, np.interp(times, places, (0, db, db, 0)))


def _gained(spoken: Spoken, db: Any) -> Spoken:
    return spoken.heard_as((spoken.samples * 10 ** (np.asarray(db) / 20)).astype(np.float32))


def _as_long(samples: Sequence[float], count: int) -> Samples:
    padded = np.zeros(count, dtype=np.float32)
    padded[: min(count, len(samples))] = samples[:count]
    return padded


def _sound(samples: Samples) -> Any:
    import parselmouth

    return parselmouth.Sound(samples.astype(np.float64), RATE)
