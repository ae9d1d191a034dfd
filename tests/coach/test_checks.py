"""What comes back: only what holds is shown."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from analysis.coach import answer as answers
from analysis.coach.answer import NotAnAnswer, read, schema
from analysis.coach.checks import notes_of
from analysis.coach.figures import claimed, numbers
from analysis.coach.request import system_prompt
from tests.coach.given import SAID, request
from tests.fakes.llm import good_answer

GOOD = good_answer({n: text for n, (_, text) in enumerate(SAID)})


def notes(**changes: Any) -> dict[str, Any]:
    return notes_of(request(), read(json.dumps(copy.deepcopy(GOOD) | changes)))


def suggestion(**changes: Any) -> dict[str, Any]:
    return {"title": "Name the result first", "text": "It came last.", "try_saying": "",
            "evidence": [{"index": 6, "quote": "we kept nine in ten"}]} | changes  # fmt: skip


def test_it_works():
    found = notes()
    assert [one["title"] for one in found["suggestions"]] == [
        "Name the result first", "Say who was there", "End on the outcome",
    ]  # fmt: skip
    assert found["answers"][0]["part"] == "p1"
    assert found["dropped"] == {}


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '"score 100"', '{"score": 100}', json.dumps(GOOD)[:60],
     json.dumps(GOOD | {"score": 100}),
     json.dumps(GOOD | {"labels": [{"index": "0", "label": "task"}]}),
     json.dumps(GOOD | {"labels": [{"index": 0, "label": "hired"}]}), "[" * 100_000,
     json.dumps(GOOD).replace("Name the", "x" * 200_000)],
)  # fmt: skip
def test_what_is_not_of_the_schema_is_no_answer(text: str):
    with pytest.raises(NotAnAnswer) as error:
        read(text)
    assert "customers" not in str(error.value), "the reason repeats nothing of the text"


def test_the_schema_suits_strict_servers():
    """Each object closed, each field required, no limits: what both providers ask for."""
    found = [schema(), *schema()["$defs"].values()]
    for one in found:
        assert one["additionalProperties"] is False
        assert set(one["required"]) == set(one["properties"])
    text = json.dumps(found)
    assert not {"maxLength", "minLength", "maxItems", "minItems", "minimum"} & set(text.split('"'))


@pytest.mark.parametrize(
    ("quote", "shown"),
    [
        ("we kept nine in ten", "we kept nine in ten"),
        ("WE KEPT nine in ten.", "we kept nine in ten"),
        ("… kept nine …", "kept nine"),
    ],
)
def test_a_quote_is_shown_as_it_was_said(quote: str, shown: str):
    found = notes(suggestions=[suggestion(evidence=[{"index": 6, "quote": quote}])])
    (one,) = found["suggestions"][0]["evidence"]
    assert one == {"index": 6, "start": 24.0, "end": 27.5, "text": shown}


def test_a_quote_may_have_other_quotation_marks():
    found = notes(
        suggestions=[suggestion(evidence=[{"index": 7, "quote": 'I’m proud of that "quiet" work'}])]
    )
    assert found["suggestions"][0]["evidence"][0]["text"] == "I'm proud of that “quiet” work"


@pytest.mark.parametrize(
    ("evidence", "why"),
    [
        ({"index": 6, "quote": "we kept all of them"}, "quote"),
        ({"index": 0, "quote": "we kept nine in ten"}, "quote"),
        ({"index": 6, "quote": "ept nin"}, "quote"),
        ({"index": 6, "quote": "…"}, "quote"),
        ({"index": 99, "quote": "we kept nine in ten"}, "index"),
        ({"index": -1, "quote": "I'm proud"}, "index"),
    ],
)
def test_a_remark_without_evidence_is_dropped(evidence: dict[str, Any], why: str):
    found = notes(suggestions=[suggestion(evidence=[evidence]), suggestion(title="Keep this one")])
    assert [one["title"] for one in found["suggestions"]] == ["Keep this one"]
    assert found["dropped"] == {why: 1}
    assert notes(strengths=[{"text": "Well done.", "evidence": []}])["strengths"] == []


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("You kept 95 % of them.", "figure"),
        ("You led a team of forty people.", "figure"),
        ("Speak at 150 words a minute.", "figure"),
        ("Say what Google thought of it.", "name"),
        ("Tell us that Petra and Ruth agreed.", "name"),
        ("Your score is 100.", "mark"),
        ("I rate this nine out of ten.", "mark"),
        ("That is 10/10 for structure.", "mark"),
        ("An answer with 20 points.", "mark"),
        ("See https://evil.example for more.", "markup"),
        ("Write to me at a@evil.example today.", "markup"),
        ("<script>alert(1)</script>", "markup"),
        ("<img src=x onerror=alert(1)>", "markup"),
        ("Click [here](javascript:alert(1)).", "markup"),
        ("&lt;b&gt;bold&lt;/b&gt;", "markup"),
        ("x" * 401, "length"),
        (f"My instructions are: {system_prompt()[:160]}", "instructions"),
    ],
)
def test_what_does_not_hold_is_dropped(text: str, why: str):
    changed = [suggestion(text=text), suggestion(title="Keep this one")]
    found = notes(suggestions=changed, strengths=[])
    assert [one["title"] for one in found["suggestions"]] == ["Keep this one"]
    assert found["dropped"] == {why: 1}
    assert text not in json.dumps(found)


@pytest.mark.parametrize(
    "text",
    [
        "You called 35 of them and lost 20 a week: say that first.",
        "Thirty-five calls are worth more than one word.",
        "At 131 words a minute you have room to pause.",
        "Give the one number that counts, nine in ten.",
        "Petra asked in May, so begin there.",
        "A STAR answer ends on the Result.",
        "Who were the two designers? Name them.",
    ],
)
def test_what_holds_is_kept(text: str):
    assert notes(suggestions=[suggestion(text=text)])["suggestions"][0]["text"] == text


def test_a_title_may_be_written_large():
    found = notes(suggestions=[suggestion(title="Name The Result First")])
    assert found["suggestions"][0]["title"] == "Name The Result First"


def test_an_example_must_hold_too():
    found = notes(suggestions=[suggestion(try_saying="I saved 4 million."), suggestion()])
    assert [one["try_saying"] for one in found["suggestions"]] == ["", ""]
    assert found["dropped"] == {"figure": 1}


def test_hidden_characters_do_not_come_through():
    found = notes(suggestions=[suggestion(text="Say it\u202e first.\u200b\U000e0041")])
    assert found["suggestions"][0]["text"] == "Say it first."


def test_both_readings_of_a_sentence_are_kept():
    labels = [(2, "result"), (6, "result"), (2, "task"), (70, "task")]
    found = notes(labels=[{"index": index, "label": label} for index, label in labels])
    said = {one["index"]: (one["label"], one["offline"]) for one in found["star"]["sentences"]}
    assert said[2] == ("result", "action"), "the first label of a sentence counts"
    assert said[6] == ("result", "result")
    assert said[0] == ("none", "situation"), "a sentence it left out tells it no story"
    assert 4 not in said, "none to both"
    assert found["star"]["agreement"] == 0.25
    assert found["dropped"] == {"index": 1}


def test_a_judgement_needs_its_question_a_reason_and_a_quote():
    quotes = GOOD["answers"][0]["quotes"]
    found = notes(answers=[
        {"question": 2, "relevance": "misses", "why": "There is no such one.", "quotes": quotes},
        {"question": 1, "relevance": "answers", "why": "It does.", "quotes": []},
        {"question": 1, "relevance": "partly", "why": "You scored 100.", "quotes": quotes},
    ])  # fmt: skip
    assert found["answers"] == []


def test_no_more_than_three_of_each():
    found = notes(suggestions=[suggestion() for _ in range(50)])
    assert len(found["suggestions"]) == 3


def test_nothing_that_holds_is_no_notes():
    assert notes(strengths=[], suggestions=[suggestion(text="Score 100.")]) == {}


@examples(st.builds(
    answers.Answer,
    labels=st.lists(st.builds(answers.Label, index=st.integers(-3, 12))),
    strengths=st.lists(st.builds(answers.Strength, text=st.text(), evidence=st.lists(
        st.builds(answers.Evidence, index=st.integers(-3, 12), quote=st.text())))),
))  # fmt: skip
def test_whatever_comes_back_only_what_was_said_is_quoted(answer: answers.Answer):
    said = {n: text for n, (_, text) in enumerate(SAID)}
    found = notes_of(request(), answer)
    for one in found.get("strengths", []) + found.get("suggestions", []):
        for quote in one["evidence"]:
            assert quote["text"] in said[quote["index"]]


@pytest.mark.parametrize(
    ("text", "found", "stated"),
    [
        ("twenty-seven people", {20.0, 7.0, 27.0}, {27.0}),
        ("3 million, 2,500 and 1.5", {3.0, 3e6, 2500.0, 1.5}, {3e6, 2500.0, 1.5}),
        ("one hundred and five", {1.0, 5.0, 105.0}, {105.0}),
        ("two things", {2.0}, set()),
        ("2 things", {2.0}, {2.0}),
        ("nothing", set(), set()),
    ],
)
def test_numbers_are_read_in_digits_and_in_words(text: str, found: set[float], stated: set[float]):
    assert numbers(text) == found
    assert claimed(text) == stated


@examples(st.text())
def test_any_text_has_its_numbers_in_it(text: str):
    assert claimed(text) <= numbers(text)
