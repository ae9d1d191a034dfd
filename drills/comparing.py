"""What a comparison reads and keeps: the interview's document and the preparation in, the engine's
findings with the delivery of both out."""

from __future__ import annotations

import re
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from analysis.document import Document, build
from analysis.models import AnalysisRun
from analysis.slides import LEAST_S, TURN_GAP_S, spoken_at
from analysis.withholding import gate_is_closed
from drills.feedback import length_s
from drills.models import Comparison, PreparedAnswer, PreparedQuestion
from drills.outline import crib_notes
from drills.selectors.preparation import questions_shown
from workers.engines.types import why_unsure

MOST_SENTENCES = 2000
MOST_POINTS = 12
"""Of a question; a list longer than that is no plan for one answer."""
_BULLET = re.compile(r"^[\s\-–—•*·]+|^\s*\d+[.)]\s*")
_LATER = re.compile(r"[\s;]*(?:\n|;)[\s;]*")


@dataclass(frozen=True)
class Brief:
    """`for_engine` is what workers.engines.comparison reads."""

    run: AnalysisRun
    document: Document
    practised: list[Document]
    for_engine: dict[str, Any]


def brief_of(comparison: Comparison) -> Brief | None:
    """None where the session has no result to read."""
    run = _shown(comparison.session_id)
    if run is None:
        return None
    document = build(run)
    prepared = list(questions_shown(comparison.preparation))
    transcript = document["transcript"]
    rises = _rises(document)
    several = len(transcript["speakers"]) > 1
    learner = next((one["id"] for one in transcript["speakers"] if one.get("is_learner")), None)
    return Brief(
        run,
        document,
        [build(one) for one in _spoken_practice(prepared)],
        {
            "sentences": [
                {
                    "text": one["text"],
                    "start": one["start"],
                    "end": one["end"],
                    "speaker": _speaker(one, transcript["words"]),
                    "rises": one["last_word"] in rises,
                }
                for one in _by_speaker(transcript)[:MOST_SENTENCES]
            ],
            "learner": learner if several else None,
            "prepared": [_plan(one) for one in prepared],
            "corrections": comparison.corrections,
            "uncertain": why_unsure(transcript) is not None,
        },
    )


def _shown(session_id: Any) -> AnalysisRun | None:
    return (
        AnalysisRun.objects.filter(session=session_id, is_current=True)
        .select_related("session", "transcript")
        .first()
    )


