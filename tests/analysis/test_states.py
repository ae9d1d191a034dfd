"""The state machine, whatever order stages end in and however they end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.graph import PROFILES, STAGES, needs_within
from analysis.models import AnalysisRun, StageRun
from analysis.services.states import Run, next_step, without_media

profiles = st.sampled_from(sorted(PROFILES))
endings = st.sampled_from(["done", "failed", "skipped", "ready"])  # ready: handed back


def settled(states: dict[str, str], names: frozenset[str], needs: frozenset[str]) -> bool:
    return all(states[need] in StageRun.SETTLED for need in needs)


@given(profiles, st.data())
def test_every_order_of_endings_reaches_the_end(profile: str, data: st.DataObject) -> None:
    names = frozenset(PROFILES[profile])
    states = dict.fromkeys(names, "waiting")
    for _turn in range(200):
        step = next_step(states)
        assert not step.ready & step.skipped
        for name in step.ready:
            assert states[name] == "waiting"
            assert settled(states, names, needs_within(name, names))
            states[name] = "ready"
        for name in step.skipped:
            states[name] = "skipped"
        ready = sorted(name for name, state in states.items() if state == "ready")
        if not ready:
            break
        chosen = data.draw(st.sampled_from(ready))
        states[chosen] = data.draw(endings if _turn < 100 else st.just("done"))
    assert all(state in StageRun.SETTLED for state in states.values())
    assert next_step(states).run in AnalysisRun.TERMINAL


@given(profiles, st.data())
def test_asking_twice_changes_nothing(profile: str, data: st.DataObject) -> None:
    states = {name: data.draw(st.sampled_from(StageRun.State.values)) for name in PROFILES[profile]}
    step = next_step(states)
    states |= dict.fromkeys(step.ready, "ready") | dict.fromkeys(step.skipped, "skipped")
    again = next_step(states)
    assert (again.run, again.ready, again.skipped) == (step.run, frozenset(), frozenset())


@given(profiles, st.data())
def test_it_is_done_only_without_gaps(profile: str, data: st.DataObject) -> None:
    states = {
        name: data.draw(st.sampled_from(sorted(StageRun.SETTLED))) for name in PROFILES[profile]
    }
    failed = {name for name in states if states[name] == "failed"}
    run = next_step(states).run
    if any(STAGES[name].required for name in failed):
        assert run == Run.FAILED
    elif failed - {"notify"}:
        assert run == Run.PARTIAL
    else:
        assert run == Run.DONE


@pytest.mark.parametrize("name", ["rendition", "notify"])
def test_what_does_not_delay_the_result_is_not_waited_for(name: str) -> None:
    states = dict.fromkeys(PROFILES["full"], "done") | {name: "running"}
    assert next_step(states).run == Run.DONE


def test_a_mail_that_was_not_sent_leaves_no_gap() -> None:
    assert next_step(dict.fromkeys(PROFILES["full"], "done") | {"notify": "failed"}).run == Run.DONE


def test_it_skips_what_has_no_media() -> None:
    names = frozenset(PROFILES["full"])
    video, sound = {"codec": "h264"}, {"codec": "aac"}
    silent = {"kind": "video", "video": video, "audio": None}
    assert without_media(names, silent, has_text=False) == {"audio", "transcribe", "prosody"}
    assert without_media(names, silent, has_text=True) == {"audio", "prosody"}
    spoken = {"kind": "audio", "video": None, "audio": sound}
    assert without_media(names, spoken, has_text=False) == {"body"}
    text = {"kind": "text", "video": None, "audio": None}
    assert without_media(frozenset(PROFILES["text"]), text, has_text=True) == set()
