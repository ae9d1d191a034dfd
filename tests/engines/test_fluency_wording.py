"""What is measured on the words alone: repetitions, repairs, weak words, vocabulary."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engines.sounds import word
from workers.engines.fluency import disfluency, language, vocabulary
from workers.engines.fluency.syllables import said, spoken, syllables, vowel_groups
from workers.engines.fluency.words import Token, sentences_of, tokens_of


def tokens(text: str) -> list[Token]:
    return tokens_of([word(part, None, None) for part in text.split()], lambda _: True)


# --- syllables ------------------------------------------------------------------------------


def test_numbers_are_counted_as_they_are_said() -> None:
    assert spoken("25%") == ("twenty", "five", "percent")
    assert spoken("$5") == ("five", "dollars")
    assert spoken("2024") == ("twenty", "twenty", "four")
    assert spoken("21st") == ("twenty", "first")
    assert spoken("well-known") == ("well", "known")
    assert said("1999") == (3, 5)


@pytest.mark.parametrize(
    ("text", "count"),
    [("basically", 3), ("strength", 1), ("area", 3), ("team's", 1), ("boss's", 2), ("idea", 3)],
)
def test_syllables_come_from_the_dictionary(text: str, count: int) -> None:
    assert syllables(text) == count


@pytest.mark.parametrize(("text", "count"), [("kubernetize", 4), ("blorping", 2), ("zable", 2)])
def test_unknown_words_are_counted_by_spelling(text: str, count: int) -> None:
    assert vowel_groups(text) == count


@given(st.text(max_size=30))
def test_any_token_can_be_said(text: str) -> None:
    words, sounds = said(text)
    assert words >= 1 and sounds >= 1


# --- repetitions and repairs --------------------------------------------------------------------


def lists(text: str) -> dict[str, list[str]]:
    given = tokens(text)
    sentences = sentences_of(given, [])
    found = {
        "repetitions": disfluency.repetitions(given, sentences),
        "repairs": disfluency.repairs(given, sentences),
        **language.word_lists(given, sentences, language.read(given), []),
    }
    return {name: [item["text"].lower() for item in items] for name, items in found.items()}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I I went home.", ["i i"]),
        ("I, uh, I went home.", ["i, uh, i"]),
        ("We want to we want to grow.", ["we want to we want to"]),
        ("the the the plan", ["the the the"]),
        ("It is very very good.", []),
        ("Location, location, location.", []),
        ("He had had enough.", []),
        ("I said no, no, no.", []),
        ("The number is five five two.", []),
        ("We won. We won.", []),
        ("Again and again we won.", []),
        ("It went on day after day after day.", []),
        ("A long long time ago.", []),
        ("location location location", []),
        ("we we saw the the the end", ["we we", "the the the"]),
    ],
)
def test_repetitions(text: str, expected: list[str]) -> None:
    assert lists(text)["repetitions"] == expected


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("We met on Monday, sorry, on Tuesday.", 1),
        ("The pro- project was late.", 1),
        ("We went to the, uh, to our clients.", 1),
        ("It costs ten, no wait, twenty dollars.", 1),
        ("What did no what did the government want?", 1),
        ("It was the first or wait the second bank.", 1),
        ("There is no way out.", 0),
        ("I can not wait to start.", 0),
        ("I would rather not go.", 0),
        ("I am sorry about that.", 0),
        ("We went to the shop and to the bank.", 0),
        ("I think, and I know, that it works.", 0),
        ("I'm sorry to say it failed.", 0),
    ],
)
def test_repairs(text: str, count: int) -> None:
    assert len(lists(text)["repairs"]) == count


@pytest.mark.parametrize(
    ("group", "text", "expected"),
    [
        ("hedges", "I think we should go.", ["i think"]),
        ("hedges", "I think about work.", []),
        ("hedges", "Maybe it helps a little bit.", ["maybe", "a little bit"]),
        ("hedges", "I believe in teamwork.", []),
        ("hedges", "I'm not really sure.", ["i'm not really sure"]),
        ("weak_words", "It was very good stuff.", ["very", "good", "stuff"]),
        ("weak_words", "We arrived just in time.", []),
        ("weak_words", "He has just left.", []),
        ("weak_words", "It was a pretty house.", []),
        ("weak_words", "It was pretty hard.", ["pretty"]),
        ("absolutes", "Everyone always agrees.", ["everyone", "always"]),
        ("absolutes", "Almost everyone agrees.", []),
        ("absolutes", "It is not always true.", []),
        ("absolutes", "Nobody came.", []),
        ("absolutes", "Nobody reads it.", ["nobody"]),
        ("absolutes", "The salesman never called back.", []),
        ("absolutes", "I never missed a deadline.", ["never"]),
        ("absolutes", "All customers agree with all his plans.", ["all"]),
        ("weak_words", "He was definitely late.", ["definitely"]),
        ("weak_words", "All sorts of people were so happy.", ["all sorts of", "so"]),
        ("weak_words", "They took it seriously and kept a cool head.", []),
        ("hedges", "I would rather walk.", []),
        ("hedges", "It was rather slow.", ["rather"]),
        ("non_inclusive", "The salesman left.", ["salesman"]),
        ("non_inclusive", "The bad guys lost.", []),
        ("non_inclusive", "Nuts and bolts.", []),
        ("questions", "how much does it cost", ["how much does it cost"]),
        ("questions", "and can anyone tell me", ["and can anyone tell me"]),
        ("questions", "what you do is you add water", []),
        ("questions", "How do you start? You begin.", ["how do you start?"]),
        ("questions", "what makes a good teacher", ["what makes a good teacher"]),
        ("questions", "what makes it work is the glue", []),
        ("questions", "what's the plan for monday", ["what's the plan for monday"]),
        ("questions", "how many of you slept well", ["how many of you slept well"]),
        ("questions", "should the pool raise its prices", ["should the pool raise its prices"]),
        ("questions", "do it in the morning", []),
        ("questions", "had i known i would have stayed", []),
        ("questions", "which is a long story", []),
        ("questions", "it is a nice place isn't it", ["it is a nice place isn't it"]),
        ("questions", "why not", ["why not"]),
    ],
)
def test_words_that_weaken(group: str, text: str, expected: list[str]) -> None:
    assert lists(text)[group] == expected


def test_a_word_stands_in_one_list_only() -> None:
    found = lists("I guess it is definitely always just a bit crazy.")
    said = [text for name in ("hedges", "absolutes", "weak_words") for text in found[name]]
    assert sorted(said) == sorted(["i guess", "always", "definitely", "just", "a bit"])


def test_a_term_comes_with_other_words_and_a_reason() -> None:
    given = tokens("Our chairman and the guys always agree.")
    terms = language.non_inclusive(given, language.read(given))
    assert [item["text"] for item in terms] == ["chairman", "guys"]
    assert all(item["alternative"] and item["note"].endswith(".") for item in terms)
    assert terms[0]["alternative"] == "chair, chairperson"


def test_an_absolute_comes_with_a_gentler_word() -> None:
    given = tokens("We always win.")
    (found,) = language.marked(given, language.read(given), [])["absolutes"]
    assert found["alternative"] == "usually, nearly always"


def test_what_fills_is_in_no_other_list() -> None:
    given = tokens("It was kind of late.")
    assert language.marked(given, language.read(given), [(2, 4)])["hedges"] == []


def test_long_sentences_and_run_ons() -> None:
    chain = "we built it and we sold it " + "and we liked it and then they used it so we grew " * 3
    found = lists(chain + ". Short one.")
    assert len(found["long_sentences"]) == 1 and len(found["run_ons"]) == 1


# --- vocabulary -------------------------------------------------------------------------------


def test_mtld_of_a_text_without_repeats_is_its_length() -> None:
    assert vocabulary.mtld([f"w{i}" for i in range(150)]) == 150


def test_mtld_by_hand() -> None:
    """Alternating a b: the ratio falls to 2/3 at the third word, so each factor has 3 words."""
    assert vocabulary.mtld(["a", "b"] * 60) == pytest.approx(3.0, abs=0.01)


@given(st.lists(st.sampled_from("abcdefghij"), min_size=100, max_size=300))
def test_mtld_keeps_when_a_text_is_joined_to_itself(words: list[str]) -> None:
    once, twice = vocabulary.mtld(words), vocabulary.mtld(words * 2)
    assert once is not None and twice is not None
    assert twice == pytest.approx(once, rel=0.12)


def test_overused_phrases_are_found_once() -> None:
    given_tokens = tokens("at the end of the day we ship. " * 4)
    found = vocabulary.overused(given_tokens, [t.lower for t in given_tokens])
    assert all(entry["count"] >= 3 for entry in found)
    assert any("end of the day" in entry["text"] for entry in found)
