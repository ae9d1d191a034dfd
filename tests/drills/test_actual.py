"""A real interview beside its preparation: linked, worked out, corrected, shown to its owner."""

from __future__ import annotations

import json
import uuid
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from analysis.document import build
from analysis.models import AnalysisRun, StageRun
from analysis.signals import result_shown
from coaching.accounts.models import User
from drills import services
from drills.comparing import brief_of, kept_result, points_of
from drills.feedback import feedback_of
from drills.models import Comparison, Preparation
from drills.services import comparisons
from drills.services.comparisons import MOST_CORRECTIONS
from sessions.models import Session
from sessions.services import create_session, delete_session
from tests.analysis.results import SECTIONS, make_run
from workers.engines.comparison import compare
from workers.engines.meaning.vectors import Vectors

pytestmark = pytest.mark.django_db
TALK = [
    ("Can you tell me about a time you failed?", 1.0),
    ("I moved the payments to the new queue too early.", 6.0),
    ("We lost two hundred orders over one weekend in May.", 12.0),
    ("What would you do differently?", 20.0),
    ("I would run both queues side by side for ten days first.", 24.0),
    ("Which tools do you know?", 32.0),
    ("Mostly Python, and I know Postgres well.", 36.0),
]
POINTS = "- moved payments too early\n- lost two hundred orders\n- wrote a letter afterwards"


def transcript(**changes: object) -> dict[str, object]:
    words, sentences = [], []
    for text, start in TALK:
        first = len(words)
        for n, one in enumerate(text.split()):
            at = start + 0.35 * n
            words.append({"text": one, "start": at, "end": at + 0.3, "confidence": 0.9,
                          "speaker": "S1"})  # fmt: skip
        sentences.append({"text": text, "start": start, "end": words[-1]["end"],
                          "first_word": first, "last_word": len(words) - 1})  # fmt: skip
    return SECTIONS["transcribe"] | {
        "words": words, "sentences": sentences, "text": " ".join(text for text, _ in TALK),
    } | changes  # fmt: skip


def heard(session: Session, **changes: object) -> AnalysisRun:
    """A settled run of `session` that heard TALK, shown on its page."""
    run = make_run(session)
    StageRun.objects.filter(run=run, name="transcribe").update(result=transcript(**changes))
    return run


@pytest.fixture
def preparation(user: User, settings, tmp_path: Path) -> Preparation:
    settings.MODELS_DIR = tmp_path
    made = services.create_preparation(
        owner=user, token=uuid.uuid4(), job_title="Engineer", choose_now=False
    )
    failed = services.add_question(preparation=made, text="Tell me about a time you failed.")
    services.note_points(question=failed, points=POINTS)
    services.add_question(preparation=made, text="Why do you want to work here?")
    return made


@pytest.fixture
def interview(user: User) -> Session:
    session = create_session(owner=user, kind="interview", title="The real one")
    heard(session)
    session.refresh_from_db()
    return session


@pytest.fixture
def comparison(preparation: Preparation, interview: Session) -> Comparison:
    return services.link_interview(preparation=preparation, session=interview, agreed=True)


def worked_out(comparison: Comparison) -> Comparison:
    """As a worker does, in this process; without the model only words in common count."""
    claim = comparisons.leases.claim(worker="w/1")
    assert claim is not None and claim.pk == comparison.pk
    brief = brief_of(Comparison.objects.get(pk=claim.pk))
    section = compare(brief.for_engine, Vectors(""), lambda *_, **__: None)
    result = json.loads(json.dumps(kept_result(brief, section)))
    assert comparisons.finish(pk=claim.pk, attempt=claim.attempt, run=brief.run.pk, result=result)
    comparison.refresh_from_db()
    return comparison


def correct(client: Client, comparison: Comparison, act: str, **more: str):
    given = {"act": act, "run": str(comparison.run), **more}
    return client.post(f"{comparison.get_absolute_url()}correct/", given)


def test_it_works(user_client: Client, preparation: Preparation, interview: Session):
    url = reverse("prepare:actual-link", args=[preparation.pk])
    page = user_client.post(url, {"session": str(interview.pk), "agreed": "on"})["location"]
    assert Preparation.objects.get().state == "held"
    assert 'hx-trigger="every 2s"' in user_client.get(page).text
    worked_out(Comparison.objects.get())
    told = user_client.get(page).text
    assert "1 of your prepared questions was asked" in told and "every 2s" not in told
    assert "lost two hundred orders" in told and "Said, clearly" in told
    assert "wrote a letter afterwards" in told and "Not heard" in told
    assert "Which tools do you know?" in told and "Asked, but not prepared" in told
    assert "Why do you want to work here?" in told and "Prepared, but not asked" in told
    assert "of 100 away from the plan" in told


