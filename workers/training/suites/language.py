"""What the suites on text share: labelled lines read as the product reads a transcript."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from workers.engines.fluency.inputs import Text, read_text
from workers.engines.types import Part, StageJob, StageSettings, Word
from workers.training.evaluation import places

FORMS = ("written", "bare")
"""As people write, and as recognisers without punctuation do: lower case, no marks at all."""


def words_of(text: str, form: str) -> list[Word]:
    """The words of a line, one a whitespace-separated piece, so that places are those of the
    label; in the bare form a piece that holds no word stays as an empty one."""
    pieces = text.split()
    if form == "bare":
        pieces = [bare(piece) for piece in pieces]
    return [
        Word(text=piece, start=None, end=None, confidence=None, speaker=None) for piece in pieces
    ]


def bare(piece: str) -> str:
    """A word as a recogniser without punctuation gives it."""
    return re.sub(r"[^\w'%$£€-]", "", piece.replace("’", "'")).lower()


def read(text: str, form: str = "written", ends: Sequence[int] = ()) -> Text:
    """A line as the fluency engine sees it; `ends`: last words of the sentences that a recogniser
    without marks cut at pauses."""
    transcript: dict[str, Any] = {"words": words_of(text, form), "source": "text"}
    if ends:
        transcript["sentences"] = [{"last_word": last} for last in ends]
    return read_text(job({"transcribe": transcript}, models_dir=str(places.models_dir())))


def job(upstream: dict[str, dict[str, Any]], **engines: Any) -> StageJob:
    """A job of the fluency stage on text alone."""
    settings = StageSettings(
        scenario="free", language="en", title="",
        parts=[Part(id="1", question="", start=None, end=None)], job_title="",
        job_description="", transcript=None, speaker=None, engines=engines,
    )  # fmt: skip
    return StageJob(
        stage="fluency", media=[], upstream=upstream, artifacts={}, settings=settings, workdir=""
    )


def sentence_ends(text: str) -> list[int]:
    """Places of the words that end a sentence in the written text."""
    pieces = text.split()
    ends = {i for i, piece in enumerate(pieces) if re.search(r"[.!?][\"')\]]*$", piece)}
    return sorted(ends | {len(pieces) - 1})


def place(text: str, part: str, occurrence: int) -> tuple[int, int]:
    """Words [first, end) that the `occurrence`-th `part` (from 1) of a text touches."""
    at = -1
    for _ in range(occurrence):
        at = text.find(part, at + 1)
        if at < 0:
            raise ValueError(f"{part!r} is not {occurrence} times in the text")
    first = len(text[:at].split()) - bool(at and not text[at - 1].isspace())
    return first, first + len(part.split())
