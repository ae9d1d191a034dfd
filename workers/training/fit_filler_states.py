"""Fit which discourse markers fill, from what MiniLM makes of them inside their sentence.

    python -m workers.training.fit_filler_states MODELS_DIR

The examples are those of train_fillers.py. Logistic regression over 192 directions of the marker's
state, each of which weighs for all markers, for those of its kind and for its own; then how much
this counts beside the facts of train_fillers.py, from log-odds that neither had seen. Prints
five-fold cross-validated figures by utterance of both together, and writes
workers/engines/data/fillers-states-1.npz: a minute on a CPU. Card: docs/models.md.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression

from workers.engines.fluency.context import DATA
from workers.engines.fluency.markers import STATES_MODEL, Place, log_odds
from workers.engines.fluency.usage import states
from workers.engines.fluency.words import Token
from workers.training.train_fillers import (
    GROUPS,
    Example,
    cross_validate,
    digest,
    folds,
    placed_examples,
    show,
)

DIRECTIONS, SPREAD = 192, 3.0
KIND = OWN = 0.5
"""How far a direction may weigh for the markers of one kind, and for one, besides for all."""
STRENGTH = 0.3
"""The inverse strength of the regularisation; these were chosen by the cross-validation."""
FAMILIES = sorted(GROUPS)
KINDS = sorted(set(GROUPS.values()))


def rows_of(places: list[Place], models_dir: str) -> np.ndarray:
    """The state of each marker; all lines are laid one behind the other, so that they share
    batches."""
    tokens: list[Token] = []
    starts: dict[int, int] = {}
    ranges = []
    for place in places:
        start = starts.setdefault(id(place.tokens), len(tokens))
        if start == len(tokens):
            tokens += place.tokens
        text = start, start + len(place.tokens)
        ranges.append(((start + place.first, start + place.end), text))
    found = states(tokens, ranges, models_dir)
    if found is None:
        sys.exit("the language model is not installed here, or in an older form")
    return found


def shown(found: list[Example], table: np.ndarray) -> Any:
    """Each row for all, for its kind, for its own, and which marker it is; most of it is zero."""
    own = np.array([[one.family == family for family in FAMILIES] for one in found], dtype=float)
    kind = np.array([[GROUPS[one.family] == name for name in KINDS] for one in found], dtype=float)
    blocks = [
        table,
        *(KIND * kind[:, [n]] * table for n in range(len(KINDS))),
        *(OWN * own[:, [n]] * table for n in range(len(FAMILIES))),
        own,
    ]
    return hstack([csr_matrix(block) for block in blocks]).tocsr()


def fit(table: Any, fills: np.ndarray) -> LogisticRegression:
    table.indices, table.indptr = table.indices.astype(np.int32), table.indptr.astype(np.int32)
    model = LogisticRegression(C=STRENGTH, max_iter=2000, solver="liblinear", random_state=0)
    return model.fit(table, fills)


def weights(model: LogisticRegression) -> tuple[np.ndarray, np.ndarray]:
    """A row of weights and a bias a family, with all that it shares added up."""
    blocks = model.coef_[0][: -len(FAMILIES)].reshape(1 + len(KINDS) + len(FAMILIES), -1)
    table = [
        blocks[0] + KIND * blocks[1 + KINDS.index(GROUPS[family])]
        + OWN * blocks[1 + len(KINDS) + number]
        for number, family in enumerate(FAMILIES)
    ]  # fmt: skip
    return np.stack(table), model.intercept_[0] + model.coef_[0][-len(FAMILIES) :]


def main(models_dir: str) -> None:
    placed = list(placed_examples())
    found = [one for one, _ in placed]
    fills = np.array([one.fills for one in found])
    states_of = rows_of([place for _, place in placed], models_dir)
    directions = PCA(DIRECTIONS, random_state=0, svd_solver="randomized").fit(states_of)
    scaled = directions.transform(states_of)
    scale = SPREAD / scaled.std()
    table = shown(found, scale * scaled)
    parts = folds(found)
    unseen = np.zeros(len(found))
    for train, test in parts:
        unseen[test] = fit(table[train], fills[train]).decision_function(table[test])
    both = np.stack([log_odds(cross_validate(found)), unseen], axis=1)
    given = np.zeros(len(found))
    for train, test in parts:
        given[test] = (
            LogisticRegression(C=10).fit(both[train], fills[train]).predict_proba(both[test])[:, 1]
        )
    show(found, given)
    own, bias = weights(fit(table, fills))
    back = scale * own @ directions.components_
    shares = LogisticRegression(C=10).fit(both, fills)
    np.savez_compressed(
        DATA / f"{STATES_MODEL}.npz",
        weights=back.astype(np.float32),
        bias=(bias - back @ directions.mean_).astype(np.float32),
        families=np.array(FAMILIES),
        shares=np.array([*shares.coef_[0], shares.intercept_[0]], dtype=np.float32),
        text_sha256=np.array(digest()),
    )


if __name__ == "__main__":
    main(sys.argv[1])
