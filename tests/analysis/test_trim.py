from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from analysis.document import build
from analysis.models import AnalysisRun
from analysis.services import reuse
from analysis.services.again import run_token
from analysis.services.inputs import inputs_of, settings_of
from analysis.services.runs import start_run
from analysis.services.transcripts import attach_text
from analysis.services.trimming import change_trim
from analysis.withholding import null_measurements
from sessions.models import Session
from sessions.services import checked_trim
from tests.analysis import results
from tests.analysis.test_api import client, of
from tests.analysis.test_document import check

pytestmark = pytest.mark.django_db


def at(session: Session) -> str:
    return reverse("analysis:trim", args=[session.pk])


def analysed(session: Session, **fields: Any) -> AnalysisRun:
    """A finished run under the settings the session has now."""
    return results.finished(session, settings=settings_of(session, None), **fields)


@pytest.fixture
def run(session: Session) -> AnalysisRun:
    session.recordings.update(checked_at=timezone.now())
    Session.objects.filter(pk=session.pk).update(duration_s=6.0)
    session.refresh_from_db()
    return analysed(session)


def digests(run: AnalysisRun) -> dict[str, str]:
    return {
        stage.name: reuse.digest(inputs_of(stage.pk), "engines 1")
        for stage in run.stages.exclude(name="coach")
    }


def test_it_works(user_client: Client, run: AnalysisRun) -> None:
    session = run.session
    answer = user_client.post(
        at(session), {"start": "0:01.5", "end": "5", "seen": run_token(run)}, follow=True
    )
    assert "Nothing was cut" in answer.content.decode()
    recording = session.recordings.get()
    assert (recording.trim_start, recording.trim_end) == (1.5, 5.0)
    new = session.runs.exclude(pk=run.pk).get()
    assert new.settings["trim"] == {"start": 1.5, "end": 5.0}
    run.refresh_from_db()
    assert run.is_current and "trim" not in build(run)["media"], "the older result keeps its own"


def test_what_the_trim_leaves_alone_is_taken_over(session: Session) -> None:
    """With the same results before each stage, so that it is the trim that tells them apart."""
    one = digests(analysed(session))
    session.recordings.update(trim_end=4.0)
    two = digests(analysed(session, is_current=False))
    assert {name for name in one if one[name] == two[name]} == {"probe", "rendition"}


def test_a_run_never_copies_what_was_trimmed_otherwise(session: Session) -> None:
    """A transcript's run copies sound and body from the run before it, whose trim may be older."""
    analysed(session)
    session.recordings.update(trim_start=2.0)
    attach_text(session=session, text="We shipped in May.")
    run = session.runs.order_by("-created").first()
    assert run is not None and run.profile == "transcript"
    body = run.stages.get(name="body")
    assert reuse.find(body.pk, "unlike any") is None
    probe = run.stages.get(name="probe")
    assert reuse.find(probe.pk, "unlike any") is not None


def test_the_document_says_what_was_measured(session: Session) -> None:
    session.recordings.update(trim_start=1.0)
    document = build(analysed(session))
    check(document)
    assert document["media"]["trim"] == {"start": 1.0, "end": 6.0}
    assert document["media"]["duration_s"] == 6.0, "of the whole"
    assert not [path for path in null_measurements(document) if "trim" in path]


def test_the_player_and_the_timeline_know_it(user_client: Client, session: Session) -> None:
    session.recordings.update(trim_start=1.5, trim_end=4.5, checked_at=timezone.now())
    analysed(session)
    page = user_client.get(session.get_absolute_url()).content.decode()
    assert 'data-trim-start="1.5" data-trim-end="4.5"' in page
    assert "trimmed to 0:01–0:04" in page
    assert page.count('class="timeline__outside"') == 2
    assert 'value="0:01.5"' in page and 'value="0:04.5"' in page


def test_the_whole_is_taken_again(user_client: Client, session: Session) -> None:
    session.recordings.update(trim_start=1.5, trim_end=4.5)
    run = analysed(session)
    user_client.post(at(session), {"whole": "1", "start": "junk", "seen": run_token(run)})
    recording = session.recordings.get()
    assert recording.trim_start is None and recording.trim_end is None
    assert session.runs.exclude(pk=run.pk).get().settings["trim"] is None


def test_a_trim_is_taken_back_while_its_analysis_is_under_way(
    user_client: Client, run: AnalysisRun
) -> None:
    session = run.session
    user_client.post(at(session), {"start": "1", "end": "4", "seen": run_token(run)})
    trimmed = session.runs.exclude(pk=run.pk).get()
    user_client.post(at(session), {"whole": "1", "seen": run_token(trimmed)})
    trimmed.refresh_from_db()
    newest = session.runs.order_by("-created").first()
    assert newest is not None and newest.settings["trim"] is None
    assert trimmed.state == "cancelled"


