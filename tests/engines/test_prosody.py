from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engines.sounds import (
    RATE,
    Progress,
    artifact,
    job,
    nulls,
    silence,
    voice,
    with_noise,
    write,
)
from workers.engines import prosody
from workers.engines.envelope import read_envelope, silence_threshold_db, silences
from workers.engines.prosody import loudness, octaves, pitch
from workers.engines.types import Span, StageOutput
from workers.training.speech import source


def measured(
    tmp_path: Path, sound: np.ndarray, speech: list[tuple[float, float]] | None = None
) -> StageOutput:
    path = write(tmp_path / "audio.flac", sound)
    spans = speech if speech is not None else [(0.0, len(sound) / RATE)]
    upstream = {"audio": {"speech": [{"start": a, "end": b} for a, b in spans]}}
    progress = Progress()
    output = prosody.run(
        job("prosody", tmp_path, upstream=upstream, artifacts={"audio": path}), progress
    )
    assert progress.ratios[-1] == 1
    assert {entry["path"] for entry in output["withheld"]} == nulls(output["section"], "/prosody")
    return output


@pytest.mark.parametrize("centre", [75, 110, 160, 220, 300, 400])
def test_it_finds_median_and_range_of_a_known_contour(tmp_path: Path, centre: float) -> None:
    """Median within 1 %, range within half a semitone, from 75 to 400 Hz."""
    t = np.arange(10 * RATE) / RATE
    bend = 3.0 * np.sin(2 * np.pi * 0.4 * t)  # semitones
    contour = centre * 2 ** (bend / 12)
    section = measured(tmp_path, with_noise(voice(contour), -70))["section"]["pitch"]
    true_range = np.subtract(*np.percentile(bend, (95, 5)))
    assert section["median_hz"] == pytest.approx(centre, rel=0.01)
    assert section["range_semitones"] == pytest.approx(true_range, abs=0.5)
    assert section["sd_semitones"] == pytest.approx(bend.std(), abs=0.2)
    assert section["voiced_ratio"] > 0.9


def test_windows_agree_with_the_whole(tmp_path: Path) -> None:
    """Windowed and whole tracks agree within 0.1 semitone, also at the seams."""
    rng = np.random.default_rng(3)
    pieces = []
    for _ in range(28):  # about 35 s of syllables that start and stop anywhere
        seconds = rng.uniform(0.3, 2.0)
        steps = np.linspace(0, rng.uniform(-4, 4), round(seconds * RATE))
        pieces += [
            voice(rng.uniform(120, 180) * 2 ** (steps / 12)),
            silence(rng.uniform(0.05, 0.3)),
        ]
    sound = with_noise(np.concatenate(pieces), -60)
    path = write(tmp_path / "audio.flac", sound)
    settings = {"floor_hz": 75.0, "ceiling_hz": 400.0, "peak": 0.3}
    whole = pitch.track(path, window_s=None, **settings)
    windowed = pitch.track(path, window_s=7.0, **settings)
    hz = np.interp(windowed.times, whole.times, whole.hz)
    smooth = np.abs(np.gradient(whole.hz)) < 5
    both = (windowed.hz > 0) & (hz > 0) & smooth[: len(hz)]
    assert both.mean() > 0.7
    assert np.max(np.abs(12 * np.log2(windowed.hz[both] / hz[both]))) < 0.1
    assert np.mean((windowed.hz > 0) == (hz > 0)) > 0.98


def test_octave_jumps_are_folded_back() -> None:
    hz = np.full(200, 150.0)
    hz[80:90] = 300.0
    hz[150:156] = 75.0
    assert np.all(octaves.without_jumps(hz, 0.01) == 150.0)


def test_a_wide_but_gliding_voice_is_left_alone() -> None:
    hz = 150 * 2 ** (7 * np.sin(np.linspace(0, 12, 600)) / 12)
    assert np.array_equal(octaves.without_jumps(hz, 0.01), hz)


def test_a_true_leap_of_an_octave_is_kept() -> None:
    """The octave below has no harmonics of its own there."""
    hz = np.full(200, 150.0)
    hz[80:92] = 300.0
    assert np.array_equal(octaves.without_jumps(hz, 0.01, np.full(200, 20.0)), hz)
    assert np.all(octaves.without_jumps(hz, 0.01, np.full(200, 1.0)) == 150.0)


def test_hiss_that_happens_to_repeat_itself_is_no_voice() -> None:
    hz = np.full(200, 150.0)
    hz[80:90] = 0.0
    hz[83:87] = 420.0
    clean = octaves.without_jumps(hz, 0.01)
    assert not clean[80:90].any()
    assert np.all(clean[:80] == 150.0) and np.all(clean[90:] == 150.0)


