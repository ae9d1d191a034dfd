from __future__ import annotations

import copy
from itertools import pairwise
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engines.content.build import job, measured, read_answers, transcript
from workers.engines import content, score
from workers.engines.scoring.curves import curves
from workers.engines.types import SKILLS, Scenario

SCENARIOS = get_args(Scenario)
CAMERA = {"role": "camera", "path": "", "filename": "a.webm"}


def scored(tmp: Path, sections: dict[str, Any], **options: Any) -> dict[str, Any]:
    return dict(score.run(job("score", sections, tmp, **options), lambda *a, **k: None))


def without(*names: str) -> dict[str, Any]:
    return {name: value for name, value in measured().items() if name not in names}


def test_it_works(tmp_path: Path) -> None:
    output = scored(tmp_path, measured())
    section = output["section"]
    assert section["overall"]["basis"] == list(SKILLS)
    assert section["overall"]["value"] > 85
    assert section["overall"]["version"] == "2"
    assert output["withheld"] == []
    for skill in SKILLS:
        assert 0 <= section[skill]["value"] <= 100
        assert 0 < section[skill]["reliability"] <= 1
        assert section[skill]["evidence"]


@pytest.mark.parametrize(
    ("path", "worse", "skill"),
    [
        ("fluency.words_per_minute", 230.0, "pace"),
        ("fluency.words_per_minute", 80.0, "pace"),
        ("fluency.pauses.long_count", 30, "pauses"),
        ("fluency.pauses.at_boundary_ratio", 0.2, "pauses"),
        ("fluency.fillers.per_minute", 12.0, "fluency"),
        ("fluency.repetitions.per_100_words", 4.0, "fluency"),
        ("prosody.pitch.sd_semitones", 1.0, "vocal_variety"),
        ("prosody.signal_to_noise_db", 5.0, "clarity"),
        ("body.facing_camera_ratio", 0.2, "presence"),
        ("content.opening.value", 0.15, "structure"),
        ("content.relevance", 0.2, "content"),
    ],
)
def test_each_measure_moves_its_skill(tmp_path: Path, path: str, worse: float, skill: str) -> None:
    good = scored(tmp_path, measured())["section"]
    bad = scored(tmp_path, measured(**{path: worse}))["section"]
    assert bad[skill]["value"] < good[skill]["value"] - 3
    unmoved = [one for one in SKILLS if one != skill and path.split(".")[-1] != "words_per_minute"]
    assert all(bad[one]["value"] == good[one]["value"] for one in unmoved)


def test_microphone_figures_are_never_scored(tmp_path: Path) -> None:
    good = scored(tmp_path, measured())["section"]
    changed = measured(
        **{
            "prosody.voice": {"jitter": 0.9, "shimmer": 0.9, "hnr_db": -5.0},
            "prosody.loudness.integrated_lufs": -60.0,
        }
    )
    assert scored(tmp_path, changed)["section"] == good
    for scenario in SCENARIOS:
        for components in curves(scenario).skills.values():
            for one in components:
                path = one.curve.measure.path
                assert not any(w in path for w in ("jitter", "shimmer", "hnr", "integrated"))


def test_a_story_asked_for_and_not_told_costs_structure(tmp_path: Path) -> None:
    told = measured()
    silent = copy.deepcopy(told)
    silent["content"]["answers"][0]["star"] |= {"completeness": None, "balance": None}
    silent["content"]["star"] |= {"completeness": None, "balance": None}
    unasked = copy.deepcopy(silent)
    unasked["content"]["answers"][0]["star"]["expected"] = False
    values = [
        scored(tmp_path, one)["section"]["structure"]["value"] for one in (told, silent, unasked)
    ]
    assert values[1] < values[0] - 25
    assert values[2] > values[1]


def test_sound_without_picture_is_scored_without_presence(tmp_path: Path) -> None:
    output = scored(tmp_path, without("body"))
    assert output["section"]["presence"]["value"] is None
    assert "presence" not in output["section"]["overall"]["basis"]
    assert output["section"]["overall"]["value"] is not None
    assert [(one["path"], one["code"]) for one in output["withheld"]] == [
        ("/scores/presence/value", "no_video")
    ]


