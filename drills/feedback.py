"""What an analysis says of one answer: kept as measured values, said in sentences.

`feedback_of` reads a result document once, when it is there; everything a page says is worked out
from what that kept, so that wording can change without a new analysis.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analysis.catalogue import entry, sentence, shown, value_at

VERSION = 1
CONTENT = (
    "content.relevance",
    "content.star.completeness",
    "content.specificity.value",
    "content.ownership.value",
    "content.confidence.value",
    "content.job_description.coverage",
)
DELIVERY = (
    "fluency.words_per_minute",
    "fluency.fillers.per_minute",
    "fluency.pauses.at_boundary_ratio",
    "prosody.pitch.range_semitones",
)
COMPARED = ("content.relevance", "content.star.completeness", "content.specificity.value")
SPOKEN_WPM = 140
"""Words a minute by which the length of a written answer is told: a comfortable rate."""
SHORT_S, LONG_S = 45, 150
"""Our choice: most advice asks for one to two minutes."""
STORY = ("situation", "task", "action", "result")


def feedback_of(document: Mapping[str, Any]) -> dict[str, Any]:
    """The measured values of an answer's document, with what made them."""
    content = document["content"]
    answer: dict[str, Any] = next(iter(content["answers"]), {})
    stage: dict[str, Any] = next(
        (one for one in document["stages"] if one["name"] == "content"), {}
    )
    measures = {path: value_at(document, path) for path in (*CONTENT, *DELIVERY)}
    return {
        "version": VERSION,
        "engine": stage.get("engine"),
        "model": stage.get("model"),
        "run": document["session"]["run"]["id"],
        "words": content.get("words") or 0,
        "spoken_s": document["media"]["duration_s"],
        "measures": {path: value for path, value in measures.items() if value is not None},
        "expects_story": (answer.get("star") or {}).get("expected", False),
        "sentences": [
            {"text": piece["text"], "label": piece["label"]}
            for one in content["star"]["sentences"]
            for piece in one.get("clauses") or [one]
        ],
        "message": [one["text"] for one in content.get("summary") or []],
        "concrete": _texts(content, "numbers", "names"),
        "vague": _texts(content, "vague"),
        "covered": [one["phrase"] for one in _described(content, "found")],
        "withheld": list(
            dict.fromkeys(
                one["message"]
                for one in document["withheld"]
                if one["path"] in ("/content/relevance", "/content/star/completeness")
                and one["code"] != "no_story"
            )
        ),
    }


def _texts(content: Mapping[str, Any], *kinds: str) -> list[str]:
    items = (content.get("specificity") or {}).get("items") or []
    return list(dict.fromkeys(one["text"] for one in items if one["kind"] in kinds))


def _described(content: Mapping[str, Any], which: str) -> list[Any]:
    return (content.get("job_description") or {}).get(which) or []


@dataclass(frozen=True)
class Remark:
    """One thing said of an answer."""

    label: str
    text: str
    figure: str = ""
    what: str = ""
    """What the measure is, for who asks."""


def remarks(kept: Mapping[str, Any]) -> list[Remark]:
    """Structure, relevance, specificity, length, the job's own words; delivery where it was
    spoken."""
    found = [_length(kept)]
    story = kept["expects_story"] or "content.star.completeness" in kept["measures"]
    for path in (*CONTENT, *DELIVERY):
        value = kept["measures"].get(path)
        about = entry(path)
        if value is None or about is None or (path == CONTENT[1] and not story):
            continue
        text = sentence(path, value)
        if path == "content.specificity.value" and kept["vague"]:
            text = f"{text} {_('Vague words: %(words)s.') % {'words': _few(kept['vague'])}}"
        if path == "content.job_description.coverage" and kept["covered"]:
            text = f"{text} {_('You touched: %(words)s.') % {'words': _few(kept['covered'])}}"
        found.append(Remark(str(about.label), text, shown(path, value), str(about.what)))
    return found


def _few(texts: list[str]) -> str:
    return ", ".join(f"“{one}”" for one in texts[:4])


def length_s(kept: Mapping[str, Any]) -> float:
    """How long it took, or would take to say."""
    return float(kept["spoken_s"] or 60 * kept["words"] / SPOKEN_WPM)


def _length(kept: Mapping[str, Any]) -> Remark:
    seconds = length_s(kept)
    if seconds < SHORT_S:
        text = _("Short: one to two minutes leave room for what you did and what came of it.")
    elif seconds > LONG_S:
        text = _("Long: after two minutes listeners wait for the end. Cut what is set-up.")
    else:
        text = _("A good length for an answer.")
    minutes, rest = divmod(round(seconds), 60)
    figure = f"{minutes}:{rest:02}"
    if not kept["spoken_s"]:
        figure = _("about %(time)s when spoken") % {"time": figure}
    what = _("%(n)d words. Most advice asks for one to two minutes.") % {"n": kept["words"]}
    return Remark(_("Length"), text, figure, what)


MISSING: dict[str, str | Promise] = {
    "situation": gettext_lazy("Not said: where and when this was, in one sentence."),
    "task": gettext_lazy("Not said: what was asked of you, or what you set out to do."),
    "action": gettext_lazy("Not said: what you did yourself, step by step."),
    "result": gettext_lazy("Not said: what came of it, if you can with a figure."),
    "point": gettext_lazy("Not said: your answer in one sentence."),
    "support": gettext_lazy("Not said: an example, a figure or a name that backs it."),
}
TITLES: dict[str, str | Promise] = {
    "situation": gettext_lazy("Situation"),
    "task": gettext_lazy("Task"),
    "action": gettext_lazy("Action"),
    "result": gettext_lazy("Result"),
    "point": gettext_lazy("Your point"),
    "support": gettext_lazy("What backs it"),
    "rest": gettext_lazy("Cut, or say what it is for"),
}
