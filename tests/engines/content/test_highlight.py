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
from workers.engines.meaning.lexicon import data
from workers.engines.scoring.ranking import DATA, FACTS, FITTED
from workers.engines.types import SKILLS
from workers.training.train_moments import digest

TEXT = " ".join(
    f"This is sentence number {n} and it goes on for a while like so." for n in range(40)
)

ACTED = TEXT.replace(
    "This is sentence number 5 and it goes on for a while like so. "
    "This is sentence number 6 and it goes on for a while like so.",
    "In the spring I called all three hundred clients and we cut the costs by forty percent. "
    "They signed again, and I trained eleven people who now do the same in two other towns.",
)


def found(tmp: Path, text: str = TEXT, artifacts: Any = None, **sections: Any) -> list[dict]:
    upstream = {"transcribe": transcript(text)} | sections
    made = job("highlight", upstream, tmp, artifacts=artifacts)
    return highlight.run(made, lambda *a, **k: None)["section"]["items"]


def _filler(at: float) -> dict[str, Any]:
    return {"text": "um", "start": at, "end": at + 0.3, "source": "word"}


def _told(tmp: Path, **sections: Any) -> list[dict]:
    """Moments of a dull talk in which something was done and, later, fillers gather."""
    fluency = {
        "fillers": {"count": 12, "items": [_filler(100 + n) for n in range(12)]},
        "hedges": {"count": 4, "items": [_filler(100.2 + 3 * n) for n in range(4)]},
    }
    return found(tmp, ACTED, **({"fluency": fluency} | sections))


def test_it_works(tmp_path: Path) -> None:
    items = _told(tmp_path)
    best = [one for one in items if one["kind"] == "best"]
    worst = [one for one in items if one["kind"] == "instructive"]
    assert any("we cut the costs" in one["text"] for one in best)
    assert "you say what was done" in best[0]["why"]
    assert any("fillers gather" in one["why"] and one["start"] < 112 for one in worst)
    assert items == sorted(items, key=lambda one: one["start"])


def test_moments_begin_and_end_with_sentences(tmp_path: Path) -> None:
    sentences = transcript(ACTED)["sentences"]
    items = _told(tmp_path)
    assert items
    for one in items:
        assert one["start"] in {sentence["start"] for sentence in sentences}
        assert one["end"] in {sentence["end"] for sentence in sentences}
        assert 10 <= one["end"] - one["start"] <= 30


def test_no_reason_is_given_that_cannot_be_heard(tmp_path: Path) -> None:
    for one in _told(tmp_path):
        fillers = sum(one["start"] <= 100 + n <= one["end"] for n in range(12))
        assert ("fillers gather" in one["why"]) <= (fillers >= 2)
        assert ("no filler" in one["why"]) <= (fillers == 0)
        assert ("you give numbers" in one["why"]) <= ("hundred" in one["text"])
        assert "pitch" not in one["why"] and "voice" not in one["why"], "there was no sound"


def test_a_recording_joined_to_itself_keeps_its_moments(tmp_path: Path) -> None:
    once = _told(tmp_path)
    length = transcript(ACTED)["words"][-1]["end"] + 0.5
    again = [_filler(at + n) for n in range(12) for at in (100, 100 + length)]
    hedges = [_filler(at + 3 * n) for n in range(4) for at in (100.2, 100.2 + length)]
    fluency = {
        "fillers": {"count": 24, "items": again}, "hedges": {"count": 8, "items": hedges},
    }  # fmt: skip
    assert once == found(tmp_path, f"{ACTED} {ACTED}", fluency=fluency)


def test_unsure_words_are_no_reason(tmp_path: Path) -> None:
    upstream = {"transcribe": transcript(ACTED, reliability=0.4)}
    made = job("highlight", upstream, tmp_path)
    items = highlight.run(made, lambda *a, **k: None)["section"]["items"]
    assert not any("done" in one["why"] or "numbers" in one["why"] for one in items)


def test_the_weights_belong_to_the_labelled_talks() -> None:
    model = data(DATA)
    assert model["cases_sha256"] == digest(), "run workers.training.train_moments"
    for kind in ("best", "instructive"):
        assert list(model[kind]["facts"]) == list(FITTED)
        told = data("reasons-1")[kind]
        assert {name for one in told for name in one["weighs"]} <= set(FACTS)
        assert {one["skill"] for one in told} <= set(SKILLS)


@pytest.mark.parametrize("text", ["", "Hello there.", "One. Two. Three."])
def test_too_little_speech_has_no_moments(tmp_path: Path, text: str) -> None:
    assert found(tmp_path, text) == []


