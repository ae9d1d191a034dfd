"""The drill library: what ships, how it is loaded, its pages."""

from __future__ import annotations

import re
from collections import Counter
from copy import copy
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from coaching.accounts.models import User
from drills.marks import beyond, mark_in_words, measure, points
from drills.melody import phrases_of
from drills.models import Drill
from drills.services import load_drills
from drills.services.library import SAID, shipped_drills
from drills.services.shipping import digest

ADVICE = Path(settings.BASE_DIR) / "workers/engines/data/advice-1.json"
LIST = reverse("drills:list")
ADMIN = reverse("admin:drills_drill_changelist")
ONE = """
[slow-river]
skill = "pace"
title = "Slow river"
level = 1
kind = "talk"
goal = "Flow."
steps = ["Speak."]
example = "So."
metric = "fluency.words_per_minute"
low = 100
high = 120
falloff = 30
seconds = 40
"""


@pytest.fixture(scope="module")
def shipped() -> list[Drill]:
    return list(shipped_drills())


@pytest.fixture
def library(db) -> None:
    load_drills()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "pace.toml").write_text(ONE)
    return tmp_path


@pytest.fixture
def admin(user_client: Client, user: User) -> Client:
    User.objects.filter(pk=user.pk).update(is_staff=True, is_superuser=True)
    return user_client


@pytest.mark.django_db
def test_it_works(user_client: Client, library: None):
    shown = user_client.get(LIST).text
    assert "Keep the beat" in shown and "82 drills" in shown
    page = user_client.get(reverse("drills:drill", args=["pace-metronome"])).text
    assert "Speaking rate: 120 to 150 words/min" in page and "Think of a good walk." in page


def test_each_skill_has_drills_of_every_level_or_nearly(shipped: list[Drill]):
    skills = Counter(drill.skill for drill in shipped)
    assert len(shipped) >= 60 and set(skills) == set(Drill.Skill)
    for skill in Drill.Skill:
        levels = {drill.level for drill in shipped if drill.skill == skill}
        assert 1 in levels and max(levels) >= 2, skill
    assert {drill.kind for drill in shipped} == set(Drill.Kind)
    assert len({drill.slug for drill in shipped}) == len({drill.title for drill in shipped})


@pytest.mark.django_db
def test_what_ships_is_whole_and_can_be_measured(shipped: list[Drill]):
    for drill in shipped:
        drill.full_clean(validate_unique=False)
        assert len(drill.steps) >= 2 and (drill.prompt or drill.text), drill.slug
        missed = [drill.low is not None, drill.high is not None]
        assert [bool(drill.too_low), bool(drill.too_high)] == missed, drill.slug
        assert re.fullmatch(r"\S.*: .+", mark_in_words(drill.metric, drill.low, drill.high))


def test_a_text_fits_the_time_there_is(shipped: list[Drill]):
    for drill in shipped:
        if drill.is_read_aloud and not drill.melody:
            rate = 60 * len(re.findall(r"\w+", drill.text)) / drill.seconds
            assert 80 <= rate <= 170, (drill.slug, rate)


def test_each_level_has_melodies_that_fit_their_time(shipped: list[Drill]):
    melodies = [drill for drill in shipped if drill.melody]
    assert len(melodies) >= 6 and {drill.level for drill in melodies} == {1, 2, 3}
    for drill in melodies:
        spoken = [phrase.length_s for phrase in phrases_of(drill.melody)]
        assert 0.4 * drill.seconds <= sum(spoken) <= drill.seconds - len(spoken), drill.slug


@pytest.mark.django_db
def test_a_melody_and_its_measure_go_together(shipped: list[Drill]):
    drill = copy(next(one for one in shipped if one.melody))
    drill.metric = "fluency.words_per_minute"
    with pytest.raises(ValidationError, match="go together"):
        drill.full_clean()
    drill.metric, drill.melody = "drill.melody_match", ["one/0.5/2"]
    with pytest.raises(ValidationError, match="moves by less"):
        drill.full_clean()


def test_a_field_of_later_leaves_old_rows_as_they_were_loaded(shipped: list[Drill]):
    plain = next(one for one in shipped if not one.melody)
    assert digest(plain, SAID) == digest(plain, SAID[:-1])


def test_every_drill_that_an_advice_names_ships(shipped: list[Drill]):
    named = set(re.findall(r'"drill": "([^"]+)"', ADVICE.read_text()))
    assert named and named <= {drill.slug for drill in shipped}


@pytest.mark.django_db
def test_loading_again_changes_nothing(library: None):
    done = load_drills()
    assert (done.added, done.changed, done.retired, done.kept) == (0, 0, 0, 0)
    call_command("load_drills", verbosity=0)


@pytest.mark.django_db
def test_an_update_changes_what_nobody_changed_and_counts_its_version(folder: Path):
    load_drills(folder)
    (folder / "pace.toml").write_text(ONE.replace("Slow river", "Slower river"))
    assert load_drills(folder).changed == 1
    drill = Drill.objects.get()
    assert (drill.title, drill.version) == ("Slower river", 2)
    (folder / "pace.toml").write_text("")
    assert load_drills(folder).retired == 1 and not Drill.objects.get().is_active


@pytest.mark.django_db
def test_a_drill_of_an_operator_is_not_taken_over_by_one_that_ships(folder: Path):
    own = next(shipped_drills(folder))
    own.title, own.shipped = "Our river", ""
    own.save()
    assert load_drills(folder).kept == 1
    assert Drill.objects.get().title == "Our river"


