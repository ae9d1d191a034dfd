"""The question bank, interviews put together from it, preparations for real ones; drills, attempts
at them, and what to do next; plans."""

from drills.models.asking import QuestionExchange, QuestionJob
from drills.models.bank import Asked, Interview, Question
from drills.models.comparison import Comparison
from drills.models.documents import JobDocument
from drills.models.drills import Attempt, Drill
from drills.models.plan import (
    Achievement,
    DrillRating,
    PlanSettings,
    RatingChange,
    SkillRating,
    SkillWish,
)
from drills.models.preparation import Preparation, PreparedAnswer, PreparedQuestion
from drills.models.recommendations import Outcome, Recommendation

__all__ = [
    "Achievement",
    "Asked",
    "Attempt",
    "Comparison",
    "Drill",
    "DrillRating",
    "Interview",
    "JobDocument",
    "Outcome",
    "PlanSettings",
    "Preparation",
    "PreparedAnswer",
    "PreparedQuestion",
    "Question",
    "QuestionExchange",
    "QuestionJob",
    "RatingChange",
    "Recommendation",
    "SkillRating",
    "SkillWish",
]
