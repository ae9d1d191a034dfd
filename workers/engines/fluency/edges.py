"""Where a pause begins and ends: weak sounds at a word's edge that lie under the noise as a whole.

The release of a final "k" or the first breath of an "h" is 30 dB below the vowels and no louder
than a quiet room, so the level of the whole sound takes it for silence. In the few bands that hold
it, it stands out. What a band holds by itself is heard in the middle of the pause; a chi-square
says how far noise alone may rise above that.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

from workers.engines.timeline import Floats
from workers.engines.types import Span

SIZE_S, HOP_S, SMOOTHED = 0.02, 0.005, 5
BANDS_HZ = np.array([80.0, 350.0, 800.0, 1500.0, 2500.0, 4000.0, 6000.0, 7900.0])
REACH_S = 0.15
"""How far into a pause the sounds of a word may reach ..."""
CLOSURE_S = 0.09
"""... and how long they may be silent in between: the closure of a stop before its release."""
CHANCE = 1e-5
"""That noise is taken for speech, by band and moment."""
NOISE_S = 2.0
"""How much of a long pause's middle says what the noise is like."""
FAINT_DB = 40.0
"""Below loud speech; what is fainter is no sound of the word's any more but the room's echo."""


def sharpened(path: str, pauses: Sequence[Span], loud_db: float) -> list[Span]:
    """`pauses` in the mono file at `path` without the weak sounds at their edges.

    `loud_db`: level of the speaker's loud speech.
    """
    import soundfile

    with soundfile.SoundFile(path) as sound:
        return [_sharpened(sound, pause, loud_db - FAINT_DB) for pause in pauses]


def _sharpened(sound: object, pause: Span, least_db: float) -> Span:
    rate: int = sound.samplerate  # type: ignore[attr-defined]
    times, powers = _heard(sound, pause)
    reach = min(REACH_S, (pause["end"] - pause["start"]) / 3)
    opening, closing = pause["start"] + reach, pause["end"] - reach
    middle = (times > opening) & (times < closing)
    if middle.sum() < SMOOTHED:
        return pause
    limits = np.maximum(_limits(powers[middle]), _power_of(least_db, rate))
    heard = times[(powers > limits).any(axis=1)]
    start, end = pause["start"], pause["end"]
    for time in heard[heard < opening]:
        start = max(start, float(time)) if time - start <= CLOSURE_S else start
    for time in heard[heard > closing][::-1]:
        end = min(end, float(time)) if end - time <= CLOSURE_S else end
    return Span(start=start, end=end)


def _heard(sound: object, pause: Span) -> tuple[Floats, Floats]:
    """Times and powers (`_powers`) of the pause; of a long one its ends and some of its middle."""
    rate: int = sound.samplerate  # type: ignore[attr-defined]
    first, hop = max(0, round((pause["start"] - SIZE_S) * rate)), round(HOP_S * rate)
    last = round((pause["end"] + SIZE_S) * rate)
    edge, noise = round((REACH_S + 4 * SIZE_S) * rate), round(NOISE_S * rate)
    pieces = [(first, last)]
    if last - first > 2 * edge + noise:
        begin, tail = (first + (at - first) // hop * hop  # on one grid
                       for at in ((first + last - noise) // 2, last - edge))  # fmt: skip
        pieces = [(first, first + edge), (begin, begin + noise), (tail, last)]
    times, powers = [], []
    for begin, end in pieces:
        sound.seek(begin)  # type: ignore[attr-defined]
        found = _powers(sound.read(end - begin, dtype="float64"), rate)  # type: ignore[attr-defined]
        times.append(begin / rate + np.arange(len(found)) * HOP_S + SIZE_S / 2)
        powers.append(found)
    return np.concatenate(times), np.concatenate(powers)


def _limits(noise: Floats) -> Floats:
    """Power of each band that its noise reaches by chance only, or has reached."""
    from scipy.stats import chi2

    seconds = SIZE_S / 2 + (SMOOTHED - 1) * HOP_S
    freedom = 2 * np.diff(BANDS_HZ) * seconds
    by_chance = np.median(noise, axis=0) * chi2.isf(CHANCE, freedom) / freedom
    return np.maximum(by_chance, np.percentile(noise, 98, axis=0))


def _power_of(level_db: float, rate: int) -> Floats:
    """Power of each band in a sound of this level (dBFS) that lies in that band alone."""
    window = np.hanning(round(SIZE_S * rate))
    share = np.diff(BANDS_HZ) / (rate / 2)
    return 10 ** (level_db / 10) * float(window @ window) / share


def _powers(samples: Floats, rate: int) -> Floats:
    """Mean power in each band every 5 ms over 20 ms, smoothed: shape (moments, bands)."""
    size, hop = round(SIZE_S * rate), round(HOP_S * rate)
    if len(samples) < size:
        return np.zeros((0, len(BANDS_HZ) - 1))
    frames = np.lib.stride_tricks.sliding_window_view(samples, size)[::hop] * np.hanning(size)
    power = np.abs(np.fft.rfft(frames, 512, axis=1)) ** 2
    bins = np.round(BANDS_HZ * 512 / rate).astype(int)
    bands = np.stack([power[:, a:b].mean(axis=1) for a, b in itertools.pairwise(bins)], axis=1)
    sums = np.cumsum(np.pad(bands, ((SMOOTHED // 2 + 1, SMOOTHED // 2), (0, 0)), mode="edge"), 0)
    return (sums[SMOOTHED:] - sums[:-SMOOTHED]) / SMOOTHED
