"""What a page says of a comparison, from what was kept of it: in sentences first, with the
learner's own words as evidence. Nothing is said of the learner that was not measured."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from analysis.catalogue import entry, shown
from drills.models import Drill, PreparedQuestion
from drills.outline import Heading, crib_notes

Found = Mapping[str, Any]
CLOSE, APART = 25, 55
"""Deviation under which it went as planned, and from which quite another way: our choice."""
CLEARLY = 0.8
LONGER, SHORTER = 1.8, 0.55
FASTER, MORE_FILLERS, MORE_BY = 1.12, 1.5, 1.5
"""Shares of the practice answers' rates, and fillers a minute, from which something is said."""
LEAST_ORDER = 0.5
MOST_ADVICE = 6

WITHHELD: dict[str, str | Promise] = {
    "transcript_uncertain": gettext_lazy(
        "The words were not heard clearly enough to say which points you made. Attach or correct "
        "the transcript, and it is compared again."
    ),
    "too_few_points": gettext_lazy(
        "Too few points were planned to tell how far it went another way. Note points, or answer "
        "the questions in practice, then compare again."
    ),
    "nothing_matched": gettext_lazy(
        "None of the questions heard is one you prepared. If one is, say which below."
    ),
    "nothing_spoken": gettext_lazy(
        "You practised no answer aloud, so there is nothing to compare."
    ),
    "two_voices": gettext_lazy(
        "Both voices are in this recording and were not told apart: its pitch is not yours alone."
    ),
    "too_little": gettext_lazy("There is too little speech to measure this in both."),
}
REASONS: dict[str, str | Promise] = {
    "form": gettext_lazy("put as a question"),
    "prompt": gettext_lazy("asks you to tell"),
    "rise": gettext_lazy("the voice rises at its end"),
    "near": gettext_lazy("near a prepared question or one often asked"),
    "you": gettext_lazy("speaks to you"),
    "answered": gettext_lazy("a longer answer follows"),
    "pause": gettext_lazy("after a pause"),
    "speaker": gettext_lazy("whose voice it is"),
    "you_said": gettext_lazy("you said so"),
    "invites": gettext_lazy("invites you to ask"),
    "after_invitation": gettext_lazy("after you were invited to ask"),
    "remark": gettext_lazy("a short remark"),
    "greeting": gettext_lazy("before the first question"),
}
SIDES: dict[str, str | Promise] = {
    "question": gettext_lazy("Question"),
    "interviewer": gettext_lazy("Interviewer"),
    "mine": gettext_lazy("You"),
}


@dataclass(frozen=True)
class Quote:
    text: str
    start: float | None = None
    end: float | None = None


@dataclass(frozen=True)
class Point:
    text: str
    state: str
    said: str
    """How sure it is, in words."""
    quote: Quote | None = None


@dataclass(frozen=True)
class AskedOne:
    """A question as it was put. `place` is its number in the result."""

    place: int
    text: str
    sentence: int
    quote: Quote
    prepared: str
    """The prepared question's id; empty for none."""
    by_learner: bool
    answer: list[Quote]


@dataclass(frozen=True)
class Row:
    """A prepared question that was asked: planned beside said."""

    text: str
    question: PreparedQuestion | None
    asked: list[AskedOne]
    points: list[Point]
    new: list[Quote]
    outline: list[Heading]
    deviation: float | None
    parts: list[str]
    withheld: str


@dataclass(frozen=True)
class Unexpected:
    asked: AskedOne
    followed: list[AskedOne] = field(default_factory=list)


@dataclass(frozen=True)
class Advice:
    """What to do next time: `question` is the prepared one to practise, `skill` what to drill."""

    text: str
    quote: Quote | None = None
    question: PreparedQuestion | None = None
    skill: Drill.Skill | None = None


@dataclass(frozen=True)
class Told:
    """Everything the page shows."""

    headline: str
    deviation: float | None
    parts: list[str]
    withheld: str
    rows: list[Row]
    unexpected: list[Unexpected]
    not_asked: list[str]
    delivery: list[dict[str, str]]
    unpractised: str
    """Why there is nothing of practice beside the interview's delivery."""
    advice: list[Advice]


