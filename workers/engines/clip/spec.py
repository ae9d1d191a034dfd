"""Figures that bound a clip, and its words."""

from __future__ import annotations

from typing import TypedDict

CARD_S = 2.0
"""How long a title card stands before the cut."""
SIZES = {"wide": (1280, 720), "square": (720, 720), "tall": (720, 1280)}
"""Pixels by format: 16:9, 1:1 and 9:16."""


class ClipWord(TypedDict):
    """A word of the cut, masked where it is to be hidden; times of the recording."""

    text: str
    start: float
    end: float
    hidden: bool
