"""How clearly a recording carries the voice: clear, muffled, noisy, echoing or distorted.

By windows of eight seconds of log-mel levels, with how far the voice's own loudness varies (dB) and
how much of it stands out from the noise (0-1). The model is ours (docs/models.md); the rule, which
reads what other stages measure, is what it is held against.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from workers.engines.body import net
from workers.engines.envelope import blocks
from workers.engines.timeline import Floats, total
from workers.engines.trained import Loaded, load
from workers.engines.types import SAMPLE_RATE, Span

SHIPPED = Path(__file__).resolve().parents[1] / "data" / "clarity-1.npz"
KINDS = ("clear", "muffled", "noisy", "echoing", "distorted")
CLEAR, MUFFLED, NOISY, ECHOING, DISTORTED = range(len(KINDS))
VALUES = ("variation_db", "audible")
BANDS, LOW_HZ, HIGH_HZ = 24, 80.0, 7600.0
CELL, HOP, FRAMES = 512, 640, 200
"""Samples a level is measured over, and from one to the next; frames of a window (8 s)."""
READ_S = 64.0
DEEPEST_DB = -70.0
"""Below the window's own loud moments nothing is told apart: there a codec or 16 bits end."""
SURE, LEAST_SPOKEN = 0.8, 0.5
"""A window is muffled from this chance on, and is looked at where so much of it is speech."""
SHARES = (5, 25, 50, 75, 95)
FEATURES = BANDS * (2 + len(SHARES)) + 2


def _nothing() -> Floats:
    return np.zeros((0, 5))


@dataclass(frozen=True)
class Heard:
    """What a classifier is shown of one recording."""

    features: Floats
    """(w, FRAMES, FEATURES)."""
    measured: Callable[[], Floats] = _nothing
    """(w, 5), asked for by the rule alone: clipping, reverberation (s), signal-to-noise (dB), upper
    bands (dB), variation (dB); NaN where it was not measured."""


Classifier = Callable[[Heard], Floats]


@cache
def _filters() -> Floats:
    """(bins, BANDS): triangles even on the mel scale (O'Shaughnessy 1987)."""
    low, high = (2595 * np.log10(1 + hz / 700) for hz in (LOW_HZ, HIGH_HZ))
    edges = 700 * (10 ** (np.linspace(low, high, BANDS + 2) / 2595) - 1)
    hz = np.fft.rfftfreq(CELL, 1 / SAMPLE_RATE)[:, None]
    up = (hz - edges[:-2]) / np.diff(edges)[:-1]
    down = (edges[2:] - hz) / np.diff(edges)[1:]
    return np.asarray(np.maximum(0.0, np.minimum(up, down)))


