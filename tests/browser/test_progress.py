"""Watching an analysis: by web socket, by server-sent events, by asking, and without scripts."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest
from django.db import connection, transaction
from django.urls import reverse
from playwright.sync_api import Page, Route, expect

from analysis.models import AnalysisRun, StageRun
from analysis.services import again, runs, stages
from coaching.accounts.models import User
from sessions.models import Recording, Session
from tests.analysis import results
from tests.browser.harness import Visitor, Watch, check_page, comes_true
from tests.browser.studied import PLAYER_TIME, SOUND, give_player, player_ready, studied

T = TypeVar("T")


def recorded(user: User) -> Session:
    session = results.make_session(user)
    Recording.objects.create(
        session=session, key=f"u/{user.pk}/s/{session.pk}/original/a.mp4", filename="a.mp4",
        content_type="video/mp4", size_bytes=10, sha256="0" * 64,
    )  # fmt: skip
    return session


@pytest.fixture
def running(user: User) -> AnalysisRun:
    return runs.start_run(session=recorded(user))


def address(run: AnalysisRun) -> str:
    return reverse("analysis:session", args=[run.session_id])


def elsewhere(work: Callable[[AnalysisRun], T], run: AnalysisRun) -> T:
    """As a worker does it: Playwright's loop holds this thread, so nothing is told from it."""
    with ThreadPoolExecutor(1) as worker:
        return worker.submit(_on_its_own, work, run).result()


def _on_its_own(work: Callable[[AnalysisRun], T], run: AnalysisRun) -> T:
    try:
        return work(run)
    finally:
        connection.close()


def _begin(run: AnalysisRun) -> stages.Claim:
    claim = stages.claim_next(queue="io", worker="test", run_id=run.pk)
    assert claim is not None
    return claim


def begin(run: AnalysisRun) -> stages.Claim:
    return elsewhere(_begin, run)


def fail(run: AnalysisRun) -> None:
    elsewhere(_fail, run)


def _fail(run: AnalysisRun) -> None:
    stages.fail_stage(
        stage_id=_begin(run).stage_id, attempt=1, retry=False,
        error=results.broken("There is no sound and no picture in this file."),
    )  # fmt: skip


def finish(run: AnalysisRun) -> None:
    elsewhere(_finish, run)


def _finish(run: AnalysisRun) -> None:
    """Every stage's result at once, as the last worker's finish leaves it."""
    with transaction.atomic():
        locked = runs.lock(run.pk)
        for stage in locked.stages.all():
            done = results.stage(run, stage.name)
            locked.stages.filter(pk=stage.pk).update(
                state=StageRun.State.DONE, result=done.result, withheld=done.withheld,
                engine=done.engine, lease_until=None,
            )  # fmt: skip
        runs.advance(locked)


def blocked(page: Page, *paths: str) -> None:
    """A network that lets none of `paths` through."""

    def refuse(route: Route) -> None:
        route.abort()

    for path in paths:
        page.route(path, refuse)


def without_sockets(page: Page) -> None:
    page.route_web_socket("**/ws/**", lambda socket: socket.close())


def without_both(page: Page) -> None:
    without_sockets(page)
    blocked(page, "**/events")


def watches_to_the_end(page: Page, run: AnalysisRun) -> None:
    page.goto(address(run))
    probe = page.locator("[data-stage=probe]")
    expect(probe).to_contain_text("Checking the file")
    begin(run)
    expect(probe.locator("[data-state]")).to_have_text("Running")
    finish(run)
    expect(page.get_by_text("Name the result first").first).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="is ready")).to_be_attached()
    assert page.url.endswith(address(run))


@pytest.mark.parametrize("network", [lambda page: None, without_sockets, without_both],
                         ids=["socket", "events", "asking"])  # fmt: skip
def test_it_reaches_the_result(
    learner: Visitor, running: AnalysisRun, watch: Watch, network: Callable[[Page], None]
) -> None:
    watch.expect("events|ws/sessions|ERR_FAILED")
    page = learner.page()
    page.set_default_timeout(40_000)
    expect.set_options(timeout=40_000)
    network(page)
    watches_to_the_end(page, running)
    expect.set_options(timeout=5_000)


def test_it_fits_and_is_accessible(learner: Visitor, running: AnalysisRun) -> None:
    begin(running)
    check_page(learner, address(running))


def test_a_run_that_ended_before_the_script_ran_reaches_the_page(
    learner: Visitor, running: AnalysisRun
) -> None:
    page = learner.page()

    def late(route: Route) -> None:
        finish(running)
        route.continue_()

    page.route("**/js/progress.js", late)
    page.goto(address(running))
    expect(page.get_by_text("Name the result first").first).to_be_visible()


