from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from analysis.wording import bare_words, carry_times, difference
from workers.engines.types import Word


def spoken(text: str) -> list[Word]:
    return [
        Word(text=part, start=float(n), end=n + 0.5, confidence=0.9, speaker="S1")
        for n, part in enumerate(text.split())
    ]


def test_it_works() -> None:
    words = carry_times(spoken("I lead the move in May."), bare_words("I led the big move in May"))
    times = {word["text"]: word["start"] for word in words}
    assert times == {"I": 0, "led": None, "the": 2, "big": None, "move": 3, "in": 4, "May": 5}
    assert {word["speaker"] for word in words} == {"S1"}


def test_the_difference_reads_in_order() -> None:
    changes = difference(bare_words("one two three four"), bare_words("one 2 three four five"))
    assert [(c.kind, c.before, c.after) for c in changes] == [
        ("same", "one", "one"), ("replaced", "two", "2"),
        ("same", "three four", "three four"), ("added", "", "five")]  # fmt: skip


texts = st.lists(st.sampled_from(["the", "a", "move", "Move.", "—", "led"]), max_size=40)


@given(before=texts, after=texts)
def test_no_word_is_lost_or_made_up(before: list[str], after: list[str]) -> None:
    old, new = spoken(" ".join(before)), bare_words(" ".join(after))
    changes = difference(old, new)
    assert " ".join(c.before for c in changes if c.before).split() == before
    assert " ".join(c.after for c in changes if c.after).split() == after
    carried = carry_times(old, new)
    assert [word["text"] for word in carried] == after
    starts = [word["start"] for word in carried if word["start"] is not None]
    assert starts == sorted(set(starts)), "times stay in order and are lent once"


@given(text=texts)
def test_an_unchanged_text_keeps_every_time(text: list[str]) -> None:
    old = spoken(" ".join(text))
    assert carry_times(old, bare_words(" ".join(text))) == old
