"""The benchmarks keep up with what they measure."""

from __future__ import annotations

from analysis.graph import STAGES
from benchmarks import bare


def test_the_bare_run_has_stages_alone():
    """An engine that is asked for by itself, as a clip's, belongs to no recording's way."""
    assert bare.available() <= set(STAGES)
    assert {"probe", "audio", "transcribe", "body"} <= bare.available()
