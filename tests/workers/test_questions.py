"""Questions for a preparation by a language model: through the real clients, in a real engine
process, against a server that behaves and misbehaves."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from analysis.coach.site import Site
from analysis.models import CoachCall
from analysis.services.coach import Refused, withdraw_consent
from analysis.services.coach_calls import TOLERATED
from drills import services
from drills.models import Preparation, QuestionJob
from drills.services import asking
from tests.coach.given import use_llm
from tests.drills.suggested import ADVERT, GOOD, allow, ask, prepared, suggested
from tests.fakes.llm import TOKENS, Llm, serving
from tests.workers.conftest import somebody
from tests.workers.house import until
from workers.pool import Pool


@pytest.fixture
def llm() -> Iterator[Llm]:
    with serving() as server:
        server.write = lambda _said: suggested(*GOOD)
        yield server


@pytest.fixture
def pool() -> Iterator[Pool]:
    made = Pool(name="test")
    yield made
    made.stopping.set()
    made.close()


@pytest.fixture
def preparation(transactional_db: None, settings: Any, tmp_path: Path) -> Preparation:
    settings.VAR_DIR = settings.MODELS_DIR = tmp_path
    services.load_questions()
    return prepared(somebody())


def asked(preparation: Preparation, settings: Any, llm: Llm, **changes: Any) -> Site:
    """Allowed and sent, not worked yet."""
    site = use_llm(settings, llm.base_url(changes.get("PROVIDER", "openai")), **changes)
    allow(preparation.owner)
    ask(preparation, site)
    return site


def work(pool: Pool) -> QuestionJob:
    """Work it until it is settled, without waiting for its backoffs."""
    while pool.drain_questions():
        QuestionJob.objects.exclude(not_before=None).update(not_before=None)
    return QuestionJob.objects.select_related("preparation").get()


def listed(preparation: Preparation) -> list[tuple[str, str]]:
    living = preparation.questions.filter(deleted_at=None)
    return [(one.text, one.source) for one in living]


@pytest.mark.parametrize("provider", ["openai", "anthropic"])
def test_it_works(preparation, settings, llm: Llm, pool: Pool, provider: str):
    before = listed(preparation)
    asked(preparation, settings, llm, PROVIDER=provider)
    job = work(pool)
    assert (job.state, job.found["model"], job.found["bank"]) == ("done", 5, 0)
    assert listed(preparation) == before[5:] + [(text, "model") for text, _demand in GOOD]
    made = preparation.questions.get(text=GOOD[0][0])
    assert made.reason == f"The description asks for “{GOOD[0][1]}”."
    call = CoachCall.objects.get()
    assert (call.purpose, call.prompt, call.outcome) == ("questions", "questions-1", "answered")
    assert (call.tokens_in, call.tokens_out) == TOKENS and call.cost > 0
    assert made.exchange.data == llm.user() and GOOD[0][0] in made.exchange.response


def test_only_the_job_and_the_questions_go_out(preparation, settings, llm: Llm, pool: Pool):
    owner = preparation.owner
    owner.name = "Ada Lovelace"
    owner.save()
    services.update_preparation(preparation=preparation, company="Acme Secret")
    first = preparation.questions.first()
    services.note_points(question=first, points="A private matter")
    asked(preparation, settings, llm)
    work(pool)
    everything = json.dumps(llm.asked)
    assert ADVERT.splitlines()[2] in everything and first.text in everything
    for private in ("Lovelace", owner.email, "Acme", "private matter", str(preparation.pk)):
        assert private not in everything


@pytest.mark.parametrize(
    ("script", "code", "calls"),
    [
        (["not_json", "wrong_schema", "cut"], "coach_unusable", 3),
        (["broken"] * 3, "coach_unreachable", 3),
        (["hang_up", "garbage", "other"], "coach_unusable", 3),
        (["rejected"], "coach_rejected", 1),
        (["declined"], "coach_declined", 1),
    ],
)
def test_where_it_fails_the_bank_answers_and_the_page_says_so(
    preparation, settings, llm: Llm, pool: Pool, script: list[str], code: str, calls: int
):
    before = listed(preparation)
    llm.script = list(script)
    asked(preparation, settings, llm)
    job = work(pool)
    assert (job.state, job.error_code) == ("failed", code) and job.error_message
    assert len(llm.asked) == CoachCall.objects.count() == calls
    assert listed(preparation) == before


def test_a_dead_server_is_waited_for_and_given_up(preparation, settings, llm, pool: Pool):
    asked(preparation, settings, llm)
    use_llm(settings, "http://127.0.0.1:9/v1")
    QuestionJob.objects.update(digest=_digest(preparation))
    job = work(pool)
    assert (job.state, job.failures) == ("failed", 3)
    assert set(CoachCall.objects.values_list("outcome", flat=True)) == {"unreachable"}


def _digest(preparation: Preparation) -> str:
    from analysis.coach.site import the_site
    from drills.selectors.asking import questions_request_for

    return questions_request_for(preparation).digest(the_site())


def test_a_slow_server_is_given_up(preparation, settings, llm: Llm, pool: Pool):
    llm.script = ["slow"]
    asked(preparation, settings, llm, TIMEOUT_S=0.5)
    job = work(pool)
    assert (job.state, job.failures) == ("done", 1), "the second try answered"
    outcomes = CoachCall.objects.order_by("started").values_list("outcome", flat=True)
    assert list(outcomes) == ["timeout", "answered"]


def test_over_the_budget_nobody_is_called(preparation, settings, llm: Llm, pool: Pool):
    asked(preparation, settings, llm, MONTHLY_BUDGET=Decimal(0))
    job = work(pool)
    assert (job.state, job.error_code, llm.asked) == ("failed", "coach_over_budget", [])


def test_an_open_breaker_is_not_waited_for(preparation, settings, llm: Llm, pool: Pool):
    site = asked(preparation, settings, llm)
    now = timezone.now()
    for _each in range(TOLERATED):
        CoachCall.objects.create(recipient=site.recipient, provider="openai", model="tiny-1",
                                 cost=0, outcome="broken", finished_at=now)  # fmt: skip
    job = work(pool)
    assert (job.state, job.error_code, llm.asked) == ("failed", "coach_unreachable", [])


def test_fewer_that_hold_are_filled_up_from_the_bank(preparation, settings, llm, pool: Pool):
    Preparation.objects.update(seen=[])
    preparation.questions.all().delete()
    llm.write = lambda _said: suggested(*GOOD[:2], ("Are you married at present?", GOOD[2][1]))
    asked(preparation, settings, llm)
    job = work(pool)
    assert job.found == {"model": 2, "bank": 6, "asked": 8, "dropped": {"private": 1}}
    assert [source for _text, source in listed(preparation)] == ["model"] * 2 + ["bank"] * 6


def test_where_none_holds_nothing_changes(preparation, settings, llm: Llm, pool: Pool):
    before = listed(preparation)
    llm.write = lambda _said: suggested((GOOD[0][0], "lead a hundred people"))
    site = asked(preparation, settings, llm)
    job = work(pool)
    assert (job.state, job.error_code) == ("failed", "coach_unfounded")
    assert "rested on the description" in job.error_message and listed(preparation) == before
    llm.write, calls = lambda _said: suggested(*GOOD), len(llm.asked)
    ask(preparation, site)
    assert work(pool).state == "done" and len(llm.asked) == calls + 1, "asked once more, anew"


def test_what_the_learner_touched_stays(preparation, settings, llm: Llm, pool: Pool):
    first, second, *_rest = preparation.questions.all()
    services.act_on(question=first, verb="pin")
    services.note_points(question=second, points="Mine")
    own = services.add_question(preparation=preparation, text="Why us?")
    asked(preparation, settings, llm)
    work(pool)
    kept = [text for text, _source in listed(preparation)]
    assert {first.text, second.text, own.text} <= set(kept) and GOOD[0][0] in kept


def test_what_was_added_meanwhile_is_not_there_twice(preparation, settings, llm, pool: Pool):
    site = asked(preparation, settings, llm)
    job = asking.leases.claim(worker="w")
    mine = {"preparation_id": job.pk, "attempt": job.attempt}
    plan = asking.decide(**mine)
    services.add_question(preparation=preparation, text=GOOD[0][0])
    from drills.asking.answer import read_questions

    answer = read_questions(json.dumps(suggested(*GOOD)))
    assert asking.finish(**mine, request=plan.request, answer=answer)
    assert [text for text, _source in listed(preparation)].count(GOOD[0][0]) == 1
    assert not asking.finish(**mine, request=plan.request, answer=answer), "once, and for all"
    assert site.recipient == "127.0.0.1"


def test_what_changed_since_it_was_looked_at_is_not_sent(preparation, settings, llm, pool: Pool):
    asked(preparation, settings, llm)
    services.update_preparation(preparation=preparation, job_description="You drive a lorry.")
    job = work(pool)
    assert (job.error_code, llm.asked) == ("coach_changed", [])


def test_consent_taken_back_stops_it(preparation, settings, llm: Llm, pool: Pool):
    asked(preparation, settings, llm)
    withdraw_consent(user=preparation.owner)
    job = work(pool)
    assert (job.error_code, llm.asked) == ("coach_withdrawn", [])
    with pytest.raises(Refused):
        services.ask_for_questions(preparation=preparation, digest=job.digest)


def test_a_deleted_preparation_is_left_alone(preparation, settings, llm: Llm, pool: Pool):
    asked(preparation, settings, llm)
    services.delete_preparation(preparation=preparation)
    assert pool.drain_questions() == 0 and llm.asked == []


def test_stopped_while_it_is_asked_the_answer_is_dropped(preparation, settings, llm, pool: Pool):
    settings.HEARTBEAT_S = 0.2
    before = listed(preparation)
    llm.script = ["slow"]
    asked(preparation, settings, llm)
    worker = threading.Thread(target=pool.drain_questions)
    worker.start()
    until(lambda: llm.asked)
    services.stop_asking(preparation=preparation)
    worker.join(30)
    assert not worker.is_alive(), "nobody waits for an answer that is not wanted"
    llm.release.set()
    job = QuestionJob.objects.get()
    assert (job.state, job.error_code, listed(preparation)) == ("failed", "stopped", before)
    assert CoachCall.objects.get().outcome == "lost"


def test_a_worker_that_dies_loses_nothing(preparation, settings, llm: Llm, pool: Pool):
    asked(preparation, settings, llm)
    assert asking.leases.claim(worker="dead/1") is not None
    assert asking.leases.release_worker(worker="dead/") == 1
    QuestionJob.objects.update(not_before=None)
    assert work(pool).state == "done"


def test_an_answer_that_was_paid_for_is_not_asked_for_again(preparation, settings, llm, pool: Pool):
    asked(preparation, settings, llm)
    digest = QuestionJob.objects.get().digest
    before = list(preparation.questions.values())
    work(pool)
    preparation.questions.all().delete()
    preparation.questions.bulk_create(preparation.questions.model(**one) for one in before)
    Preparation.objects.update(seen=[])
    services.ask_for_questions(preparation=preparation, digest=digest)
    assert work(pool).state == "done" and len(llm.asked) == 1


def test_what_was_sent_goes_with_the_preparation(preparation, settings, llm: Llm, pool: Pool):
    from drills.models import QuestionExchange

    asked(preparation, settings, llm)
    work(pool)
    services.delete_preparation(preparation=preparation)
    Preparation.objects.update(deleted_at=timezone.now() - timedelta(minutes=11))
    services.sweep()
    assert not QuestionExchange.objects.exists() and CoachCall.objects.get().cost > 0
