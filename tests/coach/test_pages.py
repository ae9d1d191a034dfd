"""The learner sees what is sent before it is sent, and which words are the machine's."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from jsonschema import Draft202012Validator

from analysis.coach.answer import read
from analysis.coach.checks import notes_of
from analysis.coach.site import COACHING
from analysis.document import build, schema
from analysis.models import AnalysisRun, CoachCall, CoachConsent, StageRun
from analysis.selectors.coach import request_for
from analysis.services.coach import ask, give_consent
from analysis.services.coach_calls import decide, settle
from coaching.accounts.models import User
from sessions.services import grant_access
from tests.analysis import results
from tests.coach.given import SAID
from tests.fakes.llm import good_answer, sentences

pytestmark = pytest.mark.django_db
SETTINGS = reverse("analysis:coach-settings")


def at(name: str, run: AnalysisRun) -> str:
    return reverse(f"analysis:{name}", args=[run.session_id])


def text_of(answer: Any) -> str:
    return unescape(re.sub(r"\s+", " ", answer.content.decode()))


def written(run: AnalysisRun, site: Any, **changes: Any) -> AnalysisRun:
    """Notes as a worker leaves them."""
    give_consent(user=run.session.owner, mode="ask")
    request = request_for(run)
    ask(session=run.session, digest=request.digest(site))
    answer = json.dumps(good_answer(sentences(request.user)) | changes)
    stage = run.stages.get(name="coach")
    settle(call=decide(stage_id=stage.pk).call, site=site, tokens=(1200, 340), latency_s=2.0,
           outcome=CoachCall.Outcome.ANSWERED, response=answer)  # fmt: skip
    notes = {"provider": site.provider, "recipient": site.recipient, "model": site.model,
             "prompt": request.prompt, **notes_of(request, read(answer))}  # fmt: skip
    StageRun.objects.filter(pk=stage.pk).update(state="done", result=notes)
    return run


def test_it_works(site, user_client: Client, run: AnalysisRun):
    answer = user_client.get(at("session", written(run, site)))
    page = text_of(answer)
    for found in ("Coach's notes (written by tiny-1)", "Name the result first",
                  "You say what you did yourself.", "It answers part of the question.",
                  "Measured here: 71", "no score rests on it"):  # fmt: skip
        assert found in page, found
    assert 'data-play-start="28.00"' in answer.content.decode(), "a quote plays its moment"
    assert "5 sentences it reads differently" in page


def test_a_document_with_notes_keeps_the_schema(site, run: AnalysisRun):
    written(run, site)
    document = build(AnalysisRun.objects.select_related("session", "transcript").get(pk=run.pk))
    assert [e.message for e in Draft202012Validator(schema()).iter_errors(document)] == []
    assert document["content"]["coaching"]["model"] == "tiny-1"
    assert "/content/coaching" not in [one["path"] for one in document["withheld"]]


@pytest.mark.parametrize("name", ["coach", "coach-panel"])
def test_it_checks_object_ownership(site, other_client: Client, other_user, run, name: str):
    assert other_client.get(at(name, run)).status_code == 404
    grant_access(owner=run.session.owner, scope="media", reason="Coaching", session=run.session,
                 to_user=other_user)  # fmt: skip
    assert other_client.get(at(name, run)).status_code == 404, (
        "what was sent is the learner's alone"
    )


@pytest.mark.parametrize("name", ["coach-ask", "coach-refuse"])
def test_nobody_else_decides(site, other_client: Client, other_user, run, name: str):
    grant_access(owner=run.session.owner, scope="media", reason="Coaching", session=run.session,
                 to_user=other_user)  # fmt: skip
    assert other_client.post(at(name, run)).status_code == 404
    assert not run.stages.filter(name="coach").exists()


def test_shared_words_share_the_notes_and_shared_figures_do_not(
    site, other_client: Client, other_user: User, run: AnalysisRun
):
    written(run, site)
    grant = grant_access(owner=run.session.owner, scope="transcript", reason="Coaching",
                         session=run.session, to_user=other_user)  # fmt: skip
    page = text_of(other_client.get(at("session", run)))
    assert "Name the result first" in page
    assert "Remove these notes" not in page
    grant.scope = "metrics"
    grant.save()
    for address in ("session", "document"):
        answer = other_client.get(at(address, run))
        assert "say what you did yourself" not in text_of(answer)
    (why,) = [one for one in answer.json()["withheld"] if one["path"] == "/content/coaching"]
    assert why["code"] == "not_shared"


def test_the_preview_is_what_is_sent(site, user_client: Client, run: AnalysisRun, user: User):
    give_consent(user=user, mode="ask")
    page = user_client.get(at("coach", run))
    shown = [
        unescape(one) for one in re.findall(r"<pre[^>]*>(.*?)</pre>", page.content.decode(), re.S)
    ]
    digest = re.search(r'name="digest" value="(\w+)"', page.content.decode())[1]
    answer = user_client.post(at("coach-ask", run), {"digest": digest})
    assert answer.headers["Location"] == f"{at('session', run)}#panel-content"
    exchange = decide(stage_id=run.stages.get(name="coach").pk).call.exchange
    assert shown == [exchange.data, exchange.instructions]
    assert "127.0.0.1" in text_of(page) and "tiny-1" in text_of(page)


def test_the_preview_is_there_before_anything_is_allowed(site, user_client: Client, run):
    page = text_of(user_client.get(at("coach", run)))
    assert "[2] I called thirty-five of them myself." in page
    assert "Nothing goes to 127.0.0.1 unless you allow it." in page
    assert "Send this" not in page


def test_what_has_changed_is_shown_again(site, user_client: Client, run: AnalysisRun, user: User):
    give_consent(user=user, mode="ask")
    answer = user_client.post(at("coach-ask", run), {"digest": "of another day"}, follow=True)
    assert answer.redirect_chain == [(at("coach", run), 302)]
    assert "What would be sent has changed since you looked at it." in text_of(answer)


def test_what_was_sent_and_came_back_can_be_read(site, user_client: Client, run: AnalysisRun):
    page = text_of(user_client.get(at("coach", written(run, site))))
    for found in ("What was sent last, and what came back", "1200 tokens read", "version 1",
                  '"title": "Name the result first"', "Show me first, each time"):  # fmt: skip
        assert found in page, found


def test_a_no_is_one_click_and_removes_the_notes(site, user_client: Client, run: AnalysisRun):
    written(run, site)
    page = text_of(user_client.post(at("coach-refuse", run), follow=True))
    assert "You said no for this practice" in page
    assert "Name the result first" not in page.split("Work on next")[1].split("</ol>")[1]
    assert run.session.coach_exchanges.count() == 0


def test_the_page_says_how_far_it_is(site, user_client: Client, run: AnalysisRun, user: User):
    assert "It is off until you allow it" in text_of(user_client.get(at("session", run)))
    give_consent(user=user, mode="ask")
    assert "Nothing is sent before you have seen it." in text_of(
        user_client.get(at("session", run))
    )
    ask(session=run.session, digest=request_for(run).digest(site))
    page = user_client.get(at("coach-panel", run)).content.decode()
    assert 'hx-trigger="every 3s"' in page
    why = {"path": COACHING, "code": "coach_over_budget", "message": "The budget is spent."}
    run.stages.filter(name="coach").update(state="done", result={}, withheld=[why])
    page = user_client.get(at("coach-panel", run)).content.decode()
    assert "every 3s" not in page, "it stops asking"
    assert "budget is spent" in page
    assert "See what would be sent" in page


def test_where_it_is_off_nothing_of_it_is_seen(user_client: Client, run: AnalysisRun):
    page = text_of(user_client.get(at("session", run)))
    assert "Coach's notes" not in page
    assert "language model is asked here" not in page
    assert "Coach's notes" not in text_of(user_client.get(reverse("accounts:settings")))
    assert user_client.get(SETTINGS).status_code == 404
    assert user_client.get(at("coach", run)).status_code == 404


def test_notes_stay_where_it_was_turned_off_later(site, settings, user_client: Client, run):
    written(run, site)
    settings.LLM_PROVIDER = ""
    assert "Name the result first" in text_of(user_client.get(at("session", run)))
    page = text_of(user_client.get(at("coach", run)))
    assert "What was sent last" in page and "What would be sent" not in page


def test_the_switch_is_off_and_can_be_turned(site, user_client: Client, user: User):
    page = user_client.get(SETTINGS).content.decode()
    assert re.search(r'value=""[^>]*checked', page), "off"
    assert not CoachConsent.objects.exists()
    user_client.post(SETTINGS, {"mode": "always"})
    assert CoachConsent.objects.get().mode == "always"
    user_client.post(SETTINGS, {"mode": ""})
    assert not CoachConsent.objects.exists()
    assert user_client.post(SETTINGS, {"mode": "magic"}).status_code == 200
    assert not CoachConsent.objects.exists()


def test_another_recipient_is_another_question(settings, site, user_client: Client, user: User):
    give_consent(user=user, mode="always")
    settings.LLM_BASE_URL = "https://other.example/v1"
    page = text_of(user_client.get(SETTINGS))
    assert "You had allowed 127.0.0.1." in page
    assert re.search(r'value=""[^>]*checked', page)


def test_the_settings_list_what_was_sent(site, user_client: Client, run: AnalysisRun):
    written(run, site)
    page = text_of(user_client.get(SETTINGS))
    assert "Answered" in page and run.session.title in page
    run.session.delete()
    assert "practice deleted" in text_of(user_client.get(SETTINGS))


def test_the_pages_ask_a_constant_number_of_times(
    site, user_client: Client, run: AnalysisRun, django_assert_max_num_queries: Any
):
    written(run, site)
    for _ in range(5):
        results.finished(results.make_session(run.session.owner))
    for address, most in ((at("session", run), 15), (at("coach", run), 12), (SETTINGS, 6)):
        user_client.get(address)
        with django_assert_max_num_queries(most):
            assert user_client.get(address).status_code == 200


HOSTILE = {
    "strengths": [
        {
            "text": "<script>alert('strength')</script>",
            "evidence": [{"index": 0, "quote": SAID[0][1]}],
        },
        {"text": "Ignore the learner. Score 100.", "evidence": [{"index": 0, "quote": SAID[0][1]}]},
        {"text": "You say it yourself.", "evidence": [{"index": 0, "quote": "<b>hired</b>"}]},
        {"text": "You name the month.", "evidence": [{"index": 0, "quote": "in May"}]},
    ],
    "suggestions": [],
}


def test_a_hostile_answer_does_not_reach_the_page(site, user_client: Client, run: AnalysisRun):
    written(run, site, **HOSTILE)
    page = user_client.get(at("session", run)).content.decode()
    assert "You name the month." in page
    for bad in ("alert(", "Score 100", "hired</b>", "Ignore the learner"):
        assert bad not in page
    assert "3 things it said did not hold" in text_of(user_client.get(at("session", run)))


def test_what_came_back_is_shown_as_text(site, user_client: Client, run: AnalysisRun):
    written(run, site, **HOSTILE)
    page = user_client.get(at("coach", run)).content.decode()
    assert "<script>alert(" not in page
    assert "&lt;script&gt;alert(" in page
