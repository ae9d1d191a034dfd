"""A small network over windows of landmarks, in NumPy: no worker needs torch to look at a body.

Two convolutions in time, the mean over it, and a line; `workers.training.net` trains it.
"""

from __future__ import annotations

import numpy as np

from workers.engines.timeline import Floats
from workers.engines.trained import Arrays, Unusable, unpacked

FORMAT = 1
WEIGHTS = ("mean", "scale", "w1", "b1", "w2", "b2", "w3", "b3", "temperature")


def parsed(data: bytes, name: str, features: int, labels: int) -> Arrays:
    """Weights of a network of this shape. Raises Unusable."""
    found = unpacked(data, name, FORMAT)
    if set(found) != set(WEIGHTS):
        raise Unusable("file damaged")
    weights = {key: found[key].astype(np.float64) for key in WEIGHTS}
    fits = weights["w1"].ndim == 3 and weights["w1"].shape[1] == features
    if not fits or weights["b3"].shape != (labels,):
        raise Unusable("of another version: other features or labels")
    try:
        tried = chances(weights, np.zeros((1, 64, features)))
    except ValueError as error:
        raise Unusable("file damaged") from error
    if tried.shape != (1, labels) or not np.isfinite(tried).all():
        raise Unusable("file damaged")
    return weights


def chances(weights: Arrays, windows: Floats, labels: int | None = None) -> Floats:
    """(n, labels) from (n, frames, features); `labels` where the network tells more than those."""
    scores = outputs(weights, windows)[:, :labels] / weights["temperature"]
    grown = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(grown / grown.sum(axis=1, keepdims=True))


def outputs(weights: Arrays, windows: Floats) -> Floats:
    """(n, outputs) as they leave the last line."""
    x = (windows - weights["mean"]) / weights["scale"]
    x = np.maximum(_convolved(x, weights["w1"]) + weights["b1"], 0.0)
    x = np.maximum(_convolved(x, weights["w2"]) + weights["b2"], 0.0)
    return np.asarray(x.mean(axis=1) @ weights["w3"] + weights["b3"])


def _convolved(x: Floats, kernel: Floats) -> Floats:
    """(n, frames - k + 1, out) from (n, frames, in) and (k, in, out)."""
    length = x.shape[1] - len(kernel) + 1
    return np.asarray(sum(x[:, i : i + length] @ kernel[i] for i in range(len(kernel))))
