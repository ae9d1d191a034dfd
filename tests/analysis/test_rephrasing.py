"""What the learner could say instead, and what of it others see."""

from __future__ import annotations

from typing import Any

from analysis.rephrasing import MOST, rephrasings
from analysis.sharing import without_words
from tests.analysis.results import SECTIONS, stage
from tests.analysis.test_document import check, compose, unsaved_run


def item(text: str, **more: Any) -> dict[str, Any]:
    return {"text": text, "start": 1.0, "end": 1.4, **more}


TERM = {"alternative": "salesperson", "note": "The job may be anyone's."}


def document(**lists: list[dict[str, Any]]) -> dict[str, Any]:
    return {"fluency": {name: {"items": items} for name, items in lists.items()}}


def test_a_suggestion_has_words_reason_and_moment() -> None:
    (one,) = rephrasings(document(non_inclusive=[item("salesman", **TERM)]))
    assert (one.text, one.instead, one.why) == ("salesman", TERM["alternative"], TERM["note"])
    assert (one.start, one.end) == (1.0, 1.4)


def test_the_same_words_stand_once_with_their_number() -> None:
    always = [item(text, alternative="usually") for text in ("Always", "always", "never")]
    found = rephrasings(document(absolutes=always))
    assert [(one.text, one.count) for one in found] == [("Always", 2), ("never", 1)]
    assert all(one.why for one in found)


def test_grammar_comes_first_with_its_reason() -> None:
    slip = item("he have", alternative="has", rule="agreement", message="It must agree.")
    found = rephrasings(document(non_inclusive=[item("salesman", **TERM)], grammar=[slip]))
    assert (found[0].text, found[0].instead, found[0].why) == (
        "he have", "has", "It must agree."
    )  # fmt: skip


def test_terms_come_before_absolutes_and_the_list_is_short() -> None:
    many = [item(f"all {n}", alternative="most") for n in range(MOST + 5)]
    found = rephrasings(document(absolutes=many, non_inclusive=[item("salesman", **TERM)]))
    assert len(found) == MOST and found[0].text == "salesman"


def test_the_document_with_suggestions_keeps_its_schema_and_shows_no_word_to_a_figures_viewer() -> (
    None
):
    run = unsaved_run()
    fluency = stage(run, "fluency")
    terms = {"count": 1, "per_100_words": 1.0, "items": [item("salesman", **TERM)]}
    fluency.result = SECTIONS["fluency"] | {"non_inclusive": terms}
    found = compose(run, [fluency])
    check(found)
    assert rephrasings(found)
    bare = without_words(found)
    assert rephrasings(bare) == []
    assert "sales" not in str(bare["fluency"])
