"""Stretches of a recording, and what can be asked of them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Stretch:
    """Whole sentences in a row: `[first, last]` of the list they come from, and their times."""

    first: int
    last: int
    start: float
    end: float

    @property
    def length(self) -> float:
        return self.end - self.start

    def meets(self, other: Stretch) -> bool:
        return self.start < other.end and other.start < self.end


def stretches(
    sentences: list[dict[str, Any]], shortest: float, longest: float, gap: float
) -> list[Stretch]:
    """Every run of sentences that lasts `shortest` to `longest` seconds without a `gap` in it."""
    found = []
    for first, opening in enumerate(sentences):
        for last in range(first, len(sentences)):
            if last > first and sentences[last]["start"] - sentences[last - 1]["end"] > gap:
                break
            length = sentences[last]["end"] - opening["start"]
            if length > longest:
                break
            if length >= shortest:
                found.append(Stretch(first, last, opening["start"], sentences[last]["end"]))
    return found


class Track:
    """A series artifact, asked for by time; silent where the artifact is missing.

    `name`: which of it, where it holds several.
    """

    def __init__(self, path: str | None, name: str = "") -> None:
        self._values = np.zeros(0)
        self._start, self._step = 0.0, 1.0
        if path and Path(path).is_file():
            series = json.loads(Path(path).read_text(encoding="utf-8"))
            series = series[name] if name else series
            values = [np.nan if value is None else value for value in series["values"]]
            self._values = np.array(values, dtype=float)
            self._start, self._step = series["start"], series["step"]

    def between(self, start: float, end: float) -> np.ndarray:
        """The measured values from `start` to `end`."""
        low = max(0, int((start - self._start) / self._step))
        high = max(low, int((end - self._start) / self._step) + 1)
        values = self._values[low:high]
        return values[np.isfinite(values)]


def standardised(values: list[float]) -> np.ndarray:
    """Distance of each from their mean in standard deviations, cut at ±2; zeros where alike."""
    found = np.array(values, dtype=float)
    spread = float(found.std()) if len(found) else 0.0
    if spread < 1e-9:
        return np.zeros(len(found))
    clipped: np.ndarray = np.clip((found - found.mean()) / spread, -2, 2)
    return clipped


def spread(hertz: np.ndarray) -> float:
    """SD of the pitch in semitones."""
    voiced = hertz[hertz > 0]
    return float(np.std(12 * np.log2(voiced))) if len(voiced) > 3 else 0.0


def level(lufs: np.ndarray) -> float:
    """Median loudness of what is heard."""
    heard = lufs[lufs > -70]
    return float(np.median(heard)) if len(heard) else -70.0


def fresh(sentences: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """The sentences without what is said again, word for word, two sentences in a row or more;
    in pieces that were said without such a repeat between."""
    texts = [str(one["text"]) for one in sentences]
    pairs: dict[tuple[str, str], int] = {}
    again = [False] * len(texts)
    for place in range(len(texts) - 1):
        if pairs.setdefault((texts[place], texts[place + 1]), place) < place - 1:
            again[place] = again[place + 1] = True
    pieces: list[list[dict[str, Any]]] = []
    for place, sentence in enumerate(sentences):
        if again[place]:
            continue
        if place and not again[place - 1]:
            pieces[-1].append(sentence)
        else:
            pieces.append([sentence])
    return pieces
