"""Other voices from one: pitch, vocal tract, tempo and liveliness, by Praat's PSOLA.

Formants stay where they are unless they are to move, so that a change of pitch is no chipmunk.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workers.engines.types import SAMPLE_RATE
from workers.training.speech.voices import Samples

FLOOR_HZ, CEILING_HZ = 60.0, 500.0
_MARGIN_S = 0.1


@dataclass(frozen=True)
class Change:
    """What to do to a voice; the defaults change nothing."""

    stretch: float = 1.0
    """Duration ratio: 1.2 is slower."""
    semitones: float = 0.0
    formants: float = 1.0
    """Ratio by which the vocal tract's resonances move: 1.1 is a smaller person."""
    liveliness: float = 1.0
    """Ratio of the pitch range about its median: 0.3 is monotone."""


SAME = Change()


def changed(samples: Samples, change: Change) -> Samples:
    """`samples` by another voice, as loud as before; every time in it scales by `stretch`."""
    if change == SAME:
        return samples
    from parselmouth.praat import call

    _seeded()
    sound = _sound(samples)
    median = median_hz(samples) * 2 ** (change.semitones / 12)
    made = call(
        sound, "Change gender", FLOOR_HZ, CEILING_HZ, change.formants, median, change.liveliness,
        change.stretch,
    )  # fmt: skip
    return _as_loud(_samples(made, round(len(samples) * change.stretch)), samples)


def held(
    samples: Samples, seconds: float, hz: float, fall: float = 0.0, bend: float = 0.0
) -> Samples:
    """A short voiced sound drawn out to `seconds` at the one pitch `hz`, as a filled pause is; with
    `fall` it moves by so many semitones, `hz` in the middle, which `bend` semitones raise."""
    sound = _sound(np.pad(samples, round(_MARGIN_S * SAMPLE_RATE)))
    length, whole = len(samples) / SAMPLE_RATE, sound.get_total_duration()
    steps = [(whole / 2, bend)]
    if fall or bend:
        steps += [(_MARGIN_S, -fall / 2), (_MARGIN_S + length, fall / 2)]
    pitch = [(at, hz * 2 ** (semitones / 12)) for at, semitones in steps]
    made = _resynthesised(sound, _MARGIN_S, _MARGIN_S + length, seconds / length, pitch)
    start = round(_MARGIN_S * SAMPLE_RATE)
    return _as_loud(_samples(made, len(samples))[start:][: round(seconds * SAMPLE_RATE)], samples)


def drawn_out(samples: Samples, seconds: float, factor: float) -> Samples:
    """The last `seconds` of it `factor` times as long, as before a break: "so-o-o"."""
    sound = _sound(samples)
    whole = sound.get_total_duration()
    made = _resynthesised(sound, max(0.0, whole - seconds), whole, factor)
    return _as_loud(_samples(made, len(samples)), samples)


def _resynthesised(sound, start: float, end: float, factor: float, pitch=()):  # type: ignore[no-untyped-def]
    """What lies between `start` and `end` `factor` times as long, on another `pitch` (time, Hz)."""
    from parselmouth.praat import call

    _seeded()
    whole = sound.get_total_duration()
    manipulation = call(sound, "To Manipulation", 0.005, FLOOR_HZ, CEILING_HZ)
    if pitch:
        tier = call("Create PitchTier", "held", 0, whole)
        for at, hz in pitch:
            call(tier, "Add point", at, hz)
        call([manipulation, tier], "Replace pitch tier")
    duration = call("Create DurationTier", "held", 0, whole)
    for at in (start, end):
        call(duration, "Add point", at, factor)
    call(duration, "Add point", max(0.0, start - 0.001), 1.0)
    call(duration, "Add point", min(whole, end + 0.001), 1.0)
    call([manipulation, duration], "Replace duration tier")
    return call(manipulation, "Get resynthesis (overlap-add)")


def median_hz(samples: Samples) -> float:
    """Median pitch of the voiced frames; 120 where nothing is voiced."""
    track = (
        _sound(samples)
        .to_pitch_ac(time_step=0.01, pitch_floor=FLOOR_HZ, pitch_ceiling=CEILING_HZ)
        .selected_array["frequency"]
    )
    voiced = track[track > 0]
    return float(np.median(voiced)) if len(voiced) else 120.0


def _seeded() -> None:
    """Praat fills what is unvoiced with chance; the same chance makes the same sound."""
    from parselmouth.praat import run

    run("random_initializeWithSeedUnsafelyButPredictably (1)")


def _sound(samples: Samples):  # type: ignore[no-untyped-def]  # parselmouth has no types
    import parselmouth

    return parselmouth.Sound(samples.astype(np.float64), SAMPLE_RATE)


def _samples(sound, least: int) -> Samples:  # type: ignore[no-untyped-def]
    values = np.asarray(sound.values[0], dtype=np.float32)
    return np.pad(values, (0, max(0, least - len(values))))


def _as_loud(made: Samples, before: Samples) -> Samples:
    level = float(np.sqrt(np.mean(before**2)) / max(1e-9, np.sqrt(np.mean(made**2))))
    return (made * min(level, 0.98 / max(1e-9, float(np.abs(made).max())))).astype(np.float32)
