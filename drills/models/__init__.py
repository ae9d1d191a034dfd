"""The question bank, interviews put together from it, and preparations for real ones."""

from drills.models.bank import Asked, Interview, Question
from drills.models.documents import JobDocument
from drills.models.preparation import Preparation, PreparedAnswer, PreparedQuestion

__all__ = [
    "Asked",
    "Interview",
    "JobDocument",
    "Preparation",
    "PreparedAnswer",
    "PreparedQuestion",
    "Question",
]
