"""The question bank, interviews put together from it, preparations for real ones; drills, and
attempts at them."""

from drills.models.bank import Asked, Interview, Question
from drills.models.documents import JobDocument
from drills.models.drills import Attempt, Drill
from drills.models.preparation import Preparation, PreparedAnswer, PreparedQuestion

__all__ = [
    "Asked",
    "Attempt",
    "Drill",
    "Interview",
    "JobDocument",
    "Preparation",
    "PreparedAnswer",
    "PreparedQuestion",
    "Question",
]
