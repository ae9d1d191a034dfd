"""Sentiment along the answer, by VADER's lexicon and rules (Hutto & Gilbert, ICWSM 2014).

Words the question itself brought in are taken out first: who is asked for a *weakness* or a
*conflict* and names it has not turned negative.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from workers.engines.meaning.lexicon import stem, tokens, words
from workers.engines.meaning.lines import Line

THRESHOLD = 0.05
"""Beyond ± this a value is positive or negative: the bounds VADER's authors published."""
_NOBODY = re.compile(r"\b(?:nobody|no one)\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


def sentiment(lines: list[Line], question: str) -> dict[str, Any]:
    """`{label, value, series[{index, start, end, value}]}`; value −1…1, the mean by words."""
    neutral = {stem(token) for token in tokens(question) if token not in words("function_words")}
    series, total, weight = [], 0.0, 0
    for line in lines:
        value = float(_analyser().polarity_scores(_without(line.clean, neutral))["compound"])
        total += value * len(line.tokens)
        weight += len(line.tokens)
        series.append({"index": line.index, "start": line.start, "end": line.end, "value": value})
    mean = round(total / max(1, weight), 3)
    return {"label": label(mean), "value": mean, "series": series}


def label(value: float) -> str:
    if value >= THRESHOLD:
        return "positive"
    return "negative" if value <= -THRESHOLD else "neutral"


def _without(text: str, stems: set[str]) -> str:
    """The text with those words made neutral, and *nobody* as the negation VADER overlooks."""
    text = _NOBODY.sub("none", text)
    if not stems:
        return text
    return _WORD.sub(lambda m: "it" if stem(m.group().lower()) in stems else m.group(), text)


@lru_cache
def _analyser() -> Any:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    return SentimentIntensityAnalyzer()
