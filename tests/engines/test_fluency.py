from __future__ import annotations

import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import butter, sosfilt

from tests.engines.sounds import (
    RATE,
    Progress,
    job,
    silence,
    voice,
    with_noise,
    word,
    write,
)
from tests.engines.speaking import chatter, measure, speak
from workers.engines import fluency
from workers.engines.fluency import edges, nuclei, pauses
from workers.engines.fluency.tracks import VoiceTrack
from workers.engines.fluency.words import tokens_of
from workers.engines.types import EngineError, Span

# --- rates -----------------------------------------------------------------------------------


def test_rates_follow_words_and_time(tmp_path: Path) -> None:
    words, sound = speak(*chatter(20), 1.0, *chatter(20))
    section = measure(tmp_path, words, sound)["section"]
    assert section["words"] == 40
    assert section["speaking_s"] == pytest.approx(13.0, abs=0.05)
    assert section["words_per_minute"] == pytest.approx(40 / 13 * 60, rel=0.01)
    assert section["phonation_s"] == pytest.approx(12.0, abs=0.1)
    assert section["articulation_rate_syllables_per_s"] == pytest.approx(
        section["syllables"] / 12.0, rel=0.02
    )


def test_a_silence_over_three_seconds_ends_the_speaking_span(tmp_path: Path) -> None:
    words, sound = speak(*chatter(20), 5.0, *chatter(20))
    section = measure(tmp_path, words, sound, speech=[(0, 6), (11, 17)])["section"]
    assert section["words_per_minute"] == pytest.approx(40 / 12 * 60, rel=0.02)
    assert section["words_per_minute_overall"] == pytest.approx(40 / 17 * 60, rel=0.02)


def test_filled_pauses_are_neither_words_nor_phonation(tmp_path: Path) -> None:
    words, sound = speak(*chatter(20), ("um", 0.5), *chatter(20))
    section = measure(tmp_path, words, sound)["section"]
    assert section["words"] == 40
    assert section["phonation_s"] == pytest.approx(12.0, abs=0.1)


def test_rates_are_withheld_under_ten_seconds_of_speech(tmp_path: Path) -> None:
    words, sound = speak(*chatter(20))
    output = measure(tmp_path, words, sound)
    codes = {entry["path"]: entry["code"] for entry in output["withheld"]}
    assert codes["/fluency/words_per_minute"] == "too_short"
    assert codes["/fluency/articulation_rate_syllables_per_s"] == "too_short"
    assert output["section"]["words"] == 20


def test_only_the_learners_words_count(tmp_path: Path) -> None:
    words, sound = speak(*chatter(20), *chatter(10), *chatter(20))
    for i, entry in enumerate(words):
        entry["speaker"] = "B" if 20 <= i < 30 else "A"
    speakers = [{"id": "A", "is_learner": True}, {"id": "B", "is_learner": False}]
    mine = measure(tmp_path, words, sound, speakers=speakers)["section"]
    assert mine["words"] == 40 and mine["speaking_s"] == pytest.approx(12, abs=0.05)
    chosen = measure(tmp_path, words, sound, speakers=speakers, speaker="B")["section"]
    assert chosen["words"] == 10


def test_silence_around_another_speakers_turn_is_no_pause(tmp_path: Path) -> None:
    words, sound = speak(*chatter(20), 0.6, *chatter(3), 0.6, *chatter(20))
    for i, entry in enumerate(words):
        entry["speaker"] = "B" if 20 <= i < 23 else "A"
    speakers = [{"id": "A", "is_learner": True}, {"id": "B", "is_learner": False}]
    assert measure(tmp_path, words, sound, speakers=speakers)["section"]["pauses"]["count"] == 0


# --- pauses -----------------------------------------------------------------------------------


def test_a_pause_is_250_ms_of_silence_in_the_sound(tmp_path: Path) -> None:
    words, sound = speak(*chatter(15), 0.2, *chatter(10), 0.4, *chatter(10), 1.2, *chatter(5))
    section = measure(tmp_path, words, sound)["section"]["pauses"]
    assert section["count"] == 2 and section["long_count"] == 1
    assert section["items"][0]["start"] == pytest.approx(7.7, abs=0.03)
    assert section["items"][0]["end"] == pytest.approx(8.1, abs=0.03)


