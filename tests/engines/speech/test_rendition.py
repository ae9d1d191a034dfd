from __future__ import annotations

from pathlib import Path

import av
import pytest

from tests import clips, synthesis
from tests.clips import Look
from tests.engines.speech.jobs import Seen, artifact, job, played, probed
from workers.engines import rendition
from workers.engines.types import EngineError

SPEECH = synthesis.say("When I joined the company the support team was losing customers.")


@pytest.mark.parametrize("kind", clips.CODECS)
def test_it_works(tmp_path: Path, kind: str):
    output = played(clips.clip(tmp_path / f"clip.{kind}", SPEECH.samples))
    section = probed(Path(artifact(output, "rendition")))
    assert section["duration_s"] == pytest.approx(SPEECH.duration, abs=0.15)
    assert section["warnings"] == []
    if kind not in clips.SOUND_ONLY:
        assert section["video"]["codec"] in {"h264", "vp8"}
        with av.open(artifact(output, "thumbnail")) as picture:
            assert picture.streams.video[0].codec_context.width == 320


def test_what_a_browser_plays_is_copied(tmp_path: Path):
    assert played(clips.clip(tmp_path / "a.mp4", SPEECH.samples))["section"]["video"] == "copied"
    assert played(clips.clip(tmp_path / "a.avi", SPEECH.samples))["section"]["video"] == "encoded"


def test_it_adds_duration_and_cues(tmp_path: Path):
    output = played(clips.media_recorder(tmp_path / "live.webm", SPEECH.samples))
    with av.open(artifact(output, "rendition")) as container:
        assert container.duration / av.time_base == pytest.approx(SPEECH.duration, abs=0.15)
        container.seek(int(2.0 * av.time_base))
        first = next(packet for packet in container.demux(video=0) if packet.pts is not None)
        assert float(first.pts * first.time_base) > 0.5


def test_the_index_comes_first(tmp_path: Path):
    data = Path(
        artifact(played(clips.clip(tmp_path / "a.mp4", SPEECH.samples)), "rendition")
    ).read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")


@pytest.mark.parametrize("kind", ["mp4", "mov"])
def test_it_keeps_rotation(tmp_path: Path, kind: str):
    path = clips.clip(tmp_path / f"phone.{kind}", SPEECH.samples, look=Look(rotation=90))
    assert probed(Path(artifact(played(path), "rendition")))["video"]["rotation"] == 90


def test_it_keeps_rotation_where_it_encodes(tmp_path: Path):
    look = Look(rotation=90, ten_bit=True)
    path = clips.clip(tmp_path / "phone.mp4", SPEECH.samples, look=look)
    video = probed(Path(artifact(played(path), "rendition")))["video"]
    assert (video["rotation"], video["bit_depth"]) == (90, 8)


def test_a_large_picture_becomes_smaller(tmp_path: Path):
    look = Look(size=(1920, 1080), fps=5, ten_bit=True)
    path = clips.clip(tmp_path / "large.mp4", SPEECH.samples, look=look)
    video = probed(Path(artifact(played(path), "rendition")))["video"]
    assert (video["width"], video["height"]) == (1280, 720)


def test_a_damaged_file_is_made_anew(tmp_path: Path):
    output = played(clips.corrupt_middle(tmp_path / "damaged.mp4", synthesis.answer().samples))
    assert (output["section"]["video"], output["section"]["audio"]) == ("encoded", "encoded")
    faults = 0
    with av.open(artifact(output, "rendition")) as container:
        for packet in container.demux():
            try:
                packet.decode()
            except av.error.FFmpegError:
                faults += 1
    assert faults == 0


def test_a_disk_that_fills_is_worth_another_try(tmp_path: Path):
    work = job(clips.clip(tmp_path / "a.mp4", SPEECH.samples), "rendition")
    clips.full_disk(Path(work["workdir"]) / "rendition.mp4")
    with pytest.raises(EngineError) as refused:
        rendition.run(work, Seen())
    assert (refused.value.code, refused.value.retry) == ("disk_full", True)
