"""Made speech is what its recipe says: words, times, pauses, pitch, noise and room."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
import soundfile

from workers.training.evaluation.types import Unavailable
from workers.training.speech import crowd, passages, voices
from workers.training.speech.changes import Change, drawn_out, held, median_hz
from workers.training.speech.noise import KINDS, babble, speech_power, with_noise
from workers.training.speech.passages import Recipe, made, pieces
from workers.training.speech.rooms import Room, impulse_response, in_room
from workers.training.speech.say import RATE, Filler, say
from workers.training.speech.voices import DEV_VOICES, HELDOUT_VOICES, vowels

TEXT = "Um, it's what I've said. The team's plan wasn't ready, so uh, we read it."


@pytest.fixture
def var(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("ROSTRUM_VAR", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize("voice", sorted(voices.VOICES))
def test_it_works(voice: str):
    try:
        spoken = say("It's what I've read", 0.5, "so the plan wasn't ready", voice=voice)
    except Unavailable as reason:
        pytest.skip(str(reason))
    assert spoken.text == "It's what I've read so the plan wasn't ready"
    for a, b in itertools.pairwise(spoken.words):
        assert a.start < a.end <= b.start + 1e-9
    (pause,) = spoken.pauses
    assert pause[1] - pause[0] == pytest.approx(0.5, abs=0.001)
    silent = spoken.samples[round(pause[0] * RATE) + 1 : round(pause[1] * RATE) - 1]
    assert np.abs(silent).max() == 0


def test_no_voice_is_in_both_parts():
    assert not set(DEV_VOICES) & set(HELDOUT_VOICES)
    assert set(DEV_VOICES + HELDOUT_VOICES) == set(voices.VOICES)


def test_who_hesitates_for_training_is_not_heard_held_out():
    assert not set(crowd.VOICES) & {*HELDOUT_VOICES, "kal", "kal_diphone", "ked_diphone"}


def test_a_hesitant_recording_is_always_the_same():
    number = crowd.VOICES.index("rms")
    first, again = crowd.recording(number), crowd.recording(number)
    assert first.speaker == "rms" and first.fillers == again.fillers
    assert np.array_equal(first.samples, again.samples)
    assert all(0 <= start < end < len(first.samples) / RATE for start, end in first.fillers)
    assert first.text and not passages.FILLED.search(first.text)


def test_what_the_model_learned_from_leaves_half_of_the_voices_to_try_things_on():
    assert len(crowd.VOICES) % 2 == 0 and len(set(crowd.VOICES)) == len(crowd.VOICES)


def test_a_sound_is_drawn_out_at_its_end_alone():
    plain = say("We went home so").samples
    longer = drawn_out(plain, 0.2, 2.0)
    assert len(longer) / RATE == pytest.approx(len(plain) / RATE + 0.2, abs=0.01)
    before = round((len(plain) / RATE - 0.3) * RATE)
    early = before // 20 * 20
    moved = [np.abs(sound[:early]).reshape(20, -1).mean(axis=1) for sound in (plain, longer)]
    assert np.corrcoef(moved)[0, 1] > 0.95


def test_a_held_sound_bends_in_its_middle():
    plain = say("um").samples
    flat, bent = (held(plain, 0.6, 120.0, bend=bend) for bend in (0.0, 3.0))
    middle = slice(round(0.25 * RATE), round(0.35 * RATE))
    assert 12 * np.log2(median_hz(bent[middle]) / median_hz(flat[middle])) > 1.5
    assert abs(len(bent) - len(flat)) <= 1


def test_a_missing_voice_names_its_package(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(voices, "_is_there", lambda voice: False)
    with pytest.raises(Unavailable, match="festvox-kdlpc16k"):
        voices.speak("Hello", "ked")
    with pytest.raises(Unavailable, match="flite"):
        voices.installed(("slt", "rms"))


def test_a_filler_has_its_length_and_pitch():
    spoken = say("We went", 0.2, Filler("um", 0.7, -2.0), 0.2, "home again")
    (um,) = [word for word in spoken.words if word.text == "um"]
    assert um.end - um.start == pytest.approx(0.7, abs=0.02)
    voice = median_hz(say("When are we going to see the new number?").samples)
    cut = spoken.samples[round(um.start * RATE) : round(um.end * RATE)]
    assert 12 * np.log2(median_hz(cut) / voice) == pytest.approx(-2.0, abs=0.7)


def test_another_voice_keeps_the_words_and_scales_their_times():
    spoken = say("We talked to twenty customers", 0.4, "and built a report")
    other = spoken.changed(Change(stretch=1.25, semitones=3.0))
    assert other.duration / spoken.duration == pytest.approx(1.25, abs=0.005)
    assert other.words[-1].end / spoken.words[-1].end == pytest.approx(1.25, abs=0.005)
    moved = 12 * np.log2(median_hz(other.samples) / median_hz(spoken.samples))
    assert moved == pytest.approx(3.0, abs=0.5)
    assert speech_power(other.samples) == pytest.approx(speech_power(spoken.samples), rel=0.4)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_noise_is_as_far_below_the_speech_as_asked(kind: str):
    clean = say("We talked to twenty customers", 0.8, "and built a report").samples * 0.3
    noisy = with_noise(clean, 15.0, kind=kind)
    power = float(np.mean((noisy - clean) ** 2))
    assert 10 * np.log10(speech_power(clean) / power) == pytest.approx(15.0, abs=0.1)


def test_babble_is_of_other_voices():
    voice = say("We talked to twenty customers").samples
    made = babble([voice, voice[::-1]], 3 * RATE, seed=2)
    assert len(made) == 3 * RATE
    assert float(np.mean(made**2)) == pytest.approx(1.0, abs=0.01)


def test_a_room_rings_and_moves_nothing():
    response = impulse_response(Room(rt60_s=0.4, distance_m=1.0))
    assert int(np.argmax(np.abs(response))) == 0, "the direct sound stays where it was"
    energy = np.cumsum(response[::-1] ** 2)[::-1]
    level = 10 * np.log10(energy / energy[0])
    rt60 = 2 * (np.argmax(level < -35) - np.argmax(level < -5)) / RATE
    assert 0.35 <= rt60 <= 0.55
    dry = say("We talked to twenty customers").samples
    assert len(in_room(dry, Room(0.4, 1.0))) == len(dry)


def test_a_room_too_small_for_the_distance_is_refused():
    with pytest.raises(ValueError, match="no place"):
        impulse_response(Room(rt60_s=0.3, distance_m=4.0, size_m=(2.0, 2.0, 2.5)))


def test_a_passage_is_spoken_with_its_fillers_apart():
    found = list(pieces(TEXT, 1))
    assert [piece.text for piece in found if isinstance(piece, Filler)] == ["um", "uh"]
    assert " ".join(piece for piece in found if isinstance(piece, str)) == (
        "it's what I've said The team's plan wasn't ready so we read it"
    )
    assert found == list(pieces(TEXT, 1))
    assert found != list(pieces(TEXT, 2))


def test_a_recording_follows_from_its_recipe_and_is_made_once(
    var: Path, monkeypatch: pytest.MonkeyPatch
):
    recipe = Recipe(TEXT, "slt", seed=4, noise="pink", snr_db=20.0, room=Room(0.3, 0.8))
    first = made(recipe)
    assert first.path.is_relative_to(var)
    assert [word.text for word in first.fillers] == ["um", "uh"]
    samples, _ = soundfile.read(first.path, dtype="float32")
    again = passages.perform(recipe)
    assert np.abs(samples - again.samples).max() < 1e-3
    monkeypatch.setattr(passages, "perform", lambda recipe: pytest.fail("made twice"))
    assert made(recipe) == first


def test_syllables_are_the_synthesisers_vowels():
    assert [vowels(word) for word in ("report", "customers", "idea", "the")] == [2, 3, 3, 1]
