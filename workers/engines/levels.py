"""How loud, how clean and how clipped a sound is, measured block by block."""

from __future__ import annotations

from array import array

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workers.engines.types import SAMPLE_RATE, Span

FRAME = 512
"""Samples a level is measured over: 32 ms, one voice-activity window."""
FLOOR_DB = -96.0
"""The quietest a 16-bit sample can say."""
MAX_SNR_DB = 60.0
"""Above this, the noise is the codec's own and the figure says nothing."""
CLIPPED = 0.985
FLAT, LEAST_FLAT, EDGE = 0.001, 3, 0.01
"""A wave cut off stays within this share of its height for so many samples, and falls from there by
the last within one: a rounded peak does not, nor one bent by a limiter."""
LEAST_TOP, TOP = 0.02, 0.997
"""Tops under the first are not looked at; those that count lie within the second of the highest."""
POINTS = 2_000
PEAK_FRAME = 160
_PLACES = 10_000


class Levels:
    """Feed mono float32 at 16 kHz with `push`; what stays in memory grows by 5 kB a second."""

    def __init__(self) -> None:
        self._rest: NDArray[np.float32] = np.zeros(0, dtype=np.float32)
        self._powers: array[float] = array("f")
        self._low: array[float] = array("f")
        self._high: array[float] = array("f")
        self._clipped = 0
        self._sounding = 0
        self._tops = {1: np.zeros(_PLACES + 1, dtype=np.int64), -1: np.zeros(_PLACES + 1, np.int64)}
        self.samples = 0

    def push(self, block: NDArray[np.float32]) -> None:
        self.samples += len(block)
        loud = np.abs(block) >= CLIPPED
        self._clipped += int(np.count_nonzero(loud[1:] & loud[:-1]))
        self._sounding += int(np.count_nonzero(block))
        self._count_flat_tops(block)
        joined = np.concatenate((self._rest, block))
        size = len(joined) - len(joined) % (FRAME * 5)
        self._measure(joined[:size])
        self._rest = joined[size:]

    def finish(self) -> None:
        """Measure what is left; zeros fill the last frame."""
        missing = -len(self._rest) % (FRAME * 5)
        self._measure(np.concatenate((self._rest, np.zeros(missing, dtype=np.float32))))
        self._rest = self._rest[:0]

    @property
    def clipping_ratio(self) -> float:
        """Share of the sounding samples that are cut off: that stand at full scale with their
        neighbour, or in flat tops as high as the wave ever goes, wherever the level was put then.
        """
        peaks = {1: max(self._high, default=0.0), -1: -min(self._low, default=0.0)}
        flat = sum(
            int(counts[_place(TOP * peaks[sign]) :].sum()) for sign, counts in self._tops.items()
        )
        return round(max(self._clipped, flat) / self._sounding, 6) if self._sounding else 0.0

    @property
    def loudest(self) -> float:
        """The highest peak, 0-1."""
        return max(max(self._high, default=0.0), -min(self._low, default=0.0))

    def speech_and_noise_db(self, speech: list[Span]) -> tuple[float | None, float | None]:
        """(speech, noise) as RMS levels in dBFS: means over speech, and over what is between it.

        Frames of exact zeros are no noise but missing sound, and count for neither. Without any
        frame between the speech the quietest 5 % of the speech stand for the noise.
        """
        powers = np.frombuffer(self._powers, dtype=np.float32)
        times = (np.arange(len(powers)) + 0.5) * FRAME / SAMPLE_RATE
        spoken = np.zeros(len(powers), dtype=bool)
        near = np.zeros(len(powers), dtype=bool)
        for span in speech:
            spoken |= (times >= span["start"]) & (times < span["end"])
            near |= (times >= span["start"] - 0.1) & (times < span["end"] + 0.1)
        heard = powers > 0
        voice, between = powers[spoken & heard], powers[~near & heard]
        if not len(voice):
            return None, _db(float(np.median(between))) if len(between) else None
        noise = float(np.median(between)) if len(between) else float(np.percentile(voice, 5))
        return _db(float(np.mean(voice))), _db(noise)

    def peaks(self) -> list[list[float]]:
        """[[min, max], ...], at most `POINTS` of equal length over the whole sound."""
        low, high = np.frombuffer(self._low, np.float32), np.frombuffer(self._high, np.float32)
        used = -(-self.samples // PEAK_FRAME)
        low, high = low[:used], high[:used]
        count = min(POINTS, len(low))
        if not count:
            return []
        edges = np.linspace(0, len(low), count + 1).astype(int)[:-1]
        pairs = zip(np.minimum.reduceat(low, edges), np.maximum.reduceat(high, edges), strict=True)
        return [[round(float(a), 4), round(float(b), 4)] for a, b in pairs]

    def _count_flat_tops(self, block: NDArray[np.float32]) -> None:
        """How many samples stand in flat tops, by their height, up and down apart."""
        level = np.abs(block)
        same = (np.abs(np.diff(block)) <= FLAT * level[:-1]) & (level[:-1] > LEAST_TOP)
        edges = np.flatnonzero(np.diff(np.concatenate(([False], same, [False])).astype(np.int8)))
        first, end = edges[::2], edges[1::2] + 1
        beside = np.minimum(level[np.maximum(first - 1, 0)], level[np.minimum(end, len(block)) - 1])
        flat = (end - first >= LEAST_FLAT) & (level[first] - beside >= EDGE * level[first])
        for sign, counts in self._tops.items():
            own = flat & (np.sign(block[first]) == sign)
            np.add.at(counts, _place(level[first][own]), (end - first)[own])

    def _measure(self, samples: NDArray[np.float32]) -> None:
        self._powers.extend(np.mean(samples.reshape(-1, FRAME) ** 2, axis=1).tolist())
        shaped = samples.reshape(-1, PEAK_FRAME)
        self._low.extend(shaped.min(axis=1).tolist())
        self._high.extend(shaped.max(axis=1).tolist())


def _place(level: ArrayLike) -> NDArray[np.int64]:
    """The place of a level among the counts of flat tops."""
    return np.minimum(np.asarray(level) * _PLACES, _PLACES).astype(np.int64)


def snr_db(speech_db: float | None, noise_db: float | None) -> float | None:
    """Signal-to-noise ratio in dB: the speech's own power (noise taken off) over the noise's."""
    if speech_db is None or noise_db is None:
        return None
    noise = 10 ** (noise_db / 10)
    signal = max(10 ** (speech_db / 10) - noise, noise / 100)
    return round(min(MAX_SNR_DB, 10 * float(np.log10(signal / noise))), 1)


def _db(power: float) -> float:
    return round(max(FLOOR_DB, 10 * float(np.log10(max(power, 1e-12)))), 2)