def test_text_without_times_has_no_moments(tmp_path: Path) -> None:
    made = job("highlight", {"transcribe": transcript(TEXT, timing="none")}, tmp_path)
    assert highlight.run(made, lambda *a, **k: None)["section"]["items"] == []


def _pitch(tmp: Path, start: int, end: int) -> dict[str, str]:
    """A voice that is lively from `start` to `end` and flat elsewhere."""
    path = tmp / "pitch.json"
    values = [200.0 + (80 if start <= t < end and t % 2 else t % 2) for t in range(240)]
    path.write_text(json.dumps({"start": 0, "step": 1, "unit": "Hz", "values": values}))
    return {"series.pitch": str(path)}


def test_a_lively_stretch_beats_a_flat_one(tmp_path: Path) -> None:
    items = found(tmp_path, artifacts=_pitch(tmp_path, 60, 80))
    best = [one for one in items if one["kind"] == "best"]
    assert any(one["start"] < 80 and one["end"] > 60 for one in best)
    assert "your pitch moves" in " ".join(one["why"] for one in best)


def _body(tmp: Path, **told: Any) -> dict[str, Any]:
    """What `body` finds: gestures, looks away and touches of the face that begin at these times,
    and the share of each second in which the camera is faced."""
    facing = told.get("facing", [0.8] * 240)
    series = {
        name: {"start": 0, "step": 1, "values": values}
        for name, values in (("facing", facing), ("gesture_energy", [1.0] * 240))
    }
    path = tmp / "body.json"
    path.write_text(json.dumps(series), encoding="utf-8")

    def items(name: str) -> list[dict[str, float]]:
        return [{"start": at, "end": at + 0.5} for at in told.get(name, [])]

    body = {
        "facing_camera_ratio": 0.8,
        "gestures": {"per_minute": 5.0, "items": items("gestures")},
        "away": {"count": len(items("away")), "items": items("away")},
        "hand_to_face": {"count": len(items("touches")), "items": items("touches")},
    }
    return {"body": body, "artifacts": {"series.body": str(path)}}


def test_a_body_that_was_not_seen_or_does_the_same_throughout_changes_nothing(
    tmp_path: Path,
) -> None:
    heard = _told(tmp_path)
    withheld: dict[str, Any] = {
        "facing_camera_ratio": None, "gestures": {"per_minute": None, "items": []},
        "away": {"count": None, "items": []}, "hand_to_face": {"count": None, "items": []},
    }  # fmt: skip
    assert heard == _told(tmp_path, body=withheld)
    assert heard == _told(tmp_path, **_body(tmp_path))


def test_the_body_is_a_reason_where_it_does_more_than_elsewhere(tmp_path: Path) -> None:
    acted, gathered = (28.0, 40.0), (100.0, 112.0)
    seen = _body(
        tmp_path,
        gestures=[acted[0] + n for n in range(10)],
        facing=[1.0 if acted[0] <= t < acted[1] else 0.5 for t in range(240)],
        away=[gathered[0] + 3], touches=[gathered[0] + 2, gathered[0] + 7],
    )  # fmt: skip
    items = _told(tmp_path, **seen)
    (best,) = (one for one in items if "we cut the costs" in one["text"])
    (worst,) = (one for one in items if "fillers gather" in one["why"] and one["start"] < 112)
    assert "you gesture more" in best["why"] or "you face the camera more" in best["why"]
    assert "a hand goes to your face" in worst["why"] or "you look away" in worst["why"]
    for one in items:
        if one is not best:
            assert "gesture more" not in one["why"], "nothing begins there"
        assert one["skill"] != "presence", "the body never is the first reason"


def test_the_body_never_overrules_what_was_said(tmp_path: Path) -> None:
    """Every gesture beside the lively story, every look away inside it."""
    pitch = _pitch(tmp_path, 28, 41)
    seen = _body(
        tmp_path,
        gestures=[150.0 + n / 2 for n in range(40)],
        facing=[0.0 if 28 <= t < 40 else 1.0 for t in range(240)],
        away=[29.0, 34.0], touches=[30.0, 35.0],
    )  # fmt: skip
    seen["artifacts"] |= pitch
    best = [one for one in _told(tmp_path, **seen) if one["kind"] == "best"]
    assert any("we cut the costs" in one["text"] for one in best)


def test_another_speakers_sentences_are_no_highlights(tmp_path: Path) -> None:
    def star(first: int) -> dict[str, Any]:
        labels = [
            {"index": n, "text": "", "start": n * 5.6, "end": n * 5.6 + 5, "label": "none"}
            for n in range(first, 40)
        ]
        return {"star": {"sentences": labels}}

    (first, *_) = _told(tmp_path, content=star(0))
    assert first["start"] < 15 * 5.6
    assert min(one["start"] for one in _told(tmp_path, content=star(15))) >= 15 * 5.6


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
