"""A preparation that a language model may be asked about, and answers it may give."""

from __future__ import annotations

import uuid
from typing import Any

from analysis.coach.site import Site
from analysis.services.coach import give_consent
from coaching.accounts.models import User
from drills import services
from drills.asking.request import QuestionsRequest, questions_request
from drills.models import Preparation
from drills.selectors.asking import questions_request_for

ADVERT = """Backend engineer
Your tasks:
- You design and operate payment interfaces for thousands of shops.
- You write automated tests and review the code of others.
Your profile:
- You have several years of experience with Python and PostgreSQL.
- You explain technical decisions to colleagues who are no engineers.
We offer free fruit and a garden."""
GOOD = (
    ("How do you keep a payment interface working while you change it?",
     "design and operate payment interfaces"),
    ("Which automated tests do you write first, and why?", "write automated tests"),
    ("Tell me about a review in which you changed the code of somebody else.",
     "review the code of others"),
    ("How do you find out why a query in PostgreSQL became slow?",
     "experience with Python and PostgreSQL"),
    ("How do you explain a technical decision to a colleague who is no engineer?",
     "explain technical decisions to colleagues"),
)  # fmt: skip


def suggested(*pairs: tuple[str, str]) -> dict[str, Any]:
    return {"questions": [{"text": text, "demand": demand} for text, demand in pairs]}


def request(description: str = ADVERT, **changes: Any) -> QuestionsRequest:
    told = {"title": "Backend engineer", "kind": "", "level": "", "there": (), "count": 8}
    return questions_request(description=description, **(told | changes))


def prepared(owner: User, description: str = ADVERT, **fields: Any) -> Preparation:
    """A preparation with eight questions of the bank."""
    return services.create_preparation(
        owner=owner, token=uuid.uuid4(), job_title="Backend engineer", job_description=description,
        **fields,
    )  # fmt: skip


def allow(user: User, *, follow_ups: bool = False) -> None:
    give_consent(user=user, questions=True, follow_ups=follow_ups)


def ask(preparation: Preparation, site: Site) -> None:
    """As the learner does who has looked at what is sent."""
    digest = questions_request_for(preparation).digest(site)
    services.ask_for_questions(preparation=preparation, digest=digest)
