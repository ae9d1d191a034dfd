"""How many of the words carry something: not padding, not said a moment ago, not grammar alone.

Lexical density (Ure 1971, *Lexical density and register differentiation*) counts content words
among all; here a content word carries something only where it stands in no empty phrase and was
not said just before. Speech lies lower than writing, and either below one half.
"""

from __future__ import annotations

from collections import deque
from functools import lru_cache
from typing import Any

from workers.engines.meaning.lexicon import data, phrase_pattern, stem, tokens, words
from workers.engines.meaning.lines import Line, word_count

_MEMORY = 20
"""Words within which a word said again says nothing new."""


def conciseness(lines: list[Line]) -> dict[str, Any]:
    """`{value, padding, repeated, items[{text, instead, start, end}]}`.

    Value is the share of all words that carry something, 0-1; `padding` counts words in empty or
    long-winded phrases, `repeated` content words said again within 20 words.
    """
    replacements = data("wordy-1")["phrases"]
    items: list[dict[str, Any]] = []
    padding = carrying = repeated = 0
    recent: deque[str] = deque(maxlen=_MEMORY)
    for line in lines:
        text = line.clean.lower().replace("’", "'")
        for match in _padding().finditer(text):
            phrase = " ".join(tokens(match.group()))
            padding += len(tokens(phrase))
            items.append(
                {
                    "text": phrase,
                    "instead": replacements.get(phrase) or "",
                    "start": line.start,
                    "end": line.end,
                }
            )
        for token in tokens(_padding().sub(" ", text)):
            root = stem(token)
            if token not in words("function_words"):
                repeated += root in recent
                carrying += root not in recent
            recent.append(root)
    total = max(1, word_count(lines))
    return {
        "value": round(min(1.0, carrying / total), 3),
        "padding": padding,
        "repeated": repeated,
        "items": items,
    }


@lru_cache
def _padding() -> Any:
    return phrase_pattern(tuple(data("wordy-1")["phrases"]))
