"""The `highlight` stage: the best and the most instructive moments, 10 to 30 s, whole sentences.

Every stretch of sentences of that length is compared with the others of the same recording: by
energy, melody, pace, fillers, pauses and content. The best that do not overlap are kept, each with
its reason. Rules so far (data/moments-1.json).
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from workers.engines.meaning.lexicon import data
from workers.engines.scoring.measures import Measurements
from workers.engines.scoring.moments import Moments, Stretch, Track, standardised, stretches
from workers.engines.types import Highlight, Report, StageJob, StageOutput

SHORTEST_S, LONGEST_S = 10.0, 30.0
_GAP_S = 4.0
"""No moment runs over a silence longer than this."""
_EACH = 3
_ONE_MORE_EVERY_S = 60.0
"""A best and an instructive moment a minute begun, at most three of each."""
Kind = Literal["best", "instructive"]


def run(job: StageJob, report: Report) -> StageOutput:
    """Section `{items[Highlight + {text}]}` by time; empty without times."""
    found = Measurements(job)
    sentences = _learners_sentences(job)
    candidates = stretches(sentences, SHORTEST_S, LONGEST_S, _GAP_S)
    report(0.2)
    features = _features(candidates, found, sentences, job["artifacts"]) if candidates else {}
    report(0.7)
    wanted = _wanted(sentences)
    chosen: list[tuple[Stretch, Highlight]] = []
    kinds: tuple[Kind, ...] = ("best", "instructive")
    for kind in kinds:
        chosen += _choose(kind, candidates, features, wanted, [stretch for stretch, _ in chosen])
    items = sorted((_said(one, stretch, sentences) for stretch, one in chosen), key=_start)
    report(1.0)
    version = data("moments-1")["version"]
    return StageOutput(
        section={"items": items},
        withheld=[],
        artifacts=[],
        engine=f"rostrum moments {version}",
        model="",
    )


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


def _wanted(sentences: list[dict[str, Any]]) -> int:
    if not sentences:
        return 0
    length = sentences[-1]["end"] - sentences[0]["start"]
    return min(_EACH, 1 + int(length // _ONE_MORE_EVERY_S))


def _features(
    candidates: list[Stretch],
    found: Measurements,
    sentences: list[dict[str, Any]],
    artifacts: dict[str, str],
) -> dict[str, np.ndarray]:
    """By name, one number a candidate: 0 is like the rest, 2 stands far out."""
    moments = Moments(found, sentences)
    pitch, loudness = Track(artifacts.get("series.pitch")), Track(artifacts.get("series.loudness"))
    melody = standardised([_spread(pitch.between(s.start, s.end)) for s in candidates])
    pace = standardised([moments.per_second("words", s) for s in candidates])
    energy = standardised([_level(loudness.between(s.start, s.end)) for s in candidates])

    def present(kind: str) -> np.ndarray:
        return np.array([min(1.0, moments.count(kind, s)) for s in candidates])

    def gathered(kind: str) -> np.ndarray:
        rates = [moments.per_second(kind, s) for s in candidates]
        return present(kind) * np.maximum(0.25, standardised(rates))

    return {
        "energy": energy,
        "melody": melody,
        "clean": np.array([1.0 if not moments.count("fillers", s) else -0.5 for s in candidates]),
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


def _spread(hertz: np.ndarray) -> float:
    """SD of the pitch in semitones."""
    voiced = hertz[hertz > 0]
    return float(np.std(12 * np.log2(voiced))) if len(voiced) > 3 else 0.0


def _level(lufs: np.ndarray) -> float:
    heard = lufs[lufs > -70]
    return float(np.median(heard)) if len(heard) else -70.0


def _choose(
    kind: Kind,
    candidates: list[Stretch],
    features: dict[str, np.ndarray],
    wanted: int,
    taken: list[Stretch],
) -> list[tuple[Stretch, Highlight]]:
    """The highest in turn that meet none already taken and reach the published least."""
    weights, least = data("moments-1")[kind], data("moments-1")["least"][kind]
    if not candidates:
        return []
    shares = {name: spec["weight"] * features[name] for name, spec in weights.items()}
    worth = np.sum(list(shares.values()), axis=0)
    found: list[tuple[Stretch, Highlight]] = []
    for place in np.argsort(-worth, kind="stable"):
        stretch = candidates[int(place)]
        if len(found) == wanted or worth[place] < least:
            break
        if any(stretch.meets(other) for other in [*taken, *(one for one, _ in found)]):
            continue
        reasons = sorted(weights, key=lambda name: -float(shares[name][place]))
        reasons = [name for name in reasons[:3] if shares[name][place] > 0.2]
        if reasons:
            found.append((stretch, _highlight(kind, stretch, [weights[name] for name in reasons])))
    return found


def _highlight(kind: Kind, stretch: Stretch, reasons: list[dict[str, Any]]) -> Highlight:
    said = [reason["why"] for reason in reasons]
    why = said[0] if len(said) == 1 else f"{', '.join(said[:-1])} and {said[-1]}"
    return Highlight(
        start=round(stretch.start, 3),
        end=round(stretch.end, 3),
        kind=kind,
        skill=reasons[0]["skill"],
        title=reasons[0]["title"],
        why=f"Here {why}.",
    )


def _said(one: Highlight, stretch: Stretch, sentences: list[dict[str, Any]]) -> dict[str, Any]:
    text = " ".join(sentence["text"] for sentence in sentences[stretch.first : stretch.last + 1])
    return {**one, "text": text}


def _start(item: dict[str, Any]) -> float:
    return float(item["start"])
