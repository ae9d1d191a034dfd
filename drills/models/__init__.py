"""The question bank, interviews put together from it, preparations for real ones; drills, attempts
at them, and what to do next."""

from drills.models.bank import Asked, Interview, Question
from drills.models.documents import JobDocument
from drills.models.drills import Attempt, Drill
from drills.models.preparation import Preparation, PreparedAnswer, PreparedQuestion
from drills.models.recommendations import Outcome, Recommendation

__all__ = [
    "Asked",
    "Attempt",
    "Drill",
    "Interview",
    "JobDocument",
    "Outcome",
    "Preparation",
    "PreparedAnswer",
    "PreparedQuestion",
    "Question",
    "Recommendation",
]
