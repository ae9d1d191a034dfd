from __future__ import annotations

import pytest

from workers.engines.lexis import look_up


@pytest.mark.parametrize(
    ("word", "tag"),
    [("manager", "N"), ("students", "NS"), ("want", "V"), ("shows", "VZ"), ("built", "VD"),
     ("happy", "J"), ("really", "R"), ("manager's", "N"), ("blorping", "VG"), ("blorpness", "N")],
)  # fmt: skip
def test_a_word_has_its_most_likely_tag_known_or_not(word: str, tag: str) -> None:
    assert look_up(word).tag == tag


def test_words_used_alike_share_a_cluster() -> None:
    assert look_up("he").cluster == look_up("she").cluster != look_up("house").cluster


@pytest.mark.parametrize("word", ["", "'", "1990", "über", "-"])
def test_any_word_can_be_looked_up(word: str) -> None:
    assert look_up(word).tag in {"", "N"}
