"""One clock: what is heard and what is seen at an instant stay together, in every container."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest

from tests import clips, synthesis
from tests.clips import CLICKS, Look
from tests.engines.speech.jobs import artifact, listened, played
from workers.engines.media import SoundReader, frames, read_clock
from workers.engines.types import EngineError

TOLERANCE_S = 0.04


def clicks(path: Path) -> list[float]:
    reader = SoundReader(path, read_clock(path), rate=16_000)
    sound = np.abs(np.concatenate([block[0] for block in reader]))
    loud = np.nonzero(sound > 0.2)[0] / 16_000
    return [float(loud[0])] + [float(b) for a, b in itertools.pairwise(loud) if b - a > 1]


def flashes(path: Path) -> list[float]:
    found, dark = [], True
    for at, picture in frames(path, 50, 64):
        lit = picture.mean() > 128
        if lit and dark:
            found.append(at)
        dark = not lit
    return found


@pytest.mark.parametrize("kind", ["mp4", "mkv", "webm", "mov"])
def test_click_and_flash_stay_together(tmp_path: Path, kind: str):
    path = clips.click_and_flash(tmp_path / f"planted.{kind}")
    assert clicks(path) == pytest.approx(CLICKS, abs=TOLERANCE_S)
    assert flashes(path) == pytest.approx(CLICKS, abs=TOLERANCE_S)


@pytest.mark.parametrize("kind", ["mp4", "mkv", "webm"])
def test_the_rendition_is_on_the_same_clock(tmp_path: Path, kind: str):
    path = Path(artifact(played(clips.click_and_flash(tmp_path / f"planted.{kind}")), "rendition"))
    assert clicks(path) == pytest.approx(CLICKS, abs=TOLERANCE_S)
    assert flashes(path) == pytest.approx(CLICKS, abs=TOLERANCE_S)


def test_gaps_and_late_starts_are_told(tmp_path: Path):
    gaps = listened(clips.click_and_flash(tmp_path / "planted.mp4"))["section"]["gaps"]
    assert [round(gap["end"] - gap["start"], 1) for gap in gaps] == [0.7, 2.0]


@pytest.mark.parametrize("kind", clips.CODECS)
def test_priming_is_skipped(tmp_path: Path, kind: str):
    sound = np.zeros(32_000, dtype=np.float32)
    sound[16_000:16_800] = 0.8 * np.sin(np.arange(800) * 2 * np.pi / 16)
    path = clips.clip(tmp_path / f"click.{kind}", sound)
    assert clicks(path)[0] == pytest.approx(1.0, abs=TOLERANCE_S)


def test_streams_that_start_late_together_start_at_zero(tmp_path: Path):
    path = clips.clip(tmp_path / "late.mkv", synthesis.noise(2.0, -20), look=Look(base=5.0))
    clock = read_clock(path)
    assert clock.origin == pytest.approx(5.0, abs=0.02)
    assert next(frames(path, 5))[0] == pytest.approx(0.0, abs=0.02)


def test_overlapping_sound_is_dropped(tmp_path: Path):
    look = Look(gap_at=1.0, gap=-0.4)
    path = clips.clip(tmp_path / "over.mkv", synthesis.noise(3.0, -20), look=look)
    reader = SoundReader(path, read_clock(path), rate=16_000)
    assert sum(block.shape[1] for block in reader) / 16_000 == pytest.approx(2.6, abs=0.05)


def test_a_clock_that_starts_anew_loses_no_sound(tmp_path: Path):
    first = clips.clip(tmp_path / "first.ogg", synthesis.noise(4.0, -20))
    second = clips.clip(tmp_path / "second.ogg", synthesis.noise(3.0, -20))
    path = tmp_path / "chained.ogg"
    path.write_bytes(first.read_bytes() + second.read_bytes())
    reader = SoundReader(path, read_clock(path), rate=16_000)
    seconds = sum(block.shape[1] for block in reader) / 16_000
    assert reader.restarts == 1
    assert seconds == pytest.approx(7.0, abs=0.05)


def test_damage_leaves_the_rest_in_place(tmp_path: Path):
    spoken = synthesis.answer()
    path = clips.corrupt_middle(tmp_path / "damaged.mp4", spoken.samples)
    reader = SoundReader(path, read_clock(path), rate=16_000)
    sound = np.concatenate([block[0] for block in reader])
    assert reader.faults
    tail = spoken.samples[-16_000 * 3 :]
    ours = sound[len(spoken.samples) - len(tail) : len(spoken.samples)]
    assert np.corrcoef(ours, tail[: len(ours)])[0, 1] > 0.9


def test_the_length_limit_holds_for_sound(tmp_path: Path):
    path = clips.clip(tmp_path / "long.wav", synthesis.noise(3.0))
    reader = SoundReader(path, read_clock(path), rate=16_000, max_duration_s=1)
    with pytest.raises(EngineError, match="too_long"):
        list(reader)


@pytest.mark.parametrize(("rotation", "corner"), [(0, (0, 0)), (90, (-1, 0)), (-90, (0, -1))])
def test_pictures_are_upright(tmp_path: Path, rotation: int, corner: tuple[int, int]):
    path = clips.clip(tmp_path / "phone.mp4", None, seconds=1, look=Look(rotation=rotation))
    _, picture = next(frames(path, 5, 160))
    assert max(picture.shape) == 160
    assert (picture.shape[0] > picture.shape[1]) == bool(rotation)
    red = picture[corner].astype(int)
    assert red[0] > 150 > red[1]


@pytest.mark.parametrize("fps", [5, 30, 120])
def test_pictures_come_at_the_asked_rate(tmp_path: Path, fps: int):
    path = clips.clip(tmp_path / "fast.mp4", None, seconds=4, look=Look(fps=fps))
    times = [at for at, _ in frames(path, 5)]
    assert len(times) == 20
    assert np.diff(times) == pytest.approx(0.2, abs=0.04)
