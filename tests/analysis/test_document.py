from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from analysis import document
from analysis.graph import PROFILES, STAGES
from analysis.models import AnalysisRun, StageRun
from analysis.withholding import null_measurements, resolve
from coaching.accounts.models import User
from sessions.models import Part, Session
from tests.analysis import results

AGREED = (
    "/media/duration_s", "/transcript/text", "/fluency/words_per_minute",
    "/fluency/articulation_rate_syllables_per_s", "/fluency/fillers/count",
    "/fluency/fillers/per_minute", "/fluency/pauses/count", "/prosody/pitch/median_hz",
    "/prosody/pitch/range_semitones", "/prosody/loudness/integrated_lufs",
    "/body/frames_analysed", "/body/face_visible_ratio", "/body/facing_camera_ratio",
    "/body/posture/score", "/body/gestures/per_minute", "/content/relevance",
    "/content/sentiment/label", "/content/sentiment/value", "/scores/overall/value",
    "/scores/pace/value", "/scores/presence/value",
)  # fmt: skip


def unsaved_run(profile: str = "full", state: str = "done") -> AnalysisRun:
    session = Session(title="Pitch", owner=User(id=uuid4(), email="a@example.org"))
    return AnalysisRun(session=session, profile=profile, state=state)


def compose(run: AnalysisRun, stages: list[StageRun]) -> dict[str, Any]:
    return document.compose(run, stages, [Part(question="Why?")])


def check(found: dict[str, Any]) -> None:
    """The two rules every document keeps: the schema, and one reason for each null."""
    errors = [e.message for e in Draft202012Validator(document.schema()).iter_errors(found)]
    assert errors == []
    paths = [entry["path"] for entry in found["withheld"]]
    assert len(paths) == len(set(paths)), "a path is withheld twice"
    nulls = set(null_measurements(found))
    assert nulls <= set(paths), "a null has no reason"
    for path in paths:
        assert resolve(found, path) in (None, []), f"{path} is withheld and measured"


def reason(found: dict[str, Any], path: str) -> tuple[str, str]:
    (entry,) = [entry for entry in found["withheld"] if entry["path"] == path]
    return entry["code"], entry["message"]


def test_it_works() -> None:
    run = unsaved_run()
    found = compose(run, [results.stage(run, name) for name in STAGES])
    check(found)
    assert found["fluency"]["words_per_minute"] == 131.0
    assert found["media"]["sound"]["signal_to_noise_db"] == 24.0
    assert found["recommendations"][0]["skill"] == "structure"
    assert [s["name"] for s in found["stages"]] == list(STAGES)


@given(
    profile=st.sampled_from(sorted(PROFILES)),
    run_state=st.sampled_from(AnalysisRun.State.values),
    states=st.lists(
        st.sampled_from([*StageRun.State.values, "absent"]),
        min_size=len(STAGES), max_size=len(STAGES),
    ),
    reliability=st.none() | st.floats(0, 1),
    source=st.sampled_from(["machine", "attached", "captions", "edited", "text"]),
)  # fmt: skip
@settings(max_examples=150, deadline=None)
def test_it_agrees_with_itself_whatever_is_missing(
    profile: str, run_state: str, states: list[str], reliability: float | None, source: str
) -> None:
    run = unsaved_run(profile, run_state)
    stages = [
        results.stage(run, name, state)
        for name, state in zip(STAGES, states, strict=True)
        if state != "absent" and name in PROFILES[profile]
    ]
    for stage in stages:
        if stage.name == "transcribe" and stage.result:
            stage.result |= {"reliability": reliability, "source": source}
    check(compose(run, stages))


json_section = st.dictionaries(
    st.sampled_from(["fillers", "pauses", "vocabulary", "extra"]),
    st.none() | st.just({}) | st.just({"count": None}) | st.just({"mtld": None, "items": []}),
)


@given(section=json_section, path=st.sampled_from(
    ["/fluency", "/fluency/fillers", "/fluency/vocabulary/mtld", "/fluency/new/leaf",
     "/fluency/extra", "/nowhere/at/all", "/fluency/pauses/items"]))  # fmt: skip
@settings(deadline=None)
def test_it_agrees_with_itself_whatever_an_engine_leaves_out(
    section: dict[str, Any], path: str
) -> None:
    run = unsaved_run()
    entry = {"path": path, "code": "odd", "message": "Odd."}
    stages = [results.stage(run, "fluency", result=section, withheld=[entry, entry])]
    check(compose(run, stages))


