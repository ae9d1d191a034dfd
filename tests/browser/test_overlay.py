"""The measured points of the body over the player's picture, and the face that is hidden."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from coaching.accounts.models import User
from sessions.models import Session
from tests.browser.harness import Visitor, assert_accessible, comes_true
from tests.browser.studied import film_of, give_artifact, player_ready, studied
from tests.engines.test_body import person
from workers.engines.body.skeleton import skeleton

PAINTED = """(() => {
  const canvas = document.querySelector('[data-overlay]');
  if (canvas.hidden || !canvas.width) return 0;
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  let count = 0;
  for (let i = 3; i < data.length; i += 4) count += data[i] > 0;
  return count;
})()"""


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return film_of(20, tmp_path_factory.mktemp("film"))


@pytest.fixture
def session(user: User, film: Path) -> Session:
    found = studied(user, film=film)
    track = person(20.0)
    track.face[50:] = np.nan
    points = json.dumps(skeleton(track)).encode()
    give_artifact(found.runs.get(), "skeleton", points, "application/json")
    return found


@pytest.fixture
def page(learner: Visitor, session: Session) -> Page:
    page = learner.page()
    page.goto(session.get_absolute_url())
    player_ready(page)
    return page


def test_the_points_are_drawn_where_asked_and_go_again(page: Page):
    button = page.get_by_role("button", name="Body points")
    assert page.evaluate(PAINTED) == 0
    button.click()
    assert comes_true(page, f"{PAINTED} > 500")
    expect(button).to_have_attribute("aria-pressed", "true")
    button.click()
    assert comes_true(page, f"{PAINTED} === 0")


def test_they_follow_the_player(page: Page):
    page.get_by_role("button", name="Body points").click()
    assert comes_true(page, f"{PAINTED} > 500")
    page.evaluate("document.querySelector('[data-player]').currentTime = 19.9")
    assert comes_true(page, f"{PAINTED} > 500")


def test_the_face_is_hidden_where_asked(page: Page):
    page.get_by_role("button", name="Hide the face").click()
    assert comes_true(page, f"{PAINTED} > 500")
    assert_accessible(page)


def test_a_face_that_is_not_found_is_hidden_with_the_whole_picture(page: Page):
    page.get_by_role("button", name="Hide the face").click()
    assert comes_true(page, f"{PAINTED} > 500")
    least = page.evaluate(PAINTED)
    page.evaluate("document.querySelector('[data-player]').currentTime = 15")
    assert comes_true(page, f"{PAINTED} > 3 * {least}")


def test_points_that_do_not_come_are_said(page: Page):
    # an answer that is no JSON: a lost network would be an error of the console too
    page.route("**/media/**", lambda route: route.fulfill(body="<html>"))
    page.get_by_role("button", name="Body points").click()
    expect(page.get_by_text("could not be loaded")).to_be_visible()
    expect(page.get_by_role("button", name="Body points")).to_have_attribute(
        "aria-pressed", "false"
    )


def test_without_points_no_buttons_are_shown(learner: Visitor, user: User, film: Path):
    page = learner.page()
    page.goto(studied(user, film=film).get_absolute_url())
    player_ready(page)
    expect(page.get_by_role("button", name="Body points")).to_have_count(0)
