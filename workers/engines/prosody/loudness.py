"""Loudness by ITU-R BS.1770-4 and EBU R128 / Tech 3342, streamed in 10 ms steps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from workers.engines.envelope import blocks
from workers.engines.timeline import Floats, rounded, total
from workers.engines.types import Span

FINE_S, STEP_S, WINDOW_S = 0.01, 0.1, 0.4
ABSOLUTE_GATE, RELATIVE_GATE, RANGE_GATE = -70.0, -10.0, -20.0
LEAST_DRIFT_S = 30.0
"""Speech from which a drift can be told from one sentence louder than the next."""
LEAST_WINDOWS = 100
"""A second of them, for a variation to mean anything."""
_OFFSET = -0.691


@dataclass(frozen=True)
class Loudness:
    """K-weighted mean square of each 10 ms."""

    fine: Floats

    @property
    def power(self) -> Floats:
        """Of each 100 ms."""
        ratio = round(STEP_S / FINE_S)
        whole = len(self.fine) // ratio * ratio
        return self.fine[:whole].reshape(-1, ratio).mean(axis=1)

    def over(self, steps: int) -> Floats:
        """Mean square of windows of `steps` x 100 ms, one every 100 ms; empty where too short."""
        power = self.power
        if len(power) < steps:
            return np.zeros(0)
        sums = np.concatenate(([0.0], np.cumsum(power)))
        return np.maximum(sums[steps:] - sums[:-steps], 0.0) / steps

    @property
    def momentary(self) -> Floats:
        """LUFS of 400 ms windows; window i starts at i x 100 ms."""
        return lufs(self.over(4))


def lufs(power: Floats) -> Floats:
    return _OFFSET + 10 * np.log10(np.maximum(power, 1e-12))


def power_of(level: Floats) -> Floats:
    """The mean squares that `lufs` gives as levels."""
    return np.asarray(10 ** ((level - _OFFSET) / 10))


def read_loudness(path: str) -> Loudness:
    """Of the mono file at `path`, read block by block."""
    import soundfile

    return Loudness(weighted(blocks(path), soundfile.info(path).samplerate))


def weighted(parts: Iterable[Floats], rate: int) -> Floats:
    """K-weighted mean square of each 10 ms of one channel, given in parts of whole 10 ms but for
    the last. pyloudnorm designs the K-weighting."""
    from pyloudnorm.iirfilter import IIRfilter
    from scipy import signal

    stages = [
        IIRfilter(4.0, 1 / np.sqrt(2), 1500.0, rate, "high_shelf"),
        IIRfilter(0.0, 0.5, 38.0, rate, "high_pass"),
    ]
    states = [np.zeros(2), np.zeros(2)]
    cell = round(rate * FINE_S)
    powers = []
    for part in parts:
        for i, stage in enumerate(stages):
            part, states[i] = signal.lfilter(stage.b, stage.a, part, zi=states[i])
        whole = len(part) // cell * cell
        powers.append(np.mean(part[:whole].reshape(-1, cell) ** 2, axis=1))
    return np.concatenate(powers) if powers else np.zeros(0)


def integrated(loudness: Loudness) -> float | None:
    """LUFS of the whole, gated at -70 LUFS and 10 LU below the loudness so far."""
    power = loudness.over(4)
    power = power[lufs(power) > ABSOLUTE_GATE]
    if not len(power):
        return None
    power = power[lufs(power) > lufs(np.array([power.mean()]))[0] + RELATIVE_GATE]
    return float(lufs(np.array([power.mean()]))[0]) if len(power) else None


def loudness_range(loudness: Loudness) -> float | None:
    """LU between the 10th and 95th percentile of gated 3 s windows (EBU Tech 3342)."""
    power = loudness.over(30)
    power = power[lufs(power) > ABSOLUTE_GATE]
    if not len(power):
        return None
    values = lufs(power)
    values = values[values > lufs(np.array([power.mean()]))[0] + RANGE_GATE]
    low, high = np.percentile(values, (10, 95))
    return float(high - low)


def _spoken(loudness: Loudness, speech: Sequence[Span]) -> tuple[Floats, Floats]:
    """(time, LUFS) of the 400 ms windows that lie wholly in speech, one every 10 ms.

    Those 20 LU under the median are pauses that voice activity did not see, and left out.
    """
    size = round(WINDOW_S / FINE_S)
    if len(loudness.fine) < size:
        return np.zeros(0), np.zeros(0)
    sums = np.concatenate(([0.0], np.cumsum(loudness.fine)))
    values = lufs(np.maximum(sums[size:] - sums[:-size], 0.0) / size)
    starts = np.arange(len(values)) * FINE_S
    kept = np.zeros(len(values), dtype=np.bool_)
    for span in speech:
        first, end = np.searchsorted(starts, (span["start"] - 1e-6, span["end"] - WINDOW_S + 1e-6))
        kept[first:end] = True
    kept &= values > ABSOLUTE_GATE
    if kept.any():
        kept &= values > np.median(values[kept]) - 20
    return starts[kept] + WINDOW_S / 2, values[kept]


def variation(loudness: Loudness, speech: Sequence[Span]) -> float | None:
    """SD in dB of the momentary loudness about its own median, during speech.

    Gain cancels out; automatic gain control does not.
    """
    _, values = _spoken(loudness, speech)
    if len(values) < LEAST_WINDOWS:
        return None
    return float(np.sqrt(np.mean((values - np.median(values)) ** 2)))


def drift(loudness: Loudness, speech: Sequence[Span]) -> float | None:
    """dB by which the voice grows louder (sinks: negative) from the first to the last speech.

    The line of Theil (1950) and Sen (1968) through the mean loudness of each 3 s of speech: the
    median of all slopes between two of them, so that one shout or mumble bends nothing. None
    under 30 s of speech.
    """
    if total(speech) < LEAST_DRIFT_S:
        return None
    times, values = _spoken(loudness, speech)
    per_point = max(round(3.0 / FINE_S), len(values) // 400)
    count = len(values) // per_point * per_point
    if count < 5 * per_point:
        return None
    x = times[:count].reshape(-1, per_point).mean(axis=1)
    y = values[:count].reshape(-1, per_point).mean(axis=1)
    first, second = np.triu_indices(len(x), 1)
    slope = float(np.median((y[second] - y[first]) / (x[second] - x[first])))
    return slope * float(times[-1] - times[0])


def measure(loudness: Loudness, speech: Sequence[Span]) -> dict[str, float | None]:
    return {
        "integrated_lufs": rounded(integrated(loudness), 2),
        "range_lu": rounded(loudness_range(loudness), 2),
        "variation_db": rounded(variation(loudness, speech), 2),
        "drift_db": rounded(drift(loudness, speech), 1),
    }