def test_a_hidden_face_is_not_judged(tmp_path: Path) -> None:
    output = scored(tmp_path, measured(**{"body.face_visible_ratio": 0.02}))
    assert output["section"]["presence"]["value"] is None
    assert output["withheld"][0]["code"] == "no_face"


def test_no_overall_below_three_skills_or_half_the_weight(tmp_path: Path) -> None:
    text_only = scored(tmp_path, {"content": measured()["content"]})
    assert text_only["section"]["overall"]["basis"] == ["structure", "content"]
    assert text_only["section"]["overall"]["value"] is None
    codes = {one["path"]: one["code"] for one in text_only["withheld"]}
    assert codes["/scores/pace/value"] == codes["/scores/clarity/value"] == "no_sound"
    typed = scored(tmp_path, without("audio", "prosody", "body"))["section"]
    assert typed["overall"]["basis"] == ["structure", "content"]
    three = scored(tmp_path, without("body", "content", "fluency"))["section"]["overall"]
    assert three["value"] is None
    nothing = scored(tmp_path, {})
    assert nothing["section"]["overall"] == {"value": None, "basis": [], "version": "2"}
    assert len(nothing["withheld"]) == len(SKILLS) + 1


def test_gain_control_on_or_unknown_makes_loudness_and_noise_less_sure(tmp_path: Path) -> None:
    def sure(capture: dict[str, Any]) -> dict[str, float]:
        media = [CAMERA | {"capture": capture}]
        section = scored(tmp_path, measured(), media=media)["section"]
        return {skill: section[skill]["reliability"] for skill in SKILLS}

    off, on, unknown = (
        sure({"autoGainControl": False}), sure({"autoGainControl": True}), sure({})
    )  # fmt: skip
    assert on == unknown
    for skill in ("clarity", "vocal_variety"):
        assert on[skill] < off[skill]
    assert on["pace"] == off["pace"]


def test_little_speech_and_unsure_words_are_less_reliable(tmp_path: Path) -> None:
    sure = scored(tmp_path, measured())["section"]["pace"]["reliability"]
    short = scored(tmp_path, measured(**{"fluency.speaking_s": 12.0}))["section"]
    vague = scored(tmp_path, measured(**{"transcribe.reliability": 0.4}))["section"]
    assert short["pace"]["reliability"] < sure
    assert vague["pace"]["reliability"] < sure


@pytest.mark.parametrize(
    ("affects", "skills"),
    [
        (["fluency.pauses"], {"pauses"}),
        (["prosody.pitch", "prosody.monotone"], {"vocal_variety"}),
        (["fluency", "content"], {"pace", "pauses", "fluency", "clarity", "structure", "content"}),
        (["prosody.voice.jitter"], set()),
    ],
)
def test_a_fault_of_the_recording_makes_what_it_touches_less_sure(
    tmp_path: Path, affects: list[str], skills: set[str]
) -> None:
    clean = scored(tmp_path, measured())["section"]
    fault = {"code": "two_voices", "message": "Two.", "affects": affects}
    faulty = scored(tmp_path, measured(**{"prosody.warnings": [fault]}))["section"]
    less = {s for s in SKILLS if faulty[s]["reliability"] < clean[s]["reliability"]}
    assert less == skills
    assert all(faulty[s]["value"] == clean[s]["value"] for s in SKILLS)


def test_what_can_hardly_be_relied_on_is_shown_and_counts_for_nothing(tmp_path: Path) -> None:
    unheard = measured(**{"transcribe.reliability": 0.006, "content": {}})
    section = scored(tmp_path, unheard)["section"]
    assert section["fluency"]["value"] is not None
    assert section["fluency"]["reliability"] < 0.2
    assert "fluency" not in section["overall"]["basis"]
    surer = copy.deepcopy(unheard)
    surer["fluency"]["fillers"]["per_minute"] = 18.0
    worse = scored(tmp_path, surer)["section"]
    assert worse["fluency"]["value"] < section["fluency"]["value"]
    assert worse["overall"] == section["overall"]


