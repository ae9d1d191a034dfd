"""How a stage's state is shown while a run works (a session's states: config.templatetags.ui)."""

from __future__ import annotations

from django import template

from analysis.models import StageRun

register = template.Library()
_ICONS = {
    StageRun.State.WAITING: "hourglass",
    StageRun.State.READY: "hourglass",
    StageRun.State.RUNNING: "audio-lines",
    StageRun.State.DONE: "check",
    StageRun.State.FAILED: "circle-alert",
    StageRun.State.SKIPPED: "minus",
}


@register.filter
def stage_icon(state: str) -> str:
    return _ICONS[StageRun.State(state)]


@register.filter
def stage_state(state: str) -> str:
    return str(StageRun.State(state).label)