def test_a_follow_up_belongs_to_the_question_before(comparison: Comparison):
    result = worked_out(comparison).result
    assert [one["follows"] for one in result["asked"]] == [None, 0, None]
    assert result["questions"][0]["asked"] == [0, 1]


def test_it_is_used_only_after_confirming_that_others_agreed(
    user_client: Client, preparation: Preparation, interview: Session
):
    url = reverse("prepare:actual-link", args=[preparation.pk])
    for form in ({"session": str(interview.pk)}, {"then": "upload"}):
        answer = user_client.post(url, form)
        assert answer.status_code == 422 and "Confirm this first." in answer.text
    assert not Comparison.objects.exists()


def test_a_new_recording_is_begun_once(user_client: Client, preparation: Preparation):
    url = reverse("prepare:actual-link", args=[preparation.pk])
    first = user_client.post(url, {"then": "upload", "agreed": "on"})["location"]
    assert user_client.post(url, {"then": "upload", "agreed": "on"})["location"] == first
    made = Comparison.objects.get()
    assert made.session.kind == "interview" and "Bring the recording" in user_client.get(first).text
    assert comparisons.leases.claim(worker="w") is None, "there is nothing to read yet"
    assert "not recorded yet" in user_client.get(made.get_absolute_url()).text


def test_linking_twice_is_linking_once(user_client: Client, comparison: Comparison):
    url = reverse("prepare:for-session", args=[comparison.session_id])
    form = {"preparation": str(comparison.preparation_id), "agreed": "on"}
    assert user_client.post(url, form)["location"] == comparison.get_absolute_url()
    assert Comparison.objects.count() == 1


def test_somebody_elses_recording_is_no_choice(
    user_client: Client, preparation: Preparation, other_user: User
):
    foreign = create_session(owner=other_user, kind="interview", title="Not yours")
    url = reverse("prepare:actual-link", args=[preparation.pk])
    answer = user_client.post(url, {"session": str(foreign.pk), "agreed": "on"})
    assert answer.status_code == 422 and not Comparison.objects.exists()
    assert (
        "Not yours" not in user_client.get(reverse("prepare:actuals", args=[preparation.pk])).text
    )


def test_it_checks_object_ownership(other_client: Client, comparison: Comparison):
    ids = [comparison.preparation_id, comparison.pk]
    for name in ("actual", "actual-turns"):
        assert other_client.get(reverse(f"prepare:{name}", args=ids)).status_code == 404
    for name in ("actual-correct", "actual-again", "actual-unlink", "actual-prepare"):
        assert other_client.post(reverse(f"prepare:{name}", args=ids)).status_code == 404
    assert other_client.get(reverse("prepare:actuals", args=ids[:1])).status_code == 404
    url = reverse("prepare:for-session", args=[comparison.session_id])
    assert other_client.get(url).status_code == 404
    assert other_client.get("/api/v1/comparisons/").json()["results"] == []


def test_the_learner_says_whose_a_sentence_is(user_client: Client, comparison: Comparison):
    worked_out(comparison)
    answer = correct(user_client, comparison, "interviewer_4", **{"from": "turns", "page": "1"})
    assert answer["location"].endswith("/turns/?page=1")
    comparison.refresh_from_db()
    assert comparison.state == "waiting" and comparison.result["sentences"][4]["by_learner"]
    result = worked_out(comparison).result
    assert result["sentences"][4]["who"] == "interviewer"
    assert 4 not in [n for one in result["asked"] for n in one["answer"]]


def test_the_learner_says_which_prepared_question_it_is(
    user_client: Client, comparison: Comparison
):
    worked_out(comparison)
    other = comparison.preparation.questions.get(text="Why do you want to work here?")
    correct(user_client, comparison, "is_5", question_5=str(other.pk))
    result = worked_out(comparison).result
    assert result["asked"][2]["prepared"] == str(other.pk) and result["asked"][2]["by_learner"]
    correct(user_client, comparison, "is_0", question_0="")
    result = worked_out(comparison).result
    assert result["asked"][0]["prepared"] is None, "none of them, though it looks like one"


def test_questions_are_split_and_joined(user_client: Client, comparison: Comparison):
    def asking() -> list[list[int]]:
        return [one["asking"] for one in worked_out(comparison).result["asked"]]

    worked_out(comparison)
    correct(user_client, comparison, "question_1")
    assert asking()[0] == [0, 1]
    correct(user_client, comparison, "split_1")
    assert asking()[:2] == [[0], [1]]
    correct(user_client, comparison, "join_3")
    assert asking()[:2] == [[0], [1, 3]], "whatever lies between"


