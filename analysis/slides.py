"""The slides of a talk: each from its mark to the next, and how fast it was spoken to."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from workers.engines.types import SlideMark, Span

LEAST_S = 10.0
"""Seconds of speaking from which a rate is given, as for the whole recording."""
TURN_GAP_S = 3.0
"""A longer pause is no speaking time (DESIGN.md section 5)."""


def slides(marks: Sequence[SlideMark], document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """`[{number, start, end, duration_s, found, words_per_minute}]` of what lies inside the trim;
    no rate where the words have no times or under 10 s of speaking.

    The first slide is there from the beginning: a mark begins the next. `found`: the page saw the
    shared screen change, nobody pressed.
    """
    duration_s = document["media"]["duration_s"]
    if not marks or not duration_s:
        return []
    inside = document["media"].get("trim") or Span(start=0.0, end=duration_s)
    ordered = sorted(marks, key=lambda mark: mark["t"])
    edges = [0.0, *(min(mark["t"], duration_s) for mark in ordered), duration_s]
    found_ones = [False, *(mark["found"] for mark in ordered)]
    shown = []
    for number, ((begins, ends), found) in enumerate(
        zip(pairwise(edges), found_ones, strict=True), start=1
    ):
        start, end = max(begins, inside["start"]), min(ends, inside["end"])
        if end > start:
            length = round(end - start, 2)
            shown.append(
                {"number": number, "start": start, "end": end, "duration_s": length, "found": found}
            )
    _add_rates(shown, document)
    return shown


def _add_rates(shown: list[dict[str, Any]], document: Mapping[str, Any]) -> None:
    starts = [one["start"] for one in shown]
    words, silent = [0] * len(shown), [0.0] * len(shown)
    for time in spoken_at(document):
        if (at := bisect_right(starts, time) - 1) >= 0 and time < shown[at]["end"]:
            words[at] += 1
    for pause in (document["fluency"].get("pauses") or {}).get("items") or []:
        if pause["end"] - pause["start"] > TURN_GAP_S:
            for at, one in enumerate(shown):
                shared = min(one["end"], pause["end"]) - max(one["start"], pause["start"])
                silent[at] += max(0.0, shared)
    for one, count, pauses in zip(shown, words, silent, strict=True):
        speaking = one["duration_s"] - pauses
        if count and speaking >= LEAST_S:
            one["words_per_minute"] = round(count / speaking * 60, 1)


def spoken_at(document: Mapping[str, Any]) -> Iterator[float]:
    """When each of the learner's words begins, filled pauses left out."""
    fillers = (document["fluency"].get("fillers") or {}).get("items") or []
    filled = {one["start"] for one in fillers if one.get("kind") == "filled_pause"}
    speakers = document["transcript"]["speakers"]
    known = any(one.get("is_learner") for one in speakers)
    others = {one["id"] for one in speakers if known and not one.get("is_learner")}
    for word in document["transcript"]["words"]:
        start = word["start"]
        if start is not None and start not in filled and word.get("speaker") not in others:
            yield start
