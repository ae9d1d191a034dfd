"""An interview, and the prompter, in the studio: asked, answered, marked, sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from drills import services
from drills.choosing import Choice
from drills.models import Question
from drills.services import load_questions
from sessions.models import Session
from sessions.services import create_session
from tests.browser.harness import Visitor, Watch, assert_accessible, assert_fits, check_page
from tests.browser.studio import Room, open_context, press, recorded
from tests.sessions.served import until

KEYS = ("software/caching", "software/api-change", "general/proud-of")
PHONES = ({"width": 390, "height": 844}, {"width": 844, "height": 390})
Enter = Callable[..., Page]


@pytest.fixture
def enter(chromium: Browser, user, site: str, watch: Watch) -> Iterator[Enter]:
    context = open_context(chromium, user, site)

    def entered(session: Session) -> Page:
        return Room(context, session, site, watch).enter()

    yield entered
    context.close()


@pytest.fixture
def session(transactional_db, user) -> Session:
    load_questions()
    chosen = [Choice(Question.objects.get(key=key)) for key in KEYS]
    return services.make_interview(
        owner=user, chosen=chosen, preparation_s=15, answer_s=60, follow_ups=True
    )


def asked(shown: Page, text: str) -> None:
    expect(shown.locator("[data-ask-question]")).to_have_text(text)


def answer_for(shown: Page, seconds: float) -> None:
    """At least, from here on; the clock on the stage shows whole seconds."""
    clock = shown.evaluate("document.querySelector('[data-studio-clock]').textContent")
    recorded(shown, float(clock.split(":")[1]) + seconds + 1)


def test_it_works(enter: Enter, session: Session):
    """Ask, prepare, answer, follow up, skip, finish: and each answer lies where it was given."""
    page = enter(session)
    first, second, third = session.parts.all()
    page.evaluate("speechSynthesis.getVoices = () => []")
    page.get_by_label("Read the questions aloud").check()
    expect(page.get_by_text("nothing is read aloud")).to_be_visible()
    page.get_by_label("Read the questions aloud").uncheck()
    press(page, "Record")
    asked(page, first.question)
    expect(page.get_by_role("heading", name="Question 1 of 3")).to_be_visible()
    expect(page.get_by_text("Prepare", exact=True)).to_be_visible()
    page.keyboard.press("n")  # answer now
    expect(page.get_by_text("Answer", exact=True)).to_be_visible()
    answer_for(page, 1)
    for seen in (page.locator("[data-studio-clock]"), page.get_by_role("button", name="Pause")):
        expect(seen).to_be_in_viewport()
    for size in PHONES:
        page.set_viewport_size(size)
        asks = page.locator("[data-ask-question]")
        for seen in (asks, page.get_by_role("button", name="Next question")):
            expect(seen).to_be_in_viewport(ratio=1)
        expect(page.get_by_role("button", name="Pause")).to_be_in_viewport(ratio=1)
        assert_fits(page)
    page.set_viewport_size({"width": 1280, "height": 900})
    press(page, "Next question")
    follow_up = Question.objects.get(key=KEYS[0]).follow_ups[0]
    asked(page, follow_up)
    expect(page.get_by_role("heading", name="A follow-up to question 1")).to_be_visible()
    press(page, "Answer now")
    answer_for(page, 1)
    press(page, "Next question")
    asked(page, second.question)
    press(page, "Skip")
    asked(page, third.question)
    press(page, "Answer now")
    answer_for(page, 1)
    press(page, "Stop")
    expect(page.get_by_text("Not answered: 1 of 4 questions.")).to_be_visible()
    press(page, "Send")
    assert until(lambda: session.recordings.exists(), 20)
    placed = [(part.start, part.end) for part in session.parts.all()]
    told = [span for span in placed if span[0] is not None]
    assert placed[2] == (None, None) and len(told) == 3
    assert all(end - start >= 0.5 for start, end in told)
    assert told == sorted(told) and told[0][1] <= told[1][0] + 0.1
    kinds = [(mark["kind"], mark.get("skipped", False)) for mark in session.take.marks]
    assert kinds.count(("question", False)) == 3 and kinds.count(("question", True)) == 1


@pytest.fixture
def talk(user, transactional_db) -> Session:
    return create_session(
        owner=user, kind="presentation", title="Town hall", notes="One point. " * 200
    )


def test_a_talk_has_a_teleprompter_and_slide_marks(enter: Enter, talk: Session):
    page = enter(talk)
    press(page, "Teleprompter")
    press(page, "Record")
    recorded(page, 1)
    text = page.locator("[data-prompter-text]")
    assert until(lambda: text.evaluate("it => it.scrollTop") > 5, 10)
    page.keyboard.press("t")
    expect(page.get_by_role("button", name="Scroll", exact=True)).to_be_visible()
    held = text.evaluate("it => it.scrollTop")
    page.keyboard.press("d")
    press(page, "Next slide")
    expect(page.get_by_text("Slide 3", exact=True)).to_be_visible()
    expect(page.locator("[data-studio-clock]")).to_be_in_viewport(ratio=1)
    assert text.evaluate("it => it.scrollTop") == held
    for size in PHONES:
        page.set_viewport_size(size)
        expect(text).to_be_in_viewport(ratio=0.3)
        assert_fits(page)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Mark the next slide")
    page.keyboard.press("Escape")
    press(page, "Stop")
    press(page, "Send")
    assert until(lambda: talk.recordings.exists(), 20)
    slides = [mark["n"] for mark in talk.take.marks if mark["kind"] == "slide"]
    assert slides == [2, 3]


def test_an_interview_is_put_together_without_leaving_the_page(learner: Visitor):
    load_questions()
    check_page(learner, "/interview/")
    shown = learner.page(width=390)
    shown.goto("/interview/")
    shown.get_by_role("button", name="Choose questions").click()
    listed = shown.get_by_role("listitem").filter(has=shown.get_by_text("Why it is asked"))
    expect(listed).to_have_count(4)
    expect(shown.get_by_role("status").first).to_have_text("4 questions are chosen.")
    second = listed.nth(1).locator(".asked__text").inner_text()
    listed.nth(1).get_by_role("button", name="Earlier").click()
    expect(listed.first.locator(".asked__text")).to_have_text(second)
    expect(listed.first.get_by_role("button", name="Earlier")).to_be_focused()
    assert_fits(shown)
    assert_accessible(shown)
    shown.get_by_role("button", name="Begin in the studio").click()
    expect(shown.get_by_role("heading", name="Studio")).to_be_visible()


def test_the_first_visit_is_shown_around_once(chromium: Browser, user, site: str, watch: Watch):
    session = create_session(owner=user, kind="free", title="My first thirty seconds")
    context = open_context(chromium, user, site, tour="")
    page = context.new_page()
    watch.attach(page)
    page.goto(f"/sessions/{session.pk}/studio/?limit=30")
    tour = page.get_by_role("region", name="Tip 1 of 3")
    expect(tour).to_contain_text("Here you see yourself")
    expect(page.locator("[data-studio]")).to_have_attribute("data-live", "true")
    assert_accessible(page)
    press(page, "Next tip")
    press(page, "Next tip")
    press(page, "I am ready")
    expect(page.locator("[data-studio-tour]")).to_be_hidden()
    assert page.locator("[data-studio]").get_attribute("data-longest") == "30"
    kept = page.evaluate(f"JSON.parse(localStorage['rostrum.studio.{user.pk}']).tour")
    assert kept == "done", "and not shown again"
    context.close()
