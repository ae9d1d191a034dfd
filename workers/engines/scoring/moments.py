"""How each stretch of a recording compares with the rest of it."""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from workers.engines.scoring.evidence import inside_pauses
from workers.engines.scoring.measures import Measurements


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
    """A series artifact, asked for by time; silent where the artifact is missing."""

    def __init__(self, path: str | None) -> None:
        self._values = np.zeros(0)
        self._start, self._step = 0.0, 1.0
        if path and Path(path).is_file():
            series = json.loads(Path(path).read_text(encoding="utf-8"))
            values = [np.nan if value is None else value for value in series["values"]]
            self._values = np.array(values, dtype=float)
            self._start, self._step = series["start"], series["step"]

    def between(self, start: float, end: float) -> np.ndarray:
        """The measured values from `start` to `end`."""
        low = max(0, int((start - self._start) / self._step))
        high = max(low, int((end - self._start) / self._step) + 1)
        values = self._values[low:high]
        return values[np.isfinite(values)]


class Moments:
    """When each kind of event begins, to be counted by stretch."""

    def __init__(self, found: Measurements, sentences: list[dict[str, Any]]) -> None:
        long = [one for one in found.items("fluency.pauses.items") if one.get("long")]
        repeats = found.items("fluency.repetitions.items") + found.items("fluency.repairs.items")
        specific = found.items("content.specificity.items")
        labels = found.items("content.star.sentences")
        self._times = {
            "fillers": _starts(found.items("fluency.fillers.items")),
            "inside_pauses": _starts(inside_pauses(found)),
            "long_pauses": _starts(long),
            "repeats": _starts(repeats),
            "vague": _starts([one for one in specific if one.get("kind") == "vague"]),
            "specific": _starts([one for one in specific if one.get("kind") != "vague"]),
            "result": _starts([one for one in labels if one.get("label") == "result"]),
            "action": _starts([one for one in labels if one.get("label") == "action"]),
            "words": sorted(
                sentence["start"] + (sentence["end"] - sentence["start"]) * place / count
                for sentence in sentences
                if (count := len(sentence["text"].split()))
                for place in range(count)
            ),
        }

    def count(self, kind: str, stretch: Stretch) -> int:
        times = self._times[kind]
        return bisect_right(times, stretch.end) - bisect_left(times, stretch.start)

    def per_second(self, kind: str, stretch: Stretch) -> float:
        return self.count(kind, stretch) / stretch.length


def _starts(items: list[dict[str, Any]]) -> list[float]:
    return sorted(float(one["start"]) for one in items if one.get("start") is not None)


def standardised(values: list[float]) -> np.ndarray:
    """Distance of each from their mean in standard deviations, cut at ±2; zeros where alike."""
    found = np.array(values, dtype=float)
    spread = float(found.std()) if len(found) else 0.0
    if spread < 1e-9:
        return np.zeros(len(found))
    clipped: np.ndarray = np.clip((found - found.mean()) / spread, -2, 2)
    return clipped
