"""Which hints a speaker sees, and when: the studio's advice and its chooser, in Node."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from tests.sessions.test_listening import run

FAST, FLAT, LOUD = {"words": 200}, {"flatFor": 6, "spread": 1.0}, {"clipped": True}
CALM: dict[str, Any] = {}
BREATHLESS = {"silence": 0.0}
UMS = {"events": [{"kind": "filler", "end": 3.0}] * 3}
RUNS: dict[str, dict[str, Any]] = {
    "all at once": {"steps": [{**FAST, **FLAT, **LOUD}] * 60},
    "few": {"mode": "few", "steps": [{**FAST, **FLAT, **LOUD}] * 60},
    "none": {"mode": "none", "steps": [{**FAST, **FLAT, **LOUD}] * 60},
    "without pace": {"off": ["pace"], "steps": [FAST] * 60},
    "for long": {"steps": [FAST] * 150},
    "got better": {"steps": [FAST] * 20 + [CALM] * 20},
    "got better, without praise": {"off": ["praise"], "steps": [FAST] * 20 + [CALM] * 20},
    "for a moment": {"steps": [CALM, FAST, FAST, CALM] * 10},
    "calm": {"steps": [CALM] * 60},
    "breathless": {"steps": [BREATHLESS] * 25 + [CALM] * 5},
    "ums": {"steps": [CALM] * 4 + [UMS] + [CALM] * 30},
    "length": {"length": 60, "steps": [CALM] * 70},
}


@pytest.fixture(scope="module")
def shown() -> dict[str, list[tuple[int, str]]]:
    answers = run({name: {"run": "coached", **job} for name, job in RUNS.items()})["answers"]
    return {name: [(t, hint) for t, hint in found] for name, found in answers.items()}


def names(found: list[tuple[int, str]]) -> list[str]:
    return [hint for _t, hint in found]


def test_it_works(shown: dict[str, Any]):
    assert shown["got better"] == [(4, "fast"), (26, "fast-better")]


@pytest.mark.parametrize(("name", "gap"), [("all at once", 8), ("few", 20)])
def test_there_is_time_between_two_hints(shown: dict[str, Any], name: str, gap: int):
    times = [t for t, _hint in shown[name]]
    assert len(times) >= 3 and min(b - a for a, b in pairwise(times)) >= gap


def test_the_same_is_not_said_twice_in_a_minute(shown: dict[str, Any]):
    assert shown["for long"] == [(4, "fast"), (64, "fast"), (124, "fast")]
    assert sorted(names(shown["all at once"])) == ["clipped", "fast", "flat"]


def test_what_was_switched_off_is_not_said(shown: dict[str, Any]):
    assert shown["none"] == shown["without pace"] == []
    assert names(shown["got better, without praise"]) == ["fast"]


def test_a_moment_is_no_fault_and_who_does_well_is_left_alone(shown: dict[str, Any]):
    assert shown["for a moment"] == shown["calm"] == []


def test_who_never_pauses_is_told_and_praised_for_the_next_pause(shown: dict[str, Any]):
    assert names(shown["breathless"]) == ["breathless", "breathless-better"]


def test_three_ums_make_a_hint_and_none_for_twenty_seconds_a_praise(shown: dict[str, Any]):
    assert names(shown["ums"]) == ["fillers", "fillers-better"]


def test_the_time_that_is_left_is_said_once_and_the_end_once(shown: dict[str, Any]):
    assert shown["length"] == [(48, "nearly"), (60, "over")]
