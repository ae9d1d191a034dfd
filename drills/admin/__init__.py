"""What operators edit and see of the drills app."""

from drills.admin.bank import QuestionAdmin
from drills.admin.drills import AttemptAdmin, DrillAdmin
from drills.admin.plan import AchievementAdmin, DrillRatingAdmin, SkillRatingAdmin
from drills.admin.preparation import PreparationAdmin
from drills.admin.recommendations import RecommendationAdmin

__all__ = [
    "AchievementAdmin",
    "AttemptAdmin",
    "DrillAdmin",
    "DrillRatingAdmin",
    "PreparationAdmin",
    "QuestionAdmin",
    "RecommendationAdmin",
    "SkillRatingAdmin",
]
