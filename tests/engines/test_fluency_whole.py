"""Uptalk, pace, joining, and what any text gives."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engines.sounds import (
    RATE,
    artifact,
    silence,
    voice,
    with_noise,
    word,
)
from tests.engines.speaking import chatter, measure, speak
from workers.engines.fluency import clauses, disfluency, rates
from workers.engines.fluency.words import tokens_of
from workers.engines.types import Word


def test_a_rise_at_the_end_of_a_statement_is_uptalk(tmp_path: Path) -> None:
    words: list[Word] = []
    pieces, t = [], 0.0
    for rises in (True, False, True, False, False):
        for k in range(10):
            last = k == 9
            glide = np.linspace(0, 5 if last and rises else -4, round(0.4 * RATE))
            pieces.append(voice(130 * 2 ** (glide / 12)))
            words.append(word("word." if last else "word", t, t + 0.4))
            t += 0.4
        pieces.append(silence(0.4))
        t += 0.4
    section = measure(tmp_path, words, with_noise(np.concatenate(pieces), -62))["section"]["uptalk"]
    assert (section["count"], section["statements"]) == (2, 5)
    assert section["ratio"] == pytest.approx(0.4)


def test_pace_follows_the_words(tmp_path: Path) -> None:
    words, sound = speak(*chatter(40, 0.5), *chatter(80, 0.25))
    series = artifact(measure(tmp_path, words, sound), "series.pace")
    assert series["values"][10] == pytest.approx(120, rel=0.02)
    assert series["values"][30] == pytest.approx(240, rel=0.02)


def test_a_steady_pace_varies_less_than_a_changing_one(tmp_path: Path) -> None:
    steady = measure(tmp_path, *speak(*chatter(80, 0.3)))["section"]["pace_variation"]
    changing = measure(tmp_path, *speak(*chatter(40, 0.5), *chatter(80, 0.2)))["section"]
    assert steady < 0.05 and changing["pace_variation"] > 0.25


def test_text_a_person_gave_passes_the_gate(tmp_path: Path) -> None:
    words, sound = speak(*chatter(40))
    output = measure(tmp_path, words, sound, reliability=0.4, source="attached")
    assert output["section"]["hedges"]["count"] == 0


@settings(deadline=None, max_examples=25)
@given(
    lengths=st.lists(st.floats(0.3, 0.6), min_size=40, max_size=80),
    gap=st.floats(3.2, 8.0),
)
def test_joining_a_recording_to_itself_keeps_the_rates(lengths: list[float], gap: float) -> None:
    def recording(offset: float) -> tuple[list[Word], float]:
        words, t = [], offset
        for length in lengths:
            words.append(word("speaking", t, t + length))
            t += length
        return words, t

    first, end = recording(0.0)
    second, _ = recording(end + gap)
    silent = [{"start": end, "end": end + gap}]

    def rated(words: list[Word]) -> rates.Rates:
        given_tokens = tokens_of(words, lambda _: True)
        spans = rates.speaking_spans(given_tokens, silent, [], [])
        return rates.measure(given_tokens, spans, [], [])

    once, twice = rated(first), rated(first + second)
    assert twice.words == 2 * once.words
    assert twice.words_per_minute == pytest.approx(once.words_per_minute, rel=0.001)
    assert twice.articulation_rate == pytest.approx(once.articulation_rate, rel=0.01)


PARTS = ["um", "I", "like", "so,", "you", "know,", "the", "team.", "25%", "-", "?", "I-"]


@settings(deadline=None, max_examples=40)
@given(parts=st.lists(st.sampled_from(PARTS), min_size=1, max_size=60))
def test_any_text_gives_counts(parts: list[str], tmp_path_factory: pytest.TempPathFactory) -> None:
    words = [word(part, None, None) for part in parts]
    if not any(char.isalnum() for part in parts for char in part):
        return
    section = measure(tmp_path_factory.mktemp("text"), words, None, reliability=1.0)["section"]
    assert section["words"] >= 0 and section["fillers"]["count"] >= 0
    for item in section["fillers"]["items"]:
        assert 0 <= item["first_word"] <= item["last_word"] < len(words)


def test_each_search_through_the_words_is_made_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What grammar leaves out is what is listed; without sure words no clause is looked for."""
    searched: list[str] = []

    def counted(module: ModuleType, name: str) -> None:
        real = getattr(module, name)
        monkeypatch.setattr(module, name, lambda *args: searched.append(name) or real(*args))

    counted(disfluency, "repetitions")
    counted(disfluency, "repairs")
    counted(clauses, "openings")
    words, sound = speak(*chatter(20), 0.5, *chatter(20))
    words[-1]["text"] += "."
    measure(tmp_path, words, sound)
    assert sorted(searched) == ["openings", "repairs", "repetitions"]
    searched.clear()
    measure(tmp_path, words, sound, reliability=0.4, speech=[(0, 6), (6.5, 12.5)])
    assert searched == []