def told_of(result: Found, prepared: Iterable[PreparedQuestion]) -> Told:
    known = {str(one.pk): one for one in prepared}
    asked = [_asked(place, one, result) for place, one in enumerate(result["asked"])]
    rows = [_row(one, asked, result, known) for one in result["questions"]]
    placed = {one.place for row in rows for one in row.asked}
    follows = [one["follows"] for one in result["asked"]]
    unexpected = [
        Unexpected(one, [other for other in asked if follows[other.place] == one.place])
        for one in asked
        if one.place not in placed and follows[one.place] is None
    ]
    overall = result["overall"]
    not_asked = [
        known[one].text if one in known else result["texts"].get(one, "")
        for one in result["not_asked"]
    ]
    return Told(
        headline=_headline(result, rows, unexpected),
        deviation=overall["deviation"],
        parts=_parts(overall),
        withheld=str(WITHHELD[overall["withheld"]]) if overall["withheld"] else "",
        rows=rows,
        unexpected=unexpected,
        not_asked=not_asked,
        delivery=[_delivery(one) for one in result["delivery"]],
        unpractised=str(WITHHELD["nothing_spoken"])
        if any(one["withheld"] == "nothing_spoken" for one in result["delivery"])
        else "",
        advice=_advice(result, rows, unexpected, not_asked),
    )


def _quote(result: Found, place: int) -> Quote:
    one = result["sentences"][place]
    return Quote(one["text"], one["start"], one["end"])


def _asked(place: int, one: Found, result: Found) -> AskedOne:
    return AskedOne(
        place=place,
        text=one["text"],
        sentence=one["asking"][0],
        quote=Quote(one["text"], one["start"], one["end"]),
        prepared=one["prepared"] or "",
        by_learner=one["by_learner"],
        answer=[_quote(result, n) for n in one["answer"]],
    )


def _row(
    one: Found, asked: Sequence[AskedOne], result: Found, known: Mapping[str, PreparedQuestion]
) -> Row:
    question = known.get(one["prepared"])
    return Row(
        text=question.text if question else result["texts"].get(one["prepared"], ""),
        question=question,
        asked=[asked[n] for n in one["asked"]],
        points=[_point(point, result) for point in one["points"]],
        new=[_quote(result, n) for n in one["new"]],
        outline=crib_notes(question) if question else [],
        deviation=one["deviation"],
        parts=_parts({**one, "points": len(one["points"])}),
        withheld=str(WITHHELD[one["withheld"]]) if one["withheld"] else "",
    )


def _point(point: Found, result: Found) -> Point:
    sure, state = point["sure"], point["state"]
    if state == "kept":
        said = _("Said, clearly") if sure >= CLEARLY else _("Said, probably")
    else:
        said = _("Perhaps said") if state == "unclear" else _("Not heard")
    quote = None if point["evidence"] is None else _quote(result, point["evidence"])
    return Point(point["text"], state, said, quote)


def _parts(one: Found) -> list[str]:
    """The parts of the deviation, visible beside it."""
    told = []
    if one["kept"] is not None:
        share = round(100 * one["kept"])
        told.append(
            ngettext(
                "%(share)d %% of %(n)d planned point", "%(share)d %% of %(n)d planned points",
                one["points"],
            ) % {"share": share, "n": one["points"]}
        )  # fmt: skip
    if one["order"] is not None:
        told.append(_("%(share)d %% in the planned order") % {"share": round(100 * one["order"])})
    if one["length_ratio"] is not None:
        told.append(_("%(n)s times as long as in practice") % {"n": f"{one['length_ratio']:.1f}"})
    return told


def _headline(result: Found, rows: Sequence[Row], unexpected: Sequence[Unexpected]) -> str:
    came = ngettext(
        "%(n)d of your prepared questions was asked", "%(n)d of your prepared questions were asked",
        len(rows),
    ) % {"n": len(rows)}  # fmt: skip
    other = ngettext("%(n)d other came.", "%(n)d others came.", len(unexpected)) % {
        "n": len(unexpected)
    }
    if not unexpected:
        other = _("nothing else came.")
    first = _("%(came)s; %(other)s") % {"came": came, "other": other}
    value = result["overall"]["deviation"]
    if value is None:
        return first
    if value < CLOSE:
        went = _("What you said was close to what you had planned.")
    elif value < APART:
        went = _("You kept part of your plan and told the rest another way.")
    else:
        went = _("It went quite another way than planned.")
    return f"{went} {first}"


LABELS: dict[str, str | Promise] = {
    "pauses_per_minute": gettext_lazy("Pauses"),
    "answer_s": gettext_lazy("Length of an answer"),
}