def windows(samples: Any) -> Floats:
    """(w, FRAMES, FEATURES) of mono sound at 16 kHz; none under 8 s.

    A frame has its bands' levels about the window's own loud moments, how they change, and how it
    peaks; each window the spread of each band's levels, the same in all its frames.
    """
    count = (len(samples) - CELL) // HOP + 1
    if count < FRAMES:
        return np.zeros((0, FRAMES, FEATURES))
    cells = np.lib.stride_tricks.sliding_window_view(np.asarray(samples, np.float64), CELL)[::HOP]
    power = np.abs(np.fft.rfft(cells * np.hanning(CELL), axis=1)) ** 2
    bands = 10 * np.log10(np.maximum(power @ _filters(), 1e-9))
    whole = 10 * np.log10(np.maximum(power.sum(axis=1), 1e-9))
    peak = np.abs(cells).max(axis=1)
    crest = 20 * np.log10(np.maximum(peak, 1e-6) / np.maximum(cells.std(axis=1), 1e-6))
    starts = range(0, count - FRAMES + 1, FRAMES // 2)
    return np.stack([
        _window(*(one[a : a + FRAMES] for one in (bands, whole, peak, crest))) for a in starts
    ])  # fmt: skip


def _window(bands: Floats, whole: Floats, peak: Floats, crest: Floats) -> Floats:
    loud = np.percentile(whole, 90)
    level = np.clip(bands - loud, DEEPEST_DB, 10)
    change = level - np.vstack([level[:1], level[:-1]])
    spread = np.percentile(level, SHARES, axis=0).ravel()
    top = 20 * np.log10(np.maximum(peak, 1e-6) / max(1e-6, float(peak.max())))
    return np.column_stack([
        level / 10, change / 10, np.tile(spread / 10, (len(level), 1)),
        np.maximum(top, -40) / 10, crest / 10,
    ])  # fmt: skip


UPPER_HZ, LOWER_HZ = (2000, 5000), (300, 1000)
CLIPPED, ECHOING_FROM_S, NOISY_UNDER_DB, DULL_DB = 0.001, 0.6, 15.0, -28.0
"""Of the rule: the limits of `cautions`, and one for how far the upper bands lie under the lower
ones in loud moments."""
USUAL_VARIATION_DB, USUAL_AUDIBLE = 2.5, 0.9
"""What the rule says where the sound did not let itself be measured."""


def loaded(engines: Mapping[str, Any]) -> Loaded[Classifier]:
    return load("clarity", SHIPPED, engines, classifier)


def muffled(path: str, speech: Sequence[Span], classify: Classifier) -> float | None:
    """Share of the windows of the mono file at `path` (16 kHz) that are surely muffled; None where
    none is half speech."""
    step, length = FRAMES // 2 * HOP / SAMPLE_RATE, FRAMES * HOP / SAMPLE_RATE
    sure: list[float] = []
    for number, block in enumerate(blocks(path, READ_S)):
        found = windows(block)
        starts = number * READ_S + step * np.arange(len(found))
        spoken = [total(overlaps(a, a + length, speech)) >= LEAST_SPOKEN * length for a in starts]
        if any(spoken):
            likely = classify(Heard(found[spoken]))[:, MUFFLED]
            sure += (likely >= SURE).tolist()
    return float(np.mean(sure)) if sure else None


def overlaps(start: float, end: float, speech: Sequence[Span]) -> list[Span]:
    """What of the speech lies between two times (s)."""
    cut = [Span(start=max(start, one["start"]), end=min(end, one["end"])) for one in speech]
    return [one for one in cut if one["end"] > one["start"]]


def classifier(data: bytes) -> Classifier:
    """(w, KINDS + VALUES): chances of each kind, and the values. Raises Unusable."""
    weights = net.parsed(data, "clarity", FEATURES, len(KINDS) + len(VALUES))

    def classify(heard: Heard) -> Floats:
        likely = net.chances(weights, heard.features, len(KINDS))
        values = net.outputs(weights, heard.features)[:, len(KINDS) :]
        return np.hstack([likely, np.clip(values, 0, (20.0, 1.0))])

    return classify


def by_rule(
    heard: Heard,
    limits: tuple[float, float, float, float] = (CLIPPED, ECHOING_FROM_S, NOISY_UNDER_DB, DULL_DB),
) -> Floats:
    """Certain of one kind each: the first that holds of distorted, noisy, echoing, muffled."""
    clipping, ringing, snr, upper, variation = heard.measured().T
    with np.errstate(invalid="ignore"):
        found = np.select(
            [clipping >= limits[0], snr < limits[2], ringing >= limits[1], upper < limits[3]],
            [DISTORTED, NOISY, ECHOING, MUFFLED], CLEAR,
        )  # fmt: skip
    variation = np.where(np.isfinite(variation), variation, USUAL_VARIATION_DB)
    audible = np.where(np.isfinite(snr), np.clip((snr + 15) / 30, 0, 1), USUAL_AUDIBLE)
    return np.column_stack([np.eye(len(KINDS))[found], variation, audible])


def upper_db(features: Floats) -> Floats:
    """(w,): how the bands of UPPER_HZ stand above those of LOWER_HZ in loud moments (dB)."""
    centres = np.fft.rfftfreq(CELL, 1 / SAMPLE_RATE)[_filters().argmax(axis=0)]
    first = BANDS * (2 + SHARES.index(95))
    loud = 10 * features[:, 0, first : first + BANDS]
    high, low = ((centres >= a) & (centres < b) for a, b in (UPPER_HZ, LOWER_HZ))
    return np.asarray(loud[:, high].mean(axis=1) - loud[:, low].mean(axis=1))