def test_without_scripts_the_page_looks_again_by_itself(
    learner: Visitor, running: AnalysisRun
) -> None:
    page = learner.page(java_script_enabled=False)
    page.goto(address(running))
    expect(page.locator("[data-stage=probe]")).to_be_visible()
    finish(running)
    page.wait_for_selector("text=Name the result first", timeout=20_000)


def test_a_failed_one_says_why_and_starts_again(learner: Visitor, running: AnalysisRun) -> None:
    fail(running)
    check_page(learner, address(running))
    page = learner.page()
    page.goto(address(running))
    expect(page.get_by_text("There is no sound and no picture")).to_be_visible()
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("[data-progress]")).to_be_visible()
    assert Session.objects.get(pk=running.session_id).state == "queued"


def test_the_transcript_is_corrected_and_a_conflict_shows_both(
    learner: Visitor, user: User
) -> None:
    session = results.make_session(user)
    results.finished(session)
    where = reverse("analysis:transcript", args=[session.pk])
    check_page(learner, where)
    mine, theirs = learner.page(), learner.page()
    for page in (mine, theirs):
        page.goto(where)
    theirs.get_by_label("What was said").fill("So I led the move.")
    theirs.get_by_role("button", name="Save").click()
    expect(theirs.locator("[data-progress]")).to_be_visible()
    learner.watch.expect("409")
    mine.get_by_label("What was said").fill("So I ran the move.")
    mine.get_by_role("button", name="Save").click()
    expect(mine.get_by_text("newer version").first).to_be_visible()
    expect(mine.locator("del")).to_have_text("led")
    expect(mine.get_by_label("What was said")).to_have_value("So I ran the move.")


def test_a_newer_result_waits_until_the_older_one_is_left(learner: Visitor, user: User) -> None:
    session = studied(user)
    newer = again.reanalyse(session=session)
    give_player(newer, SOUND)
    page = learner.page()
    page.goto(address(newer))
    player_ready(page)
    media = page.locator("[data-player]")
    media.evaluate("media => { media.currentTime = 20; media.playbackRate = 1.5; media.play(); }")
    finish(newer)
    toast = page.get_by_role("status").filter(has_text="The new result is here.")
    expect(toast).to_be_visible()
    assert media.evaluate("media => media.currentTime >= 20 && !media.paused"), "it plays on"
    expect(page.get_by_text("Being analysed")).to_be_hidden()

    toast.get_by_role("button", name="Show it").click()
    expect(page.get_by_text("Name the result first").first).to_be_visible()
    expect(toast).to_be_hidden()
    assert comes_true(page, f"{PLAYER_TIME} > 20")
    assert media.evaluate("media => media.playbackRate") == 1.5
    page.get_by_role("tab", name="Voice").click()
    expect(page.get_by_role("tabpanel", name="Voice")).to_be_visible()
    page.locator(".next-steps .evidence").first.click()
    assert comes_true(page, f"{PLAYER_TIME} < 6 && {PLAYER_TIME} >= 3.6")


def test_a_newer_analysis_that_failed_leaves_the_older_result(learner: Visitor, user: User) -> None:
    session = recorded(user)
    results.finished(session)
    newer = runs.start_run(session=session)
    page = learner.page()
    page.goto(address(newer))
    page.get_by_role("button", name="Stop the analysis").focus()
    fail(newer)
    expect(page.get_by_role("status").filter(has_text="ended without a result")).to_be_visible()
    expect(page.get_by_role("main").get_by_role("button", name="See why")).to_be_focused()
    page.get_by_role("main").get_by_role("button", name="See why").press("Enter")
    expect(page.get_by_text("A newer analysis failed")).to_be_visible()
    expect(page.get_by_text("Name the result first").first).to_be_visible()


def test_a_result_is_shown_once_its_scripts_are_there(
    learner: Visitor, running: AnalysisRun
) -> None:
    """A click on a page whose scripts are still to come is lost."""
    page, held = learner.page(), []
    page.route("**/workspace/main*.js", lambda route: held.append(route))
    page.goto(address(running))
    finish(running)
    while not held:
        page.wait_for_timeout(50)
    expect(page.locator("[data-workspace]")).to_have_count(0)
    held[0].continue_()
    expect(page.locator("[data-workspace]")).to_be_visible()
    assert page.locator("[data-workspace][data-bound]").count() == 1


def test_another_file_is_taken_where_the_failure_came_by_itself(
    learner: Visitor, running: AnalysisRun
) -> None:
    page = learner.page()
    page.route("**/sessions/uploads/**", lambda route: None)  # an upload that takes its time
    page.goto(address(running))
    fail(running)
    page.locator("#upload-file").set_input_files(SOUND)
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
