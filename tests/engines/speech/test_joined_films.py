"""A recording that went on after it was cut off: several films in one file, read as one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests import clips, synthesis
from tests.clips import CLICK_CLIP_SECONDS, CLICKS, Look
from tests.engines.speech.jobs import Seen, artifact, job
from tests.engines.speech.test_clock import TOLERANCE_S, clicks, flashes
from workers.engines import audio, probe, rendition
from workers.engines.types import StageOutput


def worked(stage: str, path: Path, *joins: tuple[int, float]) -> StageOutput:
    work = job(path, stage)
    work["media"][0]["joins"] = [{"byte": byte, "t": t} for byte, t in joins]
    engine: Any = {"probe": probe, "audio": audio, "rendition": rendition}[stage]
    return engine.run(work, Seen())


def chained(path: Path, *films: Path) -> tuple[Path, list[int]]:
    """The films' bytes behind one another, and where each but the first begins."""
    found = [film.read_bytes() for film in films]
    path.write_bytes(b"".join(found))
    return path, [int(byte) for byte in np.cumsum([len(film) for film in found])[:-1]]


@pytest.mark.parametrize("kind", ["webm", "mp4", "mkv"])
def test_it_works(tmp_path: Path, kind: str):
    """What is heard and seen in the second film lies behind the first, on the one clock."""
    films = [clips.click_and_flash(tmp_path / f"{n}.{kind}") for n in "ab"]
    path, [byte] = chained(tmp_path / f"whole.{kind}", *films)
    section = worked("probe", path, (byte, 8.9))["section"]
    assert section["duration_s"] == pytest.approx(2 * CLICK_CLIP_SECONDS, abs=0.15)
    assert section["size_bytes"] == path.stat().st_size, "the original's, and so its SHA-256"
    made = worked("rendition", path, (byte, 8.9))
    assert made["section"]["video"] == "copied"
    film = Path(artifact(made, "rendition"))
    second = section["duration_s"] - CLICK_CLIP_SECONDS
    expected = [*CLICKS, *(second + at for at in CLICKS)]
    assert clicks(film) == pytest.approx(expected, abs=2 * TOLERANCE_S)
    assert flashes(film) == pytest.approx(clicks(film), abs=TOLERANCE_S)


def test_what_was_lost_between_two_films_is_silence(tmp_path: Path):
    """The studio says when the second begins: a moment the first one's bytes do not reach."""
    films = [clips.media_recorder(tmp_path / f"{n}.webm", synthesis.noise(2.0, -20)) for n in "ab"]
    path, [byte] = chained(tmp_path / "whole.webm", *films)
    section = worked("audio", path, (byte, 3.5))["section"]
    [gap] = section["gaps"]
    assert (gap["start"], gap["end"]) == pytest.approx((2.0, 3.5), abs=TOLERANCE_S)


def test_films_of_another_shape_or_codec_are_made_anew(tmp_path: Path):
    sound = synthesis.noise(2.0, -20)
    films = [
        clips.clip(tmp_path / "a.webm", sound, look=Look(live=True)),
        clips.clip(tmp_path / "b.mp4", sound, look=Look(size=(240, 320))),
        clips.clip(tmp_path / "c.ogg", sound),
    ]
    path, bytes_ = chained(tmp_path / "whole.webm", *films)
    joins = list(zip(bytes_, (2.0, 4.0), strict=True))
    section = worked("probe", path, *joins)["section"]
    assert section["duration_s"] == pytest.approx(6.0, abs=0.2)
    assert (section["video"]["width"], section["video"]["height"]) == (320, 240)
    assert worked("audio", path, *joins)["section"]["gaps"] == []


@pytest.mark.parametrize("rest", [b"", b"\x1a\x45\xdf\xa3", b"no film at all" * 400])
def test_a_film_that_holds_nothing_costs_the_others_nothing(tmp_path: Path, rest: bytes):
    """The tab crashed again before the new film had a picture, or somebody lies about joins."""
    film = clips.media_recorder(tmp_path / "a.webm", synthesis.noise(3.0, -20))
    whole = film.read_bytes()
    film.write_bytes(whole + rest)
    section = worked("probe", film, (len(whole), 3.0), (10**9, 5.0))["section"]
    assert section["duration_s"] == pytest.approx(3.0, abs=0.1)
    codes = [warning["code"] for warning in section["warnings"]]
    assert ("part_unreadable" in codes) == bool(rest)


def test_a_film_that_broke_off_in_the_middle_of_a_picture_is_joined(tmp_path: Path):
    films = [clips.media_recorder(tmp_path / f"{n}.webm", synthesis.noise(3.0, -20)) for n in "ab"]
    films[0].write_bytes(films[0].read_bytes()[:-777])
    path, [byte] = chained(tmp_path / "whole.webm", *films)
    section = worked("probe", path, (byte, 3.0))["section"]
    assert section["duration_s"] == pytest.approx(6.0, abs=0.1)