@pytest.mark.parametrize(("below_db", "hz"), [(11.0, 330.0), (8.0, 165.0)])
def test_near_the_median_only_strong_evidence_raises_a_stretch(below_db: float, hz: float) -> None:
    heard = np.full(20, 165.0)
    assert np.all(octaves.raised(heard, np.full(20, below_db), 210.0) == hz)
    assert np.all(octaves.raised(heard, np.full(20, 30.0), 165.0) == 165.0), "far above the median"


HARSH = {
    "formant_scale": 1.0, "open_quotient": 0.5, "jitter": 0.01, "shimmer": 0.06, "breath_db": -30.0,
    "vowels": ["a", "i", "u"],
}  # fmt: skip


@pytest.mark.parametrize("centre", [120, 300])
def test_a_harsh_voice_is_not_heard_an_octave_too_low(tmp_path: Path, centre: float) -> None:
    """Every other pulse is weaker, so that the sound repeats itself best after two periods."""
    contour = {"shape": "sine", "span_semitones": 5.0, "rate_hz": 0.5}
    made = source.voice(contour, HARSH | {"alternation": 0.15}, centre, 6.0, seed=5)
    section = measured(tmp_path, made.samples, made.phrases)["section"]["pitch"]
    true = made.hz[made.hz > 0]
    assert section["median_hz"] == pytest.approx(np.median(true), rel=0.02)
    assert section["range_low_hz"] == pytest.approx(np.percentile(true, 5), rel=0.04)


def test_a_low_voice_is_not_taken_for_a_harsh_one(tmp_path: Path) -> None:
    """The first formant lifts the second harmonic over its neighbours; the rest are even."""
    contour = {"shape": "sine", "span_semitones": 4.0, "rate_hz": 0.5}
    made = source.voice(contour, HARSH | {"alternation": 0.0, "vowels": ["u"]}, 150, 6.0, seed=5)
    section = measured(tmp_path, made.samples, made.phrases)["section"]["pitch"]
    assert section["range_high_hz"] < 180


def test_pitch_counts_during_speech_only(tmp_path: Path) -> None:
    sound = np.concatenate([voice(120, 5), voice(240, 5)])  # the second half is music, says VAD
    section = measured(tmp_path, sound, [(0.0, 5.0)])["section"]["pitch"]
    assert section["median_hz"] == pytest.approx(120, rel=0.01)
    assert section["range_high_hz"] < 130


def test_voices_in_the_gaps_do_not_widen_the_range(tmp_path: Path) -> None:
    """Somebody softer who sounds on between the syllables is not the speaker's pitch."""
    syllable, gap = voice(150, 0.2), silence(0.1)
    phrase = np.concatenate([np.concatenate([syllable, gap]) for _ in range(12)])
    mine = np.concatenate([silence(1.0), phrase, silence(1.0)])
    other = voice(230, len(mine) / RATE, level=0.02)
    section = measured(tmp_path, mine + other[: len(mine)], [(1.0, 4.5)])["section"]["pitch"]
    assert section["range_semitones"] < 0.3


def test_it_marks_monotone_stretches(tmp_path: Path) -> None:
    t = np.arange(20 * RATE) / RATE
    lively = 150 * 2 ** (4 * np.sin(2 * np.pi * 0.5 * t) / 12)
    sound = np.concatenate([voice(150, 20), voice(lively)])
    [item] = measured(tmp_path, sound)["section"]["monotone"]["items"]
    assert item["start"] == pytest.approx(0, abs=1) and item["end"] == pytest.approx(20, abs=2.5)


def test_a_few_stray_frames_do_not_make_a_flat_voice_lively() -> None:
    hz = np.full(2000, 150.0)
    hz[::50] = 290.0
    [item] = pitch.monotone(pitch.PitchTrack(hz, 0.0, 0.01, 75.0, 400.0))
    assert (item["start"], item["end"]) == (0, 20)


def test_a_silence_between_flat_stretches_is_not_monotone() -> None:
    hz = np.full(5500, 150.0)
    hz[1500:4000] = 0.0
    first, second = pitch.monotone(pitch.PitchTrack(hz, 0.0, 0.01, 75.0, 400.0))
    assert (first["start"], first["end"]) == (0, 23)
    assert (second["start"], second["end"]) == (32, 55)


def test_silence_is_a_result_with_reasons(tmp_path: Path) -> None:
    output = measured(tmp_path, silence(12), [])
    assert output["section"]["pitch"]["median_hz"] is None
    assert {entry["code"] for entry in output["withheld"]} == {"no_speech"}
    assert all(value is None for value in artifact(output, "series.pitch")["values"])


@pytest.mark.parametrize("seconds", [0.01, 0.2, 1.0])
def test_a_very_short_recording_does_not_fail(tmp_path: Path, seconds: float) -> None:
    assert measured(tmp_path, voice(150, seconds))["section"]["monotone"]["items"] == []


