"""What was trimmed away is to no engine: the same figures as where it never was recorded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from tests import clips, synthesis
from tests.data import shared
from tests.engines.sounds import Progress, artifact, voice, with_noise
from tests.engines.sounds import job as sound_job
from tests.engines.speaking import chatter, speak
from tests.engines.speech.jobs import Seen, attached, job
from tests.engines.speech.jobs import artifact as file_of
from workers.engines import audio, fluency, prosody, transcribe
from workers.engines.media import frames
from workers.engines.trim import words_inside
from workers.engines.types import Span, Word

RATE = 16_000


def heard(path: Path, trim: Span | None) -> Any:
    work = job(path, "audio")
    work["settings"]["trim"] = trim
    return audio.run(work, Seen())


def test_it_works(tmp_path: Path) -> None:
    spoken = synthesis.answer()
    path = spoken.write(tmp_path / "answer.wav", RATE)
    first = heard(path, None)["section"]["speech"]
    trim = Span(start=first[0]["end"] - 0.4, end=first[2]["end"] - 0.2)
    output = heard(path, trim)
    section = output["section"]
    assert section["speech"] == [
        {"start": trim["start"], "end": first[0]["end"]},
        first[1],
        {"start": first[2]["start"], "end": trim["end"]},
    ]
    inside = trim["end"] - trim["start"]
    assert section["speech_s"] + section["silence_s"] == pytest.approx(inside, abs=0.01)
    assert section["duration_s"] == pytest.approx(spoken.duration, abs=0.01), "of the whole"
    cut, _rate = soundfile.read(file_of(output, "audio"))
    whole, _rate = soundfile.read(file_of(output, "audio.whole"))
    assert not cut[: int(trim["start"] * RATE)].any() and not cut[int(trim["end"] * RATE) :].any()
    assert len(cut) == len(whole) and whole[: int(trim["start"] * RATE)].any()


def test_a_fault_that_was_trimmed_away_is_none(tmp_path: Path) -> None:
    calm = synthesis.answer().samples
    hot = np.clip(calm * 8, -1, 1)
    soundfile.write(tmp_path / "hot.wav", np.concatenate([hot, calm]), RATE)
    start = len(hot) / RATE
    section = heard(tmp_path / "hot.wav", Span(start=start, end=2 * start))["section"]
    assert section["clipping_ratio"] == 0
    assert heard(tmp_path / "hot.wav", None)["section"]["clipping_ratio"] > 0.01


def measured(folder: Path, words: list[Word], sound: np.ndarray, trim: Span | None) -> Any:
    """Prosody and fluency as they follow on a decoded sound."""
    folder.mkdir()
    soundfile.write(folder / "take.wav", np.clip(sound, -1, 1), RATE)
    decoded = heard(folder / "take.wav", trim)
    said = words_inside(words, trim)
    span = Span(start=said[0]["start"] or 0.0, end=said[-1]["end"] or 0.0)
    upstream = {
        "audio": {**decoded["section"], "speech": [span]},
        "transcribe": {
            "words": said, "sentences": [], "reliability": 0.95, "source": "machine",
            "speakers": [],
        },
    }  # fmt: skip
    files = {"audio": file_of(decoded, "audio")}
    asked = {"upstream": upstream, "artifacts": files, "trim": trim}
    voiced = prosody.run(sound_job("prosody", folder, **asked), Progress())
    files |= {file["kind"]: file["path"] for file in voiced["artifacts"]}
    fluent = fluency.run(sound_job("fluency", folder, **asked), Progress())
    return voiced, fluent


def test_voice_and_fluency_are_those_of_a_recording_of_the_inside_alone(tmp_path: Path) -> None:
    """Around it: a loud low voice with an um in it, over a noise that the inside has not."""
    parts = [*chatter(25), 0.6, *chatter(20), 1.2, *chatter(10)]
    words, inside = speak(*parts)
    around = with_noise(voice(95, 3.0, level=0.8), -35)
    pad = len(around) / RATE
    later: list[Word] = [
        {**word, "start": (word["start"] or 0) + pad, "end": (word["end"] or 0) + pad}
        for word in words
    ]
    spoken = [Word(text="um", start=0.2, end=0.8, confidence=0.9, speaker=None), *later]
    trim = Span(start=pad, end=pad + len(inside) / RATE)
    alone = measured(tmp_path / "alone", words, inside, None)
    cut = measured(tmp_path / "cut", spoken, np.concatenate([around, inside, around]), trim)
    for mine, theirs, path in (
        *((cut[0], alone[0], ("pitch", key)) for key in ("median_hz", "range_semitones")),
        *((cut[0], alone[0], ("loudness", key)) for key in ("integrated_lufs", "variation_db")),
        (cut[0], alone[0], ("signal_to_noise_db",)),
        (cut[1], alone[1], ("words_per_minute",)),
        (cut[1], alone[1], ("articulation_rate_syllables_per_s",)),
        (cut[1], alone[1], ("pauses", "count")),
        (cut[1], alone[1], ("pauses", "total_s")),
        (cut[1], alone[1], ("fillers", "count")),
    ):
        a, b = mine["section"], theirs["section"]
        for key in path:
            a, b = a[key], b[key]
        assert a == pytest.approx(b, rel=0.02, abs=0.05), path
    for output, kind in ((cut[0], "series.loudness"), (cut[0], "series.pitch"),
                         (cut[1], "series.pace")):  # fmt: skip
        series = artifact(output, kind)
        times = [series["start"] + n * series["step"] for n in range(len(series["values"]))]
        shown = [t for t, v in zip(times, series["values"], strict=True) if v is not None]
        assert shown and trim["start"] <= shown[0] and shown[-1] <= trim["end"], kind


def test_a_given_text_of_the_whole_is_placed_and_then_cut(tmp_path: Path) -> None:
    """It is no text of another recording because half of its words were trimmed away."""
    trim = Span(start=3.0, end=8.0)
    decoded = heard(shared("jfk.flac"), trim)
    work = job(shared("jfk.flac"), "transcribe")
    work["settings"] |= {
        "trim": trim,
        "transcript": attached(
            "And so, my fellow Americans, ask not what your country can do for you, "
            "ask what you can do for your country."
        ),
    }
    work["upstream"]["audio"] = decoded["section"]
    work["artifacts"] = {file["kind"]: file["path"] for file in decoded["artifacts"]}
    section = transcribe.run(work, Seen())["section"]
    assert section["reliability"] > 0.8 and section["timing"] == "aligned"
    assert section["text"] == "ask not what your country can do for you,"
    assert trim["start"] <= section["words"][0]["start"] < section["words"][-1]["end"] <= 8.0


def test_no_picture_from_outside_is_looked_at(tmp_path: Path) -> None:
    path = clips.clip(tmp_path / "take.mp4", None, seconds=4)
    seen = [time for time, _picture in frames(path, 5, span=Span(start=1.0, end=2.5))]
    assert seen[0] >= 0.99 and seen[-1] <= 2.51 and len(seen) == 8
