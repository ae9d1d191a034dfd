"""Jitter, shimmer and harmonics-to-noise ratio by Praat, on samples of the speech.

They mostly measure the microphone and the codec: shown, never scored.
"""

from __future__ import annotations

import numpy as np

from workers.engines.prosody.pitch import PitchTrack
from workers.engines.timeline import rounded

SAMPLE_S = 2.0
MOST_SAMPLES = 12


def sample_starts(pitch: PitchTrack) -> list[float]:
    """Starts of the most voiced 2 s stretches, one from each of up to 12 equal parts.

    One sample for every 20 s, so that harmonicity (30-160 x real time) stays a small share.
    """
    size = round(SAMPLE_S / pitch.step)
    if len(pitch.hz) < size:
        return [0.0] if (pitch.hz > 0).any() else []
    voiced = np.concatenate(([0], np.cumsum(pitch.hz > 0)))
    counts = voiced[size:] - voiced[:-size]
    parts = int(np.clip(len(pitch.hz) * pitch.step / 20, 3, MOST_SAMPLES))
    starts = []
    for part in np.array_split(np.arange(len(counts)), min(parts, len(counts))):
        best = int(part[np.argmax(counts[part])])
        if counts[best] >= 0.3 * size:
            starts.append(best * pitch.step)
    return starts


def measure(path: str, pitch: PitchTrack) -> dict[str, float | None]:
    """`jitter` and `shimmer` (local, ratios) and `hnr_db`: medians over the samples."""
    import parselmouth
    import soundfile
    from parselmouth.praat import call

    found: list[tuple[float, float, float]] = []
    with soundfile.SoundFile(path) as file:
        for start in sample_starts(pitch):
            file.seek(min(round(start * file.samplerate), max(0, len(file) - 1)))
            samples = file.read(round(SAMPLE_S * file.samplerate), dtype="float64")
            if len(samples) < file.samplerate * 0.3 or not np.any(samples):
                continue
            sound = parselmouth.Sound(samples, file.samplerate)
            pulses = call(sound, "To PointProcess (periodic, cc)", pitch.floor_hz, pitch.ceiling_hz)
            periods = (0, 0, 0.0001, 0.02, 1.3)
            jitter = call(pulses, "Get jitter (local)", *periods)
            shimmer = call([sound, pulses], "Get shimmer (local)", *periods, 1.6)
            harmonicity = sound.to_harmonicity_cc(minimum_pitch=max(40.0, pitch.floor_hz)).values
            voiced = harmonicity[harmonicity > -200]
            found.append((jitter, shimmer, float(voiced.mean()) if len(voiced) else np.nan))
    if not found:
        return {"jitter": None, "shimmer": None, "hnr_db": None}
    columns = np.array(found).T
    jitter, shimmer, hnr = (
        float(np.median(column[np.isfinite(column)])) if np.isfinite(column).any() else None
        for column in columns
    )
    return {"jitter": rounded(jitter, 5), "shimmer": rounded(shimmer, 5), "hnr_db": rounded(hnr, 2)}
