"""Text somebody gave, as words with whatever times and speakers came with it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from workers.engines.asr.spoken import spoken_token
from workers.engines.types import EngineError, SourceTranscript

_TAG = re.compile(r"<[^>]{0,200}>")
_ASIDE = re.compile(r"\[[^\]]{0,80}\]|♪+|\{\\[^}]{0,40}\}")
_VOICE = re.compile(r"<v(?:\.[\w.]+)?\s+([^>]{1,60})>")
_SPEAKER_LINE = re.compile(r"^\s*(?:-\s*)?([A-Z][\w .'’-]{0,39}):\s+(?=\S)")
_DASH = re.compile(r"^\s*[-–>]+\s*")


@dataclass(frozen=True)
class GivenWord:
    """A written word. `spoken` is how it is said; `cue` numbers the caption it came in."""

    text: str
    spoken: tuple[str, ...]
    start: float | None = None
    end: float | None = None
    confidence: float | None = None
    speaker: str | None = None
    cue: int | None = None
    ends_line: bool = False


@dataclass(frozen=True)
class Cue:
    start: float
    end: float


@dataclass(frozen=True)
class Given:
    words: list[GivenWord]
    cues: list[Cue]
    """Empty where the format has no captions."""


def read(source: SourceTranscript) -> Given:
    """Words of a given transcript; EngineError `bad_transcript` where it cannot be read."""
    text = source["text"].lstrip("﻿")
    given = _READERS[source["format"]](text)
    if not given.words:
        raise _bad("There are no words in this transcript.")
    return given


def _read_txt(text: str) -> Given:
    lines = [line for line in text.splitlines() if line.strip()]
    named = sum(1 for line in lines if _SPEAKER_LINE.match(line)) >= 2
    words: list[GivenWord] = []
    speaker: str | None = None
    for line in lines:
        match = _SPEAKER_LINE.match(line) if named else None
        if match:
            speaker, line = match[1].strip(), line[match.end() :]
        words += _line_words(line, speaker=speaker)
    return Given(words, [])


def _read_srt(text: str) -> Given:
    import srt

    try:
        items = [
            (cue.start.total_seconds(), cue.end.total_seconds(), cue.content)
            for cue in srt.parse(text)
        ]
    except (srt.SRTParseError, ValueError, OverflowError) as error:
        raise _bad("This is not a readable .srt file.", str(error)) from error
    return _from_cues(items)


def _read_vtt(text: str) -> Given:
    import webvtt

    try:
        captions = webvtt.from_string(text)
        items = [(c.start_in_seconds, c.end_in_seconds, c.raw_text) for c in captions]
    except (webvtt.errors.MalformedFileError, webvtt.errors.MalformedCaptionError) as error:
        raise _bad("This is not a readable .vtt file.", str(error)) from error
    return _from_cues([(float(start), float(end), text) for start, end, text in items])


def _read_json(text: str) -> Given:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _bad("This is not a readable .json file.", str(error)) from error
    return Given([word for item in _json_items(found) for word in _json_word(item)], [])


_READERS: dict[str, Callable[[str], Given]] = {
    "txt": _read_txt,
    "srt": _read_srt,
    "vtt": _read_vtt,
    "json": _read_json,
}


def _from_cues(items: list[tuple[float, float, str]]) -> Given:
    words: list[GivenWord] = []
    cues: list[Cue] = []
    for start, end, content in sorted(items, key=lambda item: item[:2]):
        if end <= start:
            continue
        voice = _VOICE.search(content)
        for line in content.splitlines():
            words += _line_words(line, speaker=voice[1].strip() if voice else None, cue=len(cues))
        cues.append(Cue(start, end))
    return Given(words, cues)


def _line_words(line: str, **known: Any) -> list[GivenWord]:
    plain = _ASIDE.sub(" ", _TAG.sub("", _DASH.sub("", line)))
    words: list[GivenWord] = []
    for token in plain.split():
        spoken = tuple(spoken_token(token))
        if spoken:
            words.append(GivenWord(token, spoken, **known))
        elif words:
            words[-1] = replace(words[-1], text=f"{words[-1].text} {token}")
    if words:
        words[-1] = replace(words[-1], ends_line=True)
    return words


def _json_items(found: Any) -> list[Any]:
    if isinstance(found, list):
        return found
    if isinstance(found, dict):
        if isinstance(found.get("transcript"), dict):
            return _json_items(found["transcript"])
        if isinstance(found.get("words"), list):
            return list(found["words"])
        if isinstance(found.get("segments"), list):
            return [item for part in found["segments"] for item in _json_items(part)]
        if isinstance(found.get("text"), str):
            return list(found["text"].split())
    raise _bad("This JSON holds no transcript: it needs a list of “words”.")


def _json_word(item: Any) -> list[GivenWord]:
    if isinstance(item, str):
        item = {"text": item}
    text = item.get("text", item.get("word")) if isinstance(item, dict) else None
    if not isinstance(text, str) or not text.strip():
        raise _bad("A word in this JSON has no readable “text”.")
    tokens = [(token, tuple(spoken_token(token))) for token in text.split()]
    start, end = _number(item.get("start")), _number(item.get("end"))
    if start is None or end is None or end < start:
        start = end = None
    speaker = item.get("speaker")
    confidence = _number(item.get("confidence", item.get("score")))
    said = [(token, spoken) for token, spoken in tokens if spoken]
    step = None if start is None or end is None else (end - start) / max(1, len(said))
    return [
        GivenWord(
            token,
            spoken,
            None if start is None or step is None else start + step * n,
            None if start is None or step is None else start + step * (n + 1),
            None if confidence is None else min(1.0, confidence),
            speaker if isinstance(speaker, str) else None,
        )
        for n, (token, spoken) in enumerate(said)
    ]


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 <= value < 1e7 else None


def _bad(message: str, detail: str = "") -> EngineError:
    return EngineError("bad_transcript", message, detail=detail)
