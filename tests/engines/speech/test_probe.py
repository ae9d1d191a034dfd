from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests import clips, synthesis
from tests.clips import Look
from tests.data import shared
from tests.engines.speech.jobs import Seen, attached, job, probed
from workers.engines import probe
from workers.engines.types import EngineError

SPEECH = synthesis.say("When I joined the company the support team was losing customers.")


def refused(path: Path, **engines: float) -> EngineError:
    with pytest.raises(EngineError) as caught:
        probed(path, **engines)
    assert caught.value.retry is False
    assert caught.value.message.endswith(".")
    return caught.value


@pytest.mark.parametrize("kind", clips.CODECS)
def test_it_works(tmp_path: Path, kind: str):
    section = probed(clips.clip(tmp_path / f"clip.{kind}", SPEECH.samples))
    assert section["duration_s"] == pytest.approx(SPEECH.duration, abs=0.15)
    assert section["audio"]["start_s"] == pytest.approx(0, abs=0.002)
    assert section["kind"] == ("audio" if kind in clips.SOUND_ONLY else "video")
    assert len(section["sha256"]) == 64


def test_it_names_an_empty_file(tmp_path: Path):
    (tmp_path / "empty.mp4").touch()
    assert refused(tmp_path / "empty.mp4").code == "empty"


def test_it_names_a_text_renamed_mp4(tmp_path: Path):
    error = refused(clips.text_named(tmp_path / "diary.mp4"))
    assert error.code == "not_media"
    assert "text" in error.message


@pytest.mark.parametrize(
    ("head", "word"),
    [
        (b"\x89PNG\r\n\x1a\n", "picture"),
        (b"%PDF-1.7\n", "document"),
        (b"7z\xbc\xaf\x27", "archive"),
    ],
)
def test_it_names_what_else_is_not_media(tmp_path: Path, head: bytes, word: str):
    path = tmp_path / "thing.mp4"
    path.write_bytes(head + np.random.default_rng(1).bytes(5000))
    error = refused(path)
    assert error.code == "not_media"
    assert word in error.message


def test_it_opens_no_playlist(tmp_path: Path):
    clips.clip(tmp_path / "real.mp4", SPEECH.samples)
    path = tmp_path / "list.mp4"
    path.write_text("#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nreal.mp4\n#EXT-X-ENDLIST\n")
    assert refused(path).code == "not_media"


def test_it_names_a_truncated_mp4(tmp_path: Path):
    assert refused(clips.truncated_mp4(tmp_path / "cut.mp4", SPEECH.samples)).code == "truncated"


def test_it_names_a_protected_file(tmp_path: Path):
    assert refused(clips.encrypted_mp4(tmp_path / "drm.mp4", SPEECH.samples)).code == "encrypted"


def test_it_holds_the_length_limit_against_the_packets(tmp_path: Path):
    path = clips.media_recorder(tmp_path / "live.webm", SPEECH.samples)
    error = refused(path, max_duration_s=2)
    assert error.code == "too_long"
    assert "2 s" in error.message


def test_it_holds_the_picture_limit_before_decoding(tmp_path: Path):
    path = clips.clip(tmp_path / "big.mp4", SPEECH.samples)
    assert refused(path, max_pixels=320 * 200).code == "too_large_picture"


def test_it_finds_the_length_a_header_lacks(tmp_path: Path):
    section = probed(clips.media_recorder(tmp_path / "live.webm", SPEECH.samples))
    assert section["duration_s"] == pytest.approx(SPEECH.duration, abs=0.15)
    assert "no_duration" in {warning["code"] for warning in section["warnings"]}
    assert section["video"]["variable_frame_rate"] is True


def test_it_tells_a_variable_rate_from_a_steady_one(tmp_path: Path):
    uneven = probed(clips.variable_rate(tmp_path / "uneven.mp4", SPEECH.samples))
    steady = probed(clips.clip(tmp_path / "steady.mkv", SPEECH.samples))
    assert uneven["video"]["variable_frame_rate"] is True
    assert steady["video"]["variable_frame_rate"] is False


def test_it_reads_rotation_depth_and_channels(tmp_path: Path):
    look = Look(rotation=90, ten_bit=True, channels=6)
    section = probed(clips.clip(tmp_path / "phone.mp4", SPEECH.samples, look=look))
    assert section["video"]["rotation"] == 90
    assert section["video"]["bit_depth"] == 10
    assert section["audio"]["channels"] == 6


def test_it_says_that_there_is_no_sound(tmp_path: Path):
    path = clips.clip(tmp_path / "mute.mp4", None, seconds=2)
    output = probe.run(job(path, "probe"), Seen())
    assert output["section"]["audio"] is None
    assert [item["code"] for item in output["withheld"]] == ["no_sound"]


def test_it_says_that_a_recording_is_very_short(tmp_path: Path):
    section = probed(clips.clip(tmp_path / "blip.mp4", SPEECH.samples[:3200]))
    assert section["duration_s"] == pytest.approx(0.2, abs=0.05)
    assert "very_short" in {warning["code"] for warning in section["warnings"]}


def test_it_takes_a_text_without_media():
    work = job(None, "probe")
    work["settings"]["transcript"] = attached("Good morning.")
    section = probe.run(work, Seen())["section"]
    assert (section["kind"], section["duration_s"]) == ("text", None)


def test_it_measures_from_the_first_stream_that_starts(tmp_path: Path):
    path = clips.clip(tmp_path / "late.mkv", SPEECH.samples, look=Look(base=5.0))
    assert probed(path)["duration_s"] == pytest.approx(SPEECH.duration, abs=0.15)


@pytest.mark.parametrize(
    ("name", "kind", "seconds"),
    [("jfk.flac", "audio", 11.0), ("talking_head.mp4", "video", 8.0),
     ("stage_performance.mp4", "video", 10.0)],
)  # fmt: skip
def test_it_reads_recordings_of_people(name: str, kind: str, seconds: float):
    section = probed(shared(name))
    assert section["kind"] == kind
    assert section["duration_s"] == pytest.approx(seconds, abs=0.05)
