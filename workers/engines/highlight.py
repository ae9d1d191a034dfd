"""The `highlight` stage: the best and the most instructive moments, 10 to 30 s, whole sentences.

A fitted model gives each sentence the chance that a person would put it into such a moment
(workers/engines/scoring/ranking.py). A stretch is worth what its sentences' chances exceed the
asked share by, over time; so where a moment begins and ends follows from the same chances. The
worthiest that do not overlap are kept, each with the facts that weighed most as its reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from workers.engines.meaning.lexicon import data
from workers.engines.scoring.measures import Measurements
from workers.engines.scoring.moments import Stretch, fresh, stretches
from workers.engines.scoring.ranking import DATA, Kind, Ranker, facts, ranker
from workers.engines.scoring.reasons import reasons
from workers.engines.types import Highlight, Report, StageJob, StageOutput

SHORTEST_S, LONGEST_S = 10.0, 30.0
_GAP_S = 4.0
"""No moment runs over a silence longer than this."""
_EACH = 3
_ONE_MORE_EVERY_S = 60.0
"""A best and an instructive moment a minute begun, at most three of each."""
KINDS: tuple[Kind, ...] = ("best", "instructive")


@dataclass(frozen=True)
class Talk:
    """What is chosen from: sentences said for the first time, the pieces they come in, facts."""

    sentences: list[dict[str, Any]]
    pieces: list[range]
    table: np.ndarray

    @property
    def lengths(self) -> np.ndarray:
        return np.array([one["end"] - one["start"] for one in self.sentences])

    @property
    def wanted(self) -> int:
        """Moments of a kind."""
        spoken = sum(
            self.sentences[piece.stop - 1]["end"] - self.sentences[piece.start]["start"]
            for piece in self.pieces
        )
        return min(_EACH, 1 + int(spoken // _ONE_MORE_EVERY_S))

    def candidates(self) -> list[Stretch]:
        return [
            Stretch(piece.start + one.first, piece.start + one.last, one.start, one.end)
            for piece in self.pieces
            for one in stretches(
                self.sentences[piece.start : piece.stop], SHORTEST_S, LONGEST_S, _GAP_S
            )
        ]


def run(job: StageJob, report: Report) -> StageOutput:
    """Section `{items[Highlight + {text}]}` by time; empty without times."""
    talk = talk_of(job)
    report(0.5)
    taken: list[Stretch] = []
    items: list[dict[str, Any]] = []
    for kind in KINDS:
        for stretch, said in choose(talk, kind, ranker(kind), taken):
            taken.append(stretch)
            text = " ".join(one["text"] for one in talk.sentences[stretch.first : stretch.last + 1])
            items.append({**_highlight(kind, stretch, said), "text": text})
    report(1.0)
    return StageOutput(
        section={"items": sorted(items, key=lambda item: float(item["start"]))},
        withheld=[],
        artifacts=[],
        engine=f"rostrum moments {data(DATA)['version']}",
        model="",
    )


def talk_of(job: StageJob) -> Talk:
    found = Measurements(job)
    pieces = fresh(_learners_sentences(job))
    sentences = [sentence for piece in pieces for sentence in piece]
    edges = np.cumsum([0, *(len(piece) for piece in pieces)])
    ranges = [range(a, b) for a, b in pairwise(edges.tolist())]
    return Talk(sentences, ranges, facts(sentences, found, job["artifacts"]))


def choose(
    talk: Talk, kind: Kind, model: Ranker, taken: Sequence[Stretch]
) -> list[tuple[Stretch, list[dict[str, Any]]]]:
    """The worthiest in turn, with their reasons, that meet none already taken.

    Worth is in seconds: a sentence adds its length times what its chance exceeds `share` by. A
    further one must be worth `least`; the first best one is given as long as there is a reason.
    """
    candidates = talk.candidates()
    if not candidates:
        return []
    asked = data(DATA)["choice"]
    gain = talk.lengths * (model.chances(talk.table, talk.pieces) - asked["share"])
    total = np.concatenate([[0.0], np.cumsum(gain)])
    worth = np.array([total[one.last + 1] - total[one.first] for one in candidates])
    parts = model.parts(talk.table)
    found: list[tuple[Stretch, list[dict[str, Any]]]] = []
    for place in np.argsort(-worth, kind="stable"):
        if len(found) == talk.wanted or worth[place] <= (
            asked["least"] if found else asked["first"][kind]
        ):
            break
        stretch = candidates[int(place)]
        if any(stretch.meets(other) for other in [*taken, *(one for one, _ in found)]):
            continue
        said = reasons(kind, talk.table, parts, stretch)
        if said:
            found.append((stretch, said))
    return found


def _learners_sentences(job: StageJob) -> list[dict[str, Any]]:
    """The learner's timed sentences, by what content read; all of them where it read none."""
    transcript = job["upstream"].get("transcribe") or {}
    content = job["upstream"].get("content") or {}
    own = {one["index"] for one in (content.get("star") or {}).get("sentences") or []}
    return [
        sentence
        for index, sentence in enumerate(transcript.get("sentences") or [])
        if sentence.get("start") is not None
        and sentence.get("end") is not None
        and (not own or index in own)
    ]


def _highlight(kind: Kind, stretch: Stretch, said: list[dict[str, Any]]) -> Highlight:
    why = [reason["why"] for reason in said]
    joined = why[0] if len(why) == 1 else f"{', '.join(why[:-1])} and {why[-1]}"
    return Highlight(
        start=round(stretch.start, 3),
        end=round(stretch.end, 3),
        kind=kind,
        skill=said[0]["skill"],
        title=said[0]["title"],
        why=f"Here {joined}.",
    )
