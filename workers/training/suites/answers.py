"""What the suites of content share: sentences as the content engine reads them, and its model."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from workers.engines.meaning.lexicon import tokens, without_fillers
from workers.engines.meaning.lines import Line
from workers.engines.meaning.vectors import Vectors
from workers.training.evaluation import places
from workers.training.evaluation.types import Unavailable

_END = re.compile(r"(?<=[.?!])\s+")


@lru_cache
def vectors() -> Vectors:
    """The embeddings of this machine. Raises Unavailable where the model is not installed."""
    found = Vectors(str(places.models_dir()))
    if not found.available:
        raise Unavailable("the embedding model is not installed: bin/rostrum models install")
    return found


def lines(sentences: Sequence[str]) -> list[Line]:
    """Sentences without times, in order, as the lines of one part."""
    cleaned = [without_fillers(text) for text in sentences]
    return [
        Line(index, text, None, None, "", tuple(tokens(clean)), clean)
        for index, (text, clean) in enumerate(zip(sentences, cleaned, strict=True))
    ]


def read(text: str) -> list[Line]:
    """A text cut into sentences at its marks."""
    return lines([piece for piece in _END.split(text.strip()) if piece])