def test_corrections_survive_a_newer_transcript(
    user_client: Client, comparison: Comparison, interview: Session
):
    worked_out(comparison)
    correct(user_client, comparison, "interviewer_4")
    worked_out(comparison)
    AnalysisRun.objects.update(is_current=False)
    # one sentence fewer: the places move, the times do not
    run = heard(interview, sentences=transcript()["sentences"][1:])
    result_shown.send(AnalysisRun, run=run)
    comparison.refresh_from_db()
    assert comparison.state == "waiting" and len(comparison.corrections) == 1
    result = worked_out(comparison).result
    assert comparison.run == run.pk and result["sentences"][3]["who"] == "interviewer"


def test_a_stale_page_corrects_nothing(user_client: Client, comparison: Comparison):
    worked_out(comparison)
    url = reverse("prepare:actual-correct", args=[comparison.preparation_id, comparison.pk])
    for run in (str(uuid.uuid4()), "", "nonsense"):
        answer = user_client.post(url, {"act": "mine_0", "run": run}, follow=True)
        assert "newer transcript" in answer.text
    for act in ("mine_99", "mine_x", "mine", "", "drop_1", "mine_-1", "is_1"):
        correct(user_client, comparison, act, question_1="nonsense")
    kept = Comparison.objects.get()
    assert kept.corrections == [] and kept.state == "done"


def test_corrections_have_an_end(user_client: Client, comparison: Comparison):
    worked_out(comparison)
    Comparison.objects.update(
        corrections=[{"at": 1000.0 + n, "text": "", "who": "mine", "begins": None, "question": None}
                     for n in range(MOST_CORRECTIONS)]
    )  # fmt: skip
    correct(user_client, comparison, "mine_0")
    assert len(Comparison.objects.get().corrections) == MOST_CORRECTIONS
    correct(user_client, comparison, "forget")
    assert Comparison.objects.get().corrections == []


def test_words_that_are_unsure_decide_nothing(user_client: Client, comparison: Comparison, user):
    AnalysisRun.objects.update(is_current=False)
    heard(comparison.session, reliability=0.4)
    result = worked_out(comparison).result
    assert result["overall"]["deviation"] is None
    assert result["overall"]["withheld"] == "transcript_uncertain" and result["questions"] == []
    page = user_client.get(comparison.get_absolute_url()).text
    assert "not heard clearly enough" in page and "of 100 away" not in page


def test_a_page_that_waited_is_loaded_anew(user_client: Client, comparison: Comparison):
    url, htmx = f"{comparison.get_absolute_url()}?awaited", {"HX-Request": "true"}
    assert "HX-Refresh" in user_client.get(url, headers=htmx)
    AnalysisRun.objects.update(is_current=False)
    assert "HX-Refresh" not in user_client.get(url, headers=htmx)


def test_a_stale_attempt_brings_nothing(user_client: Client, comparison: Comparison):
    claim = comparisons.leases.claim(worker="w/1")
    services.compare_again(comparison=comparison)
    told = {"pk": claim.pk, "attempt": claim.attempt}
    assert not comparisons.leases.renew(**told)
    assert not comparisons.finish(**told, run=uuid.uuid4(), result={"sentences": []})
    assert comparisons.leases.claim(worker="w/2") is not None


def test_one_that_kills_its_worker_is_given_up(user_client: Client, comparison: Comparison):
    for left in ("waiting", "failed"):
        assert comparisons.leases.claim(worker="w/1") is not None
        assert comparisons.leases.release_worker(worker="w/") == 1
        assert Comparison.objects.get().state == left
    page = user_client.get(comparison.get_absolute_url()).text
    assert "could not be worked out" in page and "Try again" in page


def test_an_unexpected_question_joins_the_preparation(user_client: Client, comparison: Comparison):
    worked_out(comparison)
    url = f"{comparison.get_absolute_url()}prepare/"
    joined = comparison.preparation.questions.filter(text="Which tools do you know?")
    given = {"asked": comparison.result["asked"][2]["asking"][0], "run": comparison.run}
    for wrong in ({"run": uuid.uuid4()}, {"asked": "9" * 5000}):
        user_client.post(url, given | wrong)
    assert not joined.exists(), "what no result shows any more"
    assert user_client.post(url, given).status_code == 302 and joined.count() == 1


def test_unlinking_keeps_both(user_client: Client, comparison: Comparison):
    user_client.post(f"{comparison.get_absolute_url()}unlink/")
    assert not Comparison.objects.exists()
    assert Session.objects.filter(deleted_at=None).exists() and Preparation.objects.exists()


