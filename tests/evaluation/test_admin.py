"""The admin shows how right the measurements are, and were."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from workers.evaluations import HEIGHT, WIDTH, keep_run, marks
from workers.training import registry
from workers.training.evaluation import history
from workers.training.evaluation.history import Kept
from workers.training.evaluation.types import Figure, Outcome, Part, Report
from workers.training.trainers import Made

pytestmark = pytest.mark.django_db
RUNS, FIGURES = "admin:workers_evaluationrun_changelist", "admin:workers_evaluationrun_figures"


@pytest.fixture(autouse=True)
def kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(history, "FOLDER", tmp_path)


@pytest.fixture
def admin(db: Any) -> Client:
    client = Client()
    operator = get_user_model().objects.create_superuser("operator@example.org", "a long phrase")
    client.force_login(operator, backend="django.contrib.auth.backends.ModelBackend")
    return client


def keep(day: int, value: float | None, part: Part = "heldout", name: str = "f1") -> None:
    figure = Figure(name, value, target=0.95, n=12, note="a note" if value is None else "")
    history.append(Kept("fillers", f"2026-11-{day:02d}T10:00:00+00:00", f"c{day}", part, "e",
                        [figure]))  # fmt: skip


def test_it_works(admin: Client):
    keep(1, 0.91)
    keep(2, 0.94)
    page = admin.get(reverse(FIGURES)).content.decode()
    assert "fillers · held out" in page
    assert "≥ 0.950" in page
    assert "2 kept runs, from 0.910 to 0.940" in page
    assert page.count("<circle") == 2
    assert "c1" in page
    assert 'style="' not in page


def test_the_held_out_part_stands_first(admin: Client):
    keep(1, 0.91, "dev")
    keep(2, 0.94)
    page = admin.get(reverse(FIGURES)).content.decode()
    assert page.index("held out</h2>") < page.index("development</h2>")


def test_a_figure_that_could_not_be_had_says_why(admin: Client):
    keep(1, None)
    page = admin.get(reverse(FIGURES)).content.decode()
    assert "a note" in page
    assert 'class="trend"' not in page


def test_a_figure_that_is_no_longer_measured_is_left_out(admin: Client):
    keep(1, 0.91, name="fillers.old")
    keep(2, 0.94, name="fillers.new")
    page = admin.get(reverse(FIGURES)).content.decode()
    assert "fillers.new" in page
    assert "fillers.old" not in page


def test_without_history_it_says_so(admin: Client):
    assert "No run is kept yet." in admin.get(reverse(FIGURES)).content.decode()


def test_a_run_of_this_installation_shows_its_figures(admin: Client):
    report = Report("fillers", "dev", "rules 1", [Figure("f1", 0.9, target=0.95, n=20),
        Figure("recall", 0.97, target=0.95)], [Outcome("secret case", "a", "b", "x")])  # fmt: skip
    run = keep_run(report=report, commit="abc1234")
    assert "1 / 2" in admin.get(reverse(RUNS)).content.decode()
    page = admin.get(reverse("admin:workers_evaluationrun_change", args=[run.pk])).content.decode()
    assert all(shown in page for shown in ("abc1234", "≥ 0.950", "0.900", "0.970"))
    assert "secret case" not in page


def test_it_is_closed_to_others(user_client: Client):
    assert user_client.get(reverse(FIGURES)).status_code == 302
    assert user_client.get(reverse(RUNS)).status_code == 302


def test_runs_cannot_be_typed_in(admin: Client):
    assert admin.get(reverse("admin:workers_evaluationrun_add")).status_code == 403


def test_a_trend_stays_inside_its_drawing():
    found = marks([0.2, None, 0.9, 0.5])
    assert len(found) == 3
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in found)
    assert found[1][1] < found[2][1] < found[0][1], "higher values stand higher"
    assert marks([None]) == []


def test_trained_models_are_shown_with_what_is_wrong(admin: Client, settings: Any, tmp_path: Path):
    settings.MODELS_DIR = tmp_path / "models"
    page = reverse("admin:workers_evaluationrun_models")
    assert "ships with the code" in admin.get(page).content.decode()
    registry.add(settings.MODELS_DIR, "posture", Made(b"weights", {"seed": 3}), form=1, commit="c1")
    assert "candidate" in admin.get(page).content.decode()
    (settings.MODELS_DIR / "trained" / "posture" / "posture-2.weights").write_bytes(b"wei")
    shown = admin.get(page).content.decode()
    assert "seed 3, commit c1" in shown
    assert "file truncated or changed" in shown
    assert page in admin.get(reverse(RUNS)).content.decode()


@pytest.mark.parametrize("name", ["figures", "models"])
def test_staff_without_the_right_see_no_figures(user_client: Client, user: Any, name: str):
    type(user).objects.filter(pk=user.pk).update(is_staff=True)
    answer = user_client.get(reverse(f"admin:workers_evaluationrun_{name}"))
    assert answer.status_code == 403
