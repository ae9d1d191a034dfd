"""Swear words: found as whole words, never in what only looks like them, masked as counted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engines.test_fluency_wording import tokens
from workers.engines.fluency import language
from workers.engines.profanity import find, hidden_by_context, masked
from workers.training.evaluation import run


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("This shit works.", "This s*** works."),
        ("What the hell, he's a total dick!", "What the h***, he's a total d***!"),
        ("FUCKED up bullshit", "F***** up b*******"),
        ("A pain in the ass", "A pain in the a**"),
        ("He said 'fuck you' to me.", "He said 'f*** you' to me."),
        ("'Shit,' he said.", "'S***,' he said."),
        ("That prick from accounting.", "That p**** from accounting."),
        ("Bloody hell, that was bloody good.", "B***** h***, that was b***** good."),
    ],
)
def test_what_is_found_is_masked_but_for_its_first_letter(said: str, shown: str) -> None:
    assert masked(said) == shown


@pytest.mark.parametrize(
    "said",
    [
        "Dick Cheney lives in Scunthorpe.",
        "A cocktail class in Essex, to assess shiitake and the bass.",
        "All spic and span, spic-and-span.",
        "That prick of a needle hurt.",
        "A pussy cat pricked its ears.",
        "A bloody nose and a Bloody Mary on Bloody Sunday.",
        "Heaven and hell are in the title.",
        "She graduated cum laude and played craps in Niger.",
        "Hello, the shell script passes.",
        "A bastard file, a rooster and a donkey.",
        "One bitch of the kennel had nine puppies.",
    ],
)
def test_what_only_looks_alike_is_left_alone(said: str) -> None:
    assert find(said) == [] and masked(said) == said


def test_an_item_names_its_words_and_how_strong_they_are() -> None:
    given_tokens = tokens("Well, what the hell, it is shit.")
    found = language.swearing(given_tokens)
    keys = ("text", "strength", "first_word", "last_word")
    assert [tuple(one[key] for key in keys) for one in found] == [
        ("what the hell", "mild", 1, 3), ("shit", "strong", 6, 6),
    ]  # fmt: skip


@given(st.text(max_size=200))
def test_masking_keeps_the_length_and_masks_once(text: str) -> None:
    once = masked(text)
    assert len(once) == len(text) and masked(once) == once


def test_a_word_that_only_its_context_makes_one_is_masked_where_it_is_quoted_alone() -> None:
    hidden = hidden_by_context("What the hell, what a bloody good shit show, you total dick.")
    assert hidden == {"hell", "bloody", "dick"}
    assert masked("You lean on “Hell”.", hidden) == "You lean on “H***”."
    assert masked("hello", hidden) == "hello" and masked("hell") == "hell"


def test_no_line_without_swearing_loses_a_letter() -> None:
    report = run("profanity", "dev")
    assert report.figure("clean_lines_kept").value == 1.0
    assert report.figure("found.recall").met
