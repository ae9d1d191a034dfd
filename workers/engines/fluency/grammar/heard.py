"""What learners of English say and the checkers miss: the patterns of data/heard-1.toml.

They are there because they carry their weight on the development cases (docs/evaluation.md).
"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from workers.engines.fluency.grammar.lint import Lint
from workers.engines.lexis import look_up

DATA = Path(__file__).resolve().parents[2] / "data" / "heard-1.toml"


class _Pattern(NamedTuple):
    rule: str
    message: str
    find: re.Pattern[str]
    instead: str
    """A template over the match's groups, or empty."""


class _Table(NamedTuple):
    patterns: tuple[_Pattern, ...]
    unlike: dict[str, frozenset[str]]
    """Kind -> words the lexicon calls so and that do not behave so."""


@lru_cache(maxsize=1)
def _table() -> _Table:
    told = tomllib.loads(DATA.read_text(encoding="utf-8"))

    def whole(find: str) -> re.Pattern[str]:
        return re.compile(re.sub(r"\{([A-Z]+)\}", lambda name: told["parts"][name[1]], find))

    return _Table(
        tuple(
            _Pattern(entry["rule"], entry["message"], whole(find), instead)
            for entry in told["rules"]
            for find, instead in entry["find"]
        ),
        {kind: frozenset(words.split()) for kind, words in told["unlike"].items()},
    )


def check(text: str) -> list[Lint]:
    """The lints of one sentence."""
    lowered = text.lower().replace("\u2019", "'")
    if len(lowered) != len(text):  # some capitals are longer in lower case: places would be off
        return []
    return [
        Lint(pattern.rule, "Grammar", match.start(), match.end(), pattern.message,
             (match.expand(pattern.instead).strip(),) if pattern.instead else ())
        for pattern in _table().patterns
        for match in pattern.find.finditer(lowered)
        if all(_is(kind, word) for kind, word in match.groupdict().items() if word)
    ]  # fmt: skip


def _is(kind: str, word: str) -> bool:
    entry = look_up(word)
    if kind == "J":
        return "J" in entry.tags or entry.tag in {"N", "VD"}
    if word in _table().unlike.get(kind, frozenset()):
        return False
    sure = entry.sure or len(entry.tags) == 1 or kind in {"V", "VZ"}
    return sure and entry.tag == {"ONE": "N"}.get(kind, kind)
