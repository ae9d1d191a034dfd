"""Answers to prepared questions: versions, what is said of each, the outline, the follow-up."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from analysis.models import AnalysisRun
from analysis.services.runs import start_run
from coaching.accounts.models import User
from coaching.notifications.services import notify_ready
from drills import services
from drills.feedback import length_s, remarks
from drills.models import PreparedAnswer, PreparedQuestion, Question
from drills.outline import LONGEST_NOTE, noted, outline_of
from drills.services import answers as answering
from sessions.models import Recording, Session
from tests.analysis.results import SECTIONS
from tests.analysis.working import TEXT as PROBED
from tests.analysis.working import claim, finish

SAID = (
    "So, um, I think our releases failed every week. I was asked to find out why. "
    "I moved 40 services to the new queue, and I wrote the tests for each of them myself. "
    "As a result the failures fell from nine to one. By the way, I like football."
)
LABELS = ["situation", "task", "action", "result", "none"]
SENTENCES = [
    {"index": n, "text": text, "start": None, "end": None, "label": label, "confidence": 0.9}
    for n, (text, label) in enumerate(zip(re.split(r"(?<=\.) ", SAID), LABELS, strict=True))
]
CONTENT = {
    "words": 60,
    "star": {"sentences": SENTENCES, "completeness": 1.0, "balance": 0.8, "elements": LABELS[:4]},
    "answers": [
        {"part": "p", "question": "?", "words": 60, "start": None, "end": None, "relevance": 0.8,
         "star": {"completeness": 1.0, "balance": 0.8, "elements": LABELS[:4], "expected": True}}
    ],
    "relevance": 0.8,
    "specificity": {"value": 0.7, "numbers": 3, "names": 0, "concrete": 1, "vague": 1,
                    "per_100_words": 7.0, "items": [
                        {"text": "40", "kind": "numbers", "start": None, "end": None},
                        {"text": "stuff", "kind": "vague", "start": None, "end": None}]},
    "summary": [{"index": 3, "text": SENTENCES[3]["text"], "start": None, "end": None}],
}  # fmt: skip


@pytest.fixture
def question(user: User, settings, tmp_path: Path) -> PreparedQuestion:
    settings.MODELS_DIR = tmp_path
    asked = Question.objects.create(
        field="general", kind="behavioural", text="Tell me about a failure.", why="W.",
        good="A lesson.", follow_ups=["What did you learn?"],
    )  # fmt: skip
    made = services.create_preparation(owner=user, token=uuid.uuid4(), job_title="Engineer")
    return made.questions.get(question=asked)


@pytest.fixture
def page(question: PreparedQuestion) -> str:
    return reverse("prepare:question", args=[question.pk])


def send(client: Client, question: PreparedQuestion, text: str = SAID):
    return client.post(reverse("prepare:answer", args=[question.pk]), {"text": text})


def analysed(answer: PreparedAnswer, **content: object) -> PreparedAnswer:
    """As workers would: every stage of its run is worked, the content as given."""
    run = AnalysisRun.objects.get(session=answer.part.session)
    while claimed := claim(run):
        section = {"probe": PROBED, "content": CONTENT | content}.get(claimed.stage)
        assert finish(claimed, section)
    answer.refresh_from_db()
    return answer


@pytest.mark.django_db
def test_it_works(user_client: Client, question: PreparedQuestion, page: str):
    assert send(user_client, question)["location"] == page
    answer = question.answers.get()
    assert (answer.number, answer.text, answer.feedback) == (1, SAID, {})
    waiting = user_client.get(page).text
    assert "data-progress" in waiting and SAID[:40] in waiting
    assert "<textarea" not in waiting, "the result takes its place: nothing written there is lost"
    analysed(answer)
    told = user_client.get(page).text
    assert "It answers the question that was asked." in told and "80 %" in told
    assert "Vague words: “stuff”" in told and "Failures fell" not in told
    assert "Releases failed every week" not in told and "Our releases failed every week" in told
    assert "What did you learn?" in told


@pytest.mark.django_db
def test_a_sentence_that_tells_two_elements_stands_under_both(
    user_client: Client, question: PreparedQuestion
):
    both = SENTENCES[0] | {
        "text": "Our releases failed every week and I was asked to find out why.",
        "clauses": [{"text": "Our releases failed every week", "label": "situation"},
                    {"text": "I was asked to find out why", "label": "task"}],
    }  # fmt: skip
    star = CONTENT["star"] | {"sentences": [both, *SENTENCES[2:]]}
    answer = analysed(services.answer_in_writing(question=question, text=SAID), star=star)
    outline = {one.title: (one.notes, one.missing) for one in outline_of(answer.feedback)}
    assert outline["Situation"] == (["Our releases failed every week"], "")
    assert outline["Task"] == (["I was asked to find out why"], "")
    result = user_client.get(answer.part.session.get_absolute_url()).text
    parts = re.search(r"part by part.*?</dl>", result, re.DOTALL)
    assert parts and parts[0].count(both["text"]) == 2 and "not heard" not in parts[0]


@pytest.mark.django_db
def test_a_written_answer_is_read_as_text_for_its_question(question: PreparedQuestion):
    answer = services.answer_in_writing(question=question, text=SAID)
    session = answer.part.session
    run = session.runs.get()
    assert run.profile == "text" and run.settings["parts"][0]["question"] == question.text
    assert (session.kind, session.job_title) == ("interview", "Engineer")


@pytest.mark.django_db
def test_it_stands_in_no_list_and_no_mail(
    user_client: Client, question: PreparedQuestion, settings
):
    answer = analysed(services.answer_in_writing(question=question, text=SAID))
    listed = user_client.get(reverse("sessions:list"))
    assert "Nothing rehearsed yet" in listed.text
    assert user_client.get(answer.part.session.get_absolute_url()).status_code == 200
    assert not notify_ready(answer.part.session) and not mail.outbox


@pytest.mark.django_db
def test_versions_are_kept_and_the_same_again_is_none(
    user_client: Client, question: PreparedQuestion, page: str
):
    first = SAID.replace("40", "four")
    send(user_client, question, first)
    send(user_client, question, f"  {first}\r\n")
    assert question.answers.count() == 1
    analysed(question.answers.get(), relevance=0.5)
    send(user_client, question)
    analysed(question.answers.get(number=2))
    told = user_client.get(page).text
    assert "<del>four</del>" in told and "<ins>40</ins>" in told
    assert re.search(r"80 %\s*<span class=\"soft\">up</span>", told)
    assert "Feedback on version 1" in user_client.get(page, {"version": "1"}).text
    assert "Feedback on version 2" in user_client.get(page, {"version": "99"}).text


@pytest.mark.django_db
@pytest.mark.parametrize("wrong", ["", "  ", "\0", "x" * 10_001])
def test_what_is_no_answer_is_refused(user_client: Client, question: PreparedQuestion, wrong: str):
    answer = send(user_client, question, wrong)
    assert answer.status_code == 422 and "errorlist" in answer.text
    assert not Session.objects.exists()


@pytest.mark.django_db
def test_a_deleted_answer_can_be_sent_again(user_client: Client, question: PreparedQuestion):
    send(user_client, question)
    Session.objects.update(deleted_at=timezone.now())
    send(user_client, question)
    assert question.answers.count() == 2


@pytest.mark.django_db
def test_versions_have_an_end(user_client: Client, question: PreparedQuestion, monkeypatch):
    monkeypatch.setattr(answering, "MOST_VERSIONS", 1)
    send(user_client, question)
    answer = send(user_client, question, f"{SAID} And more.")
    assert answer.status_code == 422 and "And more." in answer.text


@pytest.mark.django_db
def test_an_answer_that_failed_says_where_to_try_again(
    user_client: Client, question: PreparedQuestion, page: str
):
    answer = services.answer_in_writing(question=question, text=SAID)
    AnalysisRun.objects.update(state="failed")
    Session.objects.update(state="failed")
    told = user_client.get(page).text
    assert "could not be read" in told and answer.part.session.get_absolute_url() in told
    assert "football" in told, "what was written stays in the form"


@pytest.mark.django_db
def test_a_follow_up_joins_the_list_once(user_client: Client, question: PreparedQuestion):
    services.add_question(preparation=question.preparation, text="The last one?")
    analysed(services.answer_in_writing(question=question, text=SAID))
    url = reverse("prepare:ask-next", args=[question.pk])
    for _ in range(2):
        answer = user_client.post(url, {"version": "1"})
        assert answer.status_code == 302
    listed = [one.text for one in question.preparation.questions.filter(deleted_at=None)]
    assert listed == ["Tell me about a failure.", "What did you learn?", "The last one?"]


@pytest.mark.django_db
def test_where_there_is_no_answer_nothing_follows(user_client: Client, question: PreparedQuestion):
    url = reverse("prepare:ask-next", args=[question.pk])
    assert user_client.post(url, {"version": "1"}).status_code == 404


@pytest.mark.django_db
def test_another_persons_is_not_there(other_client: Client, question: PreparedQuestion, page: str):
    services.answer_in_writing(question=question, text=SAID)
    assert other_client.get(page).status_code == 404
    for name in ("answer", "points", "ask-next"):
        url = reverse(f"prepare:{name}", args=[question.pk])
        assert other_client.post(url, {"text": "x", "version": "1"}).status_code == 404


@pytest.mark.django_db
def test_what_was_said_is_shown_as_text(user_client: Client, question: PreparedQuestion, page: str):
    bad = "<script>alert(1)</script> I did it."
    answer = services.answer_in_writing(question=question, text=bad)
    sentences = [{**SENTENCES[2], "text": bad}]
    analysed(answer, star={**CONTENT["star"], "sentences": sentences})
    assert "<script>alert" not in user_client.get(page).text


@pytest.mark.django_db
def test_the_sheet_holds_the_outline_of_the_newest_answer(
    user_client: Client, question: PreparedQuestion
):
    analysed(services.answer_in_writing(question=question, text=SAID))
    sheet = user_client.get(reverse("prepare:crib", args=[question.preparation_id])).text
    assert "I moved 40 services" in sheet and "football" not in sheet


@pytest.mark.django_db
def test_removed_for_good_its_texts_go_too(question: PreparedQuestion):
    answer = services.answer_in_writing(question=question, text=SAID)
    services.act_on(question=question, verb="remove")
    PreparedQuestion.objects.update(deleted_at=timezone.now() - timedelta(minutes=11))
    services.sweep()
    assert not PreparedAnswer.objects.exists()
    assert not Session.objects.filter(pk=answer.part.session_id).exists()


@pytest.mark.django_db
def test_the_page_costs_the_same_for_any_number_of_versions(
    user_client: Client, question: PreparedQuestion, page: str, django_assert_max_num_queries
):
    for number in range(4):
        analysed(services.answer_in_writing(question=question, text=f"{SAID} {number}."))
    user_client.get(page)  # the follow-up is worked out once
    for url, most in ((page, 5), (question.preparation.get_absolute_url(), 8)):
        with django_assert_max_num_queries(most):
            user_client.get(url)


KEPT = {
    "words": 60, "spoken_s": None, "measures": {}, "expects_story": True, "vague": [],
    "covered": [], "sentences": SENTENCES, "message": [], "concrete": ["40", "nine"],
}  # fmt: skip


def test_an_outline_sorts_what_was_said_and_names_what_is_missing():
    found = outline_of(KEPT | {"sentences": SENTENCES[2:]})
    assert [(one.title, bool(one.missing)) for one in found] == [
        ("Situation", True), ("Task", True), ("Action", False), ("Result", False),
        ("Cut, or say what it is for", False),
    ]  # fmt: skip
    assert found[3].notes == ["As a result the failures fell from nine to one"]


def test_where_no_story_is_asked_for_it_is_the_point_and_what_backs_it():
    plain = [{"text": one["text"], "label": "none"} for one in SENTENCES]
    found = outline_of(
        KEPT | {"expects_story": False, "sentences": plain, "message": [plain[3]["text"]]}
    )
    assert found[0].notes == ["Our releases failed every week"]
    assert "40 services" in found[1].notes[0] and found[2].title.startswith("Cut")
    assert found[1].notes[1] == "As a result the failures fell from nine to one"


def test_an_empty_answer_has_an_outline_of_what_is_missing():
    found = outline_of(KEPT | {"expects_story": False, "sentences": []})
    assert [bool(one.missing) for one in found] == [True, True]


@given(st.text(alphabet="soundweliky,.; '…<é40", max_size=200) | st.sampled_from([SAID]))
def test_a_note_holds_no_word_that_was_not_said(sentence: str):
    note = noted(sentence)
    said = iter(re.findall(r"\w+", sentence.lower()))
    assert all(word in said for word in re.findall(r"\w+", note.lower())), (sentence, note)
    assert len(note.split()) <= LONGEST_NOTE


@pytest.mark.parametrize(
    ("words", "spoken_s", "said"),
    [(60, None, "Short"), (200, None, "A good length"), (600, None, "Long"), (600, 90, "A good")],
)
def test_the_length_is_told_as_time(words: int, spoken_s: float | None, said: str):
    kept = KEPT | {"words": words, "spoken_s": spoken_s}
    assert remarks(kept)[0].text.startswith(said)
    assert length_s(kept) == pytest.approx(spoken_s or words / 140 * 60)


# spoken


@pytest.mark.django_db
def test_a_spoken_answer_opens_the_studio_with_its_question(
    user_client: Client, question: PreparedQuestion, page: str
):
    url = reverse("prepare:record", args=[question.pk])
    first, again = user_client.post(url), user_client.post(url)
    assert first["location"] == again["location"], "what was begun goes on"
    session = Session.objects.get()
    assert first["location"] == reverse("sessions:studio", args=[session.pk])
    assert question.text in user_client.get(first["location"]).text
    assert session.is_listed and session.interview.answer_s == 120
    assert "Feedback on" not in user_client.get(page).text, "nothing was said yet"


@pytest.mark.django_db
def test_a_spoken_answer_is_told_with_its_delivery(
    user: User, user_client: Client, question: PreparedQuestion, page: str
):
    answer = services.answer_by_recording(question=question)
    Recording.objects.create(session=answer.session, key="k", filename="take.webm", size_bytes=4)
    start_run(session=answer.session)
    run = AnalysisRun.objects.get()
    while claimed := claim(run):
        assert finish(claimed, {**SECTIONS, "content": CONTENT}[claimed.stage])
    told = user_client.get(page).text
    assert "words a minute" in told and "Feedback on version 1" in told and "0:06" in told
    result = user_client.get(answer.session.get_absolute_url()).text
    assert f"{page}?version=1" in result


@pytest.mark.django_db
def test_a_spoken_answer_stays_a_practice_when_its_question_goes(question: PreparedQuestion):
    answer = services.answer_by_recording(question=question)
    services.act_on(question=question, verb="remove")
    PreparedQuestion.objects.update(deleted_at=timezone.now() - timedelta(minutes=11))
    services.sweep()
    assert not PreparedAnswer.objects.exists()
    assert Session.objects.filter(pk=answer.part.session_id).exists()
