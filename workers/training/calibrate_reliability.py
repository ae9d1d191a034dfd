"""Fit how far PocketSphinx may be trusted, on made speech whose words are known.

    python -m workers.training.calibrate_reliability [RECORDINGS]

Learned from RECORDINGS (48) drawn at random: texts, voices by pitch and vocal tract, tempos,
noises, rooms; the development part of suite `recognition` is left to judge it. What the recogniser
made of each is kept under var/evaluation, so the slow part runs once.

The model is logistic, share of right words against mean certainty of the words, words per second of
speech and signal-to-noise ratio. Recordings of people are shown, not learned from: there are two.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from workers.engines.asr.reliability import Evidence, from_evidence
from workers.training.evaluation.pipeline import sections
from workers.training.evaluation.places import made_dir
from workers.training.evaluation.scores import calibration_error
from workers.training.evaluation.words import Timed, compare, spoken
from workers.training.speech.draws import drawn
from workers.training.speech.passages import Made
from workers.training.suites.recognition import GATE, GOOD_WER
from workers.training.suites.recordings import real

FOLDS = 8
STRENGTH = 30.0
"""Inverse of the weights' penalty."""


def main(count: int = 48) -> None:
    learned = [_heard(path, said) for path, said in _recordings(count)]
    facts = np.array([evidence.facts for evidence, _ in learned])
    share = np.array([max(0.0, 1 - wer) for _, wer in learned])
    guessed = np.zeros(len(share))
    for fold in range(FOLDS):
        out = np.arange(len(share)) % FOLDS == fold
        guessed[out] = _predicted(_fitted(facts[~out], share[~out]), facts[out])
    model = _fitted(facts, share)
    _say(f"{len(share)} recordings, cross-validated: {_judged(guessed, share)}")
    now = np.array([from_evidence(evidence) for evidence, _ in learned])
    _say(f"as it stands: {_judged(now, share)}")
    for person in real():
        evidence, wer = _heard(person.path, spoken(person.text))
        sure = _predicted(model, np.array([evidence.facts]))[0]
        _say(f"{person.name}: reliability {sure:.2f}, word error rate {wer:.0%}")
    _say(f"WEIGHTS = {tuple(round(float(value), 2) for value in model)}")


def _recordings(count: int) -> Iterator[tuple[Path, list[Timed]]]:
    for _, made in drawn(count):
        yield made.path, _said(made)


def _said(made: Made) -> list[Timed]:
    return [word for w in made.words for word in spoken(w.text, w.start, w.end)]


def _heard(path: Path, said: list[Timed]) -> tuple[Evidence, float]:
    """What PocketSphinx leaves to judge by, and its word error rate."""
    kept = made_dir("reliability") / f"{path.stem}.json"
    if not kept.exists():
        found = sections(path, ("audio", "transcribe"), language="en", transcriber="pocketsphinx")
        words = found["transcribe"]["words"]
        evidence = Evidence.of(
            words, found["audio"]["speech"], found["audio"]["signal_to_noise_db"]
        )
        got = [word for w in words for word in spoken(w["text"], w["start"], w["end"])]
        kept.write_text(json.dumps([*evidence, compare(said, got).wer]))
    *evidence, wer = json.loads(kept.read_text())
    return Evidence(*evidence), wer


def _fitted(facts: np.ndarray, share: np.ndarray) -> np.ndarray:
    """(bias, weights) of a logistic regression on shares: each recording is right by its share
    and wrong by the rest."""
    model = LogisticRegression(C=STRENGTH)
    both = np.concatenate((facts, facts))
    right = np.repeat([1, 0], len(share))
    model.fit(both, right, sample_weight=np.concatenate((share, 1 - share)) + 1e-9)
    return np.concatenate((model.intercept_, model.coef_[0]))


def _predicted(model: np.ndarray, facts: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-(model[0] + facts @ model[1:])))


def _judged(sure: np.ndarray, share: np.ndarray) -> str:
    passed, good = sure >= GATE, share >= 1 - GOOD_WER
    off = calibration_error(list(zip(sure.tolist(), share.tolist(), strict=True)))
    return (
        f"calibration error {off:.3f}, mean error {np.abs(sure - share).mean():.3f}, gate: "
        f"{(passed & good).sum()} of {passed.sum()} passed are good, of {good.sum()} good ones"
    )


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:2]))
