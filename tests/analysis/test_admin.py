"""The operator's view: every list opens, nobody's words are in it, and what failed can go on."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from analysis.models import (
    AnalysisRun,
    Artifact,
    Clip,
    CoachCall,
    CoachConsent,
    CoachExchange,
    StageRun,
)
from analysis.services.runs import start_run
from sessions.models import Session

pytestmark = pytest.mark.django_db
MODELS = sorted(model._meta.model_name for model in apps.get_app_config("analysis").get_models())


@pytest.fixture
def admin(db: Any) -> Client:
    client = Client()
    operator = get_user_model().objects.create_superuser("operator@example.org", "a long phrase")
    client.force_login(operator, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.parametrize("model", MODELS)
def test_it_works(admin: Client, run: AnalysisRun, model: str) -> None:
    listed = admin.get(reverse(f"admin:analysis_{model}_changelist"), {"q": str(run.pk)})
    assert listed.status_code == 200
    assert admin.get(reverse(f"admin:analysis_{model}_add")).status_code == 403


@pytest.mark.parametrize("model", MODELS)
def test_it_shows_nobodys_words(admin: Client, run: AnalysisRun, model: str) -> None:
    run.settings = {"transcript": {"text": "We shipped in May."}}
    run.save()
    run.stages.filter(name="transcribe").update(state="failed")
    Artifact.objects.create(run=run, stage="probe", kind="audio", key="u/x", size_bytes=1)
    asked(run)
    Clip.objects.create(
        session=run.session, title="A close", start=0, end=2, digest="d",
        words=[{"text": "shipped"}], result={"vtt": "We shipped in May."},
    )  # fmt: skip
    rows = apps.get_model("analysis", model).objects
    found = rows.filter(name="transcribe").first() if "stage" in model else rows.first()
    if model == "deadletter":
        found = rows.get(state="failed")
    assert found is not None
    page = admin.get(reverse(f"admin:analysis_{model}_change", args=[found.pk]))
    assert page.status_code == 200
    assert "shipped" not in page.content.decode()


def asked(run: AnalysisRun) -> CoachCall:
    """A call of the language model about `run`, with what was said in it."""
    owner = run.session.owner
    call = CoachCall.objects.create(owner=owner, session=run.session, tokens_in=900, cost="0.25")
    CoachExchange.objects.create(call=call, session=run.session, data="We shipped in May.")
    CoachConsent.objects.create(user=owner, recipient="localhost", mode="ask")
    return call


def test_the_language_models_cost_is_summed_by_month(admin: Client, run: AnalysisRun) -> None:
    call = asked(run)
    for started, cost in (("2026-01-31 23:59Z", "2.5"), ("2026-02-01 00:00Z", "0.125")):
        call.pk, call.cost, call.started = uuid4(), cost, started
        call.save(force_insert=True)
    page = admin.get(reverse("admin:analysis_coachcall_changelist")).content.decode()
    assert re.search(r"January 2026</th><td>1</td><td>900</td><td>0</td><td>2.500000", page)
    assert re.search(r"February 2026</th><td>1</td><td>900</td><td>0</td><td>0.125000", page)


def test_it_is_closed_to_others(user_client: Client, run: AnalysisRun) -> None:
    address = reverse("admin:analysis_analysisrun_changelist")
    assert user_client.get(address).status_code == 302


def dead(session: Session) -> StageRun:
    run = start_run(session=session)
    run.stages.filter(name="probe").update(state="failed", error_code="disk_full", failures=3)
    run.stages.exclude(name="probe").update(state="skipped", error_code="not_reached")
    AnalysisRun.objects.filter(pk=run.pk).update(state="failed")
    return run.stages.get(name="probe")


def test_a_dead_letter_can_be_retried(admin: Client, session: Session) -> None:
    stage = dead(session)
    address = reverse("admin:analysis_deadletter_changelist")
    assert "disk_full" in admin.get(address).content.decode()
    said = admin.post(address, {"action": "retry", "_selected_action": [stage.pk]}, follow=True)
    assert "1 run goes on." in said.content.decode()
    stage.refresh_from_db()
    assert (stage.state, stage.failures) == ("ready", 0)
    assert "disk_full" not in admin.get(address).content.decode()


def test_a_deleted_session_is_not_worked_on_again(admin: Client, session: Session) -> None:
    stage = dead(session)
    StageRun.objects.filter(run=stage.run, name="probe").update(state="done")
    StageRun.objects.filter(run=stage.run, name="body").update(state="failed", error_code="x")
    AnalysisRun.objects.filter(pk=stage.run_id).update(state="partial")
    Session.objects.filter(pk=session.pk).update(deleted_at="2026-01-01 00:00Z")
    address = reverse("admin:analysis_analysisrun_changelist")
    said = admin.post(
        address, {"action": "try_again", "_selected_action": [stage.run_id]}, follow=True
    )
    assert "was deleted" in said.content.decode()


def test_runs_can_be_stopped(admin: Client, session: Session) -> None:
    run = start_run(session=session)
    address = reverse("admin:analysis_analysisrun_changelist")
    admin.post(address, {"action": "stop", "_selected_action": [run.pk]})
    run.refresh_from_db()
    assert run.state == "cancelled"
