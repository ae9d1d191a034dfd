"""Reading a transcript file a person gave: what it is, and whether there are words in it."""

from __future__ import annotations

import codecs
import json
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, Literal

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from workers.engines.types import Word

MAX_BYTES = 2 * 1024 * 1024
MAX_WORDS = 60_000
"""Over six hours of speech."""
Format = Literal["txt", "srt", "vtt", "json"]
_FORMATS: tuple[Format, ...] = ("txt", "srt", "vtt", "json")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_A_WORD = re.compile(r"\w")
LONGEST_WORD = 200


class TranscriptError(ValueError):
    """A transcript that cannot be taken; the message tells the person what to do about it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


@dataclass(frozen=True)
class Given:
    """A transcript file's `text` in its `format`. JSON comes normalised to `{"words": [...]}`."""

    format: Format
    text: str


def read(filename: str, data: bytes) -> Given:
    """The transcript in a .txt, .srt, .vtt or .json file. Raises TranscriptError."""
    suffix = PurePath(filename).suffix.lower().lstrip(".")
    if suffix not in _FORMATS:
        raise TranscriptError(
            "unknown_format",
            _("A transcript is a .txt, .srt, .vtt or .json file; “%(name)s” is none of these.")
            % {"name": PurePath(filename).name[:80]},
        )
    check_size(len(data))
    return read_text(suffix, decode(data))


def check_size(size: int) -> None:
    """Raises TranscriptError for a transcript of more than MAX_BYTES."""
    if size > MAX_BYTES:
        raise TranscriptError(
            "too_large",
            _("This file has %(size)s; a transcript may have up to %(limit)s.")
            % {"size": filesizeformat(size), "limit": filesizeformat(MAX_BYTES)},
        )


def read_text(format: Format, text: str) -> Given:
    """The transcript in `text`. Raises TranscriptError."""
    if not text.strip():
        raise TranscriptError("empty", _("This transcript is empty."))
    if _CONTROL.search(text):
        raise TranscriptError("not_text", _("This is not a text file."))
    said = spoken(format, text)
    if not _A_WORD.search(said):
        raise TranscriptError("no_words", _("There are no words in this transcript."))
    if len(said.split(None, MAX_WORDS)) > MAX_WORDS:
        raise TranscriptError(
            "too_large",
            _("A transcript may have up to %(limit)d words. Split it over several sessions.")
            % {"limit": MAX_WORDS},
        )
    if format == "json":
        text = words_json(json_words(text))
    return Given(format, text)


def spoken(format: str, text: str) -> str:
    """The words of a transcript without its times. Raises TranscriptError."""
    read: dict[str, Callable[[str], str]] = {"srt": _srt, "vtt": _vtt, "json": _json}
    return read[format](text) if format in read else text


def decode(data: bytes) -> str:
    """UTF-8, UTF-16 with its mark, else what Windows wrote. Raises TranscriptError."""
    encoding = next((name for bom, name in _BOMS if data.startswith(bom)), "utf-8")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        if encoding == "utf-8":
            # every byte means something in it, so the look for control characters decides
            return data.decode("cp1252", errors="replace")
    raise TranscriptError("not_text", _("This file's characters cannot be read; save it as UTF-8."))


def _srt(text: str) -> str:
    import srt

    try:
        return " ".join(cue.content for cue in srt.parse(text))
    except (srt.SRTParseError, ValueError, OverflowError) as error:
        raise TranscriptError("malformed", _("This is not a valid .srt file.")) from error


def _vtt(text: str) -> str:
    import webvtt

    try:
        return " ".join(cue.text for cue in webvtt.from_string(text))
    except (webvtt.errors.MalformedFileError, webvtt.errors.MalformedCaptionError) as error:
        raise TranscriptError("malformed", _("This is not a valid .vtt file.")) from error


def _json(text: str) -> str:
    return " ".join(word["text"] for word in json_words(text))


def json_words(text: str) -> list[Word]:
    """Words of a JSON transcript.

    A list of words, `{"words": [...]}`, a result document, a recogniser's
    `{"segments": [{"words": [...]}]}` or `{"text": "..."}`. A word has `text` (or `word`) and may
    have `start`, `end` (seconds), `confidence` and `speaker`. Raises TranscriptError.
    """
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise TranscriptError("malformed", _("This is not a valid JSON file.")) from error
    return [_word(item) for item in _word_items(found)]


def _word_items(found: Any) -> list[Any]:
    if isinstance(found, list):
        return found
    if isinstance(found, dict):
        if isinstance(found.get("transcript"), dict):
            return _word_items(found["transcript"])
        if isinstance(found.get("words"), list):
            return list(found["words"])
        if isinstance(found.get("segments"), list):
            return [word for part in found["segments"] for word in _word_items(part)]
        if isinstance(found.get("text"), str):
            return [{"text": text} for text in found["text"].split()]
    raise TranscriptError(
        "malformed", _("This JSON holds no transcript: it needs a list of “words”.")
    )


def _word(item: Any) -> Word:
    if isinstance(item, str):
        item = {"text": item}
    text = item.get("text", item.get("word")) if isinstance(item, dict) else None
    if not isinstance(text, str) or not text.strip() or len(text) > LONGEST_WORD:
        raise TranscriptError("malformed", _("A word in this JSON has no readable “text”."))
    start, end = _seconds(item.get("start")), _seconds(item.get("end"))
    if start is None or end is None or end < start:
        start = end = None
    confidence = _seconds(item.get("confidence", item.get("score")))
    speaker = item.get("speaker")
    return Word(
        text=text.strip(),
        start=start,
        end=end,
        confidence=None if confidence is None else min(confidence, 1.0),
        speaker=speaker[:40] if isinstance(speaker, str) else None,
    )


def _seconds(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) and value >= 0 else None


def words_json(words: list[Word]) -> str:
    return json.dumps({"words": words}, ensure_ascii=False)
