"""A language model asked for questions, in Chromium: seen, sent, stopped, answered; and in the
studio."""

from __future__ import annotations

import json
import threading
import uuid
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from analysis.models import CoachCall
from analysis.services.coach import give_consent
from analysis.services.coach_calls import settle
from drills import services
from drills.asking import bell
from drills.asking.answer import read_questions
from drills.choosing import Choice
from drills.models import Preparation, Question
from drills.services import asking
from tests.browser.harness import Visitor, Watch, assert_accessible, check_page, elsewhere
from tests.browser.studio import Room, open_context, press
from tests.coach.given import use_llm
from tests.drills.suggested import GOOD, prepared, suggested
from tests.fakes.llm import serving
from tests.sessions.served import until
from workers.asker import Asker


@pytest.fixture
def preparation(user, settings, tmp_path: Path) -> Preparation:
    settings.MODELS_DIR = tmp_path  # chosen without meaning: the whole bank need not be read
    use_llm(settings)
    services.load_questions()
    give_consent(user=user, questions=True, follow_ups=True)
    return prepared(user)


def answer() -> None:
    job = asking.leases.claim(worker="w")
    mine = {"preparation_id": job.pk, "attempt": job.attempt}
    plan = asking.decide(**mine)
    text = json.dumps(suggested(*GOOD))
    settle(call=plan.call, site=plan.site, outcome=CoachCall.Outcome.ANSWERED, tokens=(1200, 340),
           latency_s=2.0, response=text, kept=plan.kept)  # fmt: skip
    assert asking.finish(**mine, request=plan.request, answer=read_questions(text))


def test_questions_are_looked_at_sent_and_take_their_place(
    learner: Visitor, preparation: Preparation
):
    page = learner.page(width=390)
    page.goto(preparation.get_absolute_url())
    page.get_by_role("link", name="Ask 127.0.0.1 for questions").click()
    expect(page.get_by_role("group", name="The job and the questions")).to_contain_text("payment")
    page.get_by_role("button", name="Send this").click()
    expect(page.get_by_text("is asked next")).to_be_visible()
    assert_accessible(page)
    elsewhere(answer)
    expect(page.get_by_text("5 questions came from the language model")).to_be_visible()
    expect(page.get_by_role("link", name="By a language model")).to_have_count(5)
    expect(page.get_by_text(GOOD[0][0])).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="By a language model").first.click()
    page.get_by_text("The answer, unchecked").click()
    expect(page.get_by_role("group", name="Answer", exact=True)).to_contain_text(GOOD[0][0])


def test_it_can_be_stopped(learner: Visitor, preparation: Preparation):
    page = learner.page()
    page.goto(f"{preparation.get_absolute_url()}model/")
    page.get_by_role("button", name="Send this").click()
    page.get_by_role("button", name="Stop it").click()
    expect(page.get_by_text("You stopped it.")).to_be_visible()
    expect(page.get_by_role("link", name="Ask once more")).to_be_visible()


def test_its_pages_fit_and_are_accessible(learner: Visitor, preparation: Preparation, user):
    from analysis.coach.site import the_site
    from drills.selectors.asking import questions_request_for

    digest = questions_request_for(preparation).digest(the_site())
    services.ask_for_questions(preparation=preparation, digest=digest)
    answer()
    address = preparation.get_absolute_url()
    for path in (address, f"{address}model/", "/prepare/new/", "/settings/coach/"):
        check_page(learner, path)


def test_the_room_says_what_goes_out_and_whose_each_question_is(
    chromium: Browser, user, site: str, watch: Watch, preparation: Preparation, settings
):
    """What captions heard is put where they put it: hearing itself is tested with them."""
    settings.REDIS_PREFIX = f"{uuid.uuid4().hex}:"
    chosen = [Choice(one) for one in Question.objects.filter(field="software")[:2]]
    session = services.make_interview(
        owner=user, chosen=chosen, preparation_s=0, answer_s=60, follow_ups=True
    )
    context = open_context(chromium, user, site)
    stopping = threading.Event()
    with serving() as llm:
        use_llm(settings, llm.base_url("openai"))
        llm.write = lambda _said: {"question": "What did those customers tell you?",
                                   "quote": "called the customers"}  # fmt: skip
        asker = threading.Thread(target=Asker(stopping).run)
        asker.start()
        try:
            assert until(bell.somebody_asks, 60)
            _asked(Room(context, session, site, watch).enter(), chosen[1])
        finally:
            stopping.set()
            asker.join(30)
            context.close()


def _asked(page: Page, second: Choice) -> None:
    expect(page.get_by_text("go to 127.0.0.1 (tiny-1), as you allowed")).to_be_visible()
    expect(page.locator(".studio[data-live=true]")).to_be_visible()  # the stage is a picture now
    assert_accessible(page)
    heard = "I called the customers that we had lost."
    page.route("**/follow-up/", lambda route: route.continue_(
        post_data=route.request.post_data.replace("said=", f"said={heard.replace(' ', '+')}")
    ))  # fmt: skip
    press(page, "Record")
    page.wait_for_timeout(1000)
    press(page, "Next question")
    expect(page.locator("[data-ask-question]")).to_have_text("What did those customers tell you?")
    expect(page.locator("[data-ask-source]")).to_have_text("By a language model")
    expect(page.get_by_text("You said: “called the customers”")).to_be_visible()
    assert_accessible(page)
    page.unroute("**/follow-up/")
    press(page, "Next question")
    expect(page.locator("[data-ask-question]")).to_have_text(second.question.text)
    page.wait_for_timeout(1000)
    press(page, "Next question")
    expect(page.locator("[data-ask-source]")).to_have_text("From the question bank")
