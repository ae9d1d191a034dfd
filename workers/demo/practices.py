"""What the demo learner did, as a person would have done it: practices, drills, a preparation, the
real interview."""

from __future__ import annotations

import uuid
from typing import Any

from analysis.services.transcripts import attach_transcript
from coaching.accounts.models import User
from drills import services as drills
from drills.models import Drill, Preparation
from sessions.models import Session
from sessions.services import add_file, create_session
from workers.demo.scripts import HERE, said, scripts, training

__all__ = ["HERE", "RESULTS", "practise", "prepared", "scripts", "training"]

RESULTS = HERE / "results"
_DETAILS = ("kind", "title", "question", "company", "job_title", "interview_type")
JOB: dict[str, Any] = {
    "company": "Harbour Health",
    "job_title": "Programme lead",
    "interview_type": Session.InterviewType.BEHAVIOURAL,
    "job_description": (
        "You lead the programme that brings three hospitals onto one record. You plan releases "
        "with doctors and engineers and tell both what the other needs. You lead a team of twelve "
        "through change, settle conflicts early and keep suppliers to their dates. You report to "
        "the board and say early what is late."
    ),
}
QUESTIONS = (
    (
        "Tell me about a time you led a team through a difficult change.",
        "one of two offices closed, nine people at home within a month\n"
        "I talked to each person alone first\n"
        "nobody left the team",
    ),
    (
        "Why do you want to work at Harbour Health?",
        "I was a patient there as a child and want to give something back\n"
        "I know the record system you are buying",
    ),
    (
        "Looking back, what would you do differently?",
        "tell the team earlier, before everything is decided\nask for money for desks",
    ),
)
"""Of the learner's own, with the points noted for each."""


def practise(owner: User, script: dict[str, Any]) -> Session:
    """Make the session, attach the text that was spoken from, upload the recording; or write."""
    if script.get("in_writing"):
        question = prepared(owner).questions.get(text=QUESTIONS[script["answers"]][0])
        return drills.answer_in_writing(question=question, text=said(script)).part.session
    session = _begun(owner, script)
    attach_transcript(
        session=session, filename="script.txt", data=said(script).encode(), start=False
    )
    media = HERE / "media" / f"{script['slug']}.ogg"
    with media.open("rb") as file:
        add_file(session=session, file=file, filename=media.name, length=media.stat().st_size)
    return session


def _begun(owner: User, script: dict[str, Any]) -> Session:
    if "drill" in script:
        drill = Drill.objects.get(slug=script["drill"])
        return drills.begin_attempt(owner=owner, drill=drill).session
    if "answers" in script:
        question = prepared(owner).questions.get(text=QUESTIONS[script["answers"]][0])
        return drills.answer_by_recording(question=question).part.session
    if script.get("real"):
        return drills.new_interview(preparation=prepared(owner), agreed=True).session
    return create_session(owner=owner, **{key: script[key] for key in _DETAILS if key in script})


def prepared(owner: User) -> Preparation:
    """The one preparation; made the first time."""
    there = Preparation.objects.filter(owner=owner).first()
    if there is not None:
        return there
    made = drills.create_preparation(owner=owner, token=uuid.uuid4(), **JOB)
    for text, points in QUESTIONS:
        question = drills.add_question(preparation=made, text=text)
        drills.note_points(question=question, points=points)
        drills.act_on(question=question, verb="ready")
        drills.act_on(question=question, verb="pin")
    return made
