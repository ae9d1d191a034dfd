"""The moments and sentences behind a score: what can be played first, at most five a skill."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

from workers.engines.scoring.measures import Measurements
from workers.engines.types import Evidence, Skill

MOST = 5
_MOMENTS = 3
FEW_PAUSES, BREATHLESS_S, SHOWN_S = 8.0, 10.0, 20.0
"""Pauses a minute below which a long stretch (s) without any is shown, by so much of it."""
FEW_SIGNPOSTS, UNMARKED_S = 0.8, 20.0
"""Signposts in 100 words below which a long stretch (s) without any is shown."""
FEW_GESTURES, STILL_S = 8.0, 20.0
"""Gestures a minute below which a long stretch (s) without any is shown."""
MANY_GESTURES, BUSY_S = 30.0, 15.0
"""Gestures a minute from which the seconds with most of them are shown."""
HANDS_SEEN = 0.8
"""Share of the pictures that shows the hands, below which nobody knows when they were still."""
CLIPPED, TOP, HIT_S = 0.001, 0.997, 2.0
"""Share of samples cut off from which the seconds are shown that most often stand at the top:
within the second of the highest level."""
_POSTURES = {
    "tilt": "Your shoulders tilt here.",
    "lean": "You lean to a side here.",
    "slumped": "You seem to slump here.",
    "closed": "Your arms seem to close here.",
}
SELDOM = 0.75
"""Share of the time facing the camera, below which looks elsewhere are shown."""
BRISK = 5.5
"""Syllables a second from which the fastest stretch is shown."""
NOISY_DB, HEARD_S, MOST_ROOM_S = 20.0, 0.5, 3.0
_TO_THE_POINT = 0.65
"""Relevance under which the opening is shown: the answer belongs there."""


def evidence(
    skill: Skill, found: Measurements, sentences: list[str], artifacts: dict[str, str]
) -> list[Evidence]:
    """Up to five: moments that can be played, the first of each kind before the second of any,
    then what was measured, in plain sentences."""
    playable = [one for one in _FINDERS[skill](found, artifacts) if one["start"] is not None]
    moments = _one_of_each_first(playable)
    shown = moments[: max(_MOMENTS, MOST - len(sentences))]
    said = [Evidence(start=None, end=None, kind="measure", text=text) for text in sentences]
    return [*shown, *said][:MOST]


def _one_of_each_first(moments: list[Evidence]) -> list[Evidence]:
    seen: Counter[str] = Counter()
    places = []
    for one in moments:
        places.append(seen[one["kind"]])
        seen[one["kind"]] += 1
    return [moments[at] for at in sorted(range(len(moments)), key=places.__getitem__)]


def moment(start: Any, end: Any, kind: str, text: str) -> Evidence:
    """A stretch of the recording, at least half a second long so that it can be heard."""
    if start is None:
        return Evidence(start=None, end=None, kind=kind, text=text)
    begin = max(0.0, float(start))
    until = max(float(end) if end is not None else begin, begin + 0.5)
    return Evidence(start=round(begin, 3), end=round(until, 3), kind=kind, text=text)


def _around(item: dict[str, Any], kind: str, text: str, before: float = 1.0) -> Evidence:
    """A short event with the second before it, which is what makes it audible."""
    if item.get("start") is None:
        return moment(None, None, kind, text)
    return moment(item["start"] - before, (item.get("end") or item["start"]) + 0.5, kind, text)


def _length(item: dict[str, Any]) -> float:
    return float(item["end"] or 0) - float(item["start"] or 0)


def _pace(found: Measurements, artifacts: dict[str, str]) -> list[Evidence]:
    path = artifacts.get("series.pace")
    overall = found.number("fluency.words_per_minute")
    if path is None or overall is None or not Path(path).is_file():
        return []
    series = json.loads(Path(path).read_text(encoding="utf-8"))
    values = [
        (value, series["start"] + place * series["step"])
        for place, value in enumerate(series["values"])
        if value
    ]
    if not values:
        return []
    fast, slow = max(values), min(values)
    spots = []
    for (value, at), words in ((fast, "fastest"), (slow, "slowest")):
        text = f"Your {words} ten seconds: {value:.0f} words a minute."
        spots.append(moment(at - 5, at + 5, f"{words}_pace", text))
    return spots if fast[0] - slow[0] > 20 else []


def inside_pauses(found: Measurements) -> list[dict[str, Any]]:
    """Pauses in the middle of a thought; none where the transcript marks no sentences."""
    items = found.items("fluency.pauses.items") if found.marks_sentences else []
    return [one for one in items if one.get("position") == "inside"]


def _pauses(found: Measurements, _: dict[str, str]) -> list[Evidence]:
    items = found.items("fluency.pauses.items")
    inside = sorted(inside_pauses(found), key=_length)
    longest = sorted((one for one in items if one.get("long")), key=_length)
    spots = _breathless(found, items) + [
        _around(one, "long_pause", f"A pause of {_length(one):.1f} seconds.")
        for one in reversed(longest[-2:])
    ]
    return spots + [
        _around(one, "pause_inside", "A pause in the middle of a thought.")
        for one in reversed(inside[-2:])
        if not one.get("long")
    ]


def _breathless(found: Measurements, pauses: list[dict[str, Any]]) -> list[Evidence]:
    """The longest stretch without a pause, where there are few of them: its first seconds."""
    rate, speech = found.number("fluency.pauses.per_minute"), found.items("audio.speech")
    if rate is None or rate >= FEW_PAUSES or not speech:
        return []
    length, start = _longest_without(pauses, speech)
    if length < BREATHLESS_S:
        return []
    text = f"{length:.0f} seconds without a pause."
    return [moment(start, start + min(length, SHOWN_S), "breathless", text)]


def _longest_without(
    marks: list[dict[str, Any]], speech: list[dict[str, Any]]
) -> tuple[float, float]:
    """Length and start (s) of the longest stretch between two marks, from the first to the last
    of the speech; both in order."""
    starts = [speech[0]["start"], *(one["end"] for one in marks)]
    ends = [*(one["start"] for one in marks), speech[-1]["end"]]
    return max((end - start, start) for start, end in zip(starts, ends, strict=True))


def _room(found: Measurements) -> list[Evidence]:
    """The room by itself, where the voice hardly stands out from it: the longest silence."""
    clear, speech = found.number("derived.signal_to_noise_db"), found.items("audio.speech")
    silences = [(b["start"] - a["end"], a["end"]) for a, b in pairwise(speech)]
    length, start = max(silences, default=(0.0, 0.0))
    if clear is None or clear >= NOISY_DB or length < HEARD_S:
        return []
    return [moment(start, start + min(length, MOST_ROOM_S), "room", "The room without your voice.")]


def _fluency(found: Measurements, _: dict[str, str]) -> list[Evidence]:
    spots = [
        _around(one, "filler", f"“{one['text']}”")
        for one in found.items("fluency.fillers.items")[:_MOMENTS]
    ]
    for name, words in (("repetitions", "Said twice"), ("repairs", "Started again")):
        spots += [
            _around(one, name[:-1], f"{words}: “{one['text']}”")
            for one in found.items(f"fluency.{name}.items")[:1]
        ]
    return spots


def _vocal_variety(found: Measurements, _: dict[str, str]) -> list[Evidence]:
    items = sorted(found.items("prosody.monotone.items"), key=_length, reverse=True)
    spots = [
        moment(
            one["start"], min(one["end"], one["start"] + SHOWN_S), "monotone",
            f"{_length(one):.0f} seconds on nearly one note.",
        )
        for one in items[:_MOMENTS]
    ]  # fmt: skip
    leaned = sorted(
        found.items("fluency.emphasis.items"), key=lambda one: -one.get("prominence", 0.0)
    )
    return spots + [
        _around(one, "emphasis", f"Your voice leans on “{one['text']}”.") for one in leaned[:2]
    ]


def _clarity(found: Measurements, artifacts: dict[str, str]) -> list[Evidence]:
    faded = sorted(found.items("fluency.trailing_off.items"), key=lambda one: -one["drop_db"])
    speed = found.number("derived.articulation_speed")
    hurried = [one for one in _pace(found, artifacts) if one["kind"] == "fastest_pace"]
    return [
        *_room(found),
        *_too_loud(found, artifacts),
        *(hurried if speed is not None and speed >= BRISK else []),
        *(
            moment(one.get("start"), one.get("end"), "long_sentence", "A sentence that runs long.")
            for one in found.items("fluency.long_sentences.items")[:2]
        ),
        *(
            moment(one["start"], one["end"], "trailing_off", "The end of a sentence sinks away.")
            for one in faded[:2]
        ),
    ]


def _too_loud(found: Measurements, artifacts: dict[str, str]) -> list[Evidence]:
    """The seconds in which the sound stands at its highest level most often."""
    cut, path = found.number("audio.clipping_ratio"), artifacts.get("waveform")
    if cut is None or cut < CLIPPED or path is None or not Path(path).is_file():
        return []
    wave = json.loads(Path(path).read_text(encoding="utf-8"))
    peaks = [max(-low, high) for low, high in wave["peaks"]]
    if not peaks:
        return []
    step, top = wave["duration_s"] / len(peaks), TOP * max(peaks)
    hits = [at * step for at, peak in enumerate(peaks) if peak >= top]
    _, start = max((sum(0 <= other - at < HIT_S for other in hits), -at) for at in hits)
    return [moment(-start, HIT_S - start, "clipped", "Your voice hits the microphone's limit.")]


def _presence(found: Measurements, _: dict[str, str]) -> list[Evidence]:
    spots = [*_looks_elsewhere(found), *_hands(found)]
    spots += [
        moment(one.get("start"), one.get("end"), "hand_to_face", "A hand at your face.")
        for one in found.items("body.hand_to_face.items")[:2]
    ]
    return spots + [
        moment(one.get("start"), one.get("end"), "posture", _POSTURES[one["kind"]])
        for one in sorted(found.items("body.posture.items"), key=_length, reverse=True)[:2]
    ]


def _looks_elsewhere(found: Measurements) -> list[Evidence]:
    """The longest two, where the camera is faced too seldom."""
    facing = found.number("body.facing_camera_ratio")
    if facing is None or facing >= SELDOM:
        return []
    longest = sorted(found.items("body.away.items"), key=_length, reverse=True)
    return [
        moment(one["start"], min(one["end"], one["start"] + SHOWN_S), "away",
               f"You look elsewhere for {_length(one):.0f} seconds.")
        for one in longest[:2]
    ]  # fmt: skip


def _hands(found: Measurements) -> list[Evidence]:
    """Hands that were still for long, or the seconds in which they moved most."""
    rate, speech = found.number("body.gestures.per_minute"), found.items("audio.speech")
    seen = found.number("body.gestures.hands_visible_ratio")
    if rate is None or not speech or seen is None or seen < HANDS_SEEN:
        return []
    made = found.items("body.gestures.items")
    if rate < FEW_GESTURES:
        length, start = _longest_without(made, speech)
        text = f"{length:.0f} seconds without a gesture."
        return [moment(start, start + SHOWN_S, "still_hands", text)] if length >= STILL_S else []
    if rate < MANY_GESTURES or not made:
        return []
    starts = sorted(one["start"] for one in made)
    most, start = max(
        (bisect_left(starts, at + BUSY_S) - number, at) for number, at in enumerate(starts)
    )
    text = f"{most} gestures in {BUSY_S:.0f} seconds."
    return [moment(start, start + BUSY_S, "busy_hands", text)]


def _structure(found: Measurements, _: dict[str, str]) -> list[Evidence]:
    spots = []
    for which, words in (("opening", "How you begin"), ("close", "How you end")):
        part = found.sections["content"].get(which) or {}
        if part.get("value") is not None:
            text = f"{words}: “{_short(part['text'])}”"
            spots.append(moment(part["start"], part["end"], which, text))
    spots += _unmarked(found)
    for label in ("result", "action"):
        for one in found.items("content.star.sentences"):
            if one["label"] == label:
                text = f"Your {label}: “{_short(one['text'])}”"
                spots.append(moment(one["start"], one["end"], label, text))
                break
    return spots


def _unmarked(found: Measurements) -> list[Evidence]:
    """The longest stretch that says nowhere where the talk stands, where little of it does."""
    rate = found.number("content.signposting.per_100_words")
    timed = [one for one in found.items("transcribe.sentences") if one["start"] is not None]
    if rate is None or rate >= FEW_SIGNPOSTS or not timed:
        return []
    marks = [one for one in found.items("content.signposting.items") if one["start"] is not None]
    length, start = _longest_without(marks, timed)
    if length < UNMARKED_S:
        return []
    text = f"{length:.0f} seconds without a signpost."
    return [moment(start, start + SHOWN_S, "unmarked", text)]


def _content(found: Measurements, _: dict[str, str]) -> list[Evidence]:
    spots = [
        moment(one["start"], one["end"], "job_phrase", f"You touch on “{one['phrase']}”.")
        for one in found.items("content.job_description.found")[:2]
    ]
    relevance, opening = found.number("content.relevance"), found.sections["content"].get("opening")
    if relevance is not None and relevance < _TO_THE_POINT and opening and opening.get("text"):
        text = f"How you begin: “{_short(opening['text'])}”"
        spots.insert(0, moment(opening["start"], opening["end"], "opening", text))
    items = found.items("content.specificity.items")
    for kind, words in (("numbers", "A number"), ("names", "A name"), ("vague", "A vague word")):
        spots += [
            moment(one["start"], one["end"], kind, f"{words}: “{one['text']}”.")
            for one in items
            if one["kind"] == kind
        ][:1]
    return spots


def _short(text: str, longest: int = 90) -> str:
    return text if len(text) <= longest else text[: longest - 1].rsplit(" ", 1)[0] + " …"


_FINDERS: dict[Skill, Callable[[Measurements, dict[str, str]], list[Evidence]]] = {
    "pace": _pace,
    "pauses": _pauses,
    "fluency": _fluency,
    "vocal_variety": _vocal_variety,
    "clarity": _clarity,
    "presence": _presence,
    "structure": _structure,
    "content": _content,
}
