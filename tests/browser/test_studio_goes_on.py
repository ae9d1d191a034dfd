"""A recording that was cut off goes on: a new film behind the old one, joined by the worker."""

from __future__ import annotations

import hashlib
import io

import av
import numpy as np
import pytest
from django.core.files.storage import default_storage
from playwright.sync_api import Error, Page, expect

from analysis.graph import STAGES
from analysis.services.again import leave_out
from drills.choosing import Choice
from drills.models import Question
from drills.services import load_questions, make_interview
from sessions import services
from sessions.models import Recording, Session, Take, Upload
from tests.browser.harness import assert_accessible, assert_fits, elsewhere
from tests.browser.studio import (
    Room,
    local_sha256,
    mark_slide,
    open_context,
    press,
    record,
    recorded,
)
from tests.sessions.served import until
from workers.inprocess import drain

RATE = 16_000


def crash(page: Page) -> None:
    """The tab dies, without a word to its scripts."""
    with pytest.raises(Error):
        page.goto("chrome://crash")
    page.close()


def returned(room: Room) -> Page:
    page = room.enter()
    expect(page.get_by_role("heading", name="Look at it")).to_be_visible()
    return page


def goes_on(page: Page, seconds: float) -> None:
    for phase in ("room", "recording"):
        twice = page.get_by_role("button", name="Go on recording", exact=True)
        twice.evaluate("button => { button.click(); button.click(); }")
        expect(page.locator("[data-studio]")).to_have_attribute("data-phase", phase)
    recorded(page, seconds)


def said(page: Page, words: str):
    return page.locator(".notice:visible", has_text=words)


def sound(film: bytes) -> np.ndarray:
    """Mono at RATE, from the first sample there is."""
    resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
    with av.open(io.BytesIO(film)) as container:
        blocks = [
            made.to_ndarray()[0]
            for frame in [*container.decode(audio=0), None]
            for made in resampler.resample(frame)
        ]
    return np.concatenate(blocks)


def sounds_from(film: bytes) -> float:
    """Where its sound begins (s): a picture may be there before it."""
    with av.open(io.BytesIO(film)) as container:
        return float(next(container.decode(audio=0)).time or 0)


def is_heard(part: np.ndarray, whole: np.ndarray, at: float, within: float = 0.1) -> bool:
    """Whether `part` is heard in `whole` at `at` (s): what lies there is it, sample by sample."""
    early = 0.3
    there = whole[round((at - early) * RATE) :][: len(part) + round(2 * early * RATE)]
    like = np.correlate(there, part, "valid")
    energy = np.convolve(there**2, np.ones(len(part)), "valid") * np.sum(part**2)
    found = int(np.argmax(like))
    sure = float(like[found] / np.sqrt(energy[found]))
    return sure > 0.9 and abs(found / RATE - early) <= within


def analysed(session: Session) -> Recording:
    run = session.runs.get()
    leave_out(run=run, names=frozenset(STAGES) - {"probe", "audio", "rendition", "score"})
    elsewhere(lambda: drain(run))
    return session.recordings.get()


def test_it_works(room: Room, session: Session):
    """Crash, go on, crash, go on, send: both joins are heard where the clock has them."""
    page = room.enter()
    record(page, 4)
    mark_slide(page, session, 2)
    crash(page)
    page = returned(room)
    expect(said(page, "Go on where it stopped")).to_be_visible()
    first = local_sha256(page, session)
    assert_accessible(page)
    goes_on(page, 8)
    mark_slide(page, session, 3)
    page.close()  # or shut
    page = returned(room)
    goes_on(page, 11)
    press(page, "Stop")
    expect(page.get_by_role("heading", name="Look at it")).to_be_visible()
    made = local_sha256(page, session)
    press(page, "Play")
    at = page.locator("[data-studio-at]")
    expect(at).to_have_text("0:06", timeout=20_000)  # into the second film
    press(page, "Stop")
    press(page, "Send")
    page.wait_for_url(f"**{session.get_absolute_url()}")
    data = room.sent()
    assert hashlib.sha256(data).hexdigest() == made
    assert Upload.objects.count() == 1
    recording = session.recordings.get()
    [one, two] = recording.joins
    assert hashlib.sha256(data[: one["byte"]]).hexdigest() == first
    films = [data[: one["byte"]], data[one["byte"] : two["byte"]], data[two["byte"] :]]
    lengths = [len(sound(film)) / RATE for film in films]
    assert one["t"] == pytest.approx(lengths[0], abs=0.15)
    assert two["t"] == pytest.approx(sum(lengths[:2]), abs=0.3)
    slides = [mark for mark in Take.objects.get().marks if mark["kind"] == "slide"]
    assert [mark["n"] for mark in slides] == [2, 3]
    assert slides[0]["t"] <= one["t"] < slides[1]["t"] < two["t"] + 0.01, "none in what was lost"
    analysed(session)
    session.refresh_from_db()
    assert session.duration_s == pytest.approx(sum(lengths), abs=0.4)
    rendition = session.runs.get().artifacts.get(kind="rendition")
    with default_storage.open(rendition.key) as stored:
        heard = sound(stored.read())
    for film, join in zip(films[1:], (one, two), strict=True):
        assert is_heard(sound(film)[: 2 * RATE], heard, join["t"] + sounds_from(film))


