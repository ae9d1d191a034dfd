"""What operators edit and see of the drills app."""

from drills.admin.bank import Lines, QuestionAdmin, QuestionForm
from drills.admin.preparation import PreparationAdmin

__all__ = ["Lines", "PreparationAdmin", "QuestionAdmin", "QuestionForm"]
