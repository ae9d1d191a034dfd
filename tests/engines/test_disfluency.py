"""What the speaker took back: repetitions, and repairs by the small model."""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from random import Random

import pytest

from workers.engines.fluency import disfluency, repair_model
from workers.engines.fluency.context import model
from workers.training import slips, train_disfluency
from workers.training.disfl_qa import aligned
from workers.training.evaluation import run
from workers.training.suites.language import read


def repairs(text: str) -> list[str]:
    given = read(text)
    return [item["text"] for item in disfluency.repairs(given.tokens, given.sentences)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We met on Monday, sorry, on Tuesday.", ["on Monday, sorry"]),
        ("What did no what did the government want?", ["What did no"]),
        ("It costs ten, no wait, twenty dollars.", ["ten, no wait"]),
        ("The pro- project was late.", ["pro"]),
    ],
)
def test_a_repair_is_what_was_taken_back_with_its_editing_term(
    text: str, expected: list[str]
) -> None:
    assert [found.rstrip("-") for found in repairs(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("and then he she told me that it was late", ["he"]),
        ("could you would you mind sending it again", ["could you"]),
        ("we went to the they told us to come back later", ["we went to the"]),
        ("i worked in a i worked at a bank", ["i worked in a"]),
    ],
)
def test_a_start_may_be_given_up_without_an_editing_term(text: str, expected: list[str]) -> None:
    assert repairs(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "no plan no money and no time",
        "some came by bus some came by train",
        "i know that that is hard",
        "location location location as they say",
        "There is no way out.",
        "Tea or coffee is fine.",
        "I would rather not go.",
        "We went to the shop and to the bank.",
        "I, uh, I went home.",
        "So, um, we waited for them.",
        "",
    ],
)
def test_words_that_only_look_like_it_are_none(text: str) -> None:
    assert repairs(text) == []


def test_repairs_do_not_overlap() -> None:
    text = read("we met on monday no on tuesday i mean on friday sorry in may no in june")
    ways = repair_model.find(text.tokens)
    assert all(a.instead <= b.first for a, b in itertools.pairwise(ways))


@pytest.mark.parametrize(
    ("said", "meant", "goes"),
    [
        ("what did no what do they want", "what do they want", "+++...."),
        ("who founded it um who ended it", "who ended it", "++++..."),
        ("when did it start", "when did it start", "...."),
    ],
)
def test_of_a_pair_the_first_words_go(said: str, meant: str, goes: str) -> None:
    labels, _ = aligned(said.split(), meant.split())
    assert "".join(".+"[label] for label in labels) == goes


def test_the_weights_belong_to_our_own_text_and_say_whose_the_rest_was() -> None:
    trained = model(repair_model.MODEL)
    assert trained["text_sha256"] == train_disfluency.digest(), "run train_disfluency"
    assert "CC BY 4.0" in trained["learned_from"]


def test_without_disfl_qa_its_figures_are_left_out_with_the_reason(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ROSTRUM_SHARED_DATA", str(tmp_path))
    figure = run("disfluency", "small").figure("disfl_qa.f1")
    assert figure.value is None and "dev.json is not here" in figure.note


def test_slips_are_the_same_for_the_same_chance_and_leave_the_line_whole() -> None:
    plain = slips.fluent()[:200]
    made = [slips.Slips(plain, Random(7)).put(line) for line in plain]
    assert made == [slips.Slips(plain, Random(7)).put(line) for line in plain]
    assert sum("[" in line for line in made) > 150
    for line, said in zip(plain, made, strict=True):
        assert re.sub(r"\[[^]]*\] ", "", said) == line
