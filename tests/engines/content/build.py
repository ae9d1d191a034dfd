"""Stage jobs and sections made by hand, shaped as the engines upstream make them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from workers.engines.meaning.lexicon import tokens, without_fillers
from workers.engines.meaning.lines import Line
from workers.engines.types import StageJob


def read_answers(path: Path) -> list[tuple[str, list[Line], list[str]]]:
    """Labelled answers: question, sentences, labels (S, T, A, R or N)."""
    found: list[tuple[str, list[Line], list[str]]] = []
    for row in path.read_text(encoding="utf-8").splitlines():
        if not row or row.startswith("#"):
            continue
        mark, text = row[0], row[2:]
        if mark == "?":
            found.append((text, [], []))
            continue
        lines, labels = found[-1][1:]
        clean = without_fillers(text)
        lines.append(Line(len(lines), text, None, None, "", tuple(tokens(clean)), clean))
        labels.append(mark)
    return found


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


def measured(**changes: Any) -> dict[str, dict[str, Any]]:
    """Sections of two well spoken minutes with video; `changes` by dotted path set a leaf."""
    found: dict[str, dict[str, Any]] = {
        "probe": {"kind": "video", "duration_s": 130.0},
        "audio": {
            "speech_s": 100.0,
            "signal_to_noise_db": 28.0,
            "clipping_ratio": 0.0,
            "speech": [{"start": 1.0, "end": 121.0}],
        },
        "transcribe": {
            "reliability": 0.95,
            "source": "machine",
            "timing": "aligned",
            "words": [],
            "sentences": [{"text": "It works.", "start": 1.0, "end": 3.0}],
        },
        "fluency": {
            "words_per_minute": 150.0,
            "articulation_rate_syllables_per_s": 4.6,
            "words": 300,
            "speaking_s": 120.0,
            "fillers": {
                "count": 4,
                "per_minute": 2.0,
                "items": [{"text": "um", "start": 10.0, "end": 10.4, "source": "word"}],
            },
            "pauses": {
                "count": 26,
                "per_minute": 13.0,
                "long_count": 3,
                "mean_s": 0.6,
                "at_boundary_ratio": 0.75,
                "items": [{"start": 20.0, "end": 21.5, "position": "inside", "long": True}],
            },
            "repetitions": {"count": 1, "per_100_words": 0.33, "items": []},
            "repairs": {"count": 1, "per_100_words": 0.33, "items": []},
            "long_sentences": {"count": 1, "per_100_words": 0.33, "items": []},
        },
        "prosody": {
            "pitch": {"median_hz": 180.0, "sd_semitones": 3.0, "range_semitones": 10.0},
            "loudness": {"integrated_lufs": -20.0, "variation_db": 5.0},
            "voice": {"jitter": 0.01, "shimmer": 0.05, "hnr_db": 15.0},
            "monotone": {"items": []},
            "signal_to_noise_db": 27.0,
        },
        "body": {
            "frames_analysed": 600,
            "face_visible_ratio": 0.98,
            "facing_camera_ratio": 0.8,
            "posture": {"score": 82.0, "items": []},
            "away": {"count": 0, "items": []},
            "gestures": {"per_minute": 12.0, "items": []},
            "hand_to_face": {"count": 1, "items": [{"start": 40.0, "end": 41.0}]},
        },
        "content": {
            "words": 300,
            "star": {"sentences": [], "completeness": 1.0, "balance": 0.8},
            "answers": [
                {
                    "part": "p0",
                    "words": 300,
                    "relevance": 0.9,
                    "star": {"completeness": 1.0, "balance": 0.8, "expected": True},
                }
            ],
            "relevance": 0.9,
            "specificity": {"value": 0.6, "items": []},
            "ownership": {"value": 0.7, "items": []},
            "job_description": {"coverage": None, "found": [], "missed": []},
            "opening": {"value": 0.9, "kind": "story", "text": "When I", "start": 1.0, "end": 5.0},
            "close": {"value": 0.9, "kind": "result", "text": "In all", "start": 90.0, "end": 99.0},
            "signposting": {"count": 4, "per_100_words": 1.3, "items": []},
        },
    }
    for path, value in changes.items():
        *parents, leaf = path.split(".")
        target: dict[str, Any] = found
        for name in parents:
            target = target[name]
        target[leaf] = value
    return found
