"""Analyses over REST, as an integrator sees them."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone
from jsonschema import Draft202012Validator
from rest_framework.test import APIClient
from rest_framework.throttling import ScopedRateThrottle

from analysis import document
from analysis.given import MAX_BYTES, MAX_WORDS
from analysis.models import AnalysisRun
from analysis.services.runs import start_run
from sessions.models import Session
from sessions.services import grant_access
from tests.analysis import results
from tests.tokens import header_of

pytestmark = pytest.mark.django_db
V1 = "/api/v1"


def client(user: Any) -> APIClient:
    http = APIClient()
    http.credentials(HTTP_AUTHORIZATION=header_of(user))
    return http


@pytest.fixture
def api(user: Any) -> APIClient:
    return client(user)


def of(session: Session, what: str) -> str:
    return f"{V1}/sessions/{session.pk}/{what}/"


def test_it_works(api: APIClient, run: AnalysisRun) -> None:
    found = api.get(of(run.session, "analysis")).json()
    assert list(Draft202012Validator(document.schema()).iter_errors(found)) == []
    assert found["session"]["run"]["id"] == str(run.pk)
    assert api.get(f"{V1}/runs/{run.pk}/analysis/").json() == found
    listed = api.get(f"{V1}/runs/").json()["results"]
    assert [one["id"] for one in listed] == [str(run.pk)]
    assert listed[0]["transcript_version"] == 1


def test_stages_come_in_their_order_whichever_was_written_last(
    api: APIClient, run: AnalysisRun
) -> None:
    # an indexed column, so that the database has the row last from now on
    run.stages.filter(name="probe").update(finished_at=timezone.now())
    (listed,) = api.get(f"{V1}/runs/").json()["results"]
    assert [stage["name"] for stage in listed["stages"]] == [
        stage["name"] for stage in document.build(run)["stages"]
    ]


def addresses(run: AnalysisRun) -> list[tuple[str, str]]:
    session = run.session
    return [
        ("get", of(session, "analysis")), ("get", of(session, "transcript")),
        ("put", of(session, "transcript")), ("get", of(session, "runs")),
        ("post", of(session, "runs")), ("get", f"{V1}/runs/{run.pk}/"),
        ("get", f"{V1}/runs/{run.pk}/analysis/"), ("post", f"{V1}/runs/{run.pk}/cancel/"),
        ("post", f"{V1}/runs/{run.pk}/retry/"),
    ]  # fmt: skip


@pytest.mark.parametrize("number", range(9))
def test_it_checks_object_ownership(other_user: Any, run: AnalysisRun, number: int) -> None:
    method, address = addresses(run)[number]
    answer = getattr(client(other_user), method)(address, {"text": "Words."}, format="json")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "not_found"
    assert getattr(APIClient(), method)(address).status_code == 401
    assert run.session.runs.count() == 1


def test_a_grant_reads_and_changes_nothing(other_user: Any, run: AnalysisRun) -> None:
    session = run.session
    grant_access(
        owner=session.owner, scope="metrics", reason="Study", session=session, to_user=other_user
    )
    http = client(other_user)
    text = json.dumps(http.get(of(session, "analysis")).json())
    assert "shipped" not in text
    assert http.get(of(session, "transcript")).status_code == 404, "only figures are shared"
    for method, address in addresses(run):
        if method != "get":
            answer = getattr(http, method)(address, {"text": "Words."}, format="json")
            assert answer.status_code == 404
    assert session.runs.count() == 1


def test_reading_somebody_elses_analyses_leaves_a_trace(
    other_user: Any, run: AnalysisRun, django_assert_max_num_queries: Any
) -> None:
    owner = run.session.owner
    for _ in range(5):
        results.finished(results.make_session(owner))
    grant = grant_access(owner=owner, scope="metrics", reason="Study", to_user=other_user)
    http = client(other_user)
    with django_assert_max_num_queries(8):
        assert http.get(f"{V1}/runs/").json()["count"] == 6
    assert {use.session for use in grant.uses.all()} == set(owner.practice_sessions.all())
    for address in (f"{V1}/runs/{run.pk}/", of(run.session, "runs"), of(run.session, "analysis")):
        assert http.get(address).status_code == 200
    assert set(grant.uses.filter(session=run.session).values_list("what", flat=True)) == {
        "listed the analyses", "read an analysis", "opened", "read the result",
    }  # fmt: skip
    seen = grant.uses.count()
    assert http.post(f"{V1}/runs/{run.pk}/cancel/").status_code == 404
    assert grant.uses.count() == seen, "what is refused is no use"


def test_somebody_elses_figures_are_no_trend_of_ones_own(other_user: Any, run: AnalysisRun) -> None:
    grant_access(owner=run.session.owner, scope="metrics", reason="Study", to_user=other_user)
    answer = client(other_user).get(f"{V1}/metrics/?path=fluency.words_per_minute")
    assert (answer.status_code, answer.json()["known"]) == (404, [])


def test_it_starts_stops_and_retries(api: APIClient, session: Session) -> None:
    assert api.get(of(session, "analysis")).json()["detail"] == "There is no result yet."
    settings = {"language": "en", "transcriber": "pocketsphinx"}
    made = api.post(of(session, "runs"), settings, format="json")
    assert made.status_code == 202
    run = AnalysisRun.objects.get(pk=made.json()["id"])
    assert run.settings["engines"]["transcriber"] == "pocketsphinx"
    assert run.settings["scenario"] == session.kind
    assert api.post(f"{V1}/runs/{run.pk}/cancel/").json()["state"] == "cancelled"
    assert api.post(f"{V1}/runs/{run.pk}/retry/").json()["state"] == "queued"


def test_it_starts_again_so_often_a_day(api: APIClient, run: AnalysisRun, settings: Any) -> None:
    settings.REANALYSES_PER_DAY = 1
    assert api.post(of(run.session, "runs"), {}, format="json").status_code == 202
    newest = run.session.runs.latest("created")
    assert api.post(f"{V1}/runs/{newest.pk}/cancel/").status_code == 200
    for address in (of(run.session, "runs"), f"{V1}/runs/{newest.pk}/retry/"):
        answer = api.post(address, {}, format="json")
        assert (answer.status_code, answer.json()["code"]) == (429, "too_many_analyses")
    assert run.session.runs.count() == 2


def test_a_session_without_a_recording_says_so(api: APIClient, user: Any) -> None:
    answer = api.post(of(results.make_session(user), "runs"), {}, format="json")
    assert answer.status_code == 409
    assert answer.json()["code"] == "nothing_to_analyse"
    assert "no recording yet" in answer.json()["detail"]


def test_a_wrong_setting_is_named(api: APIClient, session: Session) -> None:
    answer = api.post(of(session, "runs"), {"scenario": "opera"}, format="json")
    problem = answer.json()
    assert (answer.status_code, problem["title"]) == (400, "Bad Request")
    assert "opera" in problem["errors"]["scenario"][0]
    assert "opera" in problem["detail"]


def test_a_transcript_is_read_given_and_corrected(api: APIClient, run: AnalysisRun) -> None:
    address = of(run.session, "transcript")
    found = api.get(address).json()
    assert (found["version"], found["words"][3]["text"]) == (1, "led")
    corrected = api.put(
        address, {"base_version": 1, "text": found["text"].replace("led", "ran")}, format="json"
    )
    assert corrected.status_code == 202
    assert corrected.json()["kind"] == "edited"
    late = api.put(address, {"base_version": 1, "words": [{"text": "Nobody"}]}, format="json")
    assert late.status_code == 409
    assert late.json()["latest_version"] == 2
    assert late.json()["changes"]
    given = api.put(
        address, {"filename": "a.vtt", "text": "WEBVTT\n\n00:01.000 --> 00:02.000\nHello."},
        format="json",
    )  # fmt: skip
    assert (given.status_code, given.json()["version"]) == (202, 3)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 400, "invalid"),
        ({"words": [{"text": "a"}]}, 400, "invalid"),
        ({"text": "x", "filename": "a.exe"}, 422, "unknown_format"),
        ({"text": "…"}, 422, "no_words"),
        ({"text": "So, um, I led the move. We shipped in May.", "base_version": 1}, 422,
         "unchanged"),
    ],
)  # fmt: skip
def test_a_transcript_it_cannot_take_is_refused(
    api: APIClient, run: AnalysisRun, body: dict[str, Any], status: int, code: str
) -> None:
    answer = api.put(of(run.session, "transcript"), body, format="json")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["detail"]
    assert run.session.runs.count() == 1


def test_the_longest_transcript_arrives(api: APIClient, run: AnalysisRun) -> None:
    """In a script whose letters JSON may escape to six bytes."""
    text = ("слово" * 30 + " ") * 6_500
    body = json.dumps({"text": text}).encode()
    assert len(text.encode()) < MAX_BYTES and len(body) > 5 * 1024**2
    answer = api.put(of(run.session, "transcript"), body, content_type="application/json")
    assert answer.status_code == 202


def test_a_metric_over_time(api: APIClient, run: AnalysisRun, other_user: Any) -> None:
    results.finished(results.make_session(other_user))
    address = f"{V1}/metrics/?path=fluency.words_per_minute"
    (point,) = api.get(address).json()["points"]
    assert (point["session"], point["value"]) == (str(run.session_id), 131.0)
    unknown = api.get(f"{V1}/metrics/?path=fluency.nothing")
    assert unknown.status_code == 404
    assert "fluency.words_per_minute" in unknown.json()["known"]


def test_lists_ask_a_constant_number_of_times(
    api: APIClient, run: AnalysisRun, django_assert_max_num_queries: Any
) -> None:
    for _ in range(5):
        results.finished(results.make_session(run.session.owner))
    with django_assert_max_num_queries(6):
        assert len(api.get(f"{V1}/runs/").json()["results"]) == 6


def test_a_run_in_progress_has_a_document(api: APIClient, session: Session) -> None:
    run = start_run(session=session)
    found = api.get(f"{V1}/runs/{run.pk}/analysis/").json()
    assert {entry["code"] for entry in found["withheld"]} == {"not_finished", "coach_off"}


def test_the_openapi_document_is_valid_and_complete() -> None:
    out = io.StringIO()
    call_command("spectacular", validate=True, fail_on_warn=True, format="openapi-json", stdout=out)
    described = json.loads(out.getvalue())["paths"]
    for address in ("sessions/{session_id}/analysis/", "sessions/{session_id}/transcript/",
                    "runs/{id}/", "metrics/", "sessions/", "uploads/"):  # fmt: skip
        assert f"{V1}/{address}" in described
    assert "default" in described[f"{V1}/metrics/"]["get"]["responses"]


def test_the_openapi_document_is_for_everybody_and_tells_of_nobody(settings: Any) -> None:
    found = APIClient().get("/api/schema/", headers={"Accept": "application/vnd.oai.openapi+json"})
    assert found.status_code == 200
    text, told = found.content.decode(), found.json()
    assert {address.split("/")[1:3] == ["api", "v1"] for address in told["paths"]} == {True}
    assert "tokenAuth" in told["components"]["securitySchemes"]
    for secret in (settings.SECRET_KEY, settings.SITE_URL, str(settings.VAR_DIR), "digest"):
        assert secret not in text


def test_nobody_keeps_the_server_busy_with_the_openapi_document(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ScopedRateThrottle, "THROTTLE_RATES", {"schema": "1/min"})
    asked = [
        APIClient().get("/api/schema/", headers={"X-Forwarded-For": f"10.0.0.{number}"}).status_code
        for number in range(2)
    ]
    assert asked == [200, 429], "an address that anybody can make up counts for nothing"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b'{"text": "' + b"a" * 8 * 1024**2 + b'"}', 413, "too_large"),
        (b"[" * 100_000, 400, "parse_error"),
    ],
)
def test_a_body_that_would_break_the_server_is_refused(
    api: APIClient, session: Session, body: bytes, status: int, code: str
) -> None:
    answer = api.put(of(session, "transcript"), body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_correction_is_held_to_the_size_of_a_transcript(api: APIClient, run: AnalysisRun) -> None:
    """Comparing two texts takes time that grows faster than they do."""
    words = [{"text": "so"}] * (MAX_WORDS + 1)
    given = {"base_version": 1, "words": words}
    answer = api.put(of(run.session, "transcript"), given, format="json")
    assert (answer.status_code, answer.json()["code"]) == (422, "too_large")