def test_a_gap_between_words_that_is_not_silent_is_no_pause(tmp_path: Path) -> None:
    words, sound = speak(*chatter(20), ("music", 0.8), *chatter(20))
    del words[20]
    assert measure(tmp_path, words, sound)["section"]["pauses"]["count"] == 0


@pytest.mark.parametrize("at_end", [True, False])
def test_a_weak_sound_at_a_words_edge_is_no_silence(tmp_path: Path, at_end: bool) -> None:
    """The release of a "k" or an "f" lies under the noise as a whole, but not in its own band."""
    rng = np.random.default_rng(2)
    hiss = sosfilt(butter(4, (2600, 3900), "bandpass", fs=RATE, output="sos"),
                   rng.standard_normal(round(0.03 * RATE)))  # fmt: skip
    weak = np.concatenate([silence(0.05), 0.02 * hiss / hiss.std()])
    pieces = [voice(140, 0.4), weak, silence(0.8), voice(140, 0.4)]
    sound = np.concatenate([pieces if at_end else [p[::-1] for p in pieces[::-1]]][0])
    edge = 0.48 if at_end else 0.4 + 0.8
    words = [word("look", 0.0, 0.48 if at_end else 0.4), word("first", 1.2, 1.68)]
    [found] = measure(tmp_path, words, with_noise(sound, -36))["section"]["pauses"]["items"]
    assert found["start" if at_end else "end"] == pytest.approx(edge, abs=0.03)


def test_a_long_pause_is_sharpened_without_being_held_in_memory(tmp_path: Path) -> None:
    """A minute's spectra alone are 49 MB; only the pause's ends and some noise are needed."""
    click = 0.02 * np.random.default_rng(1).standard_normal(round(0.03 * RATE))
    edges_of_words = [voice(140, 0.4), silence(0.05), click, silence(60), click, silence(0.05)]
    path = write(
        tmp_path / "a.flac", with_noise(np.concatenate([*edges_of_words, voice(140, 0.4)]), -60)
    )
    tracemalloc.start()
    [found] = edges.sharpened(path, [Span(start=0.4, end=60.56)], -20.0)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (found["start"], found["end"]) == pytest.approx((0.48, 60.48), abs=0.015)
    assert most < 16e6


def test_a_pause_inside_a_stretched_word_is_found(tmp_path: Path) -> None:
    """Recognisers without alignment put the silence into the word before."""
    words, sound = speak(*chatter(20), 0.7, *chatter(20))
    words[19]["end"] = words[20]["start"]
    [found] = measure(tmp_path, words, sound)["section"]["pauses"]["items"]
    assert found["end"] - found["start"] == pytest.approx(0.7, abs=0.05)


def test_the_recordings_edges_are_no_pauses(tmp_path: Path) -> None:
    words, sound = speak(2.0, *chatter(36), 2.0)
    assert measure(tmp_path, words, sound)["section"]["pauses"]["count"] == 0


def test_a_filler_splits_a_pause_into_one_hesitation(tmp_path: Path) -> None:
    words, sound = speak(*chatter(20), 0.5, ("um", 0.3), 0.5, *chatter(20), 0.5, *chatter(3))
    section = measure(tmp_path, words, sound)["section"]["pauses"]
    assert section["count"] == 3 and section["hesitations"] == 2
    first, second, third = (item["hesitation"] for item in section["items"])
    assert first == second != third


def test_pauses_stand_at_or_inside_a_clause_boundary(tmp_path: Path) -> None:
    spoken = "We opened the shop. | The first winter was hard | because the | roof had a leak."
    words, sound = speak(*(0.5 if word == "|" else (word, 0.4) for word in spoken.split()))
    items = measure(tmp_path, words, sound)["section"]["pauses"]["items"]
    assert [item["position"] for item in items] == ["boundary", "boundary", "inside"]


def test_pauses_come_from_the_sound_where_words_are_missing(tmp_path: Path) -> None:
    _, sound = speak(*chatter(20), 0.6, *chatter(20))
    output = measure(tmp_path, [], sound, speech=[(0, 6), (6.6, 12.6)])
    section = output["section"]
    assert section["pauses"]["count"] == 1
    assert section["pauses"]["at_boundary_ratio"] is None
    assert section["words_per_minute"] is None