def _by_speaker(transcript: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The sentences; one that two speakers share is cut where the speaker changes."""
    words = transcript["words"]
    found: list[dict[str, Any]] = []
    for one in transcript["sentences"]:
        first, last = one.get("first_word"), one.get("last_word")
        if first is None or last is None or not words:
            found.append({**one, "first_word": None, "last_word": None})
            continue
        places = range(first, last + 1)
        turns = [list(turn) for _, turn in groupby(places, lambda n: words[n].get("speaker"))]
        if len(turns) < 2:
            found.append(one)
            continue
        found += [
            {
                "text": " ".join(words[n]["text"] for n in turn),
                "start": words[turn[0]]["start"],
                "end": words[turn[-1]]["end"],
                "first_word": turn[0],
                "last_word": turn[-1],
            }
            for turn in turns
        ]
    return found


def _speaker(sentence: Mapping[str, Any], words: Sequence[Mapping[str, Any]]) -> str | None:
    first = sentence["first_word"]
    return None if first is None else words[first].get("speaker")


def _rises(document: Document) -> set[int | None]:
    """Last words of statements that the voice rises on."""
    items = (document["fluency"].get("uptalk") or {}).get("items") or []
    return {one["last_word"] for one in items if one.get("last_word") is not None}


def _plan(question: PreparedQuestion) -> dict[str, Any]:
    answer = _newest(question)
    kept = answer.feedback if answer else {}
    return {
        "id": str(question.pk),
        "text": question.text,
        "points": points_of(question),
        "practised": [one["text"] for one in kept.get("sentences", [])],
        "length_s": round(length_s(kept), 1) if kept else None,
    }


def points_of(question: PreparedQuestion) -> list[str]:
    """The points noted, a line each; where there are none, the notes of the newest answer."""
    noted = [_BULLET.sub("", one).strip() for one in _LATER.split(question.points)]
    if points := [one for one in noted if one]:
        return list(dict.fromkeys(points))[:MOST_POINTS]
    notes = [note.rstrip("…") for heading in crib_notes(question) for note in heading.notes]
    return list(dict.fromkeys(notes))[:MOST_POINTS]


def _newest(question: PreparedQuestion) -> PreparedAnswer | None:
    told = [one for one in question.answers.all() if one.feedback]
    return told[-1] if told else None


def _spoken_practice(prepared: Sequence[PreparedQuestion]) -> list[AnalysisRun]:
    """The result of the newest spoken answer to each question."""
    spoken = [
        max(told, key=lambda one: one.number).part.session_id
        for one in prepared
        if (told := [a for a in one.answers.all() if a.feedback and not a.text])
    ]
    return list(
        AnalysisRun.objects.filter(session__in=spoken, is_current=True)
        .select_related("session", "transcript")
        .prefetch_related("stages", "session__parts")
    )


MEASURES = (
    "fluency.words_per_minute",
    "fluency.fillers.per_minute",
    "pauses_per_minute",
    "answer_s",
    "prosody.pitch.range_semitones",
)


def kept_result(brief: Brief, section: dict[str, Any]) -> dict[str, Any]:
    """The engine's section with the questions' texts as they were, and `delivery`:
    `[{measure, practised, actual, withheld}]`."""
    texts = {one["id"]: one["text"] for one in brief.for_engine["prepared"]}
    return {
        **section,
        "texts": texts,
        "several": brief.for_engine["learner"] is not None,
        "delivery": _delivery(brief, section),
    }


def _delivery(brief: Brief, section: Mapping[str, Any]) -> list[dict[str, Any]]:
    said = section["sentences"]
    answers = [
        (said[one["answer"][0]]["start"], said[one["answer"][-1]]["end"])
        for one in section["asked"]
        if one["answer"]
    ]
    spans = [(start, end) for start, end in answers if start is not None and end is not None]
    actual = _rates([(brief.document, spans)])
    practised = _rates(
        [(one, [_whole(one)]) for one in brief.practised if one["media"]["duration_s"]]
    )
    alone = brief.for_engine["learner"] is not None or not any(one["who"] != "mine" for one in said)
    actual["prosody.pitch.range_semitones"] = _pitch([brief.document]) if alone else None
    practised["prosody.pitch.range_semitones"] = _pitch(brief.practised)
    return [
        {
            "measure": name,
            "practised": practised[name],
            "actual": actual[name],
            "withheld": _why_not(name, practised, actual, brief, alone),
        }
        for name in MEASURES
    ]


def _why_not(
    name: str,
    practised: Mapping[str, float | None],
    actual: Mapping[str, float | None],
    brief: Brief,
    alone: bool,
) -> str | None:
    if practised[name] is not None and actual[name] is not None:
        return None
    if not brief.practised:
        return "nothing_spoken"
    if gate_is_closed(brief.document["transcript"]):
        return "transcript_uncertain"
    if name.startswith("prosody") and not alone:
        return "two_voices"
    return "too_little"


def _whole(document: Document) -> tuple[float, float]:
    return 0.0, float(document["media"]["duration_s"])


def _rates(told: Sequence[tuple[Document, list[tuple[float, float]]]]) -> dict[str, float | None]:
    """Of what the learner said in these spans of the documents, together: words and fillers and
    pauses a minute of speaking, and how long an answer was in the middle of all. None under 10 s of
    speaking; a pause over 3 s is no speaking time (DESIGN.md section 5)."""
    words = fillers = pauses = 0
    speaking = 0.0
    lengths: list[float] = []
    for document, spans in told:
        if gate_is_closed(document["transcript"]):
            continue
        times = list(spoken_at(document))
        fluency = document["fluency"]
        gaps = (fluency.get("pauses") or {}).get("items") or []
        filled = (fluency.get("fillers") or {}).get("items") or []
        for start, end in spans:
            inside = [time for time in times if start <= time < end]
            if not inside:
                continue
            first = inside[0] if (start, end) == _whole(document) else start
            last = _last_end(document, end)
            held = [one for one in gaps if first <= one["start"] < last]
            long = sum(
                one["end"] - one["start"] for one in held if one["end"] - one["start"] > TURN_GAP_S
            )
            words += len(inside)
            fillers += sum(
                one["start"] is not None and first <= one["start"] < last for one in filled
            )
            pauses += len(held)
            speaking += max(0.0, last - first - long)
            lengths.append(last - first)
    enough = speaking >= LEAST_S
    minutes = speaking / 60
    return {
        "fluency.words_per_minute": round(words / minutes, 1) if enough else None,
        "fluency.fillers.per_minute": round(fillers / minutes, 1) if enough else None,
        "pauses_per_minute": round(pauses / minutes, 1) if enough else None,
        "answer_s": round(statistics.median(lengths), 1) if lengths else None,
    }


def _last_end(document: Document, end: float) -> float:
    ends = [
        one["end"]
        for one in document["transcript"]["words"]
        if one["end"] is not None and one["end"] <= end + 1e-3
    ]
    return float(ends[-1]) if ends else end


def _pitch(documents: Sequence[Document]) -> float | None:
    found = [
        value
        for one in documents
        if (value := one["prosody"]["pitch"]["range_semitones"]) is not None
    ]
    return round(statistics.median(found), 1) if found else None
