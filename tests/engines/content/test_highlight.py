from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engines.content.build import job, transcript
from workers.engines import highlight

TEXT = " ".join(
    f"This is sentence number {n} and it goes on for a while like so." for n in range(40)
)


def found(tmp: Path, text: str = TEXT, artifacts: Any = None, **sections: Any) -> list[dict]:
    upstream = {"transcribe": transcript(text)} | sections
    made = job("highlight", upstream, tmp, artifacts=artifacts)
    return highlight.run(made, lambda *a, **k: None)["section"]["items"]


def _filler(at: float) -> dict[str, Any]:
    return {"text": "um", "start": at, "end": at + 0.3, "source": "word"}


def test_it_works(tmp_path: Path) -> None:
    fluency = {"fillers": {"items": [_filler(100 + n) for n in range(12)]}}
    content = {
        "star": {
            "sentences": [
                {"index": n, "text": "", "start": n * 5.6, "end": n * 5.6 + 5,
                 "label": "result" if n == 5 else "none"}
                for n in range(40)
            ]
        }
    }  # fmt: skip
    items = found(tmp_path, fluency=fluency, content=content)
    best = [one for one in items if one["kind"] == "best"]
    worst = [one for one in items if one["kind"] == "instructive"]
    assert any(one["start"] <= 28 and one["end"] >= 28 for one in best)
    assert any("filler" in one["why"] and one["start"] < 112 < one["end"] + 12 for one in worst)
    assert items == sorted(items, key=lambda one: one["start"])


def test_moments_begin_and_end_with_sentences(tmp_path: Path) -> None:
    sentences = transcript(TEXT)["sentences"]
    fluency = {"fillers": {"items": [_filler(50.0), _filler(51.0)]}}
    items = found(tmp_path, fluency=fluency)
    assert items
    for one in items:
        assert one["start"] in {sentence["start"] for sentence in sentences}
        assert one["end"] in {sentence["end"] for sentence in sentences}
        assert 10 <= one["end"] - one["start"] <= 30


@pytest.mark.parametrize("text", ["", "Hello there.", "One. Two. Three."])
def test_too_little_speech_has_no_moments(tmp_path: Path, text: str) -> None:
    assert found(tmp_path, text) == []


def test_text_without_times_has_no_moments(tmp_path: Path) -> None:
    made = job("highlight", {"transcribe": transcript(TEXT, timing="none")}, tmp_path)
    assert highlight.run(made, lambda *a, **k: None)["section"]["items"] == []


def test_a_lively_stretch_beats_a_flat_one(tmp_path: Path) -> None:
    path = tmp_path / "pitch.json"
    values = [200.0 + (80 if 60 <= t < 80 and t % 2 else t % 2) for t in range(240)]
    path.write_text(json.dumps({"start": 0, "step": 1, "unit": "Hz", "values": values}))
    items = found(tmp_path, artifacts={"series.pitch": str(path)})
    best = [one for one in items if one["kind"] == "best"]
    assert any(one["start"] < 80 and one["end"] > 60 for one in best)
    assert "your pitch moves" in " ".join(one["why"] for one in best)


def test_another_speakers_sentences_are_no_highlights(tmp_path: Path) -> None:
    content = {
        "star": {
            "sentences": [
                {"index": n, "text": "", "start": n * 5.6, "end": n * 5.6 + 5, "label": "result"}
                for n in range(20, 40)
            ]
        }
    }
    assert min(one["start"] for one in found(tmp_path, content=content)) >= 20 * 5.6


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    times=st.lists(st.floats(0, 230), max_size=30),
    lengths=st.lists(st.integers(1, 60), max_size=40),
)
def test_moments_never_overlap(tmp_path: Path, times: list[float], lengths: list[int]) -> None:
    text = " ".join("word " * (n - 1) + "end." for n in lengths)
    fluency = {
        "fillers": {"items": [_filler(at) for at in times]},
        "pauses": {
            "items": [
                {"start": at, "end": at + 1.2, "position": "inside", "long": True} for at in times
            ]
        },
    }
    items = found(tmp_path, text, fluency=fluency)
    for one, other in itertools.pairwise(items):
        assert one["end"] <= other["start"]
    for kind in ("best", "instructive"):
        assert sum(one["kind"] == kind for one in items) <= 3
    assert all(one["why"].startswith("Here ") for one in items)