_MEASURED = {
    "fluency.words_per_minute": st.floats(20, 400),
    "fluency.fillers.per_minute": st.floats(0, 60),
    "fluency.pauses.at_boundary_ratio": st.floats(0, 1),
    "prosody.pitch.sd_semitones": st.floats(0, 20),
    "prosody.signal_to_noise_db": st.floats(-10, 80),
    "body.facing_camera_ratio": st.floats(0, 1),
    "body.posture.score": st.floats(0, 100),
    "content.relevance": st.floats(0, 1),
    "content.signposting.per_100_words": st.floats(0, 20),
}
_READ_AS = {
    "fluency.pauses.at_boundary_ratio": "derived.pauses_between_thoughts",
    "prosody.signal_to_noise_db": "derived.signal_to_noise_db",
}
"""Measurements that curves read under another name."""


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_scores_are_bounded_and_weights_renormalise(tmp_path: Path, data: Any) -> None:
    changes = data.draw(
        st.fixed_dictionaries({}, optional={k: st.none() | v for k, v in _MEASURED.items()})
    )
    scenario = data.draw(st.sampled_from(SCENARIOS))
    section = scored(tmp_path, measured(**changes), scenario=scenario)["section"]
    known = [section[skill] for skill in SKILLS if section[skill]["value"] is not None]
    assert all(0 <= one["value"] <= 100 for one in known)
    overall = section["overall"]["value"]
    if overall is not None:
        assert min(o["value"] for o in known) - 0.1 <= overall
        assert overall <= max(o["value"] for o in known) + 0.1
        weight = sum(one["weight"] for one in known)
        mean = sum(one["value"] * one["weight"] for one in known) / weight
        assert overall == pytest.approx(mean, abs=0.06)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data(), scenario=st.sampled_from(SCENARIOS), path=st.sampled_from(list(_MEASURED)))
def test_a_better_measurement_never_lowers_its_skill_or_the_overall(
    tmp_path: Path, data: Any, scenario: Scenario, path: str
) -> None:
    skill, component = next(
        (skill, one)
        for skill, parts in curves(scenario).skills.items()
        for one in parts
        if one.curve.measure.path == _READ_AS.get(path, path)
    )
    left, right = data.draw(st.sampled_from(list(pairwise(component.curve.points))))
    inner = st.floats(left.x, right.x)
    worse, better = sorted((data.draw(inner), data.draw(inner)), key=component.curve.score)
    low, high = (
        scored(tmp_path, measured(**{path: value}), scenario=scenario)["section"]
        for value in (worse, better)
    )
    assert low[skill]["value"] <= high[skill]["value"]
    assert low["overall"]["value"] <= high["overall"]["value"]


_SKILL = st.fixed_dictionaries(
    {
        "value": st.none() | st.floats(0, 100),
        "weight": st.floats(0.01, 0.3),
        "reliability": st.sampled_from([0.0, 0.19, 0.2, 0.9]),
    }
)