def test_it_says_which_step_failed_for_all_its_leaves() -> None:
    run = unsaved_run(state="partial")
    failed = results.stage(
        run, "body", results.FAILED, error_code="out_of_memory", error_message="It ran out."
    )
    found = compose(run, [failed])
    for path in AGREED:
        if path.startswith("/body"):
            assert reason(found, path) == ("stage_failed", "It ran out.")


def test_the_voice_is_the_learners_where_others_speak_too() -> None:
    own = {"pitch": {"median_hz": 99.0, "range_semitones": None}, "voice": {"jitter": None}}
    section = results.SECTIONS["fluency"] | {"own_voice": own}
    entry = {"path": "/prosody/voice/jitter", "code": "several_speakers", "message": "Of both."}
    run = unsaved_run()
    told = results.stage(run, "fluency", result=section, withheld=[entry])
    found = compose(run, [results.stage(run, "prosody"), told])
    check(found)
    assert found["prosody"]["pitch"]["median_hz"] == 99.0
    assert "own_voice" not in found["fluency"]
    assert reason(found, "/prosody/voice/jitter") == ("several_speakers", "Of both.")


def test_it_gives_every_agreed_path_even_where_nothing_ran() -> None:
    found = compose(unsaved_run(state="failed"), [])
    check(found)
    for path in AGREED:
        assert resolve(found, path) is None


def test_it_keeps_the_engines_own_reason() -> None:
    run = unsaved_run()
    found = compose(run, [results.stage(run, n) for n in ("fluency", "prosody")])
    assert reason(found, "/fluency/vocabulary/mtld")[0] == "too_short"
    # an entry for an object speaks for the leaves in it
    assert reason(found, "/prosody/voice/jitter")[0] == "low_quality"
    assert reason(found, "/prosody/voice/shimmer")[0] == "low_quality"


def test_text_only_analysis_says_there_is_no_recording() -> None:
    run = unsaved_run("text")
    found = compose(run, [results.stage(run, "fluency")])
    assert reason(found, "/prosody/pitch/median_hz")[0] == "text_only"


def gated(source: str, reliability: float) -> dict[str, Any]:
    run = unsaved_run()
    said = results.transcript(reliability=reliability, source=source)
    return compose(run, [
        results.stage(run, "transcribe", result=said), results.stage(run, "fluency"),
        results.stage(run, "content"),
    ])  # fmt: skip


@pytest.mark.parametrize("source", ["machine", "captions"])
def test_uncertain_words_close_the_text_gate(source: str) -> None:
    found = gated(source, 0.6)
    check(found)
    for path in ("/content/relevance", "/content/sentiment/label", "/content/star/sentences",
                 "/content/answers/0/relevance", "/fluency/fillers/count"):  # fmt: skip
        assert reason(found, path)[0] == "transcript_uncertain"
    assert found["content"]["star"]["sentences"] == []
    assert found["fluency"]["fillers"]["items"] == []
    assert found["fluency"]["pauses"]["count"] == 1, "what the sound tells stays"


@pytest.mark.parametrize(
    ("source", "reliability"), [("machine", 0.7), ("attached", 0.3), ("text", 0.5), ("edited", 0.4)]
)
def test_reliable_or_given_words_open_the_text_gate(source: str, reliability: float) -> None:
    found = gated(source, reliability)
    assert found["content"]["relevance"] == 0.6
    assert found["fluency"]["fillers"]["count"] == 1


@pytest.mark.django_db
def test_it_asks_the_database_a_constant_number_of_times(django_assert_num_queries: Any) -> None:
    run = results.make_run(results.make_session(results.make_user()))
    run = AnalysisRun.objects.select_related("session", "transcript").get(pk=run.pk)
    with django_assert_num_queries(2):
        check(document.build(run))


def test_the_example_in_the_documentation_is_a_document() -> None:
    page = (Path(__file__).parents[2] / "docs" / "result-document.md").read_text()
    example = json.loads(page.split("```json\n")[1].split("```")[0])
    check(example)
    for name in document.schema()["properties"]:
        assert f"`{name}`" in page, f"{name} is not explained"
    for code in ("transcript_uncertain", "no_video", "text_only", "stage_failed", "stage_skipped",
                 "not_reached", "not_finished", "not_measured", "not_shared"):  # fmt: skip
        assert f"`{code}`" in page
