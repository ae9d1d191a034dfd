"""What the result page shows, worked out from the result document alone: no query, no request."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, ngettext

from analysis.captions import captions_said
from analysis.coach.site import COACHING
from analysis.reading import ReadSentence, read_transcript
from analysis.timeline import Lane, Mark, Tick, lane, marks, ticks, waveform_path
from workers.engines.types import COUNTED, SKILLS, Evidence, Series, Span

STRONG, STEADY = 75, 55
"""Scores from which a skill is said to be strong, or steady."""
STRONG_PART = 90
"""Score of a measure from which the advice stretches rather than corrects."""
SURE, FAIRLY_SURE, LEAST_SURE = 0.75, 0.5, 0.35
"""Reliabilities from which a score is sure, fairly so, or good enough to draw a conclusion from."""
_LANES: tuple[tuple[str, str, Promise, str, float], ...] = (
    ("series.pace", "", gettext_lazy("Pace"), "pace", 1),
    ("series.pitch", "", gettext_lazy("Pitch"), "vocal_variety", 1),
    ("series.loudness", "", gettext_lazy("Loudness"), "clarity", 1),
    ("series.body", "facing", gettext_lazy("Facing the camera"), "presence", 1),
    ("series.body", "tilt", gettext_lazy("Shoulder tilt"), "presence", 1),
    ("series.body", "gesture_energy", gettext_lazy("Hand movement"), "presence", 1),
)
"""Artifact, series inside it, label, the skill whose colour it wears, scale."""
_ENDS = (("uptalk", gettext_noop("rises")), ("trailing_off", gettext_noop("fades")))


@dataclass(frozen=True)
class SkillRow:
    key: str
    value: float | None
    weight: float
    reliability: float | None
    evidence: list[Evidence]
    verdict: str
    why_missing: str

    @property
    def moments(self) -> list[Evidence]:
        """What can be played; the measures below say the rest."""
        return [one for one in self.evidence if one["start"] is not None]

    @property
    def is_guess(self) -> bool:
        """Too unsure to be called a strength, or to be held against earlier ones."""
        return self.reliability is not None and self.reliability < LEAST_SURE

    @property
    def sureness(self) -> str:
        """How far the score can be trusted, in words; nothing where there is none."""
        if self.reliability is None:
            return ""
        if self.reliability >= SURE:
            return _("Measured with confidence.")
        if self.reliability >= FAIRLY_SURE:
            return _("Fairly sure: more speech or a clearer recording makes it surer.")
        if self.reliability < COUNTED:
            return _(
                "Shown, and left out of the overall score: too little of it could be made out."
            )
        if self.is_guess:
            return _("Hardly more than a guess: too little of it could be made out.")
        return _("A first indication: there was little to measure, or it was hard to make out.")


@dataclass(frozen=True)
class Track:
    """Moments of one kind as a row of marks."""

    kind: str
    label: str
    marks: list[Mark]


@dataclass(frozen=True)
class Timeline:
    duration_s: float
    lanes: list[Lane]
    moments: list[Mark]
    """Those worth hearing again, each with its reason; `kind` is best or instructive."""
    slides: list[Mark]
    tracks: list[Track]
    ticks: list[Tick]
    waveform: str
    outside: list[Mark]
    """What was trimmed away, at either end."""


@dataclass(frozen=True)
class Missing:
    """One reason, and everything it keeps from being measured."""

    message: str
    code: str
    paths: list[str]


@dataclass(frozen=True)
class NextStep:
    """A recommendation: what to do, why, and which score and measure it comes from."""

    skill: str
    title: str
    why: str
    because: str
    drill: str
    """Name of the drill that trains it; empty for an older result."""
    code: str
    """What it is about, by which its recommendation is found; empty for an older result."""
    moments: list[Evidence]


@dataclass(frozen=True)
class Workspace:
    overall: float | None
    headline: str
    basis: list[str]
    skills: list[SkillRow]
    sentences: list[ReadSentence]
    timeline: Timeline
    missing: list[Missing]
    steps: list[NextStep]
    captions: str
    """What is to be said of the live captions, if anything."""


def build_workspace(
    document: Mapping[str, Any],
    *,
    series: Mapping[str, Any],
    waveform: Mapping[str, Any] | None,
) -> Workspace:
    """`series` holds the JSON of the `series.*` artifacts by kind, `waveform` that of its own."""
    skills = _skills(document)
    overall = document["scores"]["overall"]
    return Workspace(
        overall=overall["value"],
        headline=headline(overall["value"], skills),
        basis=list(overall["basis"] or []),
        skills=skills,
        sentences=read_transcript(dict(document)),
        timeline=_timeline(document, series, waveform),
        missing=missing(one for one in document["withheld"] if one["path"] != COACHING),
        steps=[_step(item, document["scores"]) for item in document["recommendations"]],
        captions=captions_said(document),
    )


def _step(item: Mapping[str, Any], scores: Mapping[str, Any]) -> NextStep:
    return NextStep(
        skill=item["skill"],
        title=item["title"],
        why=item["why"],
        because=_because(item, scores[item["skill"]]),
        drill=item.get("drill") or "",
        code=item.get("code") or "",
        moments=[one for one in item["evidence"] or [] if one["start"] is not None],
    )


def _because(item: Mapping[str, Any], score: Mapping[str, Any]) -> str:
    """Which score asks for it, and what costs that score most; empty for an older result."""
    from config.templatetags.ui import skill_name

    parts = [one for one in score.get("parts") or [] if one["measure"] == item.get("measure")]
    if score["value"] is None or not parts:
        return ""
    params = {
        "skill": skill_name(item["skill"]),
        "value": round(score["value"]),
        "measure": parts[0]["label"].lower(),
    }
    if min(one["score"] for one in parts) >= STRONG_PART:
        return (
            _("%(skill)s scored %(value)s: nothing in it is weak, so this goes further.") % params
        )
    return _("%(skill)s scored %(value)s, and %(measure)s cost it most.") % params


def headline(overall: float | None, skills: Iterable[SkillRow]) -> str:
    """One sentence: what is strongest, and what is worth the next practice."""
    from config.templatetags.ui import skill_name

    measured = sorted(
        (row for row in skills if row.value is not None), key=lambda row: -(row.value or 0)
    )
    if not measured:
        return _("There was too little to score, and the list below says why.")
    if overall is None:
        return ngettext(
            "%(best)s could be scored; an overall score needs more.",
            "%(count)s skills could be scored; together they say too little for an overall score.",
            len(measured),
        ) % {"best": skill_name(measured[0].key), "count": len(measured)}
    measured = [row for row in measured if not row.is_guess]
    if len(measured) < 2:
        return _("A first indication: too little could be made out to say what leads.")
    best, weakest = measured[0], measured[-1]
    lower = {"best": skill_name(best.key).lower(), "weakest": skill_name(weakest.key).lower()}
    if (weakest.value or 0) >= STRONG:
        return _("Everything measured is strong. What leads: %(best)s.") % lower
    return _("What carries this practice: %(best)s. Where the next one pays: %(weakest)s.") % lower


def missing(withheld: Iterable[Mapping[str, str]]) -> list[Missing]:
    """Withheld entries gathered by reason, the widest reason first."""
    grouped: dict[tuple[str, str], list[str]] = defaultdict(list)
    for entry in withheld:
        grouped[entry["message"], entry["code"]].append(entry["path"])
    return sorted(
        (Missing(message, code, paths) for (message, code), paths in grouped.items()),
        key=lambda found: -len(found.paths),
    )


def _skills(document: Mapping[str, Any]) -> list[SkillRow]:
    reasons = {entry["path"]: entry["message"] for entry in document["withheld"]}
    rows = []
    for key in SKILLS:
        score = document["scores"][key]
        rows.append(
            SkillRow(
                key=key,
                value=score["value"],
                weight=score["weight"],
                reliability=score["reliability"],
                evidence=score["evidence"] or [],
                verdict=_verdict(score["value"]),
                why_missing=reasons.get(f"/scores/{key}/value", ""),
            )
        )
    return rows


def _verdict(value: float | None) -> str:
    if value is None:
        return ""
    if value >= STRONG:
        return _("strong")
    return _("steady") if value >= STEADY else _("worth practising")


def _timeline(
    document: Mapping[str, Any], series: Mapping[str, Any], waveform: Mapping[str, Any] | None
) -> Timeline:
    duration_s = float(document["media"]["duration_s"] or 0)
    lanes = []
    for artifact, name, label, skill, scale in _LANES:
        found: Series | None = series.get(artifact)
        if name:
            found = (series.get(artifact) or {}).get(name)
        drawn = found and lane(name or artifact, str(label), skill, found, duration_s, scale=scale)
        if drawn:
            lanes.append(drawn)
    return Timeline(
        duration_s=duration_s,
        lanes=lanes,
        moments=_moments(document, duration_s),
        slides=_slides(document, duration_s),
        tracks=_tracks(document, duration_s),
        ticks=ticks(duration_s),
        waveform=waveform_path(waveform["peaks"]) if waveform else "",
        outside=_outside(document["media"].get("trim"), duration_s),
    )


def _outside(trim: Span | None, duration_s: float) -> list[Mark]:
    if trim is None:
        return []
    ends = ((0.0, trim["start"]), (trim["end"], duration_s))
    cut = [{"start": start, "end": end} for start, end in ends if end > start]
    return marks(cut, "outside", duration_s)


def _moments(document: Mapping[str, Any], duration_s: float) -> list[Mark]:
    kinds = {"best": _("A best moment"), "instructive": _("One to learn from")}
    return [
        replace(mark, number=number)
        for number, one in enumerate(document["highlights"], start=1)
        for mark in marks(
            [one], one["kind"], duration_s, label=f"{kinds[one['kind']]}: {one['why']}"
        )
    ]


def _slides(document: Mapping[str, Any], duration_s: float) -> list[Mark]:
    return [
        replace(mark, number=one["number"])
        for one in document["session"].get("slides") or []
        for mark in marks([one], "slide", duration_s, label=_("Slide %(n)s") % {"n": one["number"]})
    ]


def _tracks(document: Mapping[str, Any], duration_s: float) -> list[Track]:
    fluency, prosody, body = document["fluency"], document["prosody"], document["body"]
    ends = [
        {**item, "text": _(text)}
        for section, text in _ENDS
        for item in (fluency.get(section) or {}).get("items") or []
    ]
    found = (
        ("pause", _("Pauses"), (fluency.get("pauses") or {}).get("items")),
        ("filler", _("Fillers"), (fluency.get("fillers") or {}).get("items")),
        ("emphasis", _("Emphasis"), (fluency.get("emphasis") or {}).get("items")),
        ("ending", _("Sentence ends"), ends),
        ("monotone", _("On one note"), (prosody.get("monotone") or {}).get("items")),
        ("gesture", _("Gestures"), (body.get("gestures") or {}).get("items")),
        ("posture", _("Posture lost"), (body.get("posture") or {}).get("items")),
        ("hand_to_face", _("Hand at the face"), (body.get("hand_to_face") or {}).get("items")),
        ("away", _("Turned away"), (body.get("away") or {}).get("items")),
    )
    return [
        Track(kind, label, drawn)
        for kind, label, items in found
        if (drawn := marks(items or [], kind, duration_s))
    ]
