"""Sounds whose truth is known, and the jobs that measure them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from workers.engines.types import StageJob, StageOutput, Word

RATE = 16_000


def voice(
    hz: np.ndarray | float, seconds: float | None = None, *, level: float = 0.2
) -> np.ndarray:
    """A buzz of harmonics that follows `hz` (one value a sample, or one for `seconds`)."""
    if seconds is not None:
        hz = np.full(round(seconds * RATE), float(hz))
    hz = np.asarray(hz, dtype=float)
    phase = 2 * np.pi * np.cumsum(hz) / RATE
    sound = np.zeros(len(hz))
    for harmonic in range(1, 30):
        audible = np.clip((3800 - harmonic * hz) / 400, 0, 1)
        sound += audible * np.sin(harmonic * phase) / harmonic
    fade = np.minimum(1, np.minimum(np.arange(len(hz)), np.arange(len(hz))[::-1]) / 160)
    return level * sound / 2 * fade


def silence(seconds: float) -> np.ndarray:
    return np.zeros(round(seconds * RATE))


def with_noise(sound: np.ndarray, level_db: float = -60.0, seed: int = 0) -> np.ndarray:
    noise = np.random.default_rng(seed).standard_normal(len(sound))
    return sound + noise * 10 ** (level_db / 20)


def write(path: Path, sound: np.ndarray) -> str:
    soundfile.write(path, np.clip(sound, -1, 1), RATE, format="FLAC")
    return str(path)


def word(text: str, start: float | None, end: float | None, speaker: str | None = None) -> Word:
    return {"text": text, "start": start, "end": end, "confidence": 0.9, "speaker": speaker}


def job(
    stage: str,
    workdir: Path,
    *,
    upstream: dict[str, dict[str, Any]] | None = None,
    artifacts: dict[str, str] | None = None,
    media: list[Any] | None = None,
    **settings: Any,
) -> StageJob:
    folder = workdir / f"work-{stage}"
    folder.mkdir(exist_ok=True)
    return {
        "stage": stage,
        "media": media or [],
        "upstream": upstream or {},
        "artifacts": artifacts or {},
        "settings": {
            "scenario": "interview", "language": "en", "title": "", "parts": [], "job_title": "",
            "job_description": "", "transcript": None, "speaker": None, "engines": {},
        } | settings,
        "workdir": str(folder),
    }  # type: ignore[return-value]  # fmt: skip


class Progress:
    """A report that remembers, and holds the contract: it never falls."""

    def __init__(self) -> None:
        self.ratios: list[float] = []

    def __call__(self, ratio: float, *, message: str = "", words: list[Word] | None = None) -> None:
        assert 0 <= ratio <= 1
        assert not self.ratios or ratio >= self.ratios[-1] - 1e-9
        self.ratios.append(ratio)


def artifact(output: StageOutput, kind: str) -> Any:
    """The artifact's content: JSON, or an open NumPy archive."""
    [path] = [file["path"] for file in output["artifacts"] if file["kind"] == kind]
    return np.load(path) if path.endswith(".npz") else json.loads(Path(path).read_text())


def nulls(section: dict[str, Any], prefix: str) -> set[str]:
    """JSON Pointers of every null number of a section (not those inside lists)."""
    found: set[str] = set()
    for key, value in section.items():
        if isinstance(value, dict):
            found |= nulls(value, f"{prefix}/{key}")
        elif value is None:
            found.add(f"{prefix}/{key}")
    return found
