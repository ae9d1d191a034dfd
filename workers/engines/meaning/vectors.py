"""Embeddings of one job's texts, each worked out once; nothing where the model is missing."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from workers.engines import embeddings
from workers.engines.types import EngineError


class Vectors:
    """Unit vectors by text. `available` is False where the model is not installed."""

    def __init__(self, models_dir: str) -> None:
        self._models_dir = models_dir
        self._known: dict[str, np.ndarray] = {}
        self.available = embeddings.is_installed(models_dir)

    def learn(self, texts: Iterable[str]) -> None:
        """Embed what is not known yet, in as few batches as it takes."""
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if not self.available or not new:
            return
        try:
            found = embeddings.embed(new, self._models_dir)
        except EngineError as error:
            if error.code not in {"model_missing", "model_damaged"}:
                raise
            self.available = False
            return
        for text, vector in zip(new, found, strict=True):
            self._known[text] = np.asarray(vector, dtype=np.float32)

    def states(self, texts: list[str], opening: int) -> np.ndarray | None:
        """How each text is worded, as rows: the mean of MiniLM's states of its words, and of those
        of its first `opening` words. None without the model, or with an older export."""
        found = self._states(
            lambda: embeddings.word_states(
                [text.split() or [""] for text in texts], self._models_dir
            )
        )
        if found is None or not texts:
            return None
        return np.stack(
            [np.hstack([state.mean(axis=0), state[:opening].mean(axis=0)]) for state in found]
        )

    def token_states(self, texts: list[str]) -> list[np.ndarray] | None:
        """Each text's tokens as rows (`embeddings.token_states`); None as in `states`."""
        return self._states(lambda: embeddings.token_states(texts, self._models_dir))

    def _states(self, made: Callable[[], list[np.ndarray]]) -> list[np.ndarray] | None:
        if not self.available or not embeddings.has_states(self._models_dir):
            return None
        try:
            return made()
        except EngineError as error:
            if error.code not in {"model_missing", "model_damaged"}:
                raise
            return None

    def matrix(self, texts: list[str]) -> np.ndarray | None:
        """The texts' vectors as rows, or None without the model."""
        self.learn(texts)
        if not self.available or not texts:
            return None
        return np.stack([self._known[text] for text in texts])
