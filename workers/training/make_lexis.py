"""Make the engines' lexicon: what part of speech a word mostly is, and how it is used.

    python -m workers.training.make_lexis

Nothing tagged can be had here, so tags come from two tables of spacy-lookups-data (MIT): WordNet's
lemmas say what a word may be, and Brown clusters (words that stand in like places) what it mostly
is: the share of each tag among the unambiguous words of its cluster. The most frequent words go to
workers/engines/data/lexis-1.txt, one a line: word, cluster, tags, the most likely first, `!` after
it where the others are rare.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from importlib import resources
from typing import Any

from workers.engines.meaning.lexicon import DATA

WORDS = 24_000
SURE_TIMES = 5.0
"""A tag is `!` where its share in the cluster is this many times the next one's."""
_ENDINGS = {
    "NS": (("s", ""), ("ies", "y"), ("es", "")),
    "VZ": (("s", ""), ("ies", "y"), ("es", "")),
    "VD": (("ed", ""), ("d", ""), ("ied", "y")),
    "VG": (("ing", ""), ("ing", "e")),
}
ABOUT = """\
# Words of English by frequency: cluster and tags, by workers/training/make_lexis.py.
# From spacy-lookups-data (MIT): Brown clusters, and the lemma tables made from WordNet 3.0
# (copyright 2006 Princeton University, WordNet licence). N noun, NS plural, V verb, VZ its -s form,
# VD past or participle, VG -ing form, J adjective, R adverb, - none of them.
"""


def table(name: str) -> Any:
    """One of the English tables of spacy-lookups-data."""
    file = resources.files("spacy_lookups_data") / "data" / f"en_{name}.json.gz"
    return json.loads(gzip.decompress(file.read_bytes()))


class Tagger:
    """What WordNet lets a word be."""

    def __init__(self) -> None:
        index, exceptions = table("lemma_index"), table("lemma_exc")
        self._index = {kind: frozenset(index[kind]) for kind in ("noun", "verb", "adj", "adv")}
        self._irregular = {kind: exceptions[kind] for kind in ("noun", "verb", "adj")}

    def possible(self, word: str) -> set[str]:
        tags = {
            tag
            for kind, tag in (("noun", "N"), ("verb", "V"), ("adj", "J"), ("adv", "R"))
            if word in self._index[kind]
        }
        tags |= {tag for tag in _ENDINGS if self._inflected(word, tag)}
        if word in self._irregular["noun"] and word not in self._index["noun"]:
            tags.add("NS")
        if word in self._irregular["verb"] and not tags & {"VD", "VG", "VZ"}:
            tags.add("VG" if word.endswith("ing") else "VD")
        if word in self._irregular["adj"]:
            tags.add("J")
        return tags

    def _inflected(self, word: str, tag: str) -> bool:
        known = self._index["noun" if tag == "NS" else "verb"]
        if len(word) < 4 or word.endswith("ss"):
            return False
        regular = any(
            word.endswith(ending) and word.removesuffix(ending) + base in known
            for ending, base in _ENDINGS[tag]
        )
        doubled = re.fullmatch(r"(\w+?)(\w)\2(ing|ed)", word)
        return regular or bool(
            doubled
            and doubled[1] + doubled[2] in known
            and tag == {"ing": "VG", "ed": "VD"}[doubled[3]]
        )


def main() -> None:
    clusters, frequencies = table("lexeme_cluster"), table("lexeme_prob")
    plain = [word for word in frequencies if re.fullmatch(r"[a-z]+(?:'[a-z]+)?", word)]
    words = sorted(
        (word for word in plain if word in clusters), key=lambda word: -frequencies[word]
    )
    tagger = Tagger()
    shares: dict[int, Counter[str]] = defaultdict(Counter)
    for word in words[: 2 * WORDS]:
        tags = tagger.possible(word)
        if len(tags) == 1:
            shares[clusters[word]].update(tags)
    lines = []
    for word in words[:WORDS]:
        ranked = ",".join(_ranked(tagger.possible(word), shares[clusters[word]]))
        lines.append(f"{word} {clusters[word]} {ranked}")
    (DATA / "lexis-1.txt").write_text(ABOUT + "\n".join(sorted(lines)) + "\n", encoding="utf-8")
    sys.stdout.write(f"{len(lines)} words\n")


def _ranked(tags: set[str], shares: Counter[str]) -> Iterator[str]:
    """The tags by their share in the cluster, the first with `!` where it is clearly first."""
    if not tags:
        yield "-"
        return
    least = 0.02 * sum(shares.values()) + 0.5
    ranked = sorted(((shares[tag] + least, tag) for tag in tags), reverse=True)
    clear = len(ranked) > 1 and ranked[0][0] >= SURE_TIMES * ranked[1][0]
    yield ranked[0][1] + ("!" if clear or len(ranked) == 1 else "")
    yield from (tag for _, tag in ranked[1:])


if __name__ == "__main__":
    main()
