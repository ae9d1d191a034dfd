from __future__ import annotations

import pytest
from django.core.files.storage import default_storage
from django.db import OperationalError

from config import health


def test_it_works(client, db):
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {"status": "ok", "database": "ok", "broker": "ok", "storage": "ok"}


def test_alive_asks_nobody(client, django_assert_num_queries, db):
    with django_assert_num_queries(0):
        assert client.get("/healthz").json() == {"status": "ok"}


def test_it_names_the_part_that_failed(client, db, monkeypatch):
    def unreachable() -> None:
        raise OperationalError("connection refused")

    monkeypatch.setitem(health.CHECKS, "database", unreachable)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["database"] == "failed"
    assert response.json()["storage"] == "ok"
    assert b"refused" not in response.content  # the reason is for the log, not for the visitor


def test_a_storage_that_cannot_be_written_is_not_ready(client, db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "file"
    settings.MEDIA_ROOT.write_text("in the way of the folder")
    assert client.get("/readyz").json()["storage"] == "failed"


def test_readiness_leaves_nothing_behind(client, db):
    client.get("/readyz")
    assert default_storage.listdir("ready") == ([], [])


@pytest.mark.parametrize(
    ("headers", "address", "status"),
    [
        ({}, "127.0.0.1", 200),
        ({}, "203.0.113.9", 403),
        ({"X-Forwarded-For": "203.0.113.9"}, "127.0.0.1", 403),
    ],
)
def test_metrics_without_a_token_are_for_this_machine(client, headers, address, status):
    assert client.get("/metrics", headers=headers, REMOTE_ADDR=address).status_code == status


def test_metrics_want_the_token(client, settings):
    settings.METRICS_TOKEN = "figures"
    refused = client.get("/metrics", headers={"Authorization": "Bearer wrong"})
    assert refused.status_code == 403
    allowed = client.get("/metrics", headers={"Authorization": "Bearer figures"})
    assert allowed.status_code == 200
    assert b"django_http_requests_total" in allowed.content
