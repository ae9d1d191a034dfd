"""What others read of a session: swear words masked, unless its owner shares them as they are."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from analysis.document import build
from analysis.hub import News
from analysis.live import watch_of
from analysis.models import AnalysisRun
from analysis.services.rows import write_rows
from analysis.sharing import for_viewer, mask, newest
from coaching.accounts.models import User
from sessions.models import Grant
from sessions.selectors import sees_swearing
from sessions.services import grant_access
from tests.analysis import results
from tests.analysis.test_api import client as api_client
from tests.analysis.test_api import of
from workers.engines.types import Word

pytestmark = pytest.mark.django_db
SAID = "So, um, I led the bullshit. What the hell, in May."


@pytest.fixture
def run(user: User) -> AnalysisRun:
    run = results.finished(results.make_session(user))
    stage = run.stages.get(name="transcribe")
    section = results.transcript(text=SAID)
    for word, text in zip(section["words"], SAID.split(), strict=False):
        word["text"] = text
    section["sentences"][0]["text"] = "So, um, I led the bullshit."
    stage.result = section
    stage.save()
    write_rows(stage, {"section": section, "withheld": [], "artifacts": [],
                       "engine": "", "model": ""})  # fmt: skip
    return run


def share(run: AnalysisRun, viewer: User, *, mask: bool = True) -> Grant:
    return grant_access(owner=run.session.owner, session=run.session, scope="transcript",
                        reason="review", to_user=viewer, mask_profanity=mask)  # fmt: skip


def test_the_owner_reads_what_was_said(run: AnalysisRun) -> None:
    found = for_viewer(build(run), run.session, run.session.owner)
    assert "bullshit" in found["transcript"]["text"]


def test_a_viewer_reads_it_masked_everywhere(run: AnalysisRun, other_user: User) -> None:
    share(run, other_user)
    found = for_viewer(build(run), run.session, other_user)
    assert found["transcript"]["text"].startswith("So, um, I led the b*******.")
    texts = [word["text"] for word in found["transcript"]["words"]]
    assert texts[5] == "b*******." and "the h***," in " ".join(texts)
    assert "bullshit" not in json.dumps(found) and "hell" not in json.dumps(found)
    assert found["transcript"]["words"][0]["start"] == 0.4, "times stay"


def test_the_owner_can_share_it_as_it_was_said(run: AnalysisRun, other_user: User) -> None:
    share(run, other_user)
    share(run, other_user, mask=False)
    assert sees_swearing(other_user, run.session)
    found = for_viewer(build(run), run.session, other_user)
    assert "bullshit" in found["transcript"]["text"]


def test_a_grant_of_figures_unmasks_nothing(run: AnalysisRun, other_user: User) -> None:
    grant_access(owner=run.session.owner, session=run.session, scope="metrics", reason="review",
                 to_user=other_user, mask_profanity=False)  # fmt: skip
    assert not sees_swearing(other_user, run.session)


def test_page_and_api_mask_it(run: AnalysisRun, other_user: User, client: Client) -> None:
    share(run, other_user)
    client.force_login(other_user)
    page = client.get(run.session.get_absolute_url()).content.decode()
    assert "b*******" in page and "bullshit" not in page
    told = api_client(other_user).get(of(run.session, "transcript"))
    assert told.status_code == 200 and "b*******" in told.content.decode()
    assert "bullshit" not in told.content.decode()


def test_live_words_are_masked_for_others(run: AnalysisRun, other_user: User) -> None:
    share(run, other_user)
    words = [{"text": text, "start": 0.0, "end": 1.0} for text in ("bloody", "hell", "yes")]
    snapshot = {"words": words, "state": "running"}
    assert [w["text"] for w in watch_of(other_user, run.session).told(snapshot)["words"]] == [
        "b*****", "h***", "yes",
    ]  # fmt: skip
    news = News(snapshot)
    assert "hell" not in watch_of(other_user, run.session).text(news)
    own = watch_of(run.session.owner, run.session)
    assert own.told(snapshot) is snapshot and "hell" in own.text(news)


def test_a_word_masked_in_the_transcript_is_masked_where_it_is_quoted_alone(
    run: AnalysisRun, other_user: User
) -> None:
    share(run, other_user)
    fluency, score = run.stages.get(name="fluency"), run.stages.get(name="score")
    assert fluency.result and score.result
    fluency.result["emphasis"] = {"items": [{"text": "hell"}, {"text": "the hell"}]}
    score.result["pace"]["evidence"][0]["text"] = "Your voice leans on “Hell”."
    fluency.save()
    score.save()
    found = for_viewer(build(run), run.session, other_user)
    assert [one["text"] for one in found["fluency"]["emphasis"]["items"]] == ["h***", "the h***"]
    assert found["scores"]["pace"]["evidence"][0]["text"] == "Your voice leans on “H***”."
    assert found["session"]["title"] == run.session.title


@pytest.mark.parametrize(
    ("said", "kept"),
    [("So what the hell yes", "yes"), ("and so we led the move", "led the move")],
)
def test_live_words_never_begin_inside_of_swearing(said: str, kept: str) -> None:
    words = [Word(text=text, start=None, end=None, confidence=None, speaker=None)
             for text in said.split()]  # fmt: skip
    assert " ".join(word["text"] for word in newest(words, len(words) - 3)) == kept
    assert newest(words, len(words)) == words and newest([], 3) == []


def test_masking_leaves_everything_else_as_it_was() -> None:
    found = {"a": [1, None, {"text": "fine", "n": 0.5}], "b": {"c": "shit"}}
    assert mask(found) == {"a": [1, None, {"text": "fine", "n": 0.5}], "b": {"c": "s***"}}
