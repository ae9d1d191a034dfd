"""What follows from the states of a run's stages: the whole state machine, without a database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from analysis.graph import STAGES, needs_within
from analysis.models import AnalysisRun, StageRun
from sessions.models import Session
from workers.engines.types import Withheld

Run, Stage = AnalysisRun.State, StageRun.State
UNSETTLED = (Run.QUEUED, Run.RUNNING)
RESULT_STATES = (Run.DONE, Run.PARTIAL)
NOT_REACHED = "not_reached"
"""Error code of a stage that was skipped because its run ended before it."""

SESSION_STATE = {
    Run.QUEUED: Session.State.QUEUED,
    Run.RUNNING: Session.State.ANALYSING,
    Run.DONE: Session.State.READY,
    Run.PARTIAL: Session.State.PARTIAL,
    Run.FAILED: Session.State.FAILED,
    Run.CANCELLED: Session.State.DRAFT,
}
"""What a session is whose newest run is in a state, and which has no older result to show."""


@dataclass(frozen=True)
class Step:
    """`ready`: stages whose turn it is now. `skipped`: stages the run no longer needs."""

    run: AnalysisRun.State
    ready: frozenset[str]
    skipped: frozenset[str]


def next_step(stages: Mapping[str, str]) -> Step:
    """What a run is and what is to be done next, by the state of each of its stages.

    A required stage that failed ends the run. The run is settled when every stage that delays the
    result is; the others go on. Asking twice changes nothing.
    """
    names = frozenset(stages)
    open_ = frozenset(name for name in names if stages[name] not in StageRun.SETTLED)
    failed = frozenset(name for name in names if stages[name] == Stage.FAILED)
    if any(STAGES[name].required for name in failed):
        return Step(Run.FAILED, frozenset(), open_)
    ready = frozenset(
        name
        for name in open_
        if stages[name] == Stage.WAITING and not needs_within(name, names) & open_
    )
    if any(STAGES[name].delays_result for name in open_):
        begun = any(state in {Stage.RUNNING, Stage.DONE} for state in stages.values())
        return Step(Run.RUNNING if begun else Run.QUEUED, ready, frozenset())
    gaps = any(STAGES[name].part_of_result for name in failed)
    return Step(Run.PARTIAL if gaps else Run.DONE, ready, frozenset())


def without_media(names: frozenset[str], media: Mapping[str, Any], *, has_text: bool) -> set[str]:
    """Stages that have nothing to work on in what `probe` found (its section).

    A text the learner gave is transcribed without sound: it is the transcript.
    """
    absent: set[str] = set()
    for name in names - {"probe"}:
        needed = STAGES[name].media
        missing = (
            (needed == "any" and media["kind"] == "text")
            or (needed == "sound" and not media.get("audio"))
            or (needed == "video" and not media.get("video"))
        )
        if missing and not (name == "transcribe" and has_text):
            absent.add(name)
    return absent


def withheld_by(name: str, code: str = "", message: str = "") -> list[Withheld]:
    """Why the section of a stage is missing: no such media, or, with `code`, its failure."""
    path = "/media/sound" if name == "audio" else f"/{STAGES[name].section}"
    if name != "audio" and STAGES[name].section is None:
        return []
    if not code and STAGES[name].media == "video":
        code, message = "no_video", _("There is no picture in this recording.")
    elif not code:
        code, message = "no_sound", _("There is no sound in this recording.")
    return [Withheld(path=path, code=code, message=message)]