def test_an_older_page_changes_nothing_says_so_and_keeps_what_was_typed(
    user_client: Client, run: AnalysisRun
) -> None:
    session, old = run.session, run_token(run)
    user_client.post(at(session), {"start": "1", "end": "4", "seen": old})
    answer = user_client.post(at(session), {"start": "2", "end": "5", "seen": old})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "nothing was changed" in page and 'value="2"' in page and 'value="5"' in page
    assert session.recordings.get().trim_start == 1.0 and session.runs.count() == 2
    newest = session.runs.order_by("-created").first()
    assert newest is not None and run_token(newest) in page, "sent again, it counts"
    user_client.post(at(session), {"start": "2", "end": "5", "seen": run_token(newest)})
    assert session.recordings.get().trim_start == 2.0


def test_a_second_click_is_no_older_page(user_client: Client, run: AnalysisRun) -> None:
    sent = {"start": "1", "end": "4", "seen": run_token(run)}
    for _click in range(2):
        answer = user_client.post(at(run.session), sent, follow=True)
        assert "Nothing was cut" in answer.content.decode()
    assert run.session.runs.count() == 2


def test_a_page_opened_while_an_analysis_ran_is_no_older_page(
    user_client: Client, run: AnalysisRun
) -> None:
    sent = {"start": "1", "end": "4", "seen": f"{run.pk.hex}.0"}
    assert user_client.post(at(run.session), sent).status_code == 302


def test_the_same_trim_starts_nothing(user_client: Client, run: AnalysisRun) -> None:
    sent = {"start": "0", "end": "6", "seen": run_token(run)}
    answer = user_client.post(at(run.session), sent, follow=True)
    assert "Nothing changed" in answer.content.decode()
    assert run.session.runs.count() == 1


@pytest.mark.parametrize(
    ("start", "end", "why"),
    [
        ("4", "2", "The end has to come after the start."),
        ("0", "61", "The recording ends at 6.0 seconds."),
        ("2", "2.5", "At least one second has to be left."),
        ("nan", "4", "like 1:05"),
        ("-1", "4", "like 1:05"),
        ("1:2:3:4", "", "like 1:05"),
    ],
)
def test_bad_times_are_told_and_change_nothing(
    user_client: Client, run: AnalysisRun, start: str, end: str, why: str
) -> None:
    answer = user_client.post(at(run.session), {"start": start, "end": end})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert why in page and f'value="{start}"' in page, "what was typed stays"
    assert run.session.recordings.get().trim_end is None and run.session.runs.count() == 1


@pytest.mark.parametrize("times", [(float("nan"), 4.0), (1.0, float("inf")), (-1.0, 3.0)])
def test_the_service_takes_no_such_number(times: tuple[float, float]) -> None:
    with pytest.raises(ValidationError):
        checked_trim(*times, 6.0)


def test_it_is_changed_over_rest(user: Any, run: AnalysisRun) -> None:
    api, address = client(user), of(run.session, "trim")
    assert api.get(address).json() == {"start": None, "end": None}
    made = api.put(address, {"start": 1.5, "end": 4.5}, format="json")
    assert made.status_code == 202, made.content
    assert made.json()["id"] != str(run.pk)
    assert api.get(address).json() == {"start": 1.5, "end": 4.5}
    again = api.put(address, {"start": 1.5, "end": 4.5}, format="json")
    assert (again.status_code, again.json()["id"]) == (200, made.json()["id"])
    assert api.put(address, {}, format="json").status_code == 202
    assert api.get(address).json() == {"start": None, "end": None}


@pytest.mark.parametrize(
    ("sent", "field", "why"),
    [
        ({"start": 2, "end": 2.5}, "end", "At least one second"),
        ({"start": "soon"}, "start", "number"),
        ({"end": 61}, "end", "ends at 6.0 seconds"),
    ],
)
def test_rest_tells_what_is_wrong_by_field(
    user: Any, run: AnalysisRun, sent: dict[str, Any], field: str, why: str
) -> None:
    answer = client(user).put(of(run.session, "trim"), sent, format="json")
    assert answer.status_code == 400 and why in answer.json()["errors"][field][0]
    assert run.session.recordings.get().trim_end is None and run.session.runs.count() == 1


def test_it_checks_object_ownership(
    other_client: Client, other_user: Any, run: AnalysisRun
) -> None:
    api, address = client(other_user), of(run.session, "trim")
    assert api.get(address).status_code == 404
    assert api.put(address, {"start": 1}, format="json").status_code == 404
    assert other_client.get(at(run.session)).status_code == 404
    assert other_client.post(at(run.session), {"start": "1"}).status_code == 404


def test_a_new_run_keeps_who_speaks(session: Session) -> None:
    run = analysed(session)
    run.settings["speaker"] = "S1"
    run.save()
    assert change_trim(session=session, run=run, start=1, end=4).settings["speaker"] == "S1"


def test_scores_worked_out_anew_keep_the_trim_they_were_made_with(session: Session) -> None:
    session.recordings.update(trim_start=1.5)
    run = analysed(session)
    session.recordings.update(trim_start=None)
    again = start_run(session=session, profile="rescore", settings=run.settings, parent=run)
    assert again.settings["trim"]["start"] == 1.5
