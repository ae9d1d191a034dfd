"""Who is shown the figures alone reads nothing of what was said, asked or looked for."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.template.loader import render_to_string

from analysis.occasions import occasions
from analysis.sharing import without_words
from analysis.templatetags.analysis import phrase_text
from tests.analysis.results import SECTIONS, stage
from tests.analysis.test_document import check, compose, unsaved_run
from workers.demo.practices import RESULTS

RUN = 3
"""So many words in a row are a quotation; two may be anybody's."""


def demo(archive: Path) -> dict[str, Any]:
    run = unsaved_run()
    outputs = json.loads(zipfile.ZipFile(archive).read("outputs.json"))
    made = ("transcribe", "fluency", "prosody", "content", "score", "recommend", "highlight")
    done = [name for name in made if name in outputs]  # a drill or a text has not all of them
    return compose(run, [stage(run, name, result=outputs[name]["section"]) for name in done])


def texts(found: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(found, dict):
        for key, value in found.items():
            yield from texts(value, f"{path}/{key}")
    elif isinstance(found, list):
        for value in found:
            yield from texts(value, path)
    elif isinstance(found, str):
        yield path, found


def in_a_row(text: str) -> set[tuple[str, ...]]:
    words = [word.strip(".,;:!?“”").lower() for word in text.split()]
    return {tuple(words[n : n + RUN]) for n in range(len(words) - RUN + 1)}


@pytest.mark.parametrize("archive", sorted(RESULTS.glob("*.zip")), ids=lambda one: one.stem)
def test_no_words_of_a_result_are_left(archive: Path) -> None:
    whole = demo(archive)
    bare = without_words(whole)
    said = in_a_row(whole["transcript"]["text"])
    asked = {answer["question"] for answer in whole["content"]["answers"]} - {""}
    quoted = {
        text for section in ("fluency", "content") for path, text in texts(whole[section])
        if path.endswith("/text")
    }  # fmt: skip
    assert said and quoted
    found = texts({name: part for name, part in bare.items() if name != "stages"})
    left = [one for one in found if not one[0].endswith("/band")]  # names of ours, as "good"
    assert [one for one in left if said & in_a_row(one[1]) or one[1] in asked | quoted] == []


def others() -> dict[str, Any]:
    """What the demo has none of."""
    run = unsaved_run()
    fluency, content = stage(run, "fluency"), stage(run, "content")
    fluency.result = SECTIONS["fluency"] | {
        "grammar": {
            "count": 1,
            "items": [{"text": "he have", "rule": "HE_HAVE", "start": 1, "end": 2}],
        },
    }
    content.result = SECTIONS["content"] | {
        "conciseness": {"value": 0.5, "items": [{"text": "at this point", "instead": "now"}]},
        "specificity": {"value": 0.5, "items": [
            {"text": "stuff", "kind": "vague", "start": 1.0, "end": 2.0}]},
        "job_description": {"coverage": 0.5, "missed": ["night shifts"], "found": [
            {"phrase": "careful nursing", "text": "I nursed.", "start": 1.0, "end": 2.0}]},
        "summary": [{"text": "I nursed.", "start": 1.0, "end": 2.0}],
    }  # fmt: skip
    found = compose(run, [fluency, content])
    check(found)
    return found


def test_nothing_that_lets_words_be_guessed_is_left() -> None:
    bare = without_words(others())
    left = json.dumps([bare["fluency"], bare["content"]])
    for word in ("HAVE", "now", "nurs", "night", "stuff"):
        assert word not in left
    assert bare["content"]["specificity"]["items"][0]["kind"] == "vague", "names of ours stay"
    check(bare)


def test_the_page_draws_no_empty_quotation() -> None:
    whole, bare = others(), without_words(others())
    named = occasions(whole, "content.specificity")
    empty = occasions(bare, "content.specificity")
    assert named and named.first[0].text == "“stuff”: vague"
    assert empty and empty.first[0].text == ""
    drawn = render_to_string("analysis/workspace/_said.html", {"document": whole})
    assert "careful nursing" in drawn and "night shifts" in drawn
    assert not render_to_string("analysis/workspace/_said.html", {"document": bare}).strip()


def test_a_phrase_that_was_touched_is_named_as_the_job_description_has_it() -> None:
    touched = {"phrase": "careful nursing", "text": "I nursed.", "start": 1.0, "end": 2.0}
    assert phrase_text(touched) == "careful nursing" and phrase_text("shifts") == "shifts"
