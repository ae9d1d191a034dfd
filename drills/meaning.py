"""What a text means and what a job description asks for: the engines' own helpers, which need no
torch and are loaded with the first text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from workers.engines.types import EMBEDDING_DIMENSIONS, EngineError

if TYPE_CHECKING:
    import numpy as np

MODEL = "all-MiniLM-L6-v2"
"""As workers.engines.embeddings names it (a test looks)."""


def vectors(texts: list[str]) -> np.ndarray | None:
    """A unit vector a row; None where this machine has no model."""
    import numpy as np

    if not texts:
        return np.empty((0, EMBEDDING_DIMENSIONS), dtype=np.float32)
    from workers.engines import embeddings

    try:
        found = embeddings.embed(texts, settings.MODELS_DIR)
    except (EngineError, ImportError):
        return None
    return np.asarray(found, dtype=np.float32)


def demands(description: str) -> list[str]:
    """Short phrases of a job description, most telling first."""
    from workers.engines.meaning.posting import phrases

    return phrases(description)


def asking(description: str) -> list[str]:
    """The sentences of a job description that ask for something."""
    from workers.engines.meaning import posting

    return posting.asking(description)
