"""Who speaks when: pyannote's pipeline through WhisperX, where its model lies on the machine.

The model is a folder `speakers` under `models_dir` that holds all it needs; nothing is fetched,
and nothing told to pyannote's makers, who would count what their library is used for. A model that
cannot be used leaves the speakers unknown and says why: the words stand all the same.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from workers.engines.asr import graphics
from workers.engines.asr.sound import Sound
from workers.engines.asr.weights import SPEAKER_FILES, missing
from workers.engines.types import SAMPLE_RATE, Span, Word

FOLDER = "speakers"
LEAST_S = 1.0
LEAST_SHARE = 0.02
"""What a voice must have of the speech to count as a speaker, in seconds and of the whole."""
_PARTS = ("segmentation", "embedding", "plda")
_NAMED = re.compile(rf"^ +({'|'.join(_PARTS)}): +[\"']?(\S+?)[\"']?$", re.MULTILINE)
_OWN = "$model/"
"""How a pipeline names models that lie beside it; any other name would be looked for at a hub."""


@dataclass(frozen=True)
class Turn:
    start: float
    end: float
    speaker: str


class Unknown(Exception):
    """Why nobody can say who speaks, in a sentence for the learner."""


def installed(engines: dict[str, Any]) -> Path | None:
    """The model's folder, whole or not; None where there is none."""
    root = engines.get("models_dir")
    folder = Path(str(root), FOLDER) if root else None
    return folder if folder is not None and folder.is_dir() else None


def name_speakers(
    words: list[Word], folder: Path, device: str | None, sound: Sound, speech: Sequence[Span]
) -> None:
    """Give each timed word its speaker: S1 is whoever speaks first. Raises Unknown."""
    found = turns(folder, device, sound)
    assign(words, heard_enough(found, sum(span["end"] - span["start"] for span in speech)))


def turns(folder: Path, device: str | None, sound: Sound) -> list[Turn]:
    """Turns of the whole sound in order, one at a time. Raises Unknown where the model cannot be
    used."""
    pipeline = _pipeline(folder, device or "auto", _stamp(folder))
    try:
        import torch

        samples = torch.from_numpy(sound.between(0.0, sound.duration))
        told = pipeline({"waveform": samples[None], "sample_rate": SAMPLE_RATE})
        tracks = told.exclusive_speaker_diarization.itertracks(yield_label=True)
        found = [Turn(float(span.start), float(span.end), str(name)) for span, _, name in tracks]
    except Exception as error:
        if isinstance(error, RuntimeError) and graphics.fault(error):
            raise graphics.told(error) from error
        raise Unknown(_unusable(error)) from error
    return sorted(found, key=lambda turn: turn.start)


def assign(words: list[Word], found: Sequence[Turn]) -> None:
    """Each word is said by whoever speaks longest during it, else by the nearest; numbered in the
    order in which they begin to speak. Without turns nobody is named."""
    if not found:
        return
    starts = np.array([turn.start for turn in found])
    ends = np.array([turn.end for turn in found])
    names = dict.fromkeys(turn.speaker for turn in found)
    numbers = {speaker: f"S{n}" for n, speaker in enumerate(names, start=1)}
    for word in words:
        start, end = word["start"], word["end"]
        if start is None or end is None:
            continue
        shared = np.minimum(ends, end) - np.maximum(starts, start)
        during: dict[str, float] = {}
        for at in map(int, np.flatnonzero(shared > 0)):
            speaker = found[at].speaker
            during[speaker] = during.get(speaker, 0.0) + float(shared[at])
        nearest = found[int(np.argmax(shared))].speaker
        word["speaker"] = numbers[max(during, key=during.__getitem__) if during else nearest]


def heard_enough(found: list[Turn], speech_s: float) -> list[Turn]:
    """Without the voices that have next to nothing: a cough, a laugh, a slip of the model."""
    spoken: dict[str, float] = {}
    for turn in found:
        spoken[turn.speaker] = spoken.get(turn.speaker, 0.0) + turn.end - turn.start
    least = max(LEAST_S, LEAST_SHARE * speech_s)
    return [turn for turn in found if spoken[turn.speaker] >= least]


@lru_cache(maxsize=1)
def _pipeline(folder: Path, device: str, stamp: tuple[int, ...]) -> Any:
    """WhisperX's pipeline, loaded once a process and again when its files change."""
    lacking = missing(folder, SPEAKER_FILES)
    if lacking:
        raise Unknown(f"The model that tells voices apart lacks {', '.join(lacking)}.")
    if elsewhere := _elsewhere(folder):
        raise Unknown(
            f"The model that tells voices apart is of another version: it looks for {elsewhere} "
            "at a hub."
        )
    os.environ["PYANNOTE_METRICS_ENABLED"] = "false"
    try:
        import torch
        from whisperx.diarize import DiarizationPipeline

        on_gpu = device != "cpu" and torch.cuda.is_available()
        return DiarizationPipeline(str(folder), device="cuda" if on_gpu else "cpu").model
    except Exception as error:
        raise Unknown(_unusable(error)) from error


def _stamp(folder: Path) -> tuple[int, ...]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return tuple(n for file in files for n in (file.stat().st_size, file.stat().st_mtime_ns))


def _elsewhere(folder: Path) -> str:
    """The first model that the pipeline would fetch; empty where it is whole."""
    text = (folder / "config.yaml").read_text(encoding="utf-8", errors="replace")
    named = dict(_NAMED.findall(text))
    named = {part: named.get(part, f"its {part}") for part in _PARTS}
    return next((name for name in named.values() if not name.startswith(_OWN)), "")


def _unusable(error: Exception) -> str:
    return (
        "The model that tells voices apart cannot be used on this machine "
        f"({type(error).__name__}): it may be damaged or of another version. Install it again "
        "with “bin/rostrum models install speakers”."
    )
