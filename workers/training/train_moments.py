"""Train what tells a best and an instructive moment from the rest of a talk.

    python -m workers.training.train_moments [--check]

Speaks and measures the labelled talks (suites/highlights.py; minutes on one core the first time),
then fits a logistic regression a kind over the facts of each sentence and, held back more, of its
neighbours. `--check` chooses moments in talks whose fold was left out, beside the rule, and writes
nothing. The weights go to workers/engines/data/moments-2.json. docs/models.md is their card.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import LogisticRegression

from workers.engines import highlight
from workers.engines.highlight import KINDS, Talk, choose
from workers.engines.meaning.lexicon import DATA as FOLDER
from workers.engines.scoring.moments import Stretch
from workers.engines.scoring.ranking import DATA, FITTED, Kind, Ranker, with_body
from workers.training.evaluation import cases
from workers.training.evaluation.scores import Counts, overlapping
from workers.training.suites import moments_rule
from workers.training.suites.highlights import FILE, IOUS, Case, measured, spoken

VERSION = "2"
FOLDS, C, BESIDE = 8, 0.05, 0.5
"""Folds of talks; the inverse strength of the regularisation; how far neighbours may weigh."""
_CONSTANT = 0.01
"""A fact that varies less says nothing."""
SHARE, LEAST_S = 0.3, 4.0
"""The chance a sentence must exceed to add to a moment, and what a further moment must be worth:
chosen by the cross-validation."""
FIRST_S = {"best": -9.0, "instructive": 0.0}
"""What the first must be worth: every talk has a best moment, not every one something amiss."""


@dataclass(frozen=True)
class Example:
    case: Case
    talk: Talk
    rule: dict[Kind, list[Stretch]]

    def labels(self, kind: Kind) -> np.ndarray:
        """Which sentences have their middle in a labelled moment."""
        middles = [(one["start"] + one["end"]) / 2 for one in self.talk.sentences]
        spans = self.case.labelled[kind]
        return np.array([any(start <= at <= end for start, end in spans) for at in middles])


def examples() -> list[Example]:
    found = []
    for case in spoken("dev"):
        job = measured(case)
        talk = highlight.talk_of(job)
        found.append(Example(case, talk, moments_rule.chosen(job, talk)))
    return found


def fit(found: Sequence[Example], kind: Kind) -> Ranker:
    tables = [one.talk.table[:, : len(FITTED)] for one in found]
    together = np.vstack(tables)
    mean, spread = np.nanmean(together, axis=0), np.nanstd(together, axis=0)
    scale = np.where(spread < _CONSTANT, 1.0, spread)
    own = [np.nan_to_num((table - mean) / scale) for table in tables]
    rows = np.vstack([np.hstack([one, BESIDE * _around(one)]) for one in own])
    labels = np.concatenate([one.labels(kind) for one in found])
    model = LogisticRegression(C=C, max_iter=1000).fit(rows, labels)
    weights = model.coef_[0]
    own_weights, beside = weights[: len(FITTED)], BESIDE * weights[len(FITTED) :]
    return Ranker(mean, scale, own_weights, beside, float(model.intercept_[0]))


def _around(own: np.ndarray) -> np.ndarray:
    edge = np.zeros((1, own.shape[1]))
    around: np.ndarray = np.vstack([edge, own[:-1]]) + np.vstack([own[1:], edge])
    return around


def cross_validate(found: list[Example]) -> dict[str, Counts]:
    """Of moments chosen in talks whose fold was left out, and of the rule's, by figure."""
    counts: dict[str, Counts] = defaultdict(Counts)
    for fold in range(FOLDS):
        known = [one for place, one in enumerate(found) if place % FOLDS != fold]
        models = {kind: with_body(kind, fit(known, kind)) for kind in KINDS}
        for one in found[fold::FOLDS]:
            taken: list[Stretch] = []
            for kind in KINDS:
                chosen = [stretch for stretch, _ in choose(one.talk, kind, models[kind], taken)]
                taken += chosen
                for name, stretches in (("model", chosen), ("rule", one.rule[kind])):
                    got = [(stretch.start, stretch.end) for stretch in stretches]
                    for iou in IOUS:
                        count = overlapping(one.case.labelled[kind], got, iou)
                        counts[f"{kind} {iou} {name}"] += count
                        if iou == IOUS[1]:
                            counts[f"{kind} {one.case.scenario} {name}"] += count
    return counts


def as_data(models: dict[Kind, Ranker]) -> dict[str, object]:
    def rows(model: Ranker) -> dict[str, list[float]]:
        table = np.stack([model.mean, model.scale, model.own, model.beside], axis=1)
        pairs = zip(FITTED, table.tolist(), strict=True)
        return {name: [round(value, 4) for value in row] for name, row in pairs}

    return {
        "version": VERSION,
        "about": "By fact: mean, scale, weight in the sentence, weight beside it.",
        "made_by": "workers/training/train_moments.py",
        "cases_sha256": digest(),
        "choice": {"share": SHARE, "first": FIRST_S, "least": LEAST_S},
        **{
            kind: {"bias": round(model.bias, 4), "facts": rows(model)}
            for kind, model in models.items()
        },
    }


def digest() -> str:
    """Of the labelled talks, so that a test sees weights that belong to others."""
    return cases.digest(cases.path("dev", "highlights", FILE, kind="content"))


def main() -> None:
    parser = argparse.ArgumentParser(description="Train the choice of moments.")
    parser.add_argument("--check", action="store_true", help="cross-validate, write nothing")
    found = examples()
    if parser.parse_args().check:
        for name, counts in sorted(cross_validate(found).items()):
            sys.stdout.write(
                f"{name:32} P {counts.precision:.3f} R {counts.recall:.3f} F1 {counts.f1:.3f}"
                f" n {counts.expected}\n"
            )
        return
    result = as_data({kind: fit(found, kind) for kind in KINDS})
    (FOLDER / f"{DATA}.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(f"{len(found)} talks\n")


if __name__ == "__main__":
    main()