@given(section=st.fixed_dictionaries(dict.fromkeys(SKILLS, _SKILL)))
def test_the_overall_is_withheld_below_three_skills_or_half_of_the_weight(
    section: dict[str, Any],
) -> None:
    counted = {
        skill: one
        for skill, one in section.items()
        if one["value"] is not None and one["reliability"] >= 0.2
    }
    known = list(counted.values())
    weight = sum(one["weight"] for one in known)
    found = score.overall(section)
    assert found["basis"] == [skill for skill in SKILLS if skill in counted]
    if len(known) < 3 or weight < 0.5:
        assert found["value"] is None
    else:
        mean = sum(one["value"] * one["weight"] for one in known) / weight
        assert found["value"] == pytest.approx(mean, abs=0.051)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_skill_renormalises_over_what_was_measured(tmp_path: Path, scenario: Scenario) -> None:
    """A measure that is missing counts neither for nor against; under 40 % nothing is said."""
    section = scored(tmp_path, measured(), scenario=scenario)["section"]
    gone = measured(**{"prosody.loudness.variation_db": None})
    less = scored(tmp_path, gone, scenario=scenario)["section"]["vocal_variety"]
    kept = [part for part in section["vocal_variety"]["parts"] if part["curve"] != "loudness"]
    assert [part["curve"] for part in less["parts"]] == [part["curve"] for part in kept]
    weight = sum(part["weight"] for part in kept)
    mean = sum(part["score"] * part["weight"] for part in kept) / weight
    assert less["value"] == pytest.approx(mean, abs=0.2)
    assert less["reliability"] < section["vocal_variety"]["reliability"] + 0.01
    bare = measured(**{"prosody.pitch.sd_semitones": None})
    assert scored(tmp_path, bare, scenario=scenario)["section"]["vocal_variety"]["value"] is None


def _twice(sections: dict[str, Any]) -> dict[str, Any]:
    """The sections of a recording joined to itself: counts and lengths double, rates stay, and
    the seam adds one pause at a boundary."""
    joined = copy.deepcopy(sections)
    joined["probe"]["duration_s"] *= 2
    joined["audio"]["speech_s"] *= 2
    fluency = joined["fluency"]
    fluency["speaking_s"] *= 2
    fluency["words"] *= 2
    pauses = fluency["pauses"]
    boundary = pauses["at_boundary_ratio"] * pauses["count"] * 2 + 1
    pauses["count"] = pauses["count"] * 2 + 1
    pauses["long_count"] = pauses["long_count"] * 2 + 1
    pauses["per_minute"] = 60 * pauses["count"] / fluency["speaking_s"]
    pauses["at_boundary_ratio"] = boundary / pauses["count"]
    joined["prosody"]["monotone"]["items"] *= 2
    joined["body"]["hand_to_face"]["count"] *= 2
    joined["content"]["words"] *= 2
    return joined


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(changes=st.fixed_dictionaries({}, optional=_MEASURED), scenario=st.sampled_from(SCENARIOS))
def test_a_recording_joined_to_itself_moves_no_score_by_more_than_1(
    tmp_path: Path, changes: dict[str, float], scenario: str
) -> None:
    once = measured(**changes)
    before = scored(tmp_path, once, scenario=scenario)["section"]
    after = scored(tmp_path, _twice(once), scenario=scenario)["section"]
    for skill in (*SKILLS, "overall"):
        if before[skill]["value"] is None:
            continue
        assert after[skill]["value"] == pytest.approx(before[skill]["value"], abs=1)


def test_an_answer_joined_to_itself_scores_the_same(models_dir: str, tmp_path: Path) -> None:
    """Through the content engine, not made by hand."""
    answers = read_answers(Path(__file__).parent / "answers.txt")
    for question, lines, _ in answers[:6]:
        text = " ".join(line.text for line in lines)
        values = []
        for told in (text, f"{text} {text}"):
            made = job(
                "content", {"transcribe": transcript(told)}, tmp_path, models_dir,
                question=question,
            )  # fmt: skip
            section = content.run(made, lambda *a, **k: None)["section"]
            sections = measured() | {"content": section}
            values.append(scored(tmp_path, sections)["section"])
        for skill in ("structure", "content"):
            assert values[1][skill]["value"] == pytest.approx(values[0][skill]["value"], abs=1)


def test_places_of_pauses_are_not_judged_without_marks(tmp_path: Path) -> None:
    plain = measured(**{"transcribe.sentences": [{"text": "it works", "start": 1, "end": 3}]})
    plain["fluency"]["pauses"]["at_boundary_ratio"] = 0.1
    section = scored(tmp_path, plain)["section"]["pauses"]
    assert "derived.pauses_between_thoughts" not in {one["measure"] for one in section["parts"]}
    assert "pause_inside" not in {one["kind"] for one in section["evidence"]}
    assert section["value"] > 80
