"""Grammar, as far as it can be heard.

Two checkers read the same sentences (prose.py): Harper, or LanguageTool where an operator gives
its URL, and a table of what learners of English say and neither finds (heard.py). Nothing is
flagged inside a name, a quotation or a repair, nothing the recogniser was unsure of, and nothing
that sounds right and is only written wrong: that is the transcriber's.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from workers.engines.fluency.grammar import harper, heard, languagetool
from workers.engines.fluency.grammar.lint import Lint, Unavailable
from workers.engines.fluency.grammar.prose import Prose, prose
from workers.engines.fluency.grammar.sounds import sound_alike
from workers.engines.fluency.inputs import Text
from workers.engines.fluency.words import item

log = logging.getLogger(__name__)

VERSION = "1"
KINDS = frozenset({"Agreement", "Grammar", "Nonstandard", "Usage", "WordChoice", "Malapropism",
                   "Eggcorn"})  # fmt: skip
"""Of Harper's kinds those that are about what was said; the others are about how it was written:
spelling, marks, capitals, style."""
OTHER_RULES = frozenset({"AdjectiveDoubleDegree", "SinceDuration", "AnA"})
"""Rules of other kinds that are."""
_SILENT_H = ("hono", "herb")
"""Spellings whose article the checker's dictionary does not know: "an honour"."""


@dataclass(frozen=True)
class Checked:
    """`items` None: nothing could be checked; `reason` is a code for why not."""

    items: list[dict[str, Any]] | None
    engine: str
    reason: str = ""


def check(text: Text, fillers: Sequence[tuple[int, int]], *, url: str = "") -> Checked:
    """Items {text, start, end, first_word, last_word, rule, message, alternative}, in order."""
    sentences = prose(text, fillers)
    texts = [one.text for one in sentences]
    try:
        found = languagetool.check(url, texts) if url else harper.checker().check(texts)
    except Unavailable as reason:
        log.warning("grammar cannot be checked: %s", reason)
        return Checked(None, "", reason.code)
    items = [
        item(text.tokens, one.tokens[first], one.tokens[end - 1] + 1, rule=lint.rule,
             message=lint.message.replace("`", ""),
             alternative=next(iter(lint.instead), "").strip() or None)
        for one, lints in zip(sentences, found, strict=True)
        for first, end, lint in _kept(one, [*heard.check(one.text), *lints])
    ]  # fmt: skip
    engine = "languagetool" if url else f"harper {harper.VERSION}"
    return Checked(items, f"{engine} and rostrum grammar {VERSION}")


def _kept(one: Prose, lints: Sequence[Lint]) -> list[tuple[int, int, Lint]]:
    """(first word, end, lint) of what may be blamed, each place once."""
    kept: list[tuple[int, int, Lint]] = []
    used = set(one.muted)
    for lint in lints:
        first, end = one.words_at(lint.start, lint.end)
        places = set(range(first, end))
        said = " ".join(one.words[first:end])
        article = lint.rule == "AnA" and one.words[min(end, len(one.words) - 1)]
        if article and article.lower().startswith(_SILENT_H):
            continue
        if not _is_about_speech(lint) or not places.isdisjoint(used):
            continue
        if not any(sound_alike(said, instead) for instead in lint.instead[:1]):
            used |= places
            kept.append((first, end, lint))
    return sorted(kept)


def _is_about_speech(lint: Lint) -> bool:
    return lint.rule in OTHER_RULES or lint.kind in KINDS
