"""A melody as shapes: the model, the learner's over it, the words below, and a table of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import mean
from typing import Any

from drills.melody import STEP_S, Phrase, phrases_of

PER_S, PER_SEMITONE = 150, 8
LEFT, TOP, BELOW = 8, 10, 26
ROOM = 2
"""Semitones above and below what is drawn."""


@dataclass(frozen=True)
class Label:
    x: float
    text: str


@dataclass(frozen=True)
class Row:
    """A word of the table: semitones over the speaker's middle, None without voice."""

    text: str
    model: float
    own: float | None


@dataclass(frozen=True)
class Figure:
    """One phrase; `zero` is the height of the speaker's own middle pitch."""

    width: int
    height: int
    zero: float
    model: str
    own: str
    labels: tuple[Label, ...]
    rows: tuple[Row, ...]

    @property
    def text(self) -> str:
        return " ".join(label.text for label in self.labels)


def figures(lines: Sequence[str], own: Sequence[Sequence[float | None]] = ()) -> list[Figure]:
    """All phrases at one scale; `own` are the learner's tones in the model's cells."""
    phrases = phrases_of(list(lines))
    tones = [tone for phrase in phrases for _at, tone in phrase.targets]
    tones += [tone for some in own for tone in some if tone is not None]
    top, bottom = max(tones, default=0) + ROOM, min(tones, default=0) - ROOM
    return [
        _figure(phrase, own[n] if n < len(own) else (), top, bottom)
        for n, phrase in enumerate(phrases)
    ]


def _figure(phrase: Phrase, own: Sequence[float | None], top: float, bottom: float) -> Figure:
    height = TOP + (top - bottom) * PER_SEMITONE + BELOW

    def y(tone: float) -> float:
        return TOP + (top - tone) * PER_SEMITONE

    points = [(LEFT + PER_S * at, y(tone)) for at, tone in phrase.targets]
    cells: list[tuple[float, float] | None] = [
        None if tone is None else (LEFT + PER_S * (n + 0.5) * STEP_S, y(tone))
        for n, tone in enumerate(own)
    ]
    return Figure(
        width=round(2 * LEFT + PER_S * phrase.length_s),
        height=round(height),
        zero=round(y(0), 1),
        model=_path(points),
        own=_path(cells),
        labels=tuple(
            Label(round(LEFT + PER_S * (word.start + word.end) / 2, 1), word.text)
            for word in phrase.words
        ),
        rows=tuple(_rows(phrase, own)),
    )


def _path(points: Sequence[tuple[float, float] | None]) -> str:
    """SVG path data, broken where there is no point; a point alone is a dot."""
    found = []
    for before, point in pairwise([None, *points]):
        if point is not None:
            found.append(f"{'M' if before is None else 'L'}{point[0]:.1f} {point[1]:.1f}")
    return "".join(found)


def _rows(phrase: Phrase, own: Sequence[float | None]) -> list[Row]:
    times, model = phrase.times().tolist(), phrase.tones().tolist()
    found = []
    for word in phrase.words:
        cells = [n for n, at in enumerate(times) if word.start <= at < word.end]
        heard = [one for n in cells if n < len(own) and (one := own[n]) is not None]
        found.append(Row(word.text, mean(model[n] for n in cells), mean(heard) if heard else None))
    return found


def played(lines: Sequence[str]) -> dict[str, Any]:
    """What the browser needs to draw a voice over the figures and to play the model."""
    return {
        "left": LEFT,
        "perSecond": PER_S,
        "perSemitone": PER_SEMITONE,
        "phrases": [
            {
                "length": phrase.length_s,
                "targets": phrase.targets,
                "words": [[word.start, word.end] for word in phrase.words],
            }
            for phrase in phrases_of(list(lines))
        ],
    }
