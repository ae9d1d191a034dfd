"""Attempts at drills: begun as a session of their own, judged when its analysis has a result."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analysis.catalogue import value_at
from analysis.document import Document, build
from analysis.models import AnalysisRun
from analysis.selectors.player import series_of
from analysis.withholding import gate_is_closed, pointer
from coaching.accounts.models import User
from drills.marks import MELODY_MATCH, beyond, points
from drills.melody import imitation, phrases_of
from drills.models import Attempt, Drill
from drills.reading import MEASURED, aligned
from sessions.models import Session
from sessions.services import create_session

ENOUGH = 0.5
"""Share of a drill's length that has to be spoken to be judged."""
_TALK = {
    Drill.Kind.STAR: Session.Kind.INTERVIEW,
    Drill.Kind.HEADLINE: Session.Kind.INTERVIEW,
    Drill.Kind.PITCH: Session.Kind.PITCH,
}
"""The kind of talk a drill's recording is judged as; others are free talk."""
PITCH = "series.pitch"
_POSTING = "content.job_description.coverage"


@transaction.atomic
def begin_attempt(*, owner: User, drill: Drill) -> Attempt:
    """A draft to record for `drill`; one that was begun and not recorded is taken up again.

    Raises ValidationError where the drill is no longer offered.
    """
    if not Drill.objects.filter(pk=drill.pk, is_active=True).exists():
        raise ValidationError(_("This drill is no longer offered."))
    User.objects.select_for_update(no_key=True).get(pk=owner.pk)  # pressed twice makes one
    begun = Attempt.objects.filter(
        owner=owner, drill=drill, version=drill.version, session__deleted_at=None,
        session__state=Session.State.DRAFT, session__recordings=None, session__uploads=None,
    ).first()  # fmt: skip
    if begun is not None:
        return begun
    session = create_session(
        owner=owner,
        kind=_TALK.get(Drill.Kind(drill.kind), Session.Kind.FREE),
        title=drill.title,
        question=drill.prompt,
        notes=drill.text,
        job_description=drill.text if drill.metric == _POSTING else "",
        is_drill=True,
        is_listed=False,
    )
    return Attempt.objects.create(
        session=session, owner=owner, drill=drill, version=drill.version, **_mark(drill)
    )


def judge(run: AnalysisRun) -> Attempt | None:
    """Hold the result that the session of an attempt shows against the drill's mark.

    Another analysis of the recording judges it anew. None for a session of no drill.
    """
    found = Attempt.objects.select_related("drill").filter(session=run.session_id).first()
    if found is None:
        return None
    drill, document = found.drill, build(run)
    verdict: dict[str, Any] = {
        "value": None, "passed": None, "score": None, "why": "", "version": drill.version,
        "reading": _reading(drill, document), "imitated": None, **_mark(drill),
    }  # fmt: skip
    if why := _too_little(drill, document):
        value = None
    elif drill.metric == MELODY_MATCH:
        value, why, verdict["imitated"] = _imitated(drill, run, document)
    else:
        value, why = value_at(document, drill.metric), _withheld(document, drill.metric)
    if value is None:
        verdict |= {"state": Attempt.State.UNJUDGED, "why": why}
    else:
        verdict |= {
            "state": Attempt.State.JUDGED,
            "value": value,
            "passed": beyond(value, drill.low, drill.high) == 0,
            "score": points(value, drill.low, drill.high, drill.falloff),
        }
    for name, one in verdict.items():
        setattr(found, name, one)
    found.save(update_fields=list(verdict))
    return found


def _mark(drill: Drill) -> dict[str, Any]:
    return {"metric": drill.metric, "low": drill.low, "high": drill.high}


def _reading(drill: Drill, document: Document) -> list[Any] | None:
    """None where nothing is read, or the words were not heard surely enough to say so."""
    words = _sure_words(document)
    if not drill.is_read_aloud or not words:
        return None
    timed = document["transcript"]["timing"] in MEASURED
    return [list(token) for token in aligned(drill.text, words, timed=timed)]


def _sure_words(document: Document) -> list[dict[str, Any]]:
    """Those of the transcript; none where they were not heard surely."""
    transcript = document["transcript"]
    return [] if gate_is_closed(transcript) else transcript["words"] or []


def _imitated(
    drill: Drill, run: AnalysisRun, document: Document
) -> tuple[float | None, str, dict[str, Any] | None]:
    """The match with the drill's melody, why there is none, and what the page draws."""
    track = series_of(run, PITCH).get(PITCH)
    if track is None:
        return None, _withheld(document, "prosody.pitch.median_hz"), None
    timed = document["transcript"]["timing"] in MEASURED
    words = _sure_words(document) if timed else []
    found = imitation(phrases_of(drill.melody), track, words or None)
    if isinstance(found, str):
        return None, found, None
    return found.match, "", asdict(found) | {"model": drill.melody}


def _too_little(drill: Drill, document: Document) -> str:
    """Why there is too little speech to judge; empty where there is enough."""
    if document["media"]["kind"] == "text":
        return _("A drill is spoken. Record it.")
    sound = document["media"]["sound"] or {}
    spoken = value_at(document, "fluency.speaking_s") or sound.get("speech_s") or 0.0
    least = ENOUGH * drill.seconds
    if spoken < 1:
        return _("No speech was heard. Check the microphone, then record once more.")
    if spoken >= least:
        return ""
    told = ngettext(
        "You spoke for %(n)d second; this drill needs at least %(least)d.",
        "You spoke for %(n)d seconds; this drill needs at least %(least)d.",
        int(spoken),
    )
    return told % {"n": int(spoken), "least": round(least)}


def _withheld(document: Document, metric: str) -> str:
    """What the document says about why the measure is null, else about its section."""
    path = pointer(*metric.split("."))
    given = {entry["path"]: entry["message"] for entry in document["withheld"]}
    if path in given:
        return given[path]
    section = pointer(metric.split(".")[0]) + "/"
    return next(
        (message for where, message in given.items() if where.startswith(section)),
        _("This could not be measured in this recording."),
    )
