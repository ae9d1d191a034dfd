"""Stage jobs and sections made by hand, shaped as the engines upstream make them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from workers.engines.types import StageJob


def transcript(
    text: str,
    *,
    words_per_minute: float = 150.0,
    timing: str = "aligned",
    language: str | None = "en",
    reliability: float | None = 0.95,
    source: str = "machine",
    speakers: list[str | None] | None = None,
) -> dict[str, Any]:
    """A `transcribe` section over `text`: a word each 60/wpm s, sentences at . ? and !.

    `speakers` names who says each sentence.
    """
    step, words, sentences, clock = 60.0 / words_per_minute, [], [], 0.0
    parts = [part for part in re.split(r"(?<=[.?!])\s+", text.strip()) if part]
    timed = timing != "none"
    for index, part in enumerate(parts):
        first = len(words)
        speaker = speakers[index] if speakers else None
        for token in part.split():
            words.append(
                {
                    "text": token,
                    "start": round(clock, 3) if timed else None,
                    "end": round(clock + step * 0.8, 3) if timed else None,
                    "confidence": 0.9,
                    "speaker": speaker,
                }
            )
            clock += step
        sentences.append(
            {
                "text": part,
                "start": words[first]["start"],
                "end": words[-1]["end"],
                "first_word": first,
                "last_word": len(words) - 1,
            }
        )
    return {
        "engine": "test",
        "model": "",
        "language": language,
        "text": text,
        "reliability": reliability,
        "timing": timing,
        "words": words,
        "sentences": sentences,
        "speakers": [],
        "speech_spans": [{"start": 0.0, "end": clock}] if timed and words else [],
        "source": source,
    }


def job(
    stage: str,
    upstream: dict[str, dict[str, Any]],
    workdir: Path,
    models_dir: str = "",
    *,
    question: str = "",
    artifacts: dict[str, str] | None = None,
    **settings: Any,
) -> StageJob:
    """A job of `stage` with one part that asks `question`."""
    base: dict[str, Any] = {
        "scenario": "interview",
        "language": "en",
        "title": "",
        "parts": [{"id": "p0", "question": question, "start": None, "end": None}],
        "job_title": "",
        "job_description": "",
        "transcript": None,
        "speaker": None,
        "engines": {"models_dir": models_dir},
    }
    return {
        "stage": stage,
        "media": settings.pop("media", []),
        "upstream": upstream,
        "artifacts": artifacts or {},
        "settings": base | settings,  # type: ignore[typeddict-item]
        "workdir": str(workdir),
    }
