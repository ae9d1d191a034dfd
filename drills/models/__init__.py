"""The question bank, and interviews put together from it."""

from drills.models.bank import Asked, Interview, Question

__all__ = ["Asked", "Interview", "Question"]