def test_the_teleprompter_goes_on_where_it_stood(chromium, user, session, site, watch):
    session.notes = "One point. " * 200
    session.save()
    context = open_context(chromium, user, site, prompter={"shown": "scroll", "pace": 200})
    room = Room(context, session, site, watch)
    page = room.enter()
    record(page, 3)
    assert until(lambda: read(page) > 0.02, 15)
    page.wait_for_timeout(1500)  # it is kept every second
    page.close()
    page = returned(room)
    goes_on(page, 0)
    assert read(page) > 0.02, "not from its beginning"
    context.close()


def read(page: Page) -> float:
    """How much of the teleprompter's text has gone by."""
    text = page.locator("[data-prompter-text]")
    return float(text.evaluate("it => it.scrollTop / it.scrollHeight"))


@pytest.fixture
def interview(transactional_db, user) -> Session:
    load_questions()
    keys = ("software/caching", "software/api-change", "general/proud-of")
    chosen = [Choice(Question.objects.get(key=key)) for key in keys]
    return make_interview(owner=user, chosen=chosen, preparation_s=0, answer_s=60, follow_ups=True)


def test_an_interview_goes_on_in_the_answer_it_was_cut_off_in(room: Room, interview: Session):
    room.session = interview
    page = room.enter()
    first, second, third = interview.parts.all()
    asked = page.locator("[data-ask-question]")
    record(page, 2)
    press(page, "Next question")
    expect(page.get_by_role("heading", name="A follow-up to question 1")).to_be_visible()
    press(page, "Skip")
    expect(asked).to_have_text(second.question)
    recorded(page, 6)
    crash(page)
    page = returned(room)
    expect(said(page, "Not answered: 2 of 4 questions.")).to_be_visible()
    goes_on(page, 8)
    asked = page.locator("[data-ask-question]")
    expect(asked).to_have_text(second.question)
    expect(page.get_by_role("heading", name="Question 2 of 3")).to_be_visible()
    expect(page.get_by_text("Answer", exact=True)).to_be_visible()
    assert_fits(page)
    press(page, "Next question")
    expect(page.get_by_role("heading", name="A follow-up to question 2")).to_be_visible()
    press(page, "Skip")
    expect(asked).to_have_text(third.question)
    recorded(page, 10)
    press(page, "Finish" if page.get_by_role("button", name="Finish").is_visible() else "Stop")
    press(page, "Send")
    page.wait_for_url(f"**{interview.get_absolute_url()}")
    [join] = room_joins(interview)
    placed = {part.pk: (part.start, part.end) for part in interview.parts.all()}
    start, end = placed[second.pk]
    assert start < join["t"] < end, "one answer, over the join"
    assert placed[first.pk][1] <= start + 0.1 and end <= placed[third.pk][0] + 0.1
    assert sum(span == (None, None) for span in placed.values()) == 2


def room_joins(session: Session) -> list[dict[str, float]]:
    assert until(session.recordings.exists, 30), "no recording came"
    return list(session.recordings.get().joins)


OTHER_CAMERA = """
MediaStreamTrack.prototype.getSettings = () => ({ width: 1080, height: 1920 });
"""


def test_it_says_why_it_cannot_go_on_and_loses_nothing(room: Room, session: Session):
    page = room.enter()
    record(page, 3)
    crash(page)
    page = returned(room)
    made = local_sha256(page, session)
    room.watch.expect("ERR_INTERNET_DISCONNECTED|404")
    room.context.set_offline(True)
    press(page, "Go on recording")
    expect(said(page, "it has to say what it has received")).to_be_visible(timeout=20_000)
    room.context.set_offline(False)
    services.delete_session(session=session)
    press(page, "Go on recording")
    expect(said(page, "does not take this recording")).to_be_visible(timeout=20_000)
    services.restore_session(session=session)
    page.reload()
    press(page, "Go on recording")
    expect(page.locator("[data-studio]")).to_have_attribute("data-live", "true")
    page.evaluate(OTHER_CAMERA)
    press(page, "Go on recording")
    expect(said(page, "another size or shape")).to_be_visible()
    page.get_by_label("Sound only").check()
    expect(page.locator("[data-studio][data-mode=audio][data-live=true]")).to_be_visible()
    press(page, "Go on recording")
    expect(said(page, "so far this recording has a picture")).to_be_visible()
    assert_accessible(page)
    press(page, "Back to what was recorded")
    assert local_sha256(page, session) == made
    press(page, "Send")
    assert room.holds(made)
    assert session.recordings.get().joins == []
