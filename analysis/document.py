"""The result document `rostrum.analysis/1`: what one run found, as one JSON object.

API, export, report, page and command line all read this one. A stage's result *is* its section;
this module gives each section its agreed shape where a stage found nothing, and a reason for each
null. docs/result-document.md explains it, schema.json checks it.
"""

from __future__ import annotations

import copy
import json
import logging
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from analysis.coach.site import COACHING, FAILED, OFF, REASONS, the_site
from analysis.graph import PROFILES, STAGES
from analysis.models import AnalysisRun, StageRun
from analysis.slides import slides
from analysis.withholding import Reason, agree, close_gate, gate_is_closed, is_gated, keys_of
from sessions.models import Part, Session
from workers.engines.types import OWN_VOICE, SKILLS, Span, Withheld, voice_of

log = logging.getLogger(__name__)
Document = dict[str, Any]
VERSION = "rostrum.analysis/1"
UNCERTAIN = "transcript_uncertain"
_DONE = StageRun.State.DONE
_SCHEMA = Path(__file__).with_name("schema.json")

_EMPTY: dict[str, dict[str, Any]] = {
    "media": {
        "kind": None,
        "duration_s": None,
        "warnings": [],
        "sound": {"speech_s": None, "silence_s": None, "signal_to_noise_db": None},
    },
    "transcript": {
        "engine": None,
        "model": None,
        "language": None,
        "text": None,
        "reliability": None,
        "timing": "none",
        "words": [],
        "speakers": [],
        "sentences": [],
    },
    "fluency": {
        "words_per_minute": None,
        "articulation_rate_syllables_per_s": None,
        "fillers": {"count": None, "per_minute": None, "items": []},
        "pauses": {"count": None, "items": []},
    },
    "prosody": {
        "pitch": {"median_hz": None, "range_semitones": None},
        "loudness": {"integrated_lufs": None},
    },
    "body": {
        "frames_analysed": None,
        "face_visible_ratio": None,
        "facing_camera_ratio": None,
        "posture": {"score": None},
        "gestures": {"per_minute": None},
    },
    "content": {
        "star": {"sentences": []},
        "answers": [],
        "relevance": None,
        "sentiment": {"label": None, "value": None},
    },
    "scores": {
        "overall": {"value": None, "basis": [], "version": None},
        **{
            skill: {"value": None, "weight": 0.0, "reliability": None, "evidence": []}
            for skill in SKILLS
        },
    },
}
"""The agreed leaves of each section, as they stand where nothing was measured."""

_STAGE_OF = {stage.section: name for name, stage in STAGES.items() if stage.section}


