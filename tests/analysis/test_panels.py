from __future__ import annotations

from typing import Any

from analysis.document import compose
from analysis.models import AnalysisRun
from analysis.panels import Panel, panels
from analysis.workspace import build_workspace
from sessions.models import Session
from tests.analysis import results

CLIPPED = {
    "code": "clipped", "message": "The microphone was overdriven.",
    "affects": ["prosody.loudness.range_lu", "fluency.pauses"],
}  # fmt: skip


def shown(warnings: list[dict[str, Any]]) -> dict[str, Panel]:
    run = AnalysisRun(session=Session(title="Pitch"), profile="full", state="done")
    stages = [results.stage(run, name) for name in ("prosody", "fluency")]
    stages[0].result = (stages[0].result or {}) | {"warnings": warnings}
    document = compose(run, stages, [])
    skills = build_workspace(document, series={}, waveform=None).skills
    return {panel.key: panel for panel in panels(document, skills)}


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