def test_loudness_agrees_with_the_reference_implementation(tmp_path: Path) -> None:
    import pyloudnorm

    rng = np.random.default_rng(1)
    steps = np.repeat(10 ** rng.uniform(-1.5, 0, 80), RATE)  # 80 s, so blocks meet within
    sound = rng.standard_normal(80 * RATE) * 0.2 * steps
    path = write(tmp_path / "audio.flac", sound)
    ours = loudness.read_loudness(path)
    assert loudness.integrated(ours) == pytest.approx(
        pyloudnorm.Meter(RATE).integrated_loudness(np.clip(sound, -1, 1)), abs=0.1
    )


def test_a_997_hz_sine_has_the_loudness_of_the_standard(tmp_path: Path) -> None:
    """BS.1770: a 997 Hz sine at 0 dBFS in one channel reads -3.01 LUFS."""
    sine = np.sin(2 * np.pi * 997 * np.arange(10 * RATE) / RATE) * 0.1
    ours = loudness.read_loudness(write(tmp_path / "audio.flac", sine))
    assert loudness.integrated(ours) == pytest.approx(-23.01, abs=0.1)
    assert loudness.loudness_range(ours) == pytest.approx(0, abs=0.1)


@settings(deadline=None, max_examples=15)
@given(gain_db=st.floats(-18, 0))
def test_variation_does_not_depend_on_the_gain(
    gain_db: float, tmp_path_factory: pytest.TempPathFactory
) -> None:
    rng = np.random.default_rng(5)
    sound = rng.standard_normal(15 * RATE) * 0.1 * np.repeat(rng.uniform(0.3, 1, 30), RATE // 2)
    folder = tmp_path_factory.mktemp("gain")
    spans = [{"start": 0.0, "end": 15.0}]
    first = loudness.variation(loudness.read_loudness(write(folder / "a.flac", sound)), spans)
    second = loudness.variation(
        loudness.read_loudness(write(folder / "b.flac", sound * 10 ** (gain_db / 20))), spans
    )
    assert first == pytest.approx(second, abs=0.1)


@pytest.mark.parametrize("edge", [0.0, 0.03, 0.07])
def test_what_stands_half_outside_speech_makes_no_variation(edge: float) -> None:
    """A level voice has none, wherever its speech begins and ends between the windows' steps."""
    fine = np.full(1000, 1e-9)
    first, end = round((1 + edge) * 100), round((6 + edge) * 100)
    fine[first:end] = 0.01
    spans: list[Span] = [{"start": 1 + edge, "end": 6 + edge}]
    found = loudness.variation(loudness.Loudness(fine), spans)
    assert found == pytest.approx(0, abs=0.01)


def test_signal_to_noise_is_that_of_the_mixture(tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    speech = rng.standard_normal(6 * RATE) * 0.1
    sound = np.concatenate([silence(2), speech, silence(2)])
    sound = sound + rng.standard_normal(len(sound)) * 0.005
    section = measured(tmp_path, sound, [(2.0, 8.0)])["section"]
    assert section["signal_to_noise_db"] == pytest.approx(26.0, abs=0.7)


def test_a_buzz_is_more_harmonic_than_noise_in_it(tmp_path: Path) -> None:
    clean = measured(tmp_path, voice(150, 8))["section"]["voice"]
    rough = measured(tmp_path, with_noise(voice(150, 8), -28))["section"]["voice"]
    assert clean["hnr_db"] > rough["hnr_db"] + 6
    assert clean["jitter"] < 0.005 and clean["jitter"] < rough["jitter"]


def test_series_have_at_most_two_thousand_points(tmp_path: Path) -> None:
    output = measured(tmp_path, voice(150, 70))
    for kind in ("series.pitch", "series.loudness"):
        series = artifact(output, kind)
        assert len(series["values"]) <= 2000
        end = series["start"] + series["step"] * (len(series["values"]) - 1)
        assert end == pytest.approx(70, abs=0.5)
    assert np.median(artifact(output, "pitch")["hz"]) == pytest.approx(150, rel=0.01)


def test_silences_are_found_where_they_are(tmp_path: Path) -> None:
    sound = np.concatenate(
        [voice(150, 2), silence(0.4), voice(150, 1), silence(0.2), voice(150, 1)]
    )
    envelope = read_envelope(write(tmp_path / "a.flac", with_noise(sound, -65)))
    speech = [{"start": 0.0, "end": 4.6}]
    [found] = silences(envelope, silence_threshold_db(envelope, speech))
    assert found["start"] == pytest.approx(2.0, abs=0.03)
    assert found["end"] == pytest.approx(2.4, abs=0.03)
