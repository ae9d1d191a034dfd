"""How words are used where they stand: MiniLM's state of each, for small models of our own."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from workers.engines import embeddings
from workers.engines.fluency.words import Token
from workers.engines.types import EngineError

WINDOW, STEP = 100, 80
"""Words read at once, and from one window to the next, so that each word is seen with ten on both
sides. 100 words and their marks are seldom over 150 pieces."""
_MARKS = {"comma": ",", "stop": ".", "question": "?"}
Range = tuple[int, int]


def states(
    tokens: Sequence[Token], places: Sequence[tuple[Range, Range]], models_dir: str
) -> np.ndarray | None:
    """A row of 384 numbers a place (its words, and the text it stands in): the mean of its words.

    None where the model is missing, damaged or was exported without states.
    """
    if not places or not embeddings.has_states(models_dir):
        return None
    windows = [_window(place, text) for place, text in places]
    different = sorted(set(windows))
    lines = [_line(tokens, window) for window in different]
    try:
        found = embeddings.word_states([words for words, _ in lines], models_dir)
    except EngineError as error:
        if error.code not in {"model_missing", "model_damaged"}:
            raise
        return None
    of_window = dict(zip(different, zip(lines, found, strict=True), strict=True))
    rows = []
    for (place, _), window in zip(places, windows, strict=True):
        (_, at), states_of = of_window[window]
        rows.append(states_of[[at[i] for i in range(*place)]].mean(axis=0))
    return np.stack(rows)


def _window(place: Range, text: Range) -> Range:
    """The text, or the stretch of it in whose middle the place stands."""
    first, end = text
    if end - first <= WINDOW:
        return text
    last = -(-(end - first - WINDOW) // STEP)
    step = min(last, max(0, place[0] - first - (WINDOW - STEP) // 2) // STEP)
    start = first + step * STEP
    return start, min(end, start + WINDOW)


def _line(tokens: Sequence[Token], window: Range) -> tuple[list[str], dict[int, int]]:
    """The words of a window with its marks between them, and where each token is in it."""
    words: list[str] = []
    at: dict[int, int] = {}
    for i in range(*window):
        at[i] = len(words)
        words.append(tokens[i].lower)
        if tokens[i].edge:
            words.append(_MARKS[tokens[i].edge])
    return words, at