def test_it_goes_with_its_session(user_client: Client, comparison: Comparison):
    worked_out(comparison)
    delete_session(session=comparison.session)
    assert user_client.get(comparison.get_absolute_url()).status_code == 404
    page = user_client.get(reverse("prepare:actuals", args=[comparison.preparation_id])).text
    assert "The real one" not in page


def test_points_are_lines_or_the_outline(preparation: Preparation):
    question = preparation.questions.get(text="Tell me about a time you failed.")
    assert points_of(question) == [line.removeprefix("- ") for line in POINTS.splitlines()]
    question.points = "1. one; two\n\n • three \n"
    assert points_of(question) == ["one", "two", "three"]
    question.points = ""
    assert points_of(question) == []


def by_measure(result: dict) -> dict[str, dict]:
    return {one["measure"]: one for one in result["delivery"]}


def test_delivery_is_compared_over_the_learners_answers_alone(comparison: Comparison):
    assert {one["withheld"] for one in worked_out(comparison).result["delivery"]} == {
        "nothing_spoken"
    }
    question = comparison.preparation.questions.first()
    practice = services.answer_by_recording(question=question)
    run = heard(practice.part.session)
    StageRun.objects.filter(run=run, name="probe").update(
        result=SECTIONS["probe"] | {"duration_s": 40.0}
    )
    practice.feedback = feedback_of(build(run))
    practice.save()
    services.compare_again(comparison=comparison)
    found = by_measure(worked_out(comparison).result)
    sentences = transcript()["sentences"]
    answers = [(sentences[a]["start"], sentences[b]["end"]) for a, b in ((1, 2), (4, 4), (6, 6))]
    starts = [one["start"] for one in transcript()["words"]]
    said = sum(any(a <= start < b for a, b in answers) for start in starts)
    pace = found["fluency.words_per_minute"]
    assert pace["actual"] == pytest.approx(60 * said / sum(b - a for a, b in answers), abs=0.2)
    assert pace["practised"] is not None and pace["withheld"] is None
    pitch = found["prosody.pitch.range_semitones"]
    assert (pitch["practised"], pitch["actual"], pitch["withheld"]) == (9.1, None, "two_voices")


def test_where_voices_are_told_apart_a_shared_sentence_is_cut(
    comparison: Comparison, interview: Session
):
    words = transcript()["words"]
    for one in words:
        one["speaker"] = "S2" if one["start"] < 6 or 20 <= one["start"] < 24 else "S1"
    first, last = 0, next(n for n, one in enumerate(words) if one["start"] >= 12) - 1
    both = " ".join(one["text"] for one in words[: last + 1])
    shared = {"text": both, "start": 1.0, "end": words[last]["end"], "first_word": first,
              "last_word": last}  # fmt: skip
    AnalysisRun.objects.update(is_current=False)
    speakers = [{"id": "S1", "label": "1", "is_learner": True, "speech_s": 9.0},
                {"id": "S2", "label": "2", "is_learner": False, "speech_s": 5.0}]  # fmt: skip
    sentences = [shared, *transcript()["sentences"][2:]]
    heard(interview, words=words, sentences=sentences, speakers=speakers)
    result = worked_out(comparison).result
    assert [(one["who"], one["text"]) for one in result["sentences"][:2]] == [
        ("question", TALK[0][0]), ("mine", TALK[1][0]),
    ]  # fmt: skip
    assert result["several"] and result["sentences"][5]["who"] == "mine", "asked by the learner"
    assert by_measure(result)["prosody.pitch.range_semitones"]["actual"] == 9.1


def test_the_number_of_queries_is_constant(user_client: Client, comparison: Comparison):
    worked_out(comparison)
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as seen:
            assert user_client.get(comparison.get_absolute_url()).status_code == 200
        counts.append(len(seen))
        for n in range(12):
            services.add_question(preparation=comparison.preparation, text=f"Question {n}?")
    assert counts[0] == counts[1]


def test_the_api_gives_what_was_found(user_client: Client, comparison: Comparison):
    worked_out(comparison)
    answer = user_client.get(f"/api/v1/comparisons/{comparison.pk}/").json()
    assert answer["state"] == "done" and answer["session"] == str(comparison.session_id)
    assert answer["result"]["overall"]["points"] == 3


def test_what_somebody_wrote_is_markup_nowhere(user_client: Client, comparison: Comparison):
    services.add_question(preparation=comparison.preparation, text="<script>alert(1)</script>")
    worked_out(comparison)
    assert "<script>alert" not in user_client.get(comparison.get_absolute_url()).text
