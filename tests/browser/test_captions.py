"""Live captions in Chromium, whose microphone is a file: a real captioner hears what it says."""

from __future__ import annotations

import re
import signal
import subprocess
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from drills.choosing import Choice
from drills.models import Question
from drills.services import make_interview
from sessions.models import Session, Take
from tests.browser.harness import assert_accessible, settle
from tests.browser.studio import Room, open_context, press
from tests.sessions.captioning import captioner
from tests.sessions.served import until

PATIENCE_MS = 90_000
HEARD = re.compile("every week|the numbers|twenty customers|kept most")
"""On a machine that is too busy some of what the microphone says is left out."""


@pytest.fixture
def page(chromium, user, session, site, watch) -> Iterator[Page]:
    context = open_context(chromium, user, site)
    page = context.new_page()
    watch.attach(page)
    page.goto(f"/sessions/{session.pk}/studio/")
    yield page
    context.close()


@pytest.fixture
def writer(site: str, tmp_path) -> Iterator[subprocess.Popen[bytes]]:
    with captioner(tmp_path / "log") as process:
        yield process


def switch_on(page: Page) -> None:
    page.get_by_label("Show what I say while I speak").check()


GAP = """(() => {
  const [button, hint] = ['captions-switch', 'coach-hint'].map(it => document.querySelector(`[data-${it}]`));
  hint.hidden = false;
  return hint.getBoundingClientRect().top - button.getBoundingClientRect().bottom;
})()"""  # noqa: E501 - read as a script


def assert_hints_leave_the_switch_free(page: Page) -> None:
    for width, height in ((390, 800), (844, 390), (1280, 900)):
        page.set_viewport_size({"width": width, "height": height})
        settle(page)
        assert page.evaluate(GAP) >= 0, (width, height)


def kept(session: Session) -> dict:
    return Take.objects.get(session=session).captions


def test_it_works(writer, page: Page, session: Session) -> None:
    """What is said is shown while it is said, and goes with the recording."""
    switch_on(page)
    press(page, "Record")
    expect(page.locator(".caption:not(.caption--partial)", has_text=HEARD).first).to_be_visible(
        timeout=PATIENCE_MS
    )
    expect(page.get_by_text("Rough captions, written by Rostrum")).to_be_visible()
    assert_accessible(page)
    assert_hints_leave_the_switch_free(page)
    press(page, "Stop")
    press(page, "Send")
    assert until(lambda: session.recordings.exists(), 20)
    found = kept(session)
    assert (found["origin"], found["consented_at"]) == ("server", None)
    line = next(line for line in found["lines"] if HEARD.search(line["text"]))
    assert 1.5 < line["end"] - line["start"] < 6.0


def test_what_captions_heard_decides_the_follow_up_question(
    writer, chromium, user, site, watch, transactional_db
) -> None:
    """The second of its follow-ups fits what is said; without a word heard it is the first."""
    question = Question.objects.create(
        key="general/captioned", field="general", kind="behavioural", text="What did you mend?",
        follow_ups=["Where did you go to school?", "What did those customers tell you?"],
    )  # fmt: skip
    session = make_interview(
        owner=user, chosen=[Choice(question)], preparation_s=0, answer_s=60, follow_ups=True
    )
    context = open_context(chromium, user, site, captions=True)
    page = Room(context, session, site, watch).enter()
    press(page, "Record")
    expect(
        page.locator(".caption:not(.caption--partial)", has_text="customers").first
    ).to_be_visible(timeout=PATIENCE_MS)
    press(page, "Next question")
    asked = page.locator("[data-ask-question]")
    expect(asked).to_have_text(question.follow_ups[1], timeout=PATIENCE_MS)
    expect(page.get_by_text("You said:")).to_contain_text("customers")
    context.close()


def test_a_killed_captioner_is_said_and_the_recording_goes_on(
    writer, page: Page, session: Session
) -> None:
    switch_on(page)
    press(page, "Record")
    expect(page.locator("[data-captions-lines]")).not_to_be_empty(timeout=PATIENCE_MS)
    writer.send_signal(signal.SIGKILL)
    expect(page.get_by_text("Captions broke off")).to_be_visible(timeout=PATIENCE_MS)
    press(page, "Captions")
    expect(page.get_by_text("Captions broke off")).to_be_hidden()
    press(page, "Stop")
    press(page, "Send")
    assert until(lambda: session.recordings.exists(), 20)


def test_the_browsers_maker_hears_nobody_who_did_not_agree(page: Page) -> None:
    switch_on(page)
    maker = page.get_by_role("radio", name="Your browser’s maker")
    maker.check()
    page.get_by_role("button", name="No, stay with Rostrum").click()
    expect(page.get_by_role("radio", name="Rostrum Rough")).to_be_checked()
    expect(maker).not_to_be_checked()
    maker.check()
    assert_accessible(page)
    page.get_by_role("button", name="I agree").click()
    expect(maker).to_be_checked()
    stored = page.evaluate("Object.values(localStorage).join('')")
    assert '"captionsConsent":"20' in stored
