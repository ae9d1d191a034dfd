"""What each measure is called, what it means, and how to say it: for people, translatable.

One entry for each number of the result document that a page may show, by its dotted path. The
definitions themselves are in DESIGN.md section 5 and docs/metrics.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from analysis.catalogue.entry import Band, Entry, rounded

__all__ = [
    "Band",
    "Entry",
    "entries",
    "entry",
    "measured",
    "pace_sentence",
    "rounded",
    "sentence",
    "shown",
    "value_at",
]


@cache
def entries() -> dict[str, Entry]:
    """Every entry by path, in the order in which pages list them."""
    from analysis.catalogue import body, content, fluency, prosody, words

    sections = (fluency, words, prosody, body, content)
    found = [item for section in sections for item in section.ENTRIES]
    return {item.path: item for item in found}


def entry(path: str) -> Entry | None:
    """The entry of a dotted path, or None for a number that no page explains."""
    return entries().get(path)


def sentence(path: str, value: float | None) -> str:
    """The measure in plain words: "142 words a minute: comfortable". Empty without a value."""
    item = entry(path)
    if item is None or value is None:
        return ""
    return item.say(value)


def shown(path: str, value: float) -> str:
    """The figure with its unit: "142 words/min"."""
    item = entry(path)
    if item is None:
        return rounded(value, 2)
    return f"{item.figure(value)} {item.unit}".strip()


def pace_sentence(document: Mapping[str, Any]) -> str:
    """Rate and steadiness in one: "142 words a minute: brisk, and steady"."""
    from analysis.catalogue.fluency import STEADINESS

    said = sentence("fluency.words_per_minute", value_at(document, "fluency.words_per_minute"))
    variation = value_at(document, "fluency.pace_variation")
    if not said or variation is None:
        return said
    return str(STEADINESS.template(variation)) % {"rate": said}


def measured(document: Mapping[str, Any]) -> Iterator[tuple[Entry, float]]:
    """The entries a result has a number for, in order."""
    for path, item in entries().items():
        value = value_at(document, path)
        if value is not None:
            yield item, value


def value_at(document: Mapping[str, Any], path: str) -> float | None:
    """The number at a dotted path of the result document; None where there is none."""
    found: Any = document
    for key in path.split("."):
        if not isinstance(found, Mapping) or key not in found:
            return None
        found = found[key]
    if isinstance(found, bool) or not isinstance(found, int | float):
        return None
    return float(found)
