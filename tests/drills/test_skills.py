"""All skills, and a page for each: from one's own practices, of one kind of talk at a time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from coaching.accounts.models import User
from drills import services
from drills.change import around_drills, first_to_latest
from drills.lines import EDGE, HEIGHT, WIDTH, draw
from drills.marks import measure
from drills.models import Drill
from drills.skills import ABOUT, TRAINS, of_score
from tests.drills.advising import practised, slower
from tests.drills.test_attempts import begun, finished
from workers.engines.types import SKILLS

pytestmark = pytest.mark.django_db
NOW = timezone.now()
PACE = measure("fluency.words_per_minute")


@pytest.fixture(autouse=True)
def library(db) -> None:
    services.load_drills()


def page(client: Client, skill: str = "pace", **query: str) -> str:
    return client.get(reverse("drills:skill", args=[skill]), query).text


def days(*values: float) -> list[tuple]:
    return [(NOW + timedelta(days=place), value) for place, value in enumerate(values)]


def test_it_works(user: User, user_client: Client):
    for ago, rate in ((3, 210.0), (2, 190.0), (1, 150.0)):
        practised(user, slower(rate), days_ago=ago, rate=rate)
    finished(begun(user, "pace-metronome"), fluency={"words_per_minute": 131.0})
    shown = page(user_client)
    assert "150 words a minute: comfortable" in shown
    assert "oldest first: 210, 190, 150" in shown and "<table" in shown
    assert "From 210 words/min in the first of these practices to 150 words/min" in shown
    assert "now in the good range (120 to 195 words/min)" in shown
    assert "Too little to say yet: 0 practices since your first drill." in shown
    assert "Best: 131 words/min" in shown and "Passed" in shown
    assert "#t=1.00,3.50" in shown, "a moment plays in its session"
    overview = user_client.get(reverse("drills:skills")).text
    assert "150 words a minute: comfortable" in overview and "1 drill passed" in overview


def test_every_skill_is_told_of_and_counts_in_a_score():
    assert set(ABOUT) == set(Drill.Skill.values) >= set(TRAINS)
    assert all(measure(one.measure) for one in ABOUT.values())
    assert sorted(skill for score in SKILLS for skill in of_score(score)) == sorted(ABOUT)


@pytest.mark.parametrize("skill", Drill.Skill.values)
def test_every_page_is_there_before_the_first_practice(user_client: Client, skill: str):
    shown = page(user_client, skill)
    assert "Nothing to draw yet" in shown and "Start a practice" in shown
    assert "Not tried yet" in shown, "the drills work from today on"


def test_there_is_no_other_skill(user_client: Client):
    assert user_client.get("/skills/charm/").status_code == 404
    assert Client().get("/skills/").status_code == 302


def test_kinds_of_talk_are_never_mixed(user: User, user_client: Client):
    practised(user, days_ago=3, rate=210.0)
    practised(user, days_ago=2, rate=190.0)
    practised(user, days_ago=1, rate=120.0, kind="lecture")
    newest = page(user_client)
    assert "120 words a minute" in newest and "210" not in newest
    assert "Measured once in this kind of talk" in newest
    assert "oldest first: 210, 190" in page(user_client, scenario="interview")
    assert "120 words a minute" in page(user_client, scenario="'; drop table"), "left out"


@pytest.mark.parametrize(
    "fields", [{"is_listed": False}, {"is_drill": True}, {"is_sample": True}], ids=str
)
def test_only_full_listed_practices_make_a_line(user: User, user_client: Client, fields):
    practised(user, days_ago=1, **fields)
    assert "Nothing to draw yet" in page(user_client)


def test_anothers_practices_are_not_there(user: User, other_client: Client):
    practised(user, slower())
    assert "Nothing to draw yet" in page(other_client)


def test_a_score_under_other_curves_is_not_put_beside_todays(user: User, user_client: Client):
    from analysis.models import Score

    old = practised(user, days_ago=2)
    practised(user, days_ago=1)
    listed = user_client.get(reverse("drills:skills")).text
    assert "Over your latest 2 practices" in listed
    Score.objects.filter(run=old).update(version="0")
    assert "Over your latest" not in user_client.get(reverse("drills:skills")).text


def test_first_to_latest_says_where_it_went():
    aim = (140.0, 175.0)
    assert first_to_latest(PACE, [200.0], aim) is None
    there = first_to_latest(PACE, [200.0, 150.0], aim)
    assert there.better is True and "now in the good range" in there.sentence
    nearer = first_to_latest(PACE, [220.0, 190.0], aim)
    assert nearer.better is True and "nearer" in nearer.sentence
    away = first_to_latest(PACE, [150.0, 190.0], aim)
    assert away.better is False and "a drill is worth it" in away.sentence
    assert first_to_latest(PACE, [150.0, 190.0], None).better is None


def test_around_drills_is_silent_below_three_on_each_side_and_within_the_scatter():
    aim, drilled = (140.0, 175.0), NOW + timedelta(days=2.5)
    assert around_drills(PACE, days(200, 201, 202), None, aim) is None
    few = around_drills(PACE, days(200, 201, 202, 150, 151), drilled, aim)
    assert "Too little to say yet: 2 practices since" in few.sentence and few.better is None
    early = around_drills(PACE, days(200, 201, 202), NOW + timedelta(days=0.5), aim)
    assert "1 practice before your first drill" in early.sentence
    better = around_drills(PACE, days(200, 201, 202, 150, 151, 149), drilled, aim)
    assert better.better is True and better.sentence.startswith("201 words/min before")
    same = around_drills(PACE, days(150, 200, 170, 160, 190, 175), drilled, aim)
    assert same.better is None and same.sentence.startswith("About the same")


def test_the_line_stays_in_its_frame_and_marks_drills_between_practices():
    drawn = draw(
        days(200, 150, 180), [NOW + timedelta(days=1.5), NOW - timedelta(days=1)], (140, None)
    )
    assert all(EDGE <= one.x <= WIDTH - EDGE and 0 <= one.y <= HEIGHT for one in drawn.dots)
    assert drawn.dots[0].y < drawn.dots[1].y, "more is higher"
    (mark,) = drawn.drills
    assert drawn.dots[1].x < mark < drawn.dots[2].x
    top, height = drawn.band
    assert top == EDGE and height > 0, "open to the top"
    assert draw(days(200), [], None) is None


def test_the_pages_cost_the_same_however_many_practices_there_are(
    user: User, user_client: Client, django_assert_max_num_queries
):
    for ago in range(6):
        practised(user, slower(), days_ago=ago + 1)
    finished(begun(user, "pace-metronome"))
    for url, most in ((reverse("drills:skills"), 13), (reverse("drills:skill", args=["pace"]), 15)):
        with django_assert_max_num_queries(most):
            user_client.get(url)
