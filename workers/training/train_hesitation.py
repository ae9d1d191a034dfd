"""Learn which stretches of steady voice are filled pauses, on made speech whose "um"s are known.

    python -m workers.training.train_hesitation [RECORDINGS]

RECORDINGS (99) are of many voices (speech.crowd), in noise and rooms, and the development part's
own besides. A stretch of steady voice is a filler where what it shares with one is half of what
both cover together. The weights go to workers/engines/data/hesitation-2.json, and what
cross-validation by speaker says of them to the screen: each speaker is judged by a model that has
heard none of their voices.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from workers.engines.fluency.inputs import read_sound
from workers.engines.fluency.steady import FACTS, MODEL, Model, Steady, chosen, ground, stretches
from workers.engines.fluency.timing import ALONE_CHANCE
from workers.engines.types import Span
from workers.training.evaluation.pipeline import Recording
from workers.training.evaluation.scores import Counts, events
from workers.training.evaluation.sounding import written
from workers.training.speech.crowd import SPEAKERS, recording
from workers.training.suites.recordings import takes

FOLDS = 6
SHRINK = 0.3


@dataclass(frozen=True)
class Example:
    speaker: str
    stretches: list[Steady]
    fillers: list[tuple[float, float]]

    @property
    def facts(self) -> np.ndarray:
        return np.array([one.facts for one in self.stretches]).reshape(-1, len(FACTS))

    @property
    def labels(self) -> list[bool]:
        return [any(_same(filler, one.span) for filler in self.fillers) for one in self.stretches]


def main(count: int = 99) -> None:
    learn(list(examples(count)))


def learn(found: Sequence[Example]) -> None:
    """Cross-validate by speaker, fit, write."""
    speakers = sorted({one.speaker for one in found})
    total = Counts()
    for fold in range(FOLDS):
        away = speakers[fold::FOLDS]
        model = fitted([one for one in found if one.speaker not in away])
        for one in found:
            if one.speaker in away:
                heard = chosen(model, one.stretches, lambda _: ALONE_CHANCE)
                total += events(one.fillers, [(span["start"], span["end"]) for span in heard])
    about = "Filled pauses in the sound, by workers/training/train_hesitation.py."
    model = fitted(found)
    weights = {name: round(weight, 4) for name, weight in zip(FACTS, model.weights, strict=True)}
    kept = {"about": about, "bias": round(model.bias, 4), "weights": weights}
    MODEL.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(
        f"{len(found)} recordings, {len(speakers)} speakers, {total.expected} fillers, speakers "
        f"not heard before: precision {total.precision:.3f}, recall {total.recall:.3f}, "
        f"F1 {total.f1:.3f}\n"
    )


def examples(count: int) -> Iterator[Example]:
    """`count` of the crowd, by their even numbers: those between are of other voices, which
    nothing has learned from, to try things on. And the development part's recordings."""
    for number in range(0, 2 * count, 2):
        made = recording(number)
        with written(made.samples) as path:
            yield from _heard(path, made.speaker, made.fillers)
    for take in takes("dev", 1):
        fillers = [(filler.start, filler.end) for filler in take.made.fillers]
        yield from _heard(take.made.path, SPEAKERS.get(take.voice, take.voice), fillers)


def _heard(path: Path, speaker: str, fillers: list[tuple[float, float]]) -> Iterator[Example]:
    """The recording as the stages before fluency leave it; nothing where it has no pitch."""
    with Recording(path) as heard:
        heard.run("audio", "prosody")
        sound = read_sound(heard.job("fluency"))
        if sound is not None and sound.voice is not None:
            on = ground(sound.path, sound.voice, sound.envelope, sound.threshold_db, sound.speech)
            yield Example(speaker, stretches(on), fillers)


def fitted(found: Sequence[Example]) -> Model:
    facts = np.concatenate([one.facts for one in found])
    labels = np.concatenate([one.labels for one in found])
    scale = StandardScaler().fit(facts)
    by = LogisticRegression(C=SHRINK, max_iter=2000).fit(scale.transform(facts), labels)
    weights = by.coef_[0] / scale.scale_
    bias = float(by.intercept_[0] - weights @ scale.mean_)
    return Model(bias, tuple(float(weight) for weight in weights))


def _same(filler: tuple[float, float], span: Span) -> bool:
    shared = min(filler[1], span["end"]) - max(filler[0], span["start"])
    together = max(filler[1], span["end"]) - min(filler[0], span["start"])
    return shared >= 0.5 * together


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:2]))
