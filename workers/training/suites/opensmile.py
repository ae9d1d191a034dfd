"""Agreement with openSMILE's eGeMAPS features on real speech: pitch and loudness every 10 ms.

openSMILE is not ours and not free for every use (docs/dependencies.md): it runs as a program in an
environment of its own, and only where somebody has put it there.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import soundfile

from workers.training.evaluation.pipeline import Recording
from workers.training.evaluation.places import recordings_dir, var_dir
from workers.training.evaluation.types import Figure, Outcome, Part, Report, Unavailable
from workers.training.speech.source import Floats

RECORDINGS = ("jfk.flac", "radio_address_1.wav", "radio_address_2.wav", "talking_head.mp4",
              "north_wind_and_the_sun.wav")  # fmt: skip
"""Speech by one person. The stage performance is music and applause."""
STEP_S = 0.01
THEIR_STEPS = 3
"""Over which openSMILE smooths what it gives; ours is smoothed alike before both are compared."""
FAR_SEMITONES, APART_SEMITONES = 6.0, 2.0
SPECTRUM = 1024
HIGHEST_HZ = 2500.0
MOST_LAG = 8
"""Steps by which the two grids may stand apart: frames are centred differently."""
Agreement = Callable[[Floats, Floats], float]
_PROGRAM = Path(__file__).resolve().parents[1] / "opensmile_features.py"


def evaluate(part: Part) -> Report:
    python = Path(os.environ.get("ROSTRUM_OPENSMILE") or var_dir() / "opensmile/bin/python")
    if not python.exists():
        raise Unavailable(
            "openSMILE is not installed: python -m venv var/opensmile && "
            "var/opensmile/bin/pip install -r requirements/opensmile.txt"
        )
    found = [path for name in RECORDINGS if (path := recordings_dir() / name).exists()]
    if not found:
        raise Unavailable(f"no recordings in {recordings_dir()}")
    outcomes = [_compare(path, python) for path in found[: 1 if part == "small" else None]]
    pitches = [one.got["pitch_r"] for one in outcomes]
    louds = [one.got["loudness_rho"] for one in outcomes]
    frames = sum(one.got["frames"] for one in outcomes)
    apart = sum(one.got["apart"] for one in outcomes)
    return Report(
        "opensmile", part, "openSMILE eGeMAPSv02 low-level descriptors",
        [
            Figure("pitch.r.worst", min(pitches), "r", target=0.95, n=frames,
                   note="semitones, frames that both call voiced, by recording"),
            Figure("pitch.r.mean", sum(pitches) / len(pitches), "r", n=frames),
            Figure("pitch.far", sum(o.got["far"] * o.got["frames"] for o in outcomes) / frames, "%",
                   better="lower", n=frames, note="of these frames more than 6 semitones apart"),
            Figure("pitch.apart.ours", sum(o.got["ours"] for o in outcomes) / max(1, apart),
                   n=apart, note="of frames over 2 semitones apart: the harmonics speak for ours"),
            Figure("loudness.rho.worst", min(louds), "rho", target=0.9, n=len(outcomes)),
            Figure("loudness.rho.mean", sum(louds) / len(louds), "rho", n=len(outcomes)),
            Figure("voicing.agreement", float(np.mean([o.got["voicing"] for o in outcomes])),
                   n=len(outcomes)),
        ],
        outcomes,
    )  # fmt: skip


def _compare(path: Path, python: Path) -> Outcome:
    with Recording(path) as recording:
        outputs = recording.run("audio", "prosody")
        files = {
            file["kind"]: file["path"] for one in outputs.values() for file in one["artifacts"]
        }
        theirs = _features(files["audio"], python)
        samples, rate = soundfile.read(files["audio"])
        with np.load(files["pitch"]) as ours:
            raw = _on_grid(ours["hz"], float(ours["start"]), float(ours["step"]))
            hz = _smoothed_voice(raw)
        with np.load(files["loudness"]) as ours:
            level = _on_grid(_smoothed(ours["lufs"]), float(ours["start"]), float(ours["step"]))
    pitch_r, both, lag = _best(hz, theirs["hz"], _pearson, voiced=True)
    rho, _, _ = _best(level, theirs["loudness"], _spearman, voiced=False)
    their_hz = _shifted(theirs["hz"], lag, len(hz))
    voicing = float(np.mean((hz > 0) == (their_hz > 0)))
    voiced = (hz > 0) & (their_hz > 0)
    distance = np.where(voiced, np.abs(12 * np.log2(np.where(voiced, hz / their_hz, 1.0))), 0.0)
    far = distance[voiced] > FAR_SEMITONES
    apart = np.flatnonzero(distance > APART_SEMITONES).tolist()
    got = {
        "pitch_r": round(pitch_r, 4), "loudness_rho": round(rho, 4), "frames": both,
        "voicing": round(voicing, 3), "far": round(float(far.mean()), 4), "apart": len(apart),
        "ours": sum(_backed(samples, rate, i, raw[i]) > _backed(samples, rate, i, their_hz[i])
                    for i in apart),
    }  # fmt: skip
    wrong = [
        name for name, bad in (("pitch", pitch_r < 0.95), ("loudness", rho < 0.9)) if bad
    ]  # fmt: skip
    return Outcome(path.name, {"pitch_r": 0.95, "loudness_rho": 0.9}, got, ", ".join(wrong))


def _features(sound: str, python: Path) -> dict[str, Floats]:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "features.npz")
        subprocess.run([python, _PROGRAM, sound, out], check=True, capture_output=True)
        with np.load(out) as arrays:
            return {name: arrays[name] for name in arrays.files}


def _smoothed(lufs: Floats) -> Floats:
    """The same level over `THEIR_STEPS` steps, of powers."""
    window = np.ones(THEIR_STEPS) / THEIR_STEPS
    return 10 * np.log10(np.convolve(10 ** (lufs.astype(float) / 10), window, mode="same"))


def _smoothed_voice(hz: Floats) -> Floats:
    """The same pitch over `THEIR_STEPS` steps, of the voiced ones among them."""
    window = np.ones(THEIR_STEPS)
    count = np.convolve(hz > 0, window, mode="same")
    return np.where(hz > 0, np.convolve(hz, window, mode="same") / np.maximum(count, 1), 0.0)


def _backed(samples: Floats, rate: int, step: int, hz: float) -> float:
    """dB by which the harmonics of `hz` stand out of what lies halfway between them."""
    padded = np.pad(samples, SPECTRUM // 2)
    first = round(step * STEP_S * rate)
    part = padded[first : first + SPECTRUM]
    part = np.pad(part, (0, SPECTRUM - len(part))) * np.hanning(SPECTRUM)
    level = 20 * np.log10(np.abs(np.fft.rfft(part, 8 * SPECTRUM)) + 1e-9)
    at = np.arange(1, int(HIGHEST_HZ / hz) + 1) * hz * 8 * SPECTRUM / rate
    between = at - hz * 4 * SPECTRUM / rate
    return float(np.mean(level[at.astype(int)]) - np.mean(level[between.astype(int)]))


def _on_grid(values: Floats, start: float, step: float) -> Floats:
    """On the grid 0, 10 ms, ...: value i is nearest to i x 10 ms."""
    count = round((start + len(values) * step) / STEP_S)
    places = np.round((np.arange(count) * STEP_S - start) / step).astype(int)
    return values[np.clip(places, 0, len(values) - 1)].astype(float)


def _shifted(values: Floats, lag: int, count: int) -> Floats:
    out = np.zeros(count)
    rolled = values[max(0, lag) :] if lag >= 0 else np.pad(values, (-lag, 0))
    out[: min(count, len(rolled))] = rolled[:count]
    return out


def _best(
    ours: Floats, theirs: Floats, agreement: Agreement, *, voiced: bool
) -> tuple[float, int, int]:
    """The best agreement over all lags, in how many frames, and at which lag."""
    found = []
    for lag in range(-MOST_LAG, MOST_LAG + 1):
        other = _shifted(theirs, lag, len(ours))
        both = (ours > 0) & (other > 0) if voiced else np.ones(len(ours), dtype=bool)
        found.append((float(agreement(ours[both], other[both])), int(both.sum()), lag))
    return max(found)


def _pearson(ours: Floats, theirs: Floats) -> float:
    return float(np.corrcoef(np.log2(ours), np.log2(theirs))[0, 1])


def _spearman(ours: Floats, theirs: Floats) -> float:
    from scipy.stats import spearmanr

    return float(spearmanr(ours, theirs).statistic)
