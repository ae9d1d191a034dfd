"""The whole loop as its learner goes it: a weak skill, its drill, a preparation, the real
interview, and what to drill next.

Real engines on synthetic speech, in a worker's own engine processes; nothing is stood in for but
the first practice, which was measured once and is played back (workers.demo).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import soundfile
from django.utils import timezone
from playwright.sync_api import Page, expect

from analysis.graph import QUEUES
from coaching.accounts.models import User
from drills.models import Attempt, Comparison, Preparation, Question
from drills.services import load_drills, load_questions
from tests.browser.harness import Visitor, assert_accessible, elsewhere
from tests.browser.studio import press
from workers.demo.make_media import speak
from workers.demo.practices import scripts
from workers.management.commands.load_demo import load
from workers.pool import Pool

ASKED = "Tell me about a time you had a conflict with a colleague."
PREPARED = (
    "In my last role another engineer and I disagreed about our billing system. It had failed "
    "three times in one month and our customers complained. I was responsible for the release and "
    "he was responsible for the code. I asked him to show me where it broke and we wrote down "
    "every failure of that month. Then we agreed to repair the worst part first and to rewrite "
    "the rest in the summer. I told our manager about the plan and she gave us two weeks. As a "
    "result the billing system did not fail again that year and we still work together."
)
POINTS = (
    "we disagreed about the billing system\n"
    "I asked him to show me where it broke\n"
    "we saved four hundred thousand pounds"
)
SAID = (
    "Another engineer and I disagreed about the billing system. "
    "I asked him to show me where it broke. In the end it did not fail again."
)
JOB = (
    "We look for a project manager. You lead a team of engineers, settle conflicts between them "
    "and keep our customers informed. You plan releases and you report to the board."
)
PATIENCE_MS = 60_000


@pytest.fixture
def work(transactional_db: None, tmp_path: Path, settings) -> Iterator[object]:
    """What a worker does, until nothing is left to do."""
    settings.VAR_DIR = tmp_path
    pool = Pool(name="loop")

    def drained() -> None:
        while sum(pool.drain(queue=queue) for queue in QUEUES) + pool.drain_comparisons():
            pass

    yield lambda: elsewhere(drained)
    pool.close()


def voice(path: Path, *said: tuple[str, float]) -> Path:
    """Each text in the voice's liveliness (Hz), a second between them."""
    pieces, rate = [], 16_000
    for text, lively in said:
        samples, rate = speak(text, stretch=1.0, pitch_sd=lively)
        pieces += [[0.0] * rate, samples]
    soundfile.write(path, [one for piece in pieces for one in piece], rate)
    return path


def upload(page: Page, path: Path) -> None:
    page.locator("#upload-file").set_input_files(path)
    expect(page.get_by_role("heading", name="Being analysed")).to_be_visible()


def test_the_whole_loop(learner: Visitor, user: User, work, tmp_path: Path) -> None:
    load_drills()
    load_questions()
    Question.objects.exclude(field="leadership").update(is_active=False)  # fewer to be read
    first = next(one for one in scripts() if one["slug"] == "01-conflict")
    load(user, first, at=timezone.now() - timedelta(days=1))
    page = learner.page()

    # a weak skill leads to a drill, which then leads the plan
    page.goto("/drills/")
    advice = page.locator(".advice").filter(has_text="Drill: Seven ways to mean it")
    advice.get_by_role("button", name="Take it on").press("Enter")
    expect(advice.get_by_text("You took this on.")).to_be_visible()
    page.get_by_role("link", name="Open your plan").press("Enter")
    expect(page.get_by_text("Vocal variety: you took it on after a practice.")).to_be_visible()
    press(page, "Record it")
    expect(page.get_by_role("heading", name="Studio")).to_be_visible()

    # done, and judged by the short path
    attempt = Attempt.objects.get()
    page.goto(attempt.get_absolute_url())
    upload(page, voice(tmp_path / "drill.wav", (PREPARED, 60.0)))
    work()
    expect(page.get_by_role("heading", name="What it changed")).to_be_visible()
    attempt.refresh_from_db()
    assert attempt.state == "judged" and attempt.value is not None
    assert_accessible(page)
    page.get_by_role("link", name="Open your plan").press("Enter")
    expect(page.get_by_text("1 of 2 drills").first).to_be_visible()
    expect(page.get_by_text("points where").first).to_be_visible()
    expect(page.get_by_text("you took it on")).to_have_count(0)

    # a preparation from a job description
    page.goto("/prepare/new/")
    page.get_by_label("Job title").fill("Project manager")
    page.get_by_role("textbox", name="Job description").fill(JOB)
    press(page, "Choose questions")
    expect(page.locator(".asked__text").first).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_text("The description asks for “").first).to_be_visible()
    preparation = Preparation.objects.get()
    page.get_by_label("A question of your own").fill(ASKED)
    press(page, "Add it")
    question = preparation.questions.get(text=ASKED)
    page.goto(f"/prepare/questions/{question.pk}/")
    page.get_by_label("Points to make").fill(POINTS)
    press(page, "Save the points")
    page.get_by_label("Your answer").fill(PREPARED)
    press(page, "Get feedback")
    expect(page.get_by_role("heading", name="Being analysed")).to_be_visible()
    work()
    expect(page.get_by_role("heading", name="Feedback on version 1")).to_be_visible()

    # the real interview, and its transcript, where the words were not heard surely
    page.goto(f"/prepare/{preparation.pk}/actual/")
    page.get_by_label("I may use this recording").check()
    press(page, "Upload the interview")
    upload(page, voice(tmp_path / "interview.wav", (ASKED, 10.0), (SAID, 20.0)))
    work()
    expect(page.locator("[data-workspace]")).to_be_visible()
    comparison = Comparison.objects.get()
    attach = page.locator("#attach")
    if attach.get_attribute("open") is None:
        attach.locator("summary").press("Enter")
    page.get_by_label("or paste it here").fill(f"{ASKED} {SAID}")
    press(page, "Use this transcript")
    work()

    # planned and said, and where it leads
    page.goto(comparison.get_absolute_url())
    row = page.locator(".actual__row").filter(has_text=ASKED)
    expect(row.locator(".point--kept")).to_have_count(2)
    expect(row.locator(".point--missed")).to_contain_text("four hundred thousand")
    assert_accessible(page)
    page.get_by_role("link", name="Drills: Storytelling").press("Enter")
    expect(page.get_by_role("heading", name="Storytelling", level=1)).to_be_visible()
    page.get_by_role("link", name="A number, a name, a place").first.press("Enter")
    expect(page.get_by_role("button", name="Record it")).to_be_visible()
