from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engines.content.build import job, measured
from workers.engines import recommend, score
from workers.engines.meaning.lexicon import DATA, data
from workers.engines.scoring.curves import curves
from workers.engines.types import SKILLS, Scenario


def advised(tmp: Path, **changes: Any) -> dict[str, Any]:
    scores = score.run(job("score", measured(**changes), tmp), lambda *a, **k: None)["section"]
    return given_scores(tmp, scores)


def given_scores(tmp: Path, scores: dict[str, Any]) -> dict[str, Any]:
    made = job("recommend", {"score": scores}, tmp)
    return recommend.run(made, lambda *a, **k: None)["section"]


def test_it_works(tmp_path: Path) -> None:
    section = advised(tmp_path, **{"fluency.fillers.per_minute": 13.0})
    first = section["items"][0]
    assert len(section["items"]) == 3
    assert (first["skill"], first["code"]) == ("fluency", "fluency.fillers")
    assert "13.0 fillers a minute" in first["why"]
    assert first["evidence"][0]["text"] == "“um”"
    assert first["evidence"][0]["start"] is not None
    assert first["params"]["value"] == 13.0
    assert first["drill"]


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("fluency.words_per_minute", 240.0, "pace.slower"),
        ("fluency.words_per_minute", 75.0, "pace.faster"),
        ("fluency.pauses.long_count", 40, "pauses.shorter"),
        ("fluency.pauses.at_boundary_ratio", 0.0, "pauses.between"),
        ("prosody.pitch.sd_semitones", 0.3, "variety.pitch"),
        ("prosody.signal_to_noise_db", -3.0, "clarity.room"),
        ("body.facing_camera_ratio", 0.0, "presence.camera"),
        ("content.relevance", 0.0, "content.relevance"),
        ("content.signposting.per_100_words", 0.0, "structure.signposts"),
        ("content.signposting.per_100_words", 30.0, "structure.fewer_signposts"),
    ],
)
def test_the_measure_that_costs_most_names_the_step(
    tmp_path: Path, path: str, value: float, code: str
) -> None:
    changes = {path: value}
    if code.startswith("structure"):
        changes |= {"content.star.balance": None, "content.answers": []}
    assert code in {item["code"] for item in advised(tmp_path, **changes)["items"]}


def test_what_surely_needs_work_comes_first_and_what_works_last(tmp_path: Path) -> None:
    scores = score.run(job("score", measured(), tmp_path), lambda *a, **k: None)["section"]
    for skill in SKILLS:
        scores[skill] |= {"value": 95.0, "reliability": 0.9}
    scores["clarity"] |= {"value": 10.0, "reliability": 0.2}
    scores["pace"] |= {"value": 40.0}
    scores["content"] |= {"value": 93.0}
    items = given_scores(tmp_path, scores)["items"]
    assert [item["skill"] for item in items] == ["pace", "clarity", "content"]


def test_nothing_is_advised_on_what_could_hardly_be_measured(tmp_path: Path) -> None:
    """One spoken word is no reason to train the voice."""
    scores = score.run(job("score", measured(), tmp_path), lambda *a, **k: None)["section"]
    for skill in SKILLS:
        scores[skill] |= {"value": 100.0, "reliability": 0.1}
    scores["pauses"] |= {"reliability": 0.2}
    assert [item["skill"] for item in given_scores(tmp_path, scores)["items"]] == ["pauses"]


def test_as_many_steps_as_skills_were_measured(tmp_path: Path) -> None:
    scores = score.run(
        job("score", {"content": measured()["content"]}, tmp_path), lambda *a, **k: None
    )["section"]
    section = given_scores(tmp_path, scores)
    assert {item["skill"] for item in section["items"]} == {"structure", "content"}
    assert given_scores(tmp_path, {}) == {"praise": [], "items": []}


def test_a_talk_that_works_is_stretched_and_praised(tmp_path: Path) -> None:
    section = advised(tmp_path)
    assert any(item["code"].endswith(".stretch") for item in section["items"])
    assert len(section["praise"]) == 3


def test_a_weak_talk_still_gets_one_honest_praise(tmp_path: Path) -> None:
    part = {
        "measure": "fluency.words_per_minute", "label": "Speaking rate", "measured": 210.0,
        "score": 55.0, "weight": 0.7, "reliability": 1.0, "band": "fast", "best": [140, 175],
        "text": "210 words a minute: fast",
    }  # fmt: skip
    scores = {
        "pace": {"value": 55.0, "weight": 0.1, "reliability": 0.9, "evidence": [], "parts": [part]}
    }
    praise = given_scores(tmp_path, scores)["praise"]
    assert [one["code"] for one in praise] == ["praise.strongest"]
    assert "speaking rate" in praise[0]["text"]


def test_every_band_of_every_measure_has_advice_and_praise() -> None:
    advice = data("advice-1")
    for scenario in get_args(Scenario):
        for skill in SKILLS:
            assert advice["stretch"][skill]["title"]
            for component in curves(scenario).skills[skill]:
                measure = component.curve.measure
                assert advice["praise"][measure.path]["text"]
                steps = advice["advice"][measure.path]
                named = {band.code for band in measure.bands}
                assert named <= set(steps) or {"low", "high"} <= set(steps)
                assert all(step["title"] and step["why"] for step in steps.values())


def test_no_sentence_shouts() -> None:
    for name in ("advice-1", "reasons-1"):
        assert "!" not in (DATA / f"{name}.json").read_text(encoding="utf-8")


_ANY = {
    "fluency.words_per_minute": st.floats(20, 400),
    "fluency.fillers.per_minute": st.floats(0, 60),
    "fluency.pauses.per_minute": st.none() | st.floats(0, 90),
    "prosody.pitch.sd_semitones": st.none() | st.floats(0, 20),
    "prosody.loudness.variation_db": st.floats(0, 20),
    "body.gestures.per_minute": st.floats(0, 90),
    "content.relevance": st.none() | st.floats(0, 1),
    "content.signposting.per_100_words": st.floats(0, 20),
    "content.ownership.value": st.floats(0, 1),
}


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(changes=st.fixed_dictionaries({}, optional=_ANY))
def test_any_result_gives_three_different_finished_steps(
    tmp_path: Path, changes: dict[str, Any]
) -> None:
    section = advised(tmp_path, **changes)
    assert len({item["skill"] for item in section["items"]}) == 3
    assert section["praise"]
    for text in [item["why"] for item in section["items"]] + [
        item["text"] for item in section["praise"]
    ]:
        assert text.endswith(".")
        assert "{" not in text
    json.dumps(section)
