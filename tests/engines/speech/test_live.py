"""Words while somebody speaks: what is cut, what is left out, and by whom it is heard."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests import synthesis
from tests.engines.speech import tiny
from tests.sessions.captioning import SENTENCE, frames, spoken
from workers.engines.asr.live.captions import Captions, Recogniser, Said
from workers.engines.asr.live.choice import Recognisers
from workers.engines.asr.live.ear import LATE_S, LONG_S, LONGEST_S, Ear
from workers.engines.asr.live.whisper import stable


@pytest.fixture(scope="module")
def sphinx() -> Recogniser:
    found = Recognisers({}).of("en")
    assert found is not None
    return found


def everything(captions: Captions) -> list[Said]:
    found: list[Said] = []
    while (said := captions.step()) is not None:
        found += said
    return found


def test_it_works(sphinx: Recogniser):
    """As it comes, with partials on the way; the clock is the one it was begun on."""
    captions, found = Captions(sphinx, at=100.0), []
    for frame in frames(spoken(0.4, SENTENCE, 0.8)):
        captions.take(frame)
        found += everything(captions)
    *partials, line = found
    assert {said.kind for said in partials} == {"partial"}
    assert len({said.text for said in partials}) >= 5
    assert line.kind == "line"
    assert "customers every week" in line.text
    assert 100.2 < line.start < 100.7
    assert 2.0 < line.end - line.start < 4.0


def test_who_left_in_the_middle_of_a_word_leaves_nothing_behind(sphinx: Recogniser):
    sound, heard = spoken(0.4, SENTENCE, 0.8), []
    for _person in range(2):
        captions = Captions(sphinx)
        captions.take(sound)
        heard.append(everything(captions))
        left = Captions(sphinx)
        left.take(sound[:64_000])
        everything(left)
    assert heard[0] == heard[1]


def test_somebody_without_pauses_gets_lines_all_the_same():
    ear = Ear()
    for frame in frames(spoken(*["every week and every day and"] * 12)):
        ear.take(frame)
        for utterance in ear.utterances:
            utterance.pieces.clear()  # as a recogniser that keeps up
    lengths = [found.end - found.start for found in ear.utterances]
    assert len(lengths) >= 2
    assert max(lengths) <= LONGEST_S + 0.1
    assert all(length >= LONG_S - 0.1 for length in lengths[:-1])


def test_utterances_that_cannot_be_caught_up_are_left_out_whole(sphinx: Recogniser):
    captions = Captions(sphinx)
    said: list[str | float] = [SENTENCE, 0.7] * 4
    for frame in frames(spoken(0.3, *said)):
        captions.take(frame)
    found = [one for one in everything(captions) if one.kind != "partial"]
    kinds = [one.kind for one in found]
    assert kinds.count("gap") >= 2
    assert kinds == sorted(kinds, key=lambda kind: kind != "gap"), "the oldest are left out"
    assert all(one.text == "…" for one in found if one.kind == "gap")
    assert sum(one.end - one.start for one in found if one.kind == "line") <= LATE_S + 1


def test_silence_is_no_utterance():
    ear = Ear()
    noise = np.random.default_rng(1).normal(0, 8, 48_000).astype("<i2").tobytes()
    for frame in frames(noise + bytes(96_000)):
        ear.take(frame)
    ear.close()
    assert not ear.utterances


def test_the_end_of_the_sound_ends_what_is_being_said(sphinx: Recogniser):
    captions = Captions(sphinx)
    captions.take(spoken(0.3, SENTENCE)[:80_000])
    captions.close()
    assert everything(captions)[-1].kind == "line"


def test_a_language_nobody_knows_has_no_recogniser():
    recognisers = Recognisers({"captioner": "pocketsphinx"})
    assert recognisers.of("de") is None
    assert not recognisers.unload()


def test_words_on_which_two_hearings_agree_do_not_change_any_more():
    first, second = (
        ["so", "we", "kept", "most", "of"],
        ["so", "we", "kept", "almost", "all", "of", "them"],
    )
    kept = stable([], first, second)
    assert kept == ["so", "we", "kept"]
    assert stable(kept, second, ["well"]) == kept


@pytest.mark.slow
def test_whisper_writes_them_where_it_is_installed(tmp_path: Path):
    """Its words are nonsense, the way is whole."""
    tiny.whisper(tmp_path / "whisper-tiny")
    engines = {"models_dir": str(tmp_path), "device": "cpu", "captioner": "whisper"}
    found = Recognisers(engines).of("de-CH")
    assert found is not None
    assert (found.engine.split()[0], found.model) == ("faster-whisper", "whisper-tiny")
    captions, said = Captions(found), []
    for frame in frames(spoken(0.3, synthesis.INTERVIEW_ANSWER[0], 0.8)):
        captions.take(frame)
        said += everything(captions)
    assert [one.kind for one in said if one.kind != "partial"] == ["line"]