@cache
def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of the document."""
    return dict(json.loads(_SCHEMA.read_text()))


def build(run: AnalysisRun) -> Document:
    """The result document of `run`, at any moment of its life.

    Asks the database for the stages, the session with its parts and the transcript's version,
    and for nothing that is fetched already.
    """
    return compose(run, run.stages.all(), run.session.parts.all())


def compose(run: AnalysisRun, stage_runs: Iterable[StageRun], parts: Iterable[Part]) -> Document:
    """`build` from rows at hand."""
    stages = {stage.name: stage for stage in stage_runs}
    document: Document = {"schema": VERSION, "session": _session(run, parts)}
    found = {name: _result(stages, name) for name in STAGES}
    found["prosody"] = voice_of(found)
    for section, empty in _EMPTY.items():
        document[section] = _shaped(empty, found[_STAGE_OF[section]])
    document["fluency"].pop(OWN_VOICE, None)
    if sound := _result(stages, "audio"):
        document["media"]["sound"] = _shaped(_EMPTY["media"]["sound"], sound)
    document["content"]["coaching"] = _result(stages, "coach") or None
    if trim := run.settings.get("trim"):
        document["media"]["trim"] = _inside(trim, document["media"]["duration_s"])
    if marks := run.settings.get("slides"):
        document["session"]["slides"] = slides(marks, document)
    if run.transcript is not None:
        document["transcript"] |= {
            "version": run.transcript.version,
            "source": document["transcript"].get("source") or run.transcript.kind,
        }
    document["recommendations"] = _items(stages, "recommend")
    document["highlights"] = _items(stages, "highlight")
    document["stages"] = [_stage(stages[name]) for name in STAGES if name in stages]
    document["withheld"] = _withheld(run, document, stages)
    return document


def _inside(trim: Span, duration_s: float | None) -> Span:
    """A trim of the start alone was kept before anybody knew how long the recording is."""
    return Span(start=trim["start"], end=min(trim["end"], duration_s or trim["end"]))


def _withheld(run: AnalysisRun, document: Document, stages: dict[str, StageRun]) -> list[Withheld]:
    closed = gate_is_closed(document["transcript"])
    leaked = close_gate(document) if closed else []
    if leaked:
        log.error("text gate: run %s let through %s", run.pk, ", ".join(leaked))
    given = [Withheld(path=path, code=UNCERTAIN, message=_uncertain()) for path in leaked]
    given += [entry for stage in stages.values() for entry in stage.withheld or []]
    why = {name: _why_missing(run, stages, name) for name in STAGES}

    def reason(path: str) -> Reason:
        if path == COACHING:
            return _why_no_notes(run, stages.get("coach"))
        section, *rest = keys_of(path)
        stage = stages.get(_STAGE_OF[section])
        if closed and is_gated(path) and stage is not None and stage.state == _DONE:
            return UNCERTAIN, _uncertain()
        in_sound = section == "media" and rest[0] == "sound"
        return why["audio" if in_sound else _STAGE_OF[section]]

    return agree(document, given, reason)


def _uncertain() -> str:
    return _(
        "The words were not recognised reliably enough to judge this. Attach or correct the "
        "transcript and it will be worked out."
    )


def _why_missing(run: AnalysisRun, stages: dict[str, StageRun], name: str) -> Reason:
    """Why a leaf of stage `name` is null where the stage itself did not say."""
    stage = stages.get(name)
    label = str(STAGES[name].label)
    if stage is None or stage.state == StageRun.State.SKIPPED:
        if stage is not None and stage.error_code and stage.error_message:
            return stage.error_code, stage.error_message
        if stage is not None and stage.error_code:
            return _not_reached(label)
        if run.profile == "text" and name not in PROFILES["text"]:
            return "text_only", _("There is no recording: only the text was analysed.")
        if name == "body":
            return "no_video", _("There is no picture in this recording.")
        return "stage_skipped", _("This was not part of this analysis: %(stage)s.") % {
            "stage": label
        }
    if stage.state == StageRun.State.FAILED:
        return "stage_failed", stage.error_message or _("This step failed: %(stage)s.") % {
            "stage": label
        }
    if stage.state != _DONE:
        if run.is_settled:
            return _not_reached(label)
        return "not_finished", _("Still being worked out: %(stage)s.") % {"stage": label}
    if run.profile == "text" and name == "probe":
        return "text_only", _("There is no recording: only the text was analysed.")
    return "not_measured", _("This could not be measured in this recording.")


def _why_no_notes(run: AnalysisRun, stage: StageRun | None) -> Reason:
    """Why no language model's notes are there; a stage that is done said so itself."""
    if stage is None:
        code = "coach_not_asked" if the_site() else OFF
    elif stage.state in StageRun.SETTLED:
        code = stage.error_code or "coach_unusable"
    else:
        label = STAGES["coach"].label
        return "not_finished", _("Still being worked out: %(stage)s.") % {"stage": label}
    return code, str(REASONS.get(code, stage.error_message if stage else "") or REASONS[FAILED])


def _not_reached(label: str) -> Reason:
    return "not_reached", _("The analysis ended before this step: %(stage)s.") % {"stage": label}


def _session(run: AnalysisRun, parts: Iterable[Part]) -> dict[str, Any]:
    session: Session = run.session
    return {
        "id": str(session.pk),
        "title": session.title,
        "kind": session.kind,
        "question": session.question,
        "company": session.company,
        "job_title": session.job_title,
        "created": session.created.isoformat(),
        "parts": [_part(part) for part in parts]
        or [{"id": str(session.pk), "question": session.question, "start": None, "end": None}],
        "run": {
            "id": str(run.pk),
            "profile": run.profile,
            "state": run.state,
            "created": run.created.isoformat(),
            "finished": run.finished_at.isoformat() if run.finished_at else None,
        },
    }


def _part(part: Part) -> dict[str, Any]:
    return {"id": str(part.pk), "question": part.question, "start": part.start, "end": part.end}


def _stage(stage: StageRun) -> dict[str, Any]:
    return {
        "name": stage.name,
        "label": str(STAGES[stage.name].label),
        "status": stage.state,
        "engine": stage.engine or None,
        "model": stage.model or None,
        "elapsed_s": stage.elapsed_s,
        "error": {"code": stage.error_code, "message": stage.error_message}
        if stage.error_code
        else None,
    }


def _result(stages: dict[str, StageRun], name: str) -> dict[str, Any]:
    """What the stage found, as a copy; empty where it is not done."""
    stage = stages.get(name)
    if stage is None or stage.state != _DONE:
        return {}
    return copy.deepcopy(stage.result or {})


def _items(stages: dict[str, StageRun], name: str) -> list[dict[str, Any]]:
    return list(_result(stages, name).get("items") or [])


def _shaped(empty: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    """`found` with every agreed leaf in place: an object or a list stays one, even if empty."""
    shaped = dict(found)
    for key, blank in empty.items():
        value = found.get(key)
        if isinstance(blank, dict):
            shaped[key] = _shaped(blank, value if isinstance(value, dict) else {})
        elif value is None:
            shaped[key] = copy.copy(blank)
    return shaped
