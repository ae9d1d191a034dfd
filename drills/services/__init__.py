"""Everything that changes the question bank, interviews, preparations and drills."""

from drills.services.answers import answer_by_recording, answer_in_writing, ask_next
from drills.services.asking import ask_for_questions, forget_exchanges, stop_asking
from drills.services.attempts import begin_attempt, judge
from drills.services.bank import learn, load_questions
from drills.services.comparisons import (
    compare_again,
    correct,
    forget_corrections,
    link_interview,
    new_interview,
    prepare_asked,
    unlink_interview,
)
from drills.services.documents import take_document
from drills.services.follow_ups import suggest_follow_up
from drills.services.interviews import ask_follow_up, ask_one, make_interview, may_follow
from drills.services.library import import_drills, load_drills, save_drill
from drills.services.plan import rate_drills, rate_drills_once_a_day, set_goal, set_wish
from drills.services.preparation import (
    act_on,
    add_question,
    create_preparation,
    delete_preparation,
    mark_held,
    note_points,
    renew_questions,
    restore_preparation,
    sweep,
    update_preparation,
)
from drills.services.recommendations import accept, dismiss, drill_done, offer, snooze, take_back

__all__ = [
    "accept",
    "act_on",
    "add_question",
    "answer_by_recording",
    "answer_in_writing",
    "ask_follow_up",
    "ask_for_questions",
    "ask_next",
    "ask_one",
    "begin_attempt",
    "compare_again",
    "correct",
    "create_preparation",
    "delete_preparation",
    "dismiss",
    "drill_done",
    "forget_corrections",
    "forget_exchanges",
    "import_drills",
    "judge",
    "learn",
    "link_interview",
    "load_drills",
    "load_questions",
    "make_interview",
    "mark_held",
    "may_follow",
    "new_interview",
    "note_points",
    "offer",
    "prepare_asked",
    "rate_drills",
    "rate_drills_once_a_day",
    "renew_questions",
    "restore_preparation",
    "save_drill",
    "set_goal",
    "set_wish",
    "snooze",
    "stop_asking",
    "suggest_follow_up",
    "sweep",
    "take_back",
    "take_document",
    "unlink_interview",
    "update_preparation",
]
