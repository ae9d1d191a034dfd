"""Question and answer read together: MiniLM's upper three layers, trained further for relevance.

The lower three layers, which ship by wheel, read the question and the answer apart. In the upper
three the question's tokens attend to the answer's as well as to their own (a cross-encoder,
Nogueira & Cho 2019, in which the answer does not look back, so that it need be read only once for
many questions). A linear head over the question's mean state, beside the plain cosine, gives
log-odds; `blend` joins them with those of the form over the vectors.
workers/training/train_relevance.py trains it; docs/models.md is the model's card.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from scipy.special import erf

from workers.engines.meaning.lexicon import DATA
from workers.engines.meaning.vectors import Vectors
from workers.engines.trained import Arrays, Loaded, Unusable, load, unpacked

NAME, FORMAT = "relevance", 1
SHIPPED = DATA / "relevance-encoder-1.npz"
LAYERS, HEADS, WIDTH = 3, 12, 384
FIRST, LAST = 90, 40
"""Words of a long answer that are read, at its beginning and at its end."""
MATRICES = {
    "attend": (3 * WIDTH, WIDTH), "gather": (WIDTH, WIDTH),
    "widen": (4 * WIDTH, WIDTH), "narrow": (WIDTH, 4 * WIDTH),
}  # fmt: skip
"""Of each layer, kept as whole numbers of 8 bits and a scale a row."""


@dataclass(frozen=True)
class CrossEncoder:
    """The matrices (a layer first), what is added after each, gain and shift of the norms after
    attention and at the layer's end; what marks a token of the answer; the head, its cosine's
    weight and bias; and the blend: bias, the form's weight, the encoder's."""

    attend: np.ndarray
    gather: np.ndarray
    widen: np.ndarray
    narrow: np.ndarray
    attend_bias: np.ndarray
    gather_bias: np.ndarray
    widen_bias: np.ndarray
    narrow_bias: np.ndarray
    norms: np.ndarray
    told: np.ndarray
    head: np.ndarray
    bias: np.ndarray
    cosine: np.ndarray
    blend: np.ndarray

    def log_odds(self, question: str, answer: str, vectors: Vectors) -> float | None:
        """None without MiniLM, or with an export of it that has no states."""
        texts = [question, shortened(answer)]
        states, both = vectors.token_states(texts), vectors.matrix(texts)
        if states is None or both is None:
            return None
        return self.read(states[0], states[1], float(both[0] @ both[1]))

    def read(self, question: np.ndarray, answer: np.ndarray, cosine: float) -> float:
        """`question` and `answer`: a row a token, as the lower layers leave it."""
        x = np.vstack([answer + self.told, question]).astype(np.float32)
        hidden = np.zeros((len(x), len(x)), dtype=np.float32)
        hidden[: len(answer), len(answer) :] = -1e4
        for layer in range(LAYERS):
            x = self._layer(layer, x, hidden)
        state = x[len(answer) :].mean(axis=0)
        return float(state @ self.head + self.bias + self.cosine * cosine)

    def _layer(self, n: int, x: np.ndarray, hidden: np.ndarray) -> np.ndarray:
        size = WIDTH // HEADS
        parts = (x @ self.attend[n].T + self.attend_bias[n]).reshape(len(x), 3, HEADS, size)
        query, key, value = parts.transpose(1, 2, 0, 3)
        weights = query @ key.transpose(0, 2, 1) / math.sqrt(size) + hidden
        weights = np.exp(weights - weights.max(axis=2, keepdims=True))
        weights /= weights.sum(axis=2, keepdims=True)
        seen = (weights @ value).transpose(1, 0, 2).reshape(len(x), WIDTH)
        x = _norm(x + seen @ self.gather[n].T + self.gather_bias[n], self.norms[n, 0])
        wide = x @ self.widen[n].T + self.widen_bias[n]
        wide *= 0.5 * (1 + erf(wide / math.sqrt(2)))
        return _norm(x + wide @ self.narrow[n].T + self.narrow_bias[n], self.norms[n, 1])

    def blended(self, form: float, read: float) -> float:
        return float(self.blend[0] + self.blend[1] * form + self.blend[2] * read)


def _norm(x: np.ndarray, gain_and_shift: np.ndarray) -> np.ndarray:
    off = x - x.mean(axis=1, keepdims=True)
    spread = np.sqrt((off * off).mean(axis=1, keepdims=True) + 1e-12)
    found: np.ndarray = off / spread * gain_and_shift[0] + gain_and_shift[1]
    return found


def shortened(text: str) -> str:
    """The beginning and the end of an answer longer than is read."""
    words = text.split()
    return text if len(words) <= FIRST + LAST else " ".join(words[:FIRST] + words[-LAST:])


def quantised(arrays: Arrays) -> Arrays:
    """As they are kept: matrices in 8 bits, the rest in 32."""
    kept: Arrays = {}
    for name, array in arrays.items():
        if name in MATRICES:
            scale = np.maximum(np.abs(array).max(axis=2, keepdims=True) / 127, 1e-12)
            kept[name] = np.rint(array / scale).astype(np.int8)
            kept[f"{name}_scale"] = scale.astype(np.float32)
        else:
            kept[name] = np.asarray(array, dtype=np.float32)
    return kept


def parsed(data: bytes) -> CrossEncoder:
    """Raises Unusable."""
    found = unpacked(data, NAME, FORMAT)
    try:
        for name, shape in MATRICES.items():
            found[name] = found[name].astype(np.float32) * found[f"{name}_scale"]
            if found[name].shape != (LAYERS, *shape):
                raise Unusable(f"{name} of another shape")
        return CrossEncoder(**{field.name: found[field.name] for field in fields(CrossEncoder)})
    except (KeyError, ValueError) as error:
        raise Unusable("file damaged") from error


def loaded(engines: Mapping[str, Any]) -> Loaded[CrossEncoder]:
    """Where `value` is None the form over the vectors decides alone."""
    return load(NAME, SHIPPED, engines, parsed)
