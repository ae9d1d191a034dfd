"""The measurements beside the transcript: four panels of skills and figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.figures import Figure, figures
from analysis.workspace import SkillRow

_SKILLS_OF = {
    "delivery": ("pace", "pauses", "fluency"),
    "voice": ("vocal_variety", "clarity"),
    "body": ("presence",),
    "content": ("structure", "content"),
}


@dataclass(frozen=True)
class Panel:
    key: str
    title: str
    skills: list[SkillRow]
    figures: list[Figure]


def panels(document: Mapping[str, Any], skills: Sequence[SkillRow]) -> list[Panel]:
    """One panel a group of figures, with the skills that rest on them."""
    by_key = {row.key: row for row in skills}
    return [
        Panel(
            key=group.key,
            title=group.title,
            skills=[by_key[key] for key in _SKILLS_OF[group.key]],
            figures=group.rows,
        )
        for group in figures(document)
    ]
