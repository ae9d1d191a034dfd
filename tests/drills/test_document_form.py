"""The job description as a file, on the page."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from drills import services
from drills.models import JobDocument, Preparation
from drills.services import documents
from tests.drills.test_preparation import given

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bank")]
NEW = reverse("prepare:new")
PDF = b"%PDF-1.7 as far as the page can tell"


@pytest.fixture(autouse=True)
def _no_meaning(settings, tmp_path: Path) -> None:
    settings.MODELS_DIR = tmp_path


def send(client: Client, name: str = "job.pdf", data: bytes = PDF, url: str = NEW, **said: str):
    return client.post(url, {**given(**said), "document": SimpleUploadedFile(name, data)})


def test_it_works(user_client: Client):
    page = send(user_client)["location"]
    made = Preparation.objects.get()
    assert not made.questions.exists(), "they are chosen once it is read"
    assert 'hx-trigger="every 2s"' in user_client.get(page).text
    claim = documents.leases.claim(worker="w")
    documents.finish(preparation_id=made.pk, attempt=claim.attempt, text="Night <b>shifts</b>.")
    told = user_client.get(page).text
    assert "was read" in told and "every 2s" not in told and "<b>shifts" not in told
    user_client.post(reverse("prepare:change", args=[made.pk]), {"act": "renew"})
    assert made.questions.count() == 8 and not JobDocument.objects.exists()


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("job.txt", b"text", "Only .pdf and .docx"),
        ("job", b"text", "Only .pdf and .docx"),
        ("job.pdf", b"", "empty"),
        ("job.pdf", b"PK\x03\x04", "no .pdf file"),
        ("job.docx", PDF, "no .docx file"),
        ("job.pdf", PDF + b"x" * (5 * 1024 * 1024), "larger than"),
    ],
)
def test_a_file_that_cannot_be_one_is_refused_and_nothing_is_lost(
    user_client: Client, name: str, data: bytes, said: str
):
    answer = send(user_client, name, data, company="Kept Ltd", job_description="Pasted too")
    assert answer.status_code == 422 and said in answer.text
    assert "Kept Ltd" in answer.text and "Pasted too" in answer.text
    assert not Preparation.objects.exists()


def test_one_that_could_not_be_read_can_be_pasted_instead(user_client: Client):
    page = send(user_client)["location"]
    made = Preparation.objects.get()
    JobDocument.objects.update(state="failed", error_message="This file is damaged.")
    assert "This file is damaged." in user_client.get(page).text
    edit = reverse("prepare:edit", args=[made.pk])
    send(user_client, "job.docx", b"PK\x03\x04", url=edit)
    assert JobDocument.objects.get().state == "waiting", "another file is another try"


def test_sending_twice_makes_one(user_client: Client):
    token = given()["token"]
    for _ in range(2):
        send(user_client, token=token)
    assert Preparation.objects.count() == JobDocument.objects.count() == 1


def test_a_deleted_one_is_not_read(user_client: Client):
    send(user_client)
    services.delete_preparation(preparation=Preparation.objects.get())
    assert documents.leases.claim(worker="w") is None


def read(made: Preparation, text: str) -> None:
    claim = documents.leases.claim(worker="w")
    assert claim is not None
    documents.finish(preparation_id=made.pk, attempt=claim.attempt, text=text)


def test_an_edit_page_from_before_it_was_read_keeps_what_was_read(user_client: Client):
    send(user_client, job_description="Nights.")
    made = Preparation.objects.get()
    page = reverse("prepare:edit", args=[made.pk])
    assert 'name="initial-job_description"' in user_client.get(page).text
    read(made, "We need patience.")
    kept = {"job_description": "Nights.", "initial-job_description": "Nights."}
    user_client.post(page, {**given(company="Ward 9"), **kept})
    made.refresh_from_db()
    assert (made.company, made.job_description) == ("Ward 9", "Nights.\n\nWe need patience.")


def test_the_same_file_twice_is_put_in_once(user_client: Client):
    send(user_client)
    made = Preparation.objects.get()
    for _ in range(2):
        read(made, "We need patience.")
        send(user_client, url=reverse("prepare:edit", args=[made.pk]))
    made.refresh_from_db()
    assert made.job_description == "We need patience."
