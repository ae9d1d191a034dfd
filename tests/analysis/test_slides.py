"""Slide marks of a take, as the result shows them."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from jsonschema import Draft202012Validator

from analysis.document import build, schema
from analysis.services.inputs import settings_of
from analysis.slides import slides
from sessions.models import Recording, Session, Take
from tests.analysis import results
from workers.engines.types import SlideMark

PRESSED, FOUND = SlideMark(t=4.0, found=False), SlideMark(t=2.0, found=True)


def document(duration_s: float | None = 6.0, **sections: Any) -> dict[str, Any]:
    return {
        "media": {"duration_s": duration_s},
        "transcript": {"words": [], "speakers": []},
        "fluency": {},
    } | sections


def spans(found: list[dict[str, Any]]) -> list[tuple[int, float, float, bool]]:
    return [(one["number"], one["start"], one["end"], one["found"]) for one in found]


def test_it_works() -> None:
    """The first slide begins with the talk; marks come in any order."""
    found = slides([PRESSED, FOUND], document())
    assert spans(found) == [(1, 0.0, 2.0, False), (2, 2.0, 4.0, True), (3, 4.0, 6.0, False)]


def test_a_trim_hides_slides_and_renumbers_none() -> None:
    media = {"duration_s": 6.0, "trim": {"start": 2.5, "end": 5.0}}
    found = slides([FOUND, PRESSED], document(media=media))
    assert spans(found) == [(2, 2.5, 4.0, True), (3, 4.0, 5.0, False)]


def test_a_mark_beyond_the_end_makes_no_slide_and_without_a_length_there_is_none() -> None:
    assert spans(slides([SlideMark(t=9.0, found=False)], document())) == [(1, 0.0, 6.0, False)]
    assert slides([PRESSED], document(None)) == []


def test_a_rate_is_of_the_learners_words_in_ten_seconds_of_speaking_or_more() -> None:
    """A pause over 3 s is no speaking time, an um is no word, and nobody else's words count."""

    def word(start: float, speaker: str = "S1") -> dict[str, Any]:
        return {"text": "go", "start": start, "end": start + 0.3, "speaker": speaker}

    said = [word(float(second)) for second in range(20)] + [word(0.5, "S2"), word(24.0)]
    found = slides(
        [SlideMark(t=24.0, found=False)],
        document(
            30.0,
            transcript={
                "words": said,
                "speakers": [{"id": "S1", "is_learner": True}, {"id": "S2", "is_learner": False}],
            },
            fluency={
                "pauses": {"items": [{"start": 20.0, "end": 24.0}, {"start": 5.4, "end": 5.9}]},
                "fillers": {"items": [{"start": 3.0, "kind": "filled_pause"}]},
            },
        ),
    )
    assert found[0]["words_per_minute"] == round(19 / 20 * 60, 1)
    assert "words_per_minute" not in found[1], "six seconds say too little"


@pytest.fixture
def talk(session: Session) -> Session:
    """Of six seconds, two of whose slides were marked."""
    recording = Recording.objects.get(session=session)
    marks = [
        {"t": 2.0, "kind": "slide", "n": 2, "found": True},
        {"t": 3.0, "kind": "hint", "hint": "pace"},
        {"t": 4.0, "kind": "slide", "n": 3},
    ]
    Take.objects.create(
        session=session, state=Take.State.SENT, marks=marks, uploads={str(recording.pk): "camera"}
    )
    return session


@pytest.mark.django_db
def test_the_result_lists_and_plays_them(user_client: Client, talk: Session) -> None:
    run = results.finished(talk, settings=settings_of(talk, None))
    found = build(run)
    assert list(Draft202012Validator(schema()).iter_errors(found)) == []
    assert [one["found"] for one in found["session"]["slides"]] == [False, True, False]
    page = user_client.get(reverse("analysis:session", args=[talk.pk])).content.decode()
    assert 'id="slide-3"' in page and page.count("found on the screen") == 1
    assert 'href="#slide-2" aria-label="Slide 2 0:02" data-play-start="2.0"' in page
    assert "Hear slide 2" in page


@pytest.mark.django_db
def test_a_file_in_the_takes_place_has_none_of_its_slides(talk: Session) -> None:
    assert settings_of(talk, None)["slides"] == [FOUND, PRESSED]
    Take.objects.update(uploads={})
    assert "slides" not in settings_of(talk, None)
