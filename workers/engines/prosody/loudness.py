"""Loudness by ITU-R BS.1770-4 and EBU R128 / Tech 3342, streamed in 100 ms steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from workers.engines.envelope import blocks
from workers.engines.timeline import Floats, inside, rounded
from workers.engines.types import Span

STEP_S = 0.1
ABSOLUTE_GATE, RELATIVE_GATE, RANGE_GATE = -70.0, -10.0, -20.0
_OFFSET = -0.691


@dataclass(frozen=True)
class Loudness:
    """K-weighted mean square of each 100 ms."""

    power: Floats

    def over(self, steps: int) -> Floats:
        """Mean square of windows of `steps` x 100 ms, one every 100 ms; empty where too short."""
        if len(self.power) < steps:
            return np.zeros(0)
        sums = np.concatenate(([0.0], np.cumsum(self.power)))
        return np.maximum(sums[steps:] - sums[:-steps], 0.0) / steps

    @property
    def momentary(self) -> Floats:
        """LUFS of 400 ms windows; window i starts at i x 100 ms."""
        return lufs(self.over(4))


def lufs(power: Floats) -> Floats:
    return _OFFSET + 10 * np.log10(np.maximum(power, 1e-12))


def read_loudness(path: str) -> Loudness:
    """Filter the mono file at `path` block by block. pyloudnorm designs the K-weighting."""
    import soundfile
    from pyloudnorm.iirfilter import IIRfilter
    from scipy import signal

    rate = soundfile.info(path).samplerate
    stages = [
        IIRfilter(4.0, 1 / np.sqrt(2), 1500.0, rate, "high_shelf"),
        IIRfilter(0.0, 0.5, 38.0, rate, "high_pass"),
    ]
    states = [np.zeros(2), np.zeros(2)]
    cell = round(rate * STEP_S)
    powers = []
    for block in blocks(path):
        for i, stage in enumerate(stages):
            block, states[i] = signal.lfilter(stage.b, stage.a, block, zi=states[i])
        whole = len(block) // cell * cell  # only the file's last block has a rest
        powers.append(np.mean(block[:whole].reshape(-1, cell) ** 2, axis=1))
    return Loudness(np.concatenate(powers) if powers else np.zeros(0))


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


def variation(loudness: Loudness, speech: Sequence[Span]) -> float | None:
    """SD in dB of the momentary loudness about its own median, during speech.

    Windows 20 LU under the median are pauses that voice activity did not see. Gain cancels out;
    automatic gain control does not.
    """
    values = loudness.momentary
    values = values[inside(np.arange(len(values)) * STEP_S + 0.2, speech)]
    values = values[values > ABSOLUTE_GATE]
    if len(values) < 10:
        return None
    values = values[values > np.median(values) - 20]
    return float(np.sqrt(np.mean((values - np.median(values)) ** 2)))


def measure(loudness: Loudness, speech: Sequence[Span]) -> dict[str, float | None]:
    return {
        "integrated_lufs": rounded(integrated(loudness), 2),
        "range_lu": rounded(loudness_range(loudness), 2),
        "variation_db": rounded(variation(loudness, speech), 2),
    }
