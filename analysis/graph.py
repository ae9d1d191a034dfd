"""The graph of an analysis, as data. `workers` maps a stage's name to its engine."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Literal

Queue = Literal["gpu", "cpu", "io"]
QUEUES: tuple[Queue, ...] = ("io", "cpu", "gpu")


@dataclass(frozen=True)
class Stage:
    """`needs` must be settled before the stage is ready: done, skipped, or failed though optional.

    `deadline_factor` x the recording's length + `deadline_base_s` bounds one attempt.
    `delays_result`: the run is settled without it where it is False. `part_of_result`: a failure
    leaves the result partial. `original`: reads the recording itself, not only artifacts of it.
    A stage of negative priority works in the background, never in the way of the others.
    """

    name: str
    label: str
    queue: Queue
    needs: tuple[str, ...] = ()
    required: bool = False
    media: Literal["any", "sound", "video", "none"] = "none"
    original: bool = False
    delays_result: bool = True
    part_of_result: bool = True
    section: str | None = None
    max_attempts: int = 3
    deadline_base_s: float = 120
    deadline_factor: float = 3
    priority: int = 0

    @property
    def lane(self) -> str:
        """What one worker does one after the other: the foreground or the background of a queue.
        On `gpu` each stage has its own: they need models of their own, and different parts of the
        machine.
        """
        if self.priority < 0:
            return f"{self.queue} background"
        return self.name if self.queue == "gpu" else self.queue


STAGES: dict[str, Stage] = {
    stage.name: stage
    for stage in (
        Stage("probe", "Checking the file", "io", required=True, media="any", original=True,
              section="media"),
        Stage("audio", "Listening to the sound", "cpu", ("probe",), required=True, media="sound",
              original=True),
        Stage("body", "Watching posture and gestures", "gpu", ("probe",), media="video",
              original=True, section="body"),
        Stage("rendition", "Preparing the player", "cpu", ("probe",), media="any",
              original=True, delays_result=False, deadline_factor=6, priority=-10),
        Stage("transcribe", "Writing down the words", "gpu", ("audio",), media="sound",
              section="transcript", deadline_factor=6),
        Stage("prosody", "Measuring the voice", "cpu", ("audio",), media="sound",
              section="prosody"),
        Stage("fluency", "Finding pauses and fillers", "cpu", ("transcribe", "prosody"),
              section="fluency"),
        Stage("content", "Reading the content", "cpu", ("fluency",), section="content"),
        Stage("score", "Working out the scores", "cpu", ("content", "body"), required=True,
              section="scores"),
        Stage("recommend", "Choosing what to work on", "cpu", ("score",),
              section="recommendations"),
        Stage("highlight", "Finding the best moments", "cpu", ("score",), section="highlights"),
        Stage("index", "Making it searchable", "cpu", ("score",)),
        Stage("notify", "Telling you it is ready", "io", ("recommend", "highlight", "index"),
              delays_result=False, part_of_result=False, max_attempts=8),
        Stage("coach", "Asking for coach's notes", "io", ("score",), delays_result=False,
              part_of_result=False, max_attempts=4, priority=-10),
    )
}  # fmt: skip


def _lanes(queue: Queue) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for stage in sorted(STAGES.values(), key=lambda stage: -stage.priority):
        if stage.queue == queue:
            found[stage.lane].add(stage.name)
    return {lane: frozenset(names) for lane, names in found.items()}


LANES: dict[Queue, dict[str, frozenset[str]]] = {queue: _lanes(queue) for queue in QUEUES}
"""The stages of each lane of a queue, its background last."""

ON_REQUEST = frozenset({"coach"})
"""Stages no run has unless a person asked (analysis.services.coach)."""
_ALWAYS = tuple(name for name in STAGES if name not in ON_REQUEST)

PROFILES: dict[str, tuple[str, ...]] = {
    "full": _ALWAYS,
    "text": tuple(n for n in _ALWAYS if n not in {"audio", "body", "rendition", "prosody"}),
    "drill": tuple(n for n in _ALWAYS if n not in {"rendition", "highlight", "index", "notify"}),
    "transcript": tuple(n for n in _ALWAYS if n not in {"notify"}),
    "rescore": tuple(n for n in _ALWAYS if n not in {"notify"}),
}
"""Stages a run works through. `transcript` and `rescore` copy what their inputs leave unchanged."""

RECOMPUTED: dict[str, frozenset[str]] = {
    "transcript": frozenset(
        {"transcribe", "fluency", "content", "score", "recommend", "highlight", "index"}
    ),
    "rescore": frozenset({"score", "recommend", "highlight"}),
}
"""Stages such a profile works out anew; every other one is copied from the run before it."""


def needs_within(stage: str, names: frozenset[str]) -> frozenset[str]:
    """Dependencies of `stage` inside a profile; a stage left out passes on its own needs."""
    found: set[str] = set()
    for need in STAGES[stage].needs:
        found |= {need} if need in names else needs_within(need, names)
    return frozenset(found)


def dependants(stage: str, names: frozenset[str]) -> frozenset[str]:
    """Every stage of the profile that comes after `stage`, directly or not."""
    direct = {name for name in names if stage in needs_within(name, names)}
    return frozenset(direct.union(*(dependants(name, names) for name in direct)))
