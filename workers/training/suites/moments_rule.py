"""The rule that chose moments before the fitted model: the baseline of the suite `highlights`.

Every stretch of 10 to 30 s is compared with the others of the same recording by energy, melody,
pace, fillers, pauses and content, with weights that were our choice (data/moments-rule.json).
"""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from pathlib import Path
from typing import Any

import numpy as np

from workers.engines.highlight import KINDS, Talk
from workers.engines.scoring.evidence import inside_pauses
from workers.engines.scoring.measures import Measurements
from workers.engines.scoring.moments import Stretch, Track, level, spread, standardised
from workers.engines.scoring.ranking import Kind
from workers.engines.types import StageJob

RULE = json.loads((Path(__file__).parents[1] / "data" / "moments-rule.json").read_text("utf-8"))


def chosen(job: StageJob, talk: Talk) -> dict[Kind, list[Stretch]]:
    """The moments of each kind, by worth."""
    candidates = talk.candidates()
    features = _features(candidates, Measurements(job), talk.sentences, job["artifacts"])
    found: dict[Kind, list[Stretch]] = {}
    taken: list[Stretch] = []
    for kind in KINDS:
        found[kind] = _choose(kind, candidates, features, talk.wanted, taken)
        taken += found[kind]
    return found


def _choose(
    kind: Kind,
    candidates: list[Stretch],
    features: dict[str, np.ndarray],
    wanted: int,
    taken: list[Stretch],
) -> list[Stretch]:
    """The highest in turn that meet none already taken and reach the published least."""
    weights, least = RULE[kind], RULE["least"][kind]
    worth = sum(
        (spec["weight"] * features[name] for name, spec in weights.items()),
        start=np.zeros(len(candidates)),
    )
    found: list[Stretch] = []
    for place in np.argsort(-worth, kind="stable"):
        if len(found) == wanted or worth[place] < least:
            break
        stretch = candidates[int(place)]
        if not any(stretch.meets(other) for other in [*taken, *found]):
            found.append(stretch)
    return found


def _features(
    candidates: list[Stretch],
    found: Measurements,
    sentences: list[dict[str, Any]],
    artifacts: dict[str, str],
) -> dict[str, np.ndarray]:
    """By name, one number a candidate: 0 is like the rest, 2 stands far out."""
    events = Events(found, sentences)
    pitch, loudness = Track(artifacts.get("series.pitch")), Track(artifacts.get("series.loudness"))
    melody = standardised([spread(pitch.between(s.start, s.end)) for s in candidates])
    pace = standardised([events.per_second("words", s) for s in candidates])
    energy = standardised([level(loudness.between(s.start, s.end)) for s in candidates])

    def present(kind: str) -> np.ndarray:
        return np.array([min(1.0, events.count(kind, s)) for s in candidates])

    def gathered(kind: str) -> np.ndarray:
        rates = [events.per_second(kind, s) for s in candidates]
        return present(kind) * np.maximum(0.25, standardised(rates))

    return {
        "energy": energy,
        "melody": melody,
        "clean": np.array([1.0 if not events.count("fillers", s) else -0.5 for s in candidates]),
        "steady": 0.5 - np.abs(pace),
        "result": present("result"),
        "action": present("action"),
        "specific": gathered("specific"),
        "flat": -melody,
        "rushed": pace,
        **{
            name: gathered(name)
            for name in ("fillers", "inside_pauses", "long_pauses", "repeats", "vague")
        },
    }


class Events:
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
