"""Everything that changes the question bank and interviews."""

from drills.services.bank import learn, load_questions
from drills.services.interviews import ask_follow_up, make_interview

__all__ = ["ask_follow_up", "learn", "load_questions", "make_interview"]
