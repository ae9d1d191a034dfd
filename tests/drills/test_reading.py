"""What was read against what was written."""

from __future__ import annotations

import random

import pytest

from drills.reading import aligned, kept
from drills.services.library import shipped_drills


def read(text: str, heard: str) -> list[tuple[str, str, str]]:
    return [token for token in aligned(text, heard.split()) if token[0] != "same"]


def test_it_works():
    assert read("The ferry was late.", "the ferry was late") == []
    assert read("The ferry was late.", "the ferry late") == [("skipped", "was", "")]
    assert read("The ferry was late.", "the um ferry was late") == [("added", "", "um")]
    assert read("The ferry was late.", "the fairy was late") == [("changed", "ferry", "fairy")]


def test_case_points_bars_and_hyphens_are_not_heard():
    assert read("“Wait!” | she said, half-heartedly.", "Wait she said half heartedly") == []
    assert read("Bob’s well known.", "bob's well-known") == []


def test_nothing_heard_is_all_skipped():
    tokens = aligned("One two.", [])
    assert [kind for kind, *_ in tokens] == ["skipped", "skipped"] and kept(tokens) == (0, 2)


@pytest.mark.parametrize("seed", range(3))
def test_planted_errors_of_reading_are_found_where_they_were_made(seed: int):
    rng = random.Random(seed)
    for drill in filter(lambda one: one.is_read_aloud, shipped_drills()):
        words = [word for word in drill.text.replace("-", " ").split() if word not in "|—"]
        skipped = rng.randrange(5, 25)
        changed, added = rng.randrange(30, 45), rng.randrange(50, len(words) - 3)
        heard = [*words[:added], "zebra", *words[added:]]
        heard[changed] = "quagga"
        gone = heard.pop(skipped)
        found = [
            token for token in aligned(drill.text.replace("-", " "), heard) if token[0] != "same"
        ]
        assert sorted(kind for kind, *_ in found) == ["added", "changed", "skipped"], drill.slug
        by_kind = {kind: (word, said) for kind, word, said in found}
        assert by_kind["changed"] == (words[changed], "quagga")
        assert by_kind["added"] == ("", "zebra")
        assert by_kind["skipped"][0].casefold().strip(".,") == gone.casefold().strip(".,")