@settings(deadline=None, max_examples=50)
@given(
    gaps=st.lists(st.floats(0.05, 2.0), min_size=1, max_size=20),
    shift=st.floats(0, 100),
)
def test_shifting_time_shifts_pauses(gaps: list[float], shift: float) -> None:
    def found(offset: float) -> list[dict[str, float]]:
        words, silent, t = [], [], offset
        for gap in gaps:
            words.append(word("word", t, t + 0.3))
            silent.append({"start": t + 0.3, "end": t + 0.3 + gap})
            t += 0.3 + gap
        words.append(word("word", t, t + 0.3))
        long = [s for s in silent if s["end"] - s["start"] >= 0.25]
        return pauses.find(long, tokens_of(words, lambda _: True), [])

    here, there = found(1.0), found(1.0 + shift)
    assert len(here) == len(there)
    for a, b in zip(here, there, strict=True):
        assert b["start"] - a["start"] == pytest.approx(shift)


# --- fillers ----------------------------------------------------------------------------------


def test_fillers_come_from_words(tmp_path: Path) -> None:
    words, sound = speak(*chatter(20), ("um,", 0.3), ("you", 0.2), ("know,", 0.2), *chatter(20))
    section = measure(tmp_path, words, sound)["section"]["fillers"]
    assert [(i["text"], i["kind"], i["source"]) for i in section["items"]] == [
        ("um", "filled_pause", "word"),
        ("you know", "discourse_marker", "word"),
    ]
    assert section["per_minute"] == pytest.approx(2 / 12.7 * 60, rel=0.02)
    assert section["basis"] == ["word", "sound"]


def hum(seconds: float) -> np.ndarray:
    return voice(120 * 2 ** (np.linspace(0, -0.5, round(seconds * RATE)) / 12))


@pytest.mark.parametrize("before", [0.0, 0.4])
def test_a_filler_the_recogniser_dropped_is_heard(tmp_path: Path, before: float) -> None:
    words, first = speak(*chatter(20))
    more, second = speak(*chatter(20), seed=1)
    sound = np.concatenate([first, silence(before), hum(0.45), silence(0.4), second])
    shift = 6.85 + before
    words += [word(w["text"], w["start"] + shift, w["end"] + shift) for w in more]
    [item] = measure(tmp_path, words, with_noise(sound, -62))["section"]["fillers"]["items"]
    assert item["source"] == "sound"
    assert item["start"] == pytest.approx(6.0 + before, abs=0.08)
    assert item["end"] == pytest.approx(6.45 + before, abs=0.08)


@pytest.mark.parametrize(("laid", "heard"), [("window", 1), ("um", 0)])
def test_a_filler_is_heard_under_a_word_that_was_laid_over_it(
    tmp_path: Path, laid: str, heard: int
) -> None:
    """But never where the words have it already."""
    words, first = speak(*chatter(20))
    more, second = speak(*chatter(20), seed=1)
    sound = np.concatenate([first, silence(0.4), hum(0.5), silence(0.4), second])
    words += [word(laid, 6.4, 6.9)]
    words += [word(w["text"], w["start"] + 7.3, w["end"] + 7.3) for w in more]
    items = measure(tmp_path, words, with_noise(sound, -62))["section"]["fillers"]["items"]
    assert sum(item["source"] == "sound" for item in items) == heard


def test_speech_in_a_gap_that_moves_is_no_filler(tmp_path: Path) -> None:
    words, sound = speak(*chatter(20), 0.3, ("dropped", 0.4), 0.3, *chatter(20))
    del words[20]
    assert measure(tmp_path, words, sound)["section"]["fillers"]["count"] == 0


def test_noise_in_a_gap_is_no_filler(tmp_path: Path) -> None:
    words, first = speak(*chatter(20))
    more, second = speak(*chatter(20), seed=1)
    breath = np.random.default_rng(0).standard_normal(round(0.5 * RATE)) * 0.03
    words += [word(w["text"], w["start"] + 6.5, w["end"] + 6.5) for w in more]
    sound = np.concatenate([first, breath, second])
    assert measure(tmp_path, words, sound)["section"]["fillers"]["count"] == 0


