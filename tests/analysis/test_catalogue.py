from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import catalogue
from analysis.catalogue.entry import Entry

ENTRIES = list(catalogue.entries().values())
DOCS = Path(__file__).resolve().parents[2] / "docs" / "metrics.md"


@pytest.mark.parametrize("item", ENTRIES, ids=lambda item: item.path)
def test_every_measure_explains_itself(item: Entry) -> None:
    for text in (item.label, item.what, item.how, item.why, item.not_said):
        assert len(str(text)) > 3
    assert item.section in {"fluency", "prosody", "body", "content"}


@given(value=st.floats(-100, 1000), item=st.sampled_from(ENTRIES))
def test_any_value_can_be_said_in_a_sentence(value: float, item: Entry) -> None:
    said = item.say(value)
    assert said and "%(" not in said
    assert [band.below for band in item.says.bands][-1] is None


@pytest.mark.parametrize("item", ENTRIES, ids=lambda item: item.path)
def test_bands_rise(item: Entry) -> None:
    bounds = [band.below for band in item.says.bands[:-1]]
    assert bounds == sorted(bounds)  # type: ignore[type-var]


def test_one_is_singular() -> None:
    assert catalogue.sentence("fluency.fillers.count", 1) == "1 filler."
    assert catalogue.sentence("fluency.fillers.count", 3) == "3 fillers."
    assert catalogue.sentence("body.people", 0) == "Nobody's face was seen."


def test_shares_are_said_in_per_cent() -> None:
    assert catalogue.shown("body.facing_camera_ratio", 0.725) == "72 %"
    assert "72 %" in catalogue.sentence("body.facing_camera_ratio", 0.725)


def test_the_pace_is_said_with_its_steadiness() -> None:
    document = {"fluency": {"words_per_minute": 142.0, "pace_variation": 0.08}}
    assert catalogue.pace_sentence(document) == "142 words a minute: comfortable, and steady"
    document["fluency"]["pace_variation"] = None  # type: ignore[assignment]
    assert catalogue.pace_sentence(document) == "142 words a minute: comfortable"
    assert catalogue.pace_sentence({"fluency": {}}) == ""


def test_figures_are_rounded_and_never_minus_nothing() -> None:
    assert catalogue.shown("fluency.words_per_minute", 141.6) == "142 words/min"
    assert catalogue.shown("fluency.articulation_rate_syllables_per_s", 4.96) == "5.0 syllables/s"
    assert catalogue.shown("prosody.loudness.drift_db", -0.04) == "0.0 dB"


def test_where_there_is_none_it_says_so() -> None:
    assert catalogue.sentence("fluency.fillers.per_minute", 0.0) == "No fillers were heard."
    assert catalogue.sentence("fluency.hedges.per_100_words", 0.0) == "None were found."


def test_a_little_is_not_said_to_be_none() -> None:
    hedges, fillers = "fluency.hedges.per_100_words", "fluency.fillers.per_minute"
    assert catalogue.sentence(hedges, 0.04).startswith("0.04 hedges in 100 words")
    assert catalogue.shown(hedges, 0.04) == "0.04 per 100 words"
    assert catalogue.sentence(fillers, 0.04) == "0.04 fillers a minute: hardly any."
    assert catalogue.shown(fillers, 0.05) == "0.1 per minute"


def test_what_is_null_is_not_measured() -> None:
    document = {"fluency": {"words": 12, "fillers": {"count": None}}, "prosody": {}}
    assert [(item.path, value) for item, value in catalogue.measured(document)] == [
        ("fluency.words", 12.0)
    ]


def test_every_measure_of_voice_and_body_is_documented() -> None:
    text = DOCS.read_text(encoding="utf-8")
    documented = set()
    for row in re.findall(r"^\|(.*?)\|", text, flags=re.M):
        paths = re.findall(r"`([\w.\[\]]+)`", row)
        stems = [path for path in paths if not path.startswith(".")]
        documented |= set(stems)
        for stem in stems:
            for suffix in (path for path in paths if path.startswith(".")):
                documented |= {stem + suffix, stem.rsplit(".", 1)[0] + suffix}
    missing = {item.path for item in ENTRIES if item.section != "content"} - documented
    assert not missing


def test_every_measure_of_content_is_documented() -> None:
    text = DOCS.with_name("metrics-content.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([\w.\[\]]+)`", text))
    assert {i.path.removeprefix("content.") for i in ENTRIES if i.section == "content"} <= named
