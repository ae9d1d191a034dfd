from __future__ import annotations

from typing import Any

from django.utils import timezone

from analysis.document import compose
from analysis.models import AnalysisRun
from analysis.panels import Panel, panels
from analysis.selectors.history import Earlier
from analysis.workspace import build_workspace
from sessions.models import Session
from tests.analysis import results

CLIPPED = {
    "code": "clipped", "message": "The microphone was overdriven.",
    "affects": ["prosody.loudness.range_lu", "fluency.pauses"],
}  # fmt: skip


def shown(warnings: list[dict[str, Any]], **changes: dict[str, Any]) -> dict[str, Panel]:
    """The panels over the sections of tests/analysis/results.py with `changes` by stage."""
    session = Session(title="Pitch", created=timezone.now())
    run = AnalysisRun(session=session, profile="full", state="done")
    changes["prosody"] = changes.get("prosody", {}) | {"warnings": warnings}
    stages = [results.stage(run, name) for name in ("prosody", "fluency", "score")]
    for stage in stages:
        stage.result = (stage.result or {}) | changes.get(stage.name, {})
    document = compose(run, stages, [])
    skills = build_workspace(document, series={}, waveform=None).skills
    found = panels(document, skills, Earlier("free"), session.created)
    return {panel.key: panel for panel in found}


def doubts(panel: Panel) -> dict[str, str]:
    return {one.label: one.doubt for one in [*panel.measures, *panel.more] if one.doubt}


def test_it_works() -> None:
    found = shown([])
    assert found["voice"].warnings == []
    assert all(doubts(panel) == {} for panel in found.values())


def test_a_fault_of_the_recording_stands_with_the_voice_alone() -> None:
    found = shown([CLIPPED])
    assert found["voice"].warnings == ["The microphone was overdriven."]
    assert found["delivery"].warnings == []


def test_each_measure_it_touches_says_so() -> None:
    found = shown([CLIPPED])
    assert doubts(found["voice"]) == {"Loudness range": "Less sure here: the sound is overdriven."}
    assert "Pauses" in " ".join(doubts(found["delivery"]))


def test_a_fault_that_this_page_has_no_words_for_says_nothing() -> None:
    found = shown([CLIPPED | {"code": "cosmic_rays"}])
    assert doubts(found["voice"]) == {}


def scored(part: dict[str, Any]) -> dict[str, Any]:
    return results.score() | {"parts": [{"label": "Speaking rate", "score": 70.0} | part]}


def test_a_target_is_drawn_and_said() -> None:
    part = {"measure": "fluency.words_per_minute", "target": [140.0, 180.0]}
    panel = shown([], score={"pace": scored(part)})["delivery"]
    target = panel.measures[0].target
    assert target is not None
    assert target.sentence == "Good in free talk: 140 to 180 words/min. You are below it."
    assert (target.start, target.width, target.at) == (62.22, 17.78, 58.22)
    assert all(one.target is None for one in panel.measures[1:])


def test_a_target_may_be_open_to_one_side() -> None:
    fillers = {"measure": "fluency.fillers.per_minute", "target": [None, 4.0]}
    noise = {"measure": "derived.signal_to_noise_db", "target": [14.2, None]}
    found = shown([], score={"fluency": scored(fillers), "clarity": scored(noise)},
                  prosody={"signal_to_noise_db": 24.0})  # fmt: skip
    said = [one.target.sentence for key in ("delivery", "voice")
            for one in found[key].measures if one.target]  # fmt: skip
    assert said == [
        "Good in free talk: up to 4.0 per minute. You are above it.",
        "Good in free talk: 14 dB or more. You are there.",
    ]


def test_moments_stand_once_with_the_first_of_their_measures() -> None:
    panel = shown([])["delivery"]
    found = {one.label: one.occasions for one in [*panel.measures, *panel.more] if one.occasions}
    assert [occasion.text for occasion in found["Fillers a minute"].first] == ["“um”"]
    assert "Fillers" not in found


def test_many_moments_are_behind_one_click_and_the_rest_is_counted() -> None:
    items = [{"start": float(n), "end": n + 0.3 + n / 100} for n in range(80)]
    panel = shown([], fluency={"pauses": {"per_minute": 9.0, "items": items}})["delivery"]
    found = next(one.occasions for one in panel.measures if one.occasions and one.occasions.longest)
    assert (len(found.first), len(found.rest), found.count, found.left_out) == (3, 57, 80, 20)
    assert found.first[0].text == "1.1 s"


def test_habits_that_were_not_found_are_one_sentence() -> None:
    habits = {name: {"count": 0, "per_100_words": 0.0, "items": []}
              for name in ("absolutes", "questions")}  # fmt: skip
    panel = shown([], fluency=habits)["delivery"]
    assert panel.absent == ["absolutes", "questions"]
    assert not {"Absolutes", "Questions"} & {one.label for one in panel.more}


def test_help_answers_five_questions() -> None:
    rate = shown([])["delivery"].measures[0]
    assert [question for question, _ in rate.explained] == [
        "What it is", "How it is measured", "Why it matters", "How sure it is",
        "What it does not tell",
    ]  # fmt: skip


def test_a_moment_says_what_could_be_said_instead_and_how_often_it_was_said() -> None:
    place = {"text": "at the end of the day", "start": 2.0, "end": 3.0}
    overused = {"text": "at the end of the day", "count": 4, "items": [place]}
    always = {"text": "always", "start": 5.0, "end": 5.4, "alternative": "often"}
    panel = shown(
        [],
        fluency={
            "overused": {"count": 1, "per_100_words": 1.0, "items": [overused]},
            "absolutes": {"count": 1, "per_100_words": 1.0, "items": [always]},
        },
    )["delivery"]
    said = {
        (one.start, one.text) for found in panel.more if found.occasions
        for one in found.occasions.first
    }  # fmt: skip
    assert (2.0, "“at the end of the day”, 4 times") in said
    assert (5.0, "“always”, or “often”") in said
