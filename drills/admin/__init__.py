"""What operators edit of the drills app."""

from drills.admin.bank import Lines, QuestionAdmin, QuestionForm

__all__ = ["Lines", "QuestionAdmin", "QuestionForm"]
