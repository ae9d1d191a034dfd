"""Pitch by Praat's autocorrelation, in windows, so that two hours need no more memory than one.

Two passes over the whole recording: a wide one finds the speaker's quartiles, the second searches
between 0.75 x Q1 and 2.5 x Q3 (after De Looze & Hirst 2008), which keeps most octave errors out.
Praat finds the best path through a window's candidates; windows overlap by a second on each side,
longer than any memory the path has, so windowed and whole tracks agree.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from workers.engines.envelope import SILENCE_DB, Envelope
from workers.engines.envelope import STEP_S as LEVEL_STEP_S
from workers.engines.prosody import octaves
from workers.engines.timeline import Floats, Mask, inside, rounded, runs
from workers.engines.types import Span

STEP_S = 0.01
WINDOW_S = 60.0
OVERLAP_S = 1.0
FIRST_FLOOR_HZ, FIRST_CEILING_HZ = 60.0, 700.0
SILENCE_SHARE = 0.03
"""Praat's silence threshold: a frame below this share of the reference peak is unvoiced."""
ABOVE_NOISE_DB = 6.0
"""A frame this little above what sounds between the phrases is as likely another voice."""
BESIDE_S, LEAST_BESIDE_S = 0.05, 0.3
"""What lies this near to speech may belong to it; less sound beside it says nothing."""
LEAST_VOICED_S = 0.5


@dataclass(frozen=True)
class PitchTrack:
    """`hz[i]` at `start + i * step` seconds; 0 where there is no voice."""

    hz: Floats
    start: float
    step: float
    floor_hz: float
    ceiling_hz: float
    odd_below_db: Floats = field(default_factory=lambda: np.zeros(0))
    """Of a pass: what `octaves.odd_below_db` says of each frame."""
    half_below_db: Floats = field(default_factory=lambda: np.zeros(0))
    """The same of half the pitch: whether the octave below has harmonics of its own."""
    wide: PitchTrack | None = None
    """Of the second pass: the first one, which knew no speaker."""
    unclear: Mask = field(default_factory=lambda: np.zeros(0, dtype=np.bool_))
    """Of the second pass: frames hardly louder than what sounds beside speech."""

    @property
    def times(self) -> Floats:
        return self.start + np.arange(len(self.hz)) * self.step

    def within(self, spans: Sequence[Span]) -> PitchTrack:
        """The same track, unvoiced outside `spans`."""
        return replace(self, hz=np.where(inside(self.times, spans), self.hz, 0.0))

    def in_octave(self, median_hz: float | None = None) -> PitchTrack:
        """The same track with what autocorrelation heard an octave too low or high put right.

        Without the speaker's median the harmonics alone tell it, and what they tell is judged
        once more by the median that follows.
        """
        if median_hz is None:
            voiced = octaves.raised(self.hz, self.odd_below_db)
            voiced = voiced[voiced > 0]
            median_hz = float(np.median(voiced)) if len(voiced) else 0.0
        hz = octaves.raised(self.hz, self.odd_below_db, median_hz)
        return replace(self, hz=octaves.without_jumps(hz, self.step, self.half_below_db))


def reference_peak(envelope: Envelope, speech: Sequence[Span]) -> float:
    """The peak that loudness is judged against: of loud speech, so that one click rules nothing."""
    talking = inside(envelope.times, speech)
    peaks = envelope.peak[talking] if talking.any() else envelope.peak
    return float(np.percentile(peaks, 99)) if len(peaks) else 0.0


