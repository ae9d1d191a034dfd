"""Labelled talks are what the suite says they are, and are spoken as their sentences ask."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import soundfile

from workers.training.evaluation import cases
from workers.training.speech.changes import median_hz
from workers.training.speech.say import RATE, SpokenWord
from workers.training.speech.talks import LOUDER_DB, MELODY, PAUSE_S, Said, as_written, made
from workers.training.suites.highlights import KINDS

TALKS = cases.records(cases.path("dev", "highlights", "moments.jsonl", kind="content"))
TEXT = "We met at the old harbour and nobody knew where the boat was."


def test_it_works(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ROSTRUM_VAR", str(tmp_path))
    talk = made([Said(TEXT, "lively", "slow"), Said(TEXT, "flat", "quick")], "slt")
    assert " ".join(word.text for word in talk.words) == f"{TEXT} {TEXT}"
    (lively, slow), (flat, quick) = talk.spans
    assert slow - lively > 1.2 * (quick - flat)
    assert flat - slow >= PAUSE_S["slow"][0]
    samples, _ = soundfile.read(talk.path, dtype="float32")
    first, second = (samples[round(start * RATE) : round(end * RATE)] for start, end in talk.spans)
    assert float(np.std(first)) > 1.1 * float(np.std(second))
    assert 0.8 < median_hz(first) / median_hz(second) < 1.25


def test_each_scenario_has_ten_labelled_talks_or_more() -> None:
    assert min(Counter(talk["scenario"] for talk in TALKS).values()) >= 10
    assert len({talk["id"] for talk in TALKS}) == len(TALKS)


@pytest.mark.parametrize("talk", TALKS, ids=lambda talk: talk["id"])
def test_labelled_moments_are_whole_sentences_of_their_talk(talk: dict) -> None:
    words = [len(one["text"].split()) for one in talk["sentences"]]
    assert 225 <= sum(words) <= 450
    assert all(
        one["delivery"] in MELODY and one["delivery"] in LOUDER_DB and one["pace"] in PAUSE_S
        for one in talk["sentences"]
    )
    moments = sorted((one for kind in KINDS for one in talk[kind]), key=lambda one: one["first"])
    taken: set[int] = set()
    for one in moments:
        inside = set(range(one["first"], one["last"] + 1))
        assert inside <= set(range(len(words))) and not inside & taken and one["why"]
        assert 20 <= sum(words[place] for place in inside) <= 85
        taken |= inside


def test_words_keep_their_marks_and_the_times_of_how_they_were_said() -> None:
    said = [SpokenWord(text, at, at + 1) for at, text in enumerate(["a", "3", "5", "share"])]
    found = as_written("A 3.5 — share.", said)
    assert [(one.text, one.start, one.end) for one in found] == [
        ("A", 0, 1), ("3.5", 1, 3), ("share.", 3, 4),
    ]  # fmt: skip


def test_words_that_were_said_otherwise_are_spread_evenly() -> None:
    found = as_written("Two words.", [SpokenWord("one", 1.0, 2.0)])
    assert [(one.start, one.end) for one in found] == [(1.0, 1.5), (1.5, 2.0)]
