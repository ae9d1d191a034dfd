"""What was read against what was written."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest

from drills.reading import aligned, kept
from drills.services.library import shipped_drills
from tests.synthesis import RATE, say
from workers.engines.asr.sphinx import Aligner
from workers.training.speech.changes import Change, changed


def read(text: str, heard: str) -> list[tuple[str, str, str]]:
    return [token for token in aligned(text, words(heard)) if token[0] != "same"]


def words(heard: str) -> list[dict[str, Any]]:
    return [{"text": word, "start": None, "end": None} for word in heard.split()]


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
    for drill in filter(lambda one: one.is_read_aloud and not one.melody, shipped_drills()):
        written = [word for word in drill.text.replace("-", " ").split() if word not in "|—"]
        skipped = rng.randrange(5, 25)
        changed, added = rng.randrange(30, 45), rng.randrange(50, len(written) - 3)
        heard = [*written[:added], "zebra", *written[added:]]
        heard[changed] = "quagga"
        gone = heard.pop(skipped)
        found = [
            token
            for token in aligned(drill.text.replace("-", " "), words(" ".join(heard)))
            if token[0] != "same"
        ]
        assert sorted(kind for kind, *_ in found) == ["added", "changed", "skipped"], drill.slug
        by_kind = {kind: (word, said) for kind, word, said in found}
        assert by_kind["changed"] == (written[changed], "quagga")
        assert by_kind["added"] == ("", "zebra")
        assert by_kind["skipped"][0].casefold().strip(".,") == gone.casefold().strip(".,")


TEXT = (
    "The doctor opened every window before the morning meeting.",
    "Seven people carried wooden tables into the garden.",
    "Nobody wanted another lesson about paper and silver.",
)
VOICES = ("slt", "rms")


def laid(voice: str, quick: int | None = None, stretch: float = 1.0) -> list[dict[str, Any]]:
    """The text spoken, its `quick`-th word `stretch` times as long, its words found in the sound by
    the product's own aligner."""
    found: list[dict[str, Any]] = []
    at = 0.0
    for sentence in TEXT:
        spoken = say(sentence, voice=voice)
        samples = spoken.samples
        place = None if quick is None else quick - len(found)
        if place is not None and 0 <= place < len(spoken.words):
            word = spoken.words[place]
            a, b = round(word.start * RATE), round(word.end * RATE)
            pad = round(0.05 * RATE)
            part = changed(np.pad(samples[a:b], pad), Change(stretch=stretch))
            edge = round(pad * stretch)
            samples = np.concatenate((samples[:a], part[edge:-edge], samples[b:]))
        names = [word.text.lower() for word in spoken.words]
        heard = Aligner().lay(names, samples)
        assert heard is not None, "the sound cannot hold the words"
        found += [
            {"text": name, "start": at + one.start, "end": at + one.end}
            for name, one in zip(names, heard, strict=True)
        ]
        at += len(samples) / RATE
    return found


def swallowed(words: list[dict[str, Any]], *, timed: bool = True) -> list[str]:
    tokens = aligned(" ".join(TEXT), words, timed=timed)
    return [word for kind, word, _heard in tokens if kind == "slurred"]


@pytest.mark.parametrize("voice", VOICES)
def test_clear_speech_swallows_nothing(voice: str):
    assert swallowed(laid(voice)) == []


@pytest.mark.parametrize("voice", VOICES)
@pytest.mark.parametrize("word", ["people", "carried", "another"])
def test_a_word_made_much_quicker_is_told_as_swallowed(voice: str, word: str):
    place = " ".join(TEXT).replace(".", "").lower().split().index(word)
    words = laid(voice, place, 0.4)
    found = swallowed(words)
    assert word in found and len(found) <= 2, "an aligner may take some of it from its neighbour"
    assert swallowed(words, timed=False) == [], "times that were not measured say nothing"


@pytest.mark.parametrize("voice", VOICES)
def test_a_little_quicker_is_not_swallowed(voice: str):
    place = " ".join(TEXT).replace(".", "").lower().split().index("another")
    assert swallowed(laid(voice, place, 0.8)) == []


def test_quick_speech_is_not_slurred_where_all_of_it_is_quick():
    words = laid("slt")
    quick = [{**word, "start": word["start"] * 0.5, "end": word["end"] * 0.5} for word in words]
    assert swallowed(quick) == []


def test_a_swallowed_word_was_read():
    tokens = aligned(" ".join(TEXT), laid("slt", 3, 0.35), timed=True)
    assert kept(tokens) == (25, 25)