def test_without_a_pitch_track_nothing_is_said_of_fillers_in_the_sound(tmp_path: Path) -> None:
    words, sound = speak(*chatter(40))
    path = write(tmp_path / "audio.flac", sound)
    upstream = {
        "audio": {"speech": [{"start": 0.0, "end": 12.0}]},
        "transcribe": {"words": words, "sentences": [], "reliability": 0.9, "speakers": []},
    }
    output = fluency.run(
        job("fluency", tmp_path, upstream=upstream, artifacts={"audio": path}), Progress()
    )
    assert output["section"]["fillers"]["basis"] == ["word"]
    codes = {entry["path"]: entry["code"] for entry in output["withheld"]}
    assert codes["/fluency/fillers/sound_count"] == "no_pitch"


# --- the text gate ----------------------------------------------------------------------------

OF_WORDS = [
    "repetitions/count", "repairs/count", "hedges/count", "weak_words/count", "absolutes/count",
    "long_sentences/count", "run_ons/count", "questions/count", "overused/count", "vocabulary/mtld",
    "readability/flesch_kincaid_grade", "fillers/word_count", "uptalk/count", "grammar/count",
]  # fmt: skip


def test_an_uncertain_transcript_withholds_what_needs_exact_words(tmp_path: Path) -> None:
    words, sound = speak(*chatter(20), 0.5, *chatter(20))
    output = measure(tmp_path, words, sound, reliability=0.4, speech=[(0, 6), (6.5, 12.5)])
    codes = {entry["path"]: entry["code"] for entry in output["withheld"]}
    for path in OF_WORDS:
        assert codes[f"/fluency/{path}"] == "transcript_uncertain", path
    assert output["section"]["pauses"]["count"] == 1
    assert output["section"]["fillers"]["basis"] == ["sound"]
    assert output["section"]["syllables_from"] == "sound"


def test_text_alone_has_no_time_measures(tmp_path: Path) -> None:
    text = "Um, I led the team, you know, for two years. It was hard. " * 12
    words = [word(part, None, None) for part in text.split()]
    output = measure(tmp_path, words, None, reliability=1.0)
    section = output["section"]
    codes = {entry["path"]: entry["code"] for entry in output["withheld"]}
    for path in ("words_per_minute", "pauses/count", "fillers/per_minute", "uptalk/count"):
        assert codes[f"/fluency/{path}"] == "no_sound"
    assert section["fillers"]["count"] == 24
    assert section["vocabulary"]["mtld"] > 0
    assert section["readability"]["flesch_reading_ease"] > 60


def test_silence_is_a_result_with_reasons(tmp_path: Path) -> None:
    output = measure(tmp_path, [], silence(12), speech=[])
    assert output["section"]["fillers"]["count"] is None
    codes = {entry["code"] for entry in output["withheld"]}
    assert codes == {"no_speech"}


def test_nothing_at_all_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(EngineError):
        measure(tmp_path, [], None)


def test_grammar_is_not_checked_where_the_text_marks_no_sentences(tmp_path: Path) -> None:
    words, sound = speak(*chatter(40))
    output = measure(tmp_path, words, sound)
    codes = {entry["path"]: entry["code"] for entry in output["withheld"]}
    assert codes["/fluency/grammar/count"] == "no_punctuation"


# --- syllables in the sound ---------------------------------------------------------------------


@pytest.mark.parametrize("per_second", [3.0, 4.5, 6.0])
def test_syllables_are_voiced_peaks_of_the_level(tmp_path: Path, per_second: float) -> None:
    """Twelve swells of a voice are twelve syllables at any tempo; swells of hiss are none."""
    seconds = 12 / per_second
    swell = 0.55 - 0.45 * np.cos(2 * np.pi * per_second * np.arange(round(seconds * RATE)) / RATE)
    hiss = np.random.default_rng(1).standard_normal(len(swell)) * 0.05 * swell
    sound = with_noise(np.concatenate((voice(140, seconds) * swell, silence(0.5), hiss)), -70)
    path = write(tmp_path / "a.flac", sound)
    steps = round(seconds / 0.01)
    track = VoiceTrack(np.concatenate((np.full(steps, 140.0), np.zeros(steps + 50))), 0.005, 0.01)
    speech = [Span(start=0.0, end=len(sound) / RATE)]
    assert nuclei.count(path, track, speech) == 12
