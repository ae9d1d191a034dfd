"""How strong the sound is, every 10 ms: read once, in blocks, so that memory stays flat."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from workers.engines.timeline import Floats, Mask, inside, runs
from workers.engines.types import Span

STEP_S = 0.01
BLOCK_S = 60.0
SILENCE_DB = -96.0
"""dBFS of digital silence: the noise of 16-bit rounding."""
QUIET_BELOW_SPEECH_DB = 25.0
"""How far below loud speech sound counts as silent (De Jong & Wempe 2009)."""


@dataclass(frozen=True)
class Envelope:
    """`level_db` and `peak` of the cells [i * step, (i + 1) * step)."""

    level_db: Floats
    """RMS in dBFS above 60 Hz, smoothed over three cells."""
    peak: Floats
    """Largest absolute sample, 0-1."""
    duration_s: float

    @property
    def times(self) -> Floats:
        return (np.arange(len(self.level_db)) + 0.5) * STEP_S


def blocks(path: str, seconds: float = BLOCK_S) -> Iterator[Floats]:
    """The samples of a mono sound file, `seconds` at a time."""
    import soundfile

    with soundfile.SoundFile(path) as sound:
        yield from sound.blocks(int(seconds * sound.samplerate), dtype="float64")


def read_envelope(path: str) -> Envelope:
    """The envelope of the mono file at `path`."""
    import soundfile
    from scipy import signal

    info = soundfile.info(path)
    cell = round(info.samplerate * STEP_S)
    high_pass = signal.butter(2, 60.0, "highpass", fs=info.samplerate, output="sos")
    state = np.zeros((high_pass.shape[0], 2))
    powers, peaks = [], []
    for block in blocks(path):
        filtered, state = signal.sosfilt(high_pass, block, zi=state)
        missing = -len(block) % cell
        if missing:  # the file's last cell
            filtered, block = np.pad(filtered, (0, missing)), np.pad(block, (0, missing))
        powers.append(np.mean(filtered.reshape(-1, cell) ** 2, axis=1))
        peaks.append(np.max(np.abs(block.reshape(-1, cell)), axis=1))
    power = np.concatenate(powers) if powers else np.zeros(0)
    if len(power) > 2:
        power = np.convolve(np.pad(power, 1, mode="edge"), np.ones(3) / 3, mode="valid")
    level = 10 * np.log10(np.maximum(power, 10 ** (SILENCE_DB / 10)))
    return Envelope(
        level, np.concatenate(peaks) if peaks else np.zeros(0), info.frames / info.samplerate
    )


def noise_and_speech_db(
    envelope: Envelope, speech: Sequence[Span]
) -> tuple[float | None, float | None]:
    """Mean level (dBFS) of what is not speech, and of speech; None where there is too little.

    Cells within 0.2 s of speech are neither: breath and reverberation live there. Stretches of
    digital silence (a gap in the container, a gate) say nothing about the room.
    """
    near = [Span(start=span["start"] - 0.2, end=span["end"] + 0.2) for span in speech]
    talking = inside(envelope.times, speech)
    quiet = ~inside(envelope.times, near) & (envelope.level_db > SILENCE_DB + 1)

    def mean_db(mask: Mask) -> float | None:
        if mask.sum() * STEP_S < 0.2:
            return None
        return float(10 * np.log10(np.mean(10 ** (envelope.level_db[mask] / 10))))

    noise = mean_db(quiet)
    if noise is None and talking.any():  # no room between the words: the quietest tenth in them
        levels = envelope.level_db[talking & (envelope.level_db > SILENCE_DB + 1)]
        noise = float(np.percentile(levels, 5)) if len(levels) > 100 else None
    return noise, mean_db(talking)


def loud_db(envelope: Envelope, speech: Sequence[Span]) -> float:
    """Level of loud speech: 5 % of it is louder."""
    talking = inside(envelope.times, speech)
    levels = envelope.level_db[talking] if talking.any() else envelope.level_db
    return float(np.percentile(levels, 95)) if len(levels) else SILENCE_DB


def silence_threshold_db(envelope: Envelope, speech: Sequence[Span]) -> float:
    """Level under which a cell is silent, fitted to this speaker, microphone and room."""
    if not len(envelope.level_db):
        return SILENCE_DB
    loud = loud_db(envelope, speech)
    noise, _ = noise_and_speech_db(envelope, speech)
    floor = loud - QUIET_BELOW_SPEECH_DB
    if noise is None:
        return floor
    return max(floor, min(noise + 6.0, loud - 8.0))


def silences(envelope: Envelope, threshold_db: float, *, least_s: float = 0.25) -> list[Span]:
    """Silent stretches of at least `least_s` seconds; a click of up to 30 ms does not end one."""
    quiet = envelope.level_db < threshold_db
    for first, end in runs(~quiet):
        if first and end < len(quiet) and (end - first) * STEP_S <= 0.03:
            quiet[first:end] = True
    return [
        Span(start=first * STEP_S, end=min(end * STEP_S, envelope.duration_s))
        for first, end in runs(quiet)
        if (end - first) * STEP_S >= least_s - 1e-9
    ]
