"""Discourse markers and their look-alikes. How many are told apart: the suite `fillers`."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from tests.engines.sounds import word
from workers.engines.fluency import markers, usage
from workers.engines.fluency.context import DATA, model
from workers.engines.fluency.words import (
    Token,
    is_filled_pause,
    sentences_of,
    tokens_of,
    with_pauses,
)
from workers.training.train_fillers import GROUPS, digest, examples

SENTENCES = """
I like data and I like people.
It was, [like], the hardest thing I ever did.
We were [like] really tired by then.
It was [like] twenty people in one room.
It felt like twenty years.
It looks like rain today.
It was like a dream to me.
It is like riding a bike.
I was [like] trying to fix the build.
And [like] we had no budget at all.
[Like], nobody told us about it.
I would like to thank my team.
We need tools like Python and Go.
Things like that happen all the time.
She sounds like a leader.
Like I said, the deadline moved.
We used languages, like Python, at work.
It took [like] two weeks to finish.
They don't like meetings.
People like you make it work.
It was hard, [you know], to get started.
[You know], we never gave up.
You know the answer already.
Do you know what happened next?
As you know, the market changed.
Let me know if you know him.
We hoped you know how to do it.
I was, um, [you know] really nervous.
You know how to handle customers.
I want you to know that it matters.
[I mean], it was my first job.
I mean it.
What I mean is that quality comes first.
I mean to finish this by Friday.
It was difficult, [I mean], really difficult.
If I mean business, they listen.
Do you see what I mean?
By that I mean the whole team.
[So], today I want to talk about sleep.
It was so good that we did it again.
We did so because it was cheaper.
I think so.
And so, my fellow Americans, we begin.
The server was down, so we rebuilt it.
There are so many ways to do it.
We tested it so that nothing breaks.
If so, call me.
We had ten or so customers.
I thought it would work, [so]...
[Well], I led the project for two years.
It went well in the end.
I know Python as well.
They did very well.
We are well prepared for it.
The work was done well, and we left.
It was, [well], complicated.
I work well under pressure.
[Right], let me start with the numbers.
We went to the right side.
You are right about that.
We did it right away.
I need that right now.
All right with me.
So that makes sense, [right]?
That's right.
It was the right thing to do.
We have the right to know.
[Okay], let me explain.
[Okay] [so] we begin with the plan.
It was okay in the end.
That is okay with me.
He gave the okay.
Everything is going to be okay.
It's [basically] a large table of numbers.
[Basically], we had to start over.
The two results were basically the same.
[Actually], I wrote most of it.
What did you actually do?
I don't know what actually happened.
Nobody actually tested it.
I [actually] think we were lucky.
It was, [actually], a good week.
I was [literally] shaking on stage.
The word was literally translated.
It literally means house.
I take it quite literally.
[Literally], everyone left.
It was [kind of] hard to see.
I [kind of] lost my way there.
What kind of work do you do?
It is a kind of bread.
That's kind of you.
This kind of problem is common.
I [sort of] knew it would fail.
It was the same sort of problem.
It takes all kinds of people.
There is some sort of delay.
It was [kinda] slow.
"""
CASES = [line for line in SENTENCES.splitlines() if line.strip()]


def tokens(text: str) -> list[Token]:
    return tokens_of([word(part, None, None) for part in text.split()], lambda _: True)


@pytest.mark.parametrize("sentence", CASES)
def test_with_marks_a_marker_counts_only_where_it_fills(sentence: str) -> None:
    """Asked by their place, so that the right one of two is found."""
    expected = [
        len(sentence[: match.start()].replace("[", "").replace("]", "").split())
        for match in re.finditer(r"\[", sentence)
    ]
    given = tokens(sentence.replace("[", "").replace("]", ""))
    found = markers.find(given, sentences_of(given, []))
    assert [first for first, _ in found] == expected, [
        " ".join(token.text for token in given[a:b]) for a, b in found
    ]


def test_the_table_is_worth_its_name() -> None:
    assert len(CASES) >= 60
    for marker in markers.MARKERS:
        if marker not in {("sorta",), ("ok",)}:
            phrase = " ".join(marker)
            assert any(phrase in case.lower().replace("[", "").replace("]", "") for case in CASES)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("we had like five minutes left and the projector died", ["like"]),
        ("i really like the people i work with", []),
        ("she basically runs the place on her own", ["basically"]),
        ("do you know who designed the first version", []),
        ("he did so well that they kept him", []),
        ("what kind of work are you looking for", []),
    ],
)
def test_without_marks_the_model_tells_them_apart(text: str, expected: list[str]) -> None:
    given = tokens(text)
    found = markers.find(given, sentences_of(given, []))
    assert [" ".join(t.lower for t in given[a:b]) for a, b in found] == expected


def test_every_marker_has_its_weights_and_examples_of_both_kinds() -> None:
    trained = model(markers.MODEL)
    assert set(trained["weights"]) == set(markers.MARKERS.values()) == set(GROUPS)
    missing = {(family, fills) for family in GROUPS for fills in (True, False)}
    for example in examples():
        missing.discard((example.family, example.fills))
        if not missing:
            break
    assert not missing


def test_the_weights_belong_to_the_labelled_text() -> None:
    assert model(markers.MODEL)["text_sha256"] == digest(), "run workers.training.train_fillers"


def test_the_states_weights_belong_to_the_labelled_text_and_ship_small() -> None:
    path = DATA / f"{markers.STATES_MODEL}.npz"
    with np.load(path, allow_pickle=False) as stored:
        assert str(stored["text_sha256"]) == digest(), "run workers.training.fit_filler_states"
        assert set(stored["families"].tolist()) == set(GROUPS)
    assert path.stat().st_size < 200_000


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the whole thing was like a bad dream", []),
        ("it was like the whole thing was cursed", ["like"]),
        ("i know you know the answer", []),
        ("the answer was you know complicated", ["you know"]),
    ],
)
def test_where_minilm_is_it_has_a_say(models_dir: str, text: str, expected: list[str]) -> None:
    given = tokens(text)
    found = markers.find(given, sentences_of(given, []), models_dir)
    assert [" ".join(t.lower for t in given[a:b]) for a, b in found] == expected


def test_without_minilm_the_words_around_decide(tmp_path: Path) -> None:
    given = tokens("we had like five minutes left and the projector died")
    sentences = sentences_of(given, [])
    assert markers.find(given, sentences, str(tmp_path)) == markers.find(given, sentences)


def test_a_talk_without_marks_is_read_in_windows(models_dir: str) -> None:
    """Where a marker stands in a long stretch hardly changes what is made of it."""
    around = "then we drove back to the office and had some tea with the neighbours "
    said = "but it was like really hard to explain to the others "
    found = []
    for before in (0, 6, 11, 23):
        given = tokens(around * before + said + around * (25 - before))
        at = [token.lower for token in given].index("like")
        found.append(usage.states(given, [((at, at + 1), (0, len(given)))], models_dir))
    first, *others = [rows[0] for rows in found if rows is not None]
    assert len(others) == 3
    for state in others:
        assert state @ first > 0.85 * np.linalg.norm(state) * np.linalg.norm(first)


@pytest.mark.parametrize(
    "text", ["um", "uh", "Umm,", "er", "erm", "ah", "hmm", "mm", "uhh...", "hm", "mmm"]
)
def test_filled_pauses_always_count(text: str) -> None:
    assert tokens(text)[0].filled_pause


@pytest.mark.parametrize(
    "text", ["am", "her", "a", "hum", "oh", "yeah", "mad", "erase", "hmong", "mum", "ham"]
)
def test_words_that_look_like_filled_pauses_do_not(text: str) -> None:
    assert not tokens(text)[0].filled_pause


def test_a_unit_and_a_room_are_no_filled_pauses() -> None:
    assert not tokens("a 5 mm gap")[2].filled_pause
    assert not is_filled_pause("er", "ER", "the")


def test_a_pause_sets_a_marker_off_where_text_has_no_commas() -> None:
    """A pause on both sides makes filling likelier, as two commas do."""
    said = ["we", "had", "you", "know", "the", "plan"]
    timed = [word(text, i * 0.5, i * 0.5 + 0.3) for i, text in enumerate(said)]
    given = tokens_of(timed, lambda _: True)
    pauses = [{"start": 0.82, "end": 0.98}, {"start": 1.82, "end": 1.98}]
    chances = [
        markers.chance(*candidate)
        for heard in (given, with_pauses(given, pauses))
        for candidate in markers.candidates(heard, [(0, len(heard))])
    ]
    assert len(chances) == 2 and chances[1] > chances[0]
