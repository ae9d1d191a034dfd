"""Cutting a clip on the workspace: handles, preview, the frame over the player, live news."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from playwright.sync_api import Page, expect

from analysis.models import Clip
from analysis.services.clips import making
from coaching.accounts.models import User
from sessions.models import Session
from tests.browser.harness import Visitor, assert_accessible, assert_fits, comes_true
from tests.browser.studied import PLAYER_TIME, film_of, player_ready, studied
from workers.engines.types import EngineError

FRAME = "document.querySelector('[data-crop-frame]').getBoundingClientRect()"


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return film_of(60, tmp_path_factory.mktemp("film"))


@pytest.fixture
def session(user: User, film: Path) -> Session:
    return studied(user, film=film)


def opened(learner: Visitor, session: Session, **options: object) -> Page:
    page = learner.page(**options)
    page.goto(f"/sessions/{session.pk}/")
    player_ready(page)
    page.locator("[data-clip-editor] > summary").click()
    return page


def beside(work: Callable[[], Any]) -> Any:
    """As a worker, off the thread that Playwright's loop runs in."""

    def done() -> Any:
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as worker:
        return worker.submit(done).result()


def fill(page: Page, start: str, end: str) -> None:
    page.get_by_label("From (seconds)").fill(start)
    page.get_by_label("To (seconds)").fill(end)


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1280, "dark")])
def test_the_editor_fits_and_is_accessible(
    learner: Visitor, session: Session, width: int, scheme: str
):
    page = opened(learner, session, width=width, scheme=scheme)
    assert_fits(page)
    assert_accessible(page)


def test_fields_handles_and_preview_are_one_cut(learner: Visitor, session: Session):
    page = opened(learner, session)
    fill(page, "4", "6")
    end = page.get_by_label("End of the clip")
    assert float(end.input_value()) == 6
    end.focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_label("To (seconds)")).to_have_value("6.1")
    page.get_by_label("Format").select_option("tall")
    # until the new frame has come, the one before it stands there
    assert comes_true(page, f"Math.abs({FRAME}.width / {FRAME}.height - 9 / 16) < 0.03")
    page.get_by_role("button", name="Preview").click()
    assert comes_true(page, f"{PLAYER_TIME} >= 4 && {PLAYER_TIME} < 6.5")


def test_the_list_follows_how_far_a_clip_is(learner: Visitor, session: Session):
    page = opened(learner, session)
    fill(page, "2", "8")
    page.get_by_role("button", name="Make the clip").click()
    listed = page.locator("#clip-list")
    expect(listed).to_contain_text("Waiting")
    claim = beside(lambda: making.claim_next(worker="w/1/1"))
    expect(listed).to_contain_text("Being made")
    error = EngineError("clip_failed", "It could not be made.")
    beside(lambda: making.fail(clip_id=claim.clip_id, attempt=claim.attempt, error=error))
    expect(listed).to_contain_text("It could not be made.")
    listed.get_by_role("button", name="Delete").click()
    expect(listed).to_contain_text("No clips yet")
    page.get_by_role("button", name="Undo").click()
    expect(listed).to_contain_text("Not made")
    assert Clip.objects.get().deleted_at is None


def test_what_is_wrong_is_said_beside_the_form(learner: Visitor, session: Session):
    page = opened(learner, session)
    fill(page, "8", "2")
    page.get_by_role("button", name="Make the clip").click()
    expect(page.locator("#clip-errors")).to_contain_text("after the start")
    expect(page.get_by_label("From (seconds)")).to_have_value("8")