@pytest.mark.django_db
def test_what_an_operator_changed_survives_the_next_update(admin: Client, library: None):
    drill = Drill.objects.get(slug="pace-metronome")
    url = reverse("admin:drills_drill_change", args=[drill.pk])
    form = admin.get(url).context["adminform"].form
    given = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    assert admin.post(url, given).status_code == 302
    drill.refresh_from_db()
    assert drill.version == 1 and load_drills().kept == 0, "saved unchanged is no change"
    assert admin.post(url, {**given, "high": "160", "steps": "Walk.\n\nTalk."}).status_code == 302
    load_drills()
    drill.refresh_from_db()
    assert (drill.high, drill.steps, drill.version) == (160, ["Walk.", "Talk."], 2)
    refused = admin.post(url, {**given, "low": "200"})
    assert "below the other end" in refused.text


def brought(admin: Client, text: str):
    file = SimpleUploadedFile("drills.toml", text.encode())
    return admin.post(reverse("admin:drills_drill_import"), {"file": file})


@pytest.mark.django_db
def test_an_operator_brings_a_file_whole_or_not_at_all(admin: Client):
    assert brought(admin, ONE).status_code == 302
    assert Drill.objects.get().high == 120
    assert brought(admin, ONE.replace("120", "125")).status_code == 302
    drill = Drill.objects.get()
    assert (drill.high, drill.version) == (125, 2)
    second = ONE.replace("slow-river", "other")
    for bad, why in (
        ("no toml", "no TOML"), ("# none", "no drill"), ("a = 1", "not understood"),
        (ONE + second.replace("fluency.words", "fluency.cats"), "no such measure"),
        (ONE + second.replace("low = 100", 'low = "x"'), "wrong kind"),
        (ONE + second.replace("level = 1", "level = 9"), "other"),
        (ONE + second + "rhythm = 3", "rhythm"),
    ):  # fmt: skip
        answer = brought(admin, bad)
        assert answer.status_code == 422 and why in answer.text
        assert Drill.objects.count() == 1
    assert "Slow river" in admin.get(ADMIN, {"q": "river"}).text


@pytest.mark.django_db
def test_only_operators_bring_files(user_client: Client):
    assert brought(user_client, ONE)["location"].startswith("/admin/login/")


@pytest.mark.django_db
def test_the_filters_work_by_address_alone(user_client: Client, library: None):
    shown = user_client.get(LIST, {"skill": "posture", "level": "1"}).text
    assert "Off the wall" in shown and "Quiet feet" not in shown and "Keep the beat" not in shown
    assert 'value="posture" selected' in shown
    assert "No drill fits" in user_client.get(LIST, {"skill": "pace", "kind": "star"}).text
    assert "82 drills" in user_client.get(LIST, {"skill": "juggling"}).text


@pytest.mark.django_db
def test_a_search_finds_drills_by_their_words(user_client: Client, library: None):
    shown = user_client.get(LIST, {"q": "  beat NERVES "}).text
    assert "Keep the beat" in shown and "1 drill" in shown and " open>" in shown
    assert "No drill fits" in user_client.get(LIST, {"q": "' OR 1=1 --"}).text
    assert "82 drills" in user_client.get(LIST, {"q": "x" * 500}).text, "too long is left out"


@pytest.mark.django_db
def test_skills_are_folded_until_one_is_looked_for(user_client: Client, library: None):
    assert " open>" not in user_client.get(LIST).text
    assert user_client.get(LIST, {"skill": "pace"}).text.count(" open>") == 1
    page = user_client.get(reverse("drills:drill", args=["pace-metronome"])).text
    assert f'href="{LIST}#skill-pace"' in page, "and back to where one was"


@pytest.mark.django_db
def test_the_list_costs_the_same_however_long_it_is(
    user_client: Client, library: None, django_assert_max_num_queries
):
    for asked in ({}, {"skill": "pace"}):
        with django_assert_max_num_queries(17):
            user_client.get(LIST, asked)


@pytest.mark.django_db
def test_a_drill_that_is_retired_is_there_for_nobody(user_client: Client, library: None):
    Drill.objects.filter(slug="pace-metronome").update(is_active=False)
    assert user_client.get(reverse("drills:drill", args=["pace-metronome"])).status_code == 404
    assert "Keep the beat" not in user_client.get(LIST).text


@pytest.mark.django_db
def test_it_asks_who_you_are(client: Client):
    assert client.get(LIST)["location"].startswith(reverse("account_login"))


def test_points_fall_from_the_mark_on_both_sides():
    assert points(130, 120, 150, 40) == points(120, 120, 150, 40) == 100
    assert points(110, 120, 150, 40) == points(160, 120, 150, 40) == 75
    assert points(20, 120, 150, 40) == 0
    assert points(0.5, None, 0.0, 2) == 75 and beyond(0.5, None, 0.0) == 0.5
    assert points(-3, -2, None, 4) == 75 and beyond(-3, -2, None) == -1


def test_a_mark_is_said_in_words_and_units():
    assert mark_in_words("fluency.fillers.per_minute", None, 2) == (
        "Fillers a minute: up to 2.0 per minute"
    )
    assert mark_in_words("body.hand_to_face.count", None, 0) == "Hand to face: none"
    assert mark_in_words("content.close.value", 0.6, None) == "Close: 60 % or more"
    assert measure("fluency.nothing") is None


@pytest.mark.django_db
def test_the_database_takes_no_drill_without_a_mark(library: None):
    with pytest.raises(IntegrityError), transaction.atomic():
        Drill.objects.filter(slug="pace-metronome").update(low=None, high=None)
