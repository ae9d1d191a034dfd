"""A learner's yes and no: off until they say so, for whom they said it, until they take it back."""

from __future__ import annotations

import pytest

from analysis.document import build
from analysis.models import AnalysisRun, CoachCall, CoachConsent, StageRun
from analysis.selectors.coach import consent_of, request_for
from analysis.services.coach import Refused, ask, give_consent, refuse, withdraw_consent
from analysis.services.coach_calls import decide, settle
from analysis.services.rescore import rescore
from analysis.services.runs import cancel_run, start_run
from coaching.accounts.models import User
from sessions.models import Recording
from sessions.services import delete_session
from tests.analysis import results
from tests.coach.given import tell, use_llm

pytestmark = pytest.mark.django_db


def digest(run: AnalysisRun, site) -> str:
    return request_for(run).digest(site)


def coach_of(run: AnalysisRun) -> StageRun | None:
    return run.stages.filter(name="coach").first()


def why(run: AnalysisRun) -> str:
    run = AnalysisRun.objects.select_related("session").get(pk=run.pk)
    (found,) = [one for one in build(run)["withheld"] if one["path"] == "/content/coaching"]
    return found["code"]


def answer(run: AnalysisRun, site) -> CoachCall:
    """Let the language model have answered what was asked about `run`."""
    plan = decide(stage_id=coach_of(run).pk)
    settle(call=plan.call, site=site, outcome=CoachCall.Outcome.ANSWERED, tokens=(1, 1),
           response="{}")  # fmt: skip
    run.stages.filter(name="coach").update(state="done", result={"notes": True}, lease_until=None)
    return plan.call


def test_it_works(site, run: AnalysisRun, user: User):
    give_consent(user=user, mode="ask")
    stage = ask(session=run.session, digest=digest(run, site))
    assert (stage.state, stage.queue) == ("ready", "io")
    run.refresh_from_db()
    assert run.state == "done", "the offline result stays as it was"
    assert decide(stage_id=stage.pk).call.consent == "ask"


def test_without_a_consent_nothing_is_asked(site, run: AnalysisRun):
    with pytest.raises(Refused):
        ask(session=run.session, digest=digest(run, site))
    assert coach_of(run) is None


def test_only_what_was_looked_at_is_sent(site, run: AnalysisRun, user: User):
    give_consent(user=user, mode="ask")
    seen = digest(run, site)
    tell(run, (("none", "Something else altogether."),))
    with pytest.raises(Refused) as error:
        ask(session=run.session, digest=seen)
    assert error.value.code == "coach_changed"


def test_what_changes_after_the_click_is_not_sent(settings, site, run: AnalysisRun, user: User):
    give_consent(user=user, mode="ask")
    stage = ask(session=run.session, digest=digest(run, site))
    use_llm(settings, MODEL="another")
    with pytest.raises(Refused) as error:
        decide(stage_id=stage.pk)
    assert error.value.code == "coach_changed"
    assert CoachCall.objects.count() == 0


def test_a_double_click_asks_once(site, run: AnalysisRun, user: User):
    give_consent(user=user, mode="ask")
    first = ask(session=run.session, digest=digest(run, site))
    again = ask(session=run.session, digest=digest(run, site))
    assert (first.pk, first.attempt) == (again.pk, again.attempt)


def test_a_consent_is_for_one_recipient(settings, site, run: AnalysisRun, user: User):
    give_consent(user=user, mode="always")
    elsewhere = use_llm(settings, "https://other.example/v1")
    assert consent_of(user, elsewhere) is None
    with pytest.raises(Refused):
        ask(session=run.session, digest=digest(run, elsewhere))
    assert coach_of(start_run(session=run.session)) is None


def test_taken_back_nothing_more_is_sent(site, run: AnalysisRun, user: User):
    give_consent(user=user, mode="ask")
    stage = ask(session=run.session, digest=digest(run, site))
    withdraw_consent(user=user)
    stage.refresh_from_db()
    assert (stage.state, stage.error_code) == ("skipped", "coach_withdrawn")
    assert why(run) == "coach_withdrawn"
    StageRun.objects.filter(pk=stage.pk).update(state="ready")  # claimed in the same moment
    with pytest.raises(Refused):
        decide(stage_id=stage.pk)


def test_always_means_each_new_analysis(site, run: AnalysisRun, user: User):
    assert coach_of(start_run(session=run.session)) is None
    give_consent(user=user, mode="ask")
    assert coach_of(start_run(session=run.session)) is None
    give_consent(user=user, mode="always")
    stage = coach_of(start_run(session=run.session))
    assert stage.state == "waiting"
    assert CoachConsent.objects.count() == 1