def _delivery(one: Found) -> dict[str, str]:
    about = entry(one["measure"])
    return {
        "label": str(about.label if about else LABELS[one["measure"]]),
        "practised": _figure(one["measure"], one["practised"]),
        "actual": _figure(one["measure"], one["actual"]),
        "withheld": str(WITHHELD[one["withheld"]])
        if one["withheld"] not in {None, "nothing_spoken"}
        else "",
    }


def _figure(measure: str, value: float | None) -> str:
    if value is None:
        return "–"
    if measure == "answer_s":
        minutes, rest = divmod(round(value), 60)
        return _("%(time)s min") % {"time": f"{minutes}:{rest:02}"}
    if measure == "pauses_per_minute":
        return _("%(n)s a minute") % {"n": f"{value:.1f}"}
    return shown(measure, value)


def _advice(
    result: Found,
    rows: Sequence[Row],
    unexpected: Sequence[Unexpected],
    not_asked: Sequence[str],
) -> list[Advice]:
    """What to do next time, what went well first; each from something found."""
    told: list[Advice] = []
    well = [row for row in rows if any(point.state == "kept" for point in row.points)]
    if well:
        best = max(well, key=lambda row: sum(point.state == "kept" for point in row.points))
        kept = [point for point in best.points if point.state == "kept"]
        text = ngettext(
            "Keep it up: on “%(question)s” you made %(n)d of your planned points.",
            "Keep it up: on “%(question)s” you made %(n)d of your planned points.",
            len(kept),
        )
        said = text % {"question": best.text, "n": len(kept)}
        told.append(Advice(said, kept[0].quote))
    left = [(row, [p for p in row.points if p.state == "missed"]) for row in rows]
    for row, missed in sorted(left, key=lambda one: -len(one[1]))[:2]:
        if missed:
            text = _("Say “%(point)s” early when they ask “%(question)s”: it was not heard.")
            said = text % {"point": missed[0].text, "question": row.text}
            told.append(Advice(said, question=row.question))
    if unexpected:
        text = _("Prepare “%(question)s” too: it was asked, and it may be again.")
        first = unexpected[0].asked
        told.append(Advice(text % {"question": first.text}, first.quote))
    told += [*_of_shape(result["overall"]), *_of_delivery(result)]
    if new := next((row for row in rows if row.new), None):
        text = _("Note what came to you on “%(question)s” as a point, if it served you.")
        told.append(Advice(text % {"question": new.text}, new.new[0], new.question))
    if not_asked and not told:
        told.append(Advice(_("Keep the questions that were not asked ready; they stay prepared.")))
    return told[:MOST_ADVICE]


def _of_shape(overall: Found) -> list[Advice]:
    told = []
    if (order := overall["order"]) is not None and order < LEAST_ORDER:
        text = _("Decide which point comes first: you told them in another order than noted.")
        told.append(Advice(text, skill=Drill.Skill.STRUCTURE))
    if (ratio := overall["length_ratio"]) is not None:
        if ratio >= LONGER:
            text = _("Practise with a clock: your answers took %(n)s times as long as in practice.")
            told.append(Advice(text % {"n": f"{ratio:.1f}"}, skill=Drill.Skill.CONCISENESS))
        elif ratio <= SHORTER:
            text = _("Take your time: your answers were %(n)s times as long as in practice.")
            told.append(Advice(text % {"n": f"{ratio:.1f}"}, skill=Drill.Skill.STORYTELLING))
    return told


def _of_delivery(result: Found) -> list[Advice]:
    both = {
        one["measure"]: (one["practised"], one["actual"])
        for one in result["delivery"]
        if one["practised"] is not None and one["actual"] is not None
    }
    told = []
    practised, actual = both.get("fluency.words_per_minute", (0, 0))
    if practised and actual >= FASTER * practised:
        text = _(
            "Breathe before you begin: you spoke at %(actual)d words a minute, in practice at "
            "%(practised)d."
        )
        said = text % {"actual": actual, "practised": practised}
        told.append(Advice(said, skill=Drill.Skill.PACE))
    practised, actual = both.get("fluency.fillers.per_minute", (0, 0))
    if actual >= MORE_FILLERS * practised and actual - practised >= MORE_BY:
        text = _(
            "Pause where a filler wants in: there were %(actual)s a minute, in practice "
            "%(practised)s."
        )
        said = text % {"actual": f"{actual:.1f}", "practised": f"{practised:.1f}"}
        told.append(Advice(said, skill=Drill.Skill.FILLERS))
    return told