def track(
    path: str,
    *,
    floor_hz: float,
    ceiling_hz: float,
    peak: float,
    step_s: float = STEP_S,
    window_s: float | None = WINDOW_S,
    progress: Callable[[float], None] = lambda ratio: None,
) -> PitchTrack:
    """One pass over the mono file at `path`. `window_s` None: all in one window (for tests)."""
    import parselmouth
    import soundfile

    with soundfile.SoundFile(path) as sound:
        rate, frames = sound.samplerate, len(sound)
        duration = frames / rate
        window = window_s or max(duration, 1.0)
        hz = np.zeros(int(duration / step_s))
        below, half_below = np.full((2, len(hz)), np.nan)
        offset = step_s / 2
        position = 0.0
        while position < duration and peak > 0:
            samples = _window(sound, position - OVERLAP_S, window + 2 * OVERLAP_S)
            loudest = float(np.max(np.abs(samples - samples.mean())))
            if loudest > SILENCE_SHARE * peak:
                found = parselmouth.Sound(samples, rate).to_pitch_ac(
                    time_step=step_s,
                    pitch_floor=floor_hz,
                    pitch_ceiling=ceiling_hz,
                    # Praat takes the share of the window's own peak: ask for the recording's.
                    silence_threshold=SILENCE_SHARE * peak / loudest,
                )
                times = found.xs() + position - OVERLAP_S
                cells = np.floor(times / step_s + 1e-6).astype(int)
                offset = float(times[0] - cells[0] * step_s)
                keep = (cells >= round(position / step_s)) & (
                    cells < min(len(hz), round((position + window) / step_s))
                )
                heard = found.selected_array["frequency"][keep]
                hz[cells[keep]] = heard
                for evidence, asked in ((below, heard), (half_below, heard / 2)):
                    evidence[cells[keep]] = octaves.odd_below_db(
                        samples, rate, found.xs()[keep], asked
                    )
            position += window
            progress(min(1.0, position / duration))
    return PitchTrack(hz, offset, step_s, floor_hz, ceiling_hz, below, half_below)


def _window(sound: object, start: float, seconds: float) -> Floats:
    """`seconds` of sound from `start`, with silence where the file has none.

    Every window has the same length: Praat centres its frames in it, so all share one grid.
    """
    rate, frames = sound.samplerate, len(sound)  # type: ignore[attr-defined,arg-type]
    first, count = round(start * rate), round(seconds * rate)
    low, high = max(0, first), min(frames, first + count)
    samples = np.zeros(count)
    if high > low:
        sound.seek(low)  # type: ignore[attr-defined]
        samples[low - first : high - first] = sound.read(high - low, dtype="float64")  # type: ignore[attr-defined]
    return samples


def two_pass(
    path: str,
    envelope: Envelope,
    speech: Sequence[Span],
    *,
    window_s: float | None = WINDOW_S,
    progress: Callable[[float], None] = lambda ratio: None,
) -> PitchTrack:
    """The recording's pitch during speech, cleaned of octave jumps."""
    peak = reference_peak(envelope, speech) if speech else 0.0
    wide = track(
        path, floor_hz=FIRST_FLOOR_HZ, ceiling_hz=FIRST_CEILING_HZ, peak=peak, step_s=2 * STEP_S,
        window_s=window_s, progress=lambda ratio: progress(ratio * 0.4),
    ).within(speech).in_octave()  # fmt: skip
    voiced = wide.hz[wide.hz > 0]
    low, middle, high = np.percentile(voiced, (25, 50, 75)) if len(voiced) else (100, 150, 200)
    narrow = track(
        path, floor_hz=max(40.0, 0.75 * low), ceiling_hz=min(1000.0, 2.5 * high), peak=peak,
        window_s=window_s, progress=lambda ratio: progress(0.4 + ratio * 0.6),
    ).within(speech).in_octave(float(middle))  # fmt: skip
    return replace(narrow, wide=wide, unclear=_unclear(narrow.times, envelope, speech))


def _unclear(times: Floats, envelope: Envelope, speech: Sequence[Span]) -> Mask:
    cells = np.clip((times / LEVEL_STEP_S).astype(int), 0, len(envelope.level_db) - 1)
    soft: Mask = envelope.level_db[cells] < _least_db(envelope, speech)
    return soft


def _least_db(envelope: Envelope, speech: Sequence[Span]) -> float:
    """`ABOVE_NOISE_DB` above what mostly sounds beside speech, or halfway from it to speech."""
    talking = inside(envelope.times, speech)
    near = [Span(start=span["start"] - BESIDE_S, end=span["end"] + BESIDE_S) for span in speech]
    beside = envelope.level_db[~inside(envelope.times, near)]
    beside = beside[beside > SILENCE_DB + 1]
    if len(beside) * LEVEL_STEP_S < LEAST_BESIDE_S or not talking.any():
        return -np.inf
    noise, level = float(np.median(beside)), float(np.median(envelope.level_db[talking]))
    return noise + max(0.0, min(ABOVE_NOISE_DB, (level - noise) / 2))


