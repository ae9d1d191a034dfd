"""`bin/rostrum rescore`: old scores under new curves, nothing else measured again."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable

import pytest
from django.core.management import CommandError, call_command

from analysis.graph import STAGES
from analysis.models import AnalysisRun, Score
from analysis.services.rescore import rescore
from analysis.services.runs import start_run
from sessions.models import Session
from sessions.services import delete_session
from tests.workers.conftest import somebody
from workers.engines.scoring.curves import curves
from workers.inprocess import drain
from workers.pool import Pool

pytestmark = pytest.mark.django_db(transaction=True)
VERSION = curves("free").version
SCORED = {"score", "recommend", "highlight"}


@pytest.fixture(autouse=True)
def engines(monkeypatch: pytest.MonkeyPatch, pool: Pool) -> None:
    """The command's pool runs the test engines, whose scores are of today's version."""
    monkeypatch.setattr("workers.management.commands.rescore.Pool", lambda: pool)
    monkeypatch.setattr(pool, "close", lambda: None)


@pytest.fixture
def old(recorded: Callable[..., Session], pool: Pool) -> Callable[..., Session]:
    """Makes a session whose result was scored under curves that are no more."""

    def make(*args: object, **kwargs: object) -> Session:
        session = recorded(*args, **kwargs)
        run = drain(start_run(session=session), pool=pool)
        Score.objects.filter(run=run).update(version="0")
        return session

    return make


def said(*args: object) -> str:
    out = io.StringIO()
    call_command("rescore", *map(str, args), stdout=out)
    return out.getvalue()


def shown(session: Session) -> AnalysisRun:
    return session.runs.get(is_current=True)


def test_it_works(old: Callable[..., Session]) -> None:
    session = old()
    before = shown(session)
    assert said("--all") == f"1 results scored under version {VERSION}.\n"
    after = shown(session)
    assert (after.profile, after.parent, after.state) == ("rescore", before, "done")
    assert after.settings == before.settings
    assert set(after.scores.values_list("version", flat=True)) == {VERSION}


def test_nothing_is_measured_again(old: Callable[..., Session]) -> None:
    """Every engine before the score would fail now, and none is asked."""
    session = old()
    measuring = set(STAGES) - SCORED - {"notify", "coach"}
    fails = ",".join(f"{name}=error:broken" for name in measuring)
    session.runs.update(settings=shown(session).settings | {"title": fails})
    assert said("--all").startswith("1 ")
    states = dict(shown(session).stages.values_list("name", "state"))
    assert states == dict.fromkeys(measuring | SCORED, "done")


def test_what_is_up_to_date_is_left_alone(old: Callable[..., Session]) -> None:
    session = old()
    said("--all")
    run = shown(session)
    assert said("--all") == f"0 results scored under version {VERSION}.\n"
    assert shown(session) == run


def test_a_dry_run_says_whose_and_changes_nothing(old: Callable[..., Session]) -> None:
    session = old()
    out = said("--all", "--dry-run")
    assert str(session.pk) in out and session.owner.email in out
    assert out.endswith(f"1 results would be scored under version {VERSION}.\n")
    assert session.runs.count() == 1


def test_one_person_or_one_session_is_chosen(old: Callable[..., Session]) -> None:
    anna = somebody()
    mine, other, theirs = old(owner=anna), old(owner=anna), old()
    assert said("--session", mine.pk).startswith("1 ")
    assert said("--user", anna.email.upper()).startswith("1 ")
    assert shown(other).profile == "rescore"
    assert shown(theirs).profile == "full"


def test_who_or_what_is_not_there_is_said(db: None) -> None:
    with pytest.raises(CommandError, match="nobody has an account"):
        said("--user", "nobody@example.org")
    with pytest.raises(CommandError, match="no such session"):
        said("--session", uuid.uuid4())


def test_an_interrupted_one_goes_on_where_it_was(old: Callable[..., Session]) -> None:
    session = old()
    begun = rescore(session=session)
    assert rescore(session=session) == begun
    assert said("--all").startswith("1 ")
    assert shown(session) == begun
    assert session.runs.count() == 2


def test_a_deleted_session_is_left_alone(old: Callable[..., Session]) -> None:
    session = old()
    delete_session(session=session)
    assert said("--all").startswith("0 ")


def test_it_fails_where_a_score_fails(
    old: Callable[..., Session], capsys: pytest.CaptureFixture[str]
) -> None:
    session = old()
    session.runs.update(settings=shown(session).settings | {"title": "score=error:broken"})
    with pytest.raises(SystemExit, match="1"):
        said("--all")
    assert str(session.pk) in capsys.readouterr().err
    assert shown(session).profile == "full"


def test_nobody_waits_for_it(old: Callable[..., Session]) -> None:
    run = rescore(session=old())
    assert max(run.stages.values_list("priority", flat=True)) < 0
    assert not run.stages.filter(name="notify").exists()