def test_a_no_to_one_practice_stays_a_no(site, run: AnalysisRun, user: User):
    give_consent(user=user, mode="always")
    refuse(session=run.session)
    assert why(run) == "coach_refused"
    later = start_run(session=run.session)
    assert coach_of(later).error_code == "coach_refused"
    other = results.make_session(user)
    Recording.objects.create(session=other, key="u/other", filename="a.mp4", size_bytes=1)
    assert coach_of(start_run(session=other)).state == "waiting"


def test_a_no_removes_what_was_kept(site, run: AnalysisRun, user: User):
    give_consent(user=user, mode="ask")
    ask(session=run.session, digest=digest(run, site))
    answer(run, site)
    assert build(AnalysisRun.objects.get(pk=run.pk))["content"]["coaching"]
    refuse(session=run.session)
    assert run.session.coach_exchanges.count() == 0
    assert build(AnalysisRun.objects.get(pk=run.pk))["content"]["coaching"] is None
    assert CoachCall.objects.get().cost > 0, "what it cost stays counted"


def test_a_no_can_be_taken_back_by_asking(site, run: AnalysisRun, user: User):
    give_consent(user=user, mode="ask")
    refuse(session=run.session)
    assert ask(session=run.session, digest=digest(run, site)).state == "ready"


def test_the_same_words_are_not_sent_twice(site, run: AnalysisRun, user: User):
    """Analysed again with the same result, the notes come back without a call, even where the
    learner is asked each time."""
    give_consent(user=user, mode="ask")
    ask(session=run.session, digest=digest(run, site))
    answer(run, site)
    later = start_run(session=run.session)
    assert coach_of(later).state == "waiting"
    later.stages.filter(name="content").update(state="done", result=_content(run))
    later.stages.filter(name="fluency").update(state="done", result=_result(run, "fluency"))
    later.stages.filter(name="prosody").update(state="done", result=_result(run, "prosody"))
    later.settings = run.settings
    later.save()
    withdraw_consent(user=user)
    plan = decide(stage_id=coach_of(later).pk)
    assert (plan.call, plan.earlier) == (None, "{}")


def _result(run: AnalysisRun, name: str):
    return run.stages.get(name=name).result


def _content(run: AnalysisRun):
    return _result(run, "content")


def test_other_words_need_another_yes(site, run: AnalysisRun, user: User):
    give_consent(user=user, mode="ask")
    ask(session=run.session, digest=digest(run, site))
    answer(run, site)
    later = start_run(session=run.session)
    tell(later, (("none", "I said something new."),))
    later.stages.filter(name="content").update(state="done")
    with pytest.raises(Refused) as error:
        decide(stage_id=coach_of(later).pk)
    assert error.value.code == "coach_not_asked"


def test_a_deleted_practice_is_not_sent(site, run: AnalysisRun, user: User):
    give_consent(user=user, mode="always")
    stage = ask(session=run.session, digest=digest(run, site))
    delete_session(session=run.session)
    with pytest.raises(Refused):
        decide(stage_id=stage.pk)


def test_a_guest_is_not_asked(site, run: AnalysisRun, user: User):
    user.is_guest = True
    user.save()
    with pytest.raises(Refused):
        give_consent(user=user, mode="always")


def test_where_it_is_off_nothing_is_done(run: AnalysisRun, user: User, django_assert_num_queries):
    with pytest.raises(Refused):
        give_consent(user=user, mode="always")
    assert why(run) == "coach_off"
    assert coach_of(start_run(session=run.session)) is None
    from analysis.selectors.coach import in_next_run

    with django_assert_num_queries(0):
        assert in_next_run(run.session) is None


def test_a_drill_is_not_sent(site, run: AnalysisRun, user: User):
    give_consent(user=user, mode="always")
    assert coach_of(start_run(session=run.session, profile="drill")) is None


def test_new_scores_send_nothing_and_keep_the_notes(site, run: AnalysisRun, user: User):
    give_consent(user=user, mode="always")
    assert coach_of(rescore(session=run.session)) is None
    cancel_run(run=run.session.runs.latest("created"))
    ask(session=run.session, digest=digest(run, site))
    answer(run, site)
    kept = coach_of(rescore(session=run.session))
    assert (kept.state, kept.result) == ("done", {"notes": True})
    refuse(session=run.session)
    cancel_run(run=kept.run)
    assert coach_of(rescore(session=run.session)).error_code == "coach_refused"


def test_a_run_with_a_coach_settles_without_it(site, run: AnalysisRun, user: User):
    """It never delays the result, and never fails it."""
    from analysis.services.states import next_step

    states = dict(run.stages.values_list("name", "state"))
    for state in ("waiting", "ready", "running", "failed", "skipped"):
        assert next_step(states | {"coach": state}).run == "done"