def semitones(hz: Floats, reference_hz: float) -> Floats:
    """Semitones above `reference_hz`; NaN where unvoiced."""
    values = np.full(len(hz), np.nan)
    voiced = hz > 0
    values[voiced] = 12 * np.log2(hz[voiced] / reference_hz)
    return values


def measure(pitch: PitchTrack, speech_s: float) -> dict[str, float | None]:
    """`median_hz`, and 5-95 % range and SD in semitones about the speaker's own median.

    They leave out what may be another voice (`unclear`), range and SD besides the first and the
    last frame of each unbroken voice: half of what is heard there is not voice, and a few such
    frames are enough to be the ends of a narrow range.
    `voiced_ratio`: voiced time over speech time. All None under half a second of voice.
    """
    heard = pitch.hz > 0
    clear = heard & ~pitch.unclear if len(pitch.unclear) else heard
    if clear.sum() * pitch.step < LEAST_VOICED_S:
        clear = heard
    voiced = pitch.hz[clear]
    keys = ("median_hz", "range_semitones", "sd_semitones", "range_low_hz", "range_high_hz")
    ratio = rounded(min(1.0, heard.sum() * pitch.step / speech_s)) if speech_s > 0 else None
    if len(voiced) * pitch.step < LEAST_VOICED_S:
        return dict.fromkeys(keys) | {"voiced_ratio": ratio}
    median = float(np.median(voiced))
    within = pitch.hz[_inner(clear)]
    within = within if len(within) else voiced
    low, high = np.percentile(within, (5, 95))
    return {
        "median_hz": rounded(median, 2),
        "range_semitones": rounded(12 * np.log2(high / low), 2),
        "sd_semitones": rounded(float(np.std(12 * np.log2(within / median))), 2),
        "range_low_hz": rounded(low, 2),
        "range_high_hz": rounded(high, 2),
        "voiced_ratio": ratio,
    }


def _inner(mask: Mask) -> Mask:
    """Where both neighbours hold too."""
    padded = np.concatenate(([False], mask, [False]))
    return padded[:-2] & mask & padded[2:]


WHISPERED_RATIO, WHISPERED_S = 0.15, 3.0
"""Less voice than this share of at least as much speech is no voice: talk has 0.4 to 0.8."""


def is_whispered(measured: dict[str, float | None], speech_s: float) -> bool:
    """Whether speech has hardly any voice in it, so that what there is of pitch is chance."""
    ratio = measured["voiced_ratio"]
    return ratio is not None and ratio < WHISPERED_RATIO and speech_s >= WHISPERED_S


MONOTONE_WINDOW_S, MONOTONE_LEAST_S = 10.0, 5.0
MONOTONE_SD = 1.4
"""Semitones. Read speech has 2-3, lively speech 3-4 (Traunmueller & Eriksson 1995)."""


def monotone(pitch: PitchTrack) -> list[dict[str, float | None]]:
    """Stretches of at least 5 s in which the pitch hardly moves: {start, end, sd_semitones}.

    A moment is monotone where the pitch of the 10 s about it spreads by under 1.4 semitones (the
    10-90 % range over 2.56, an SD that a few stray frames do not move), and these hold at least
    2 s of voice; windows step by 1 s.
    """
    values = semitones(pitch.hz, 100.0)
    size, hop = round(MONOTONE_WINDOW_S / pitch.step), round(1.0 / pitch.step)
    heard: Mask = np.zeros(len(values), dtype=np.bool_)
    centres, spreads = [], []
    for first in range(0, len(values) - size + 1, hop):
        voiced = values[first : first + size]
        voiced = voiced[np.isfinite(voiced)]
        if len(voiced) * pitch.step >= 2.0:
            heard[first : first + size] = True
            centres.append(first + size // 2)
            low, high = np.percentile(voiced, (10, 90))
            spreads.append(float(high - low) / 2.563)
    if not centres:
        return []
    flat = heard & (np.interp(np.arange(len(values)), centres, spreads) < MONOTONE_SD)
    return [
        {
            "start": rounded(a * pitch.step),
            "end": rounded(b * pitch.step),
            "sd_semitones": rounded(float(np.nanstd(values[a:b])), 2),
        }
        for a, b in runs(flat)
        if (b - a) * pitch.step >= MONOTONE_LEAST_S and np.isfinite(values[a:b]).any()
    ]
