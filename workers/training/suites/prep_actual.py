"""Interviews beside their preparation: questions found, matched, points made, what is new.

Each interview is read with its speakers told apart (`several`), with one speaker (`one`), and with
one speaker and no question marks (`bare`). Matching and points are judged on the true questions
and answers, so that each figure tells of one step, and once more on what was found (`whole`). The
preparation holds as many questions again that nobody asked: those of the next interview.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from workers.engines.comparison import ENGINE
from workers.engines.meaning.asked import Asked, Role, Said, Who, questions, roles
from workers.engines.meaning.lines import lines_of
from workers.engines.meaning.pairing import Match, Plan, match
from workers.engines.meaning.planned import new_points, points_made
from workers.training.evaluation import cases
from workers.training.evaluation.scores import Counts
from workers.training.evaluation.types import Figure, Outcome, Part, Report
from workers.training.suites.answers import vectors

MODES = ("several", "one", "bare")
Case = dict[str, Any]


FILES = "interviews.jsonl", "unseen.jsonl"
"""Of the development part, by two hands: who made the first rules, and somebody who knew none."""


def evaluate(part: Part) -> Report:
    every = interviews(part)
    return judge(part, every, cases.some(every, part, 3))


def interviews(part: Part) -> list[Case]:
    names = FILES[:1] if part == "heldout" else FILES
    files = [cases.path(part, "prep_actual", name, kind="content") for name in names]
    return [case for file in files for case in cases.records(file)]


def following(case: Case, every: Sequence[Case]) -> Case:
    return every[(every.index(case) + 1) % len(every)]


def judge(
    part: Part,
    every: Sequence[Case],
    chosen: Sequence[Case],
    before: Callable[[Case], None] = lambda case: None,
) -> Report:
    """`before` is called before each of the `chosen`: cross-validation puts other weights there."""
    found = {mode: Counts() for mode in MODES}
    follow, kept, new, whole = Counts(), Counts(), Counts(), Counts()
    right = total = 0
    outcomes = []
    for case in chosen:
        before(case)
        plans = prepared(case, following(case, every))
        wrong: list[str] = []
        for mode in MODES:
            told = _roles(case, mode, plans)
            found[mode] += _asking(case, told, wrong if mode == "one" else [])
        true = questions(true_roles(case))
        matches = _matched(case, true, plans)
        for asked, same in zip(true, matches, strict=True):
            truth, got = wanted(case, asked), _got(same, plans)
            right, total = right + (truth == got), total + 1
            follow += Counts(
                int(truth == got == "follow_up"),
                int(got == "follow_up" != truth),
                int(truth == "follow_up" != got),
            )
            if truth != got:
                wrong.append(f"{got} for {truth}: {_text(case, asked.asking)}")
        own, own_new = _points(case, _answers(case, true), plans, wrong)
        kept, new = kept + own, new + own_new
        one = questions(_roles(case, "one", plans))
        whole += _points(case, _found_answers(case, one, plans), plans, [])[0]
        outcomes.append(Outcome(case["id"], f"{len(true)} questions", "", "; ".join(wrong)))
    figures = [
        *(
            figure
            for mode in MODES
            for figure in found[mode].figures(f"questions.{mode}", target=0.85)
        ),
        Figure("matching.accuracy", right / total, target=0.85, n=total,
               note="to a prepared question, a follow-up or none"),
        Figure("follow_ups.f1", follow.f1, target=0.7, n=follow.expected),
        *kept.figures("points", target=0.8),
        Figure("points.whole.f1", whole.f1, target=0.75, n=whole.expected,
               note="questions found and matched by itself, one speaker"),
        *new.figures("new", target=0.7),
    ]  # fmt: skip
    return Report("prep_actual", part, ENGINE, figures, outcomes)


def prepared(case: Case, after: Case) -> list[Plan]:
    return _plans(case) + _plans(after, "next ")


def _plans(case: Case, prefix: str = "") -> list[Plan]:
    return [
        Plan(f"{prefix}{n}", one["text"], tuple(one["points"]))
        for n, one in enumerate(case["prepared"])
    ]


def said(case: Case, mode: str) -> list[Said]:
    return [
        Said(
            one["text"].replace("?", ".") if mode == "bare" else one["text"],
            speaker=one["who"] if mode == "several" else None,
        )
        for one in case["said"]
    ]


def _roles(case: Case, mode: str, plans: Sequence[Plan]) -> list[Role]:
    learner = "learner" if mode == "several" else None
    return roles(said(case, mode), learner, [plan.text for plan in plans], vectors())


def true_roles(case: Case) -> list[Role]:
    return [Role(_who(one), 1.0) for one in case["said"]]


def _who(one: Case) -> Who:
    if one.get("asks"):
        return "question"
    return "mine" if one["who"] == "learner" else "interviewer"


def _asking(case: Case, told: Sequence[Role], wrong: list[str]) -> Counts:
    """By sentences."""
    counts = Counts()
    for one, role in zip(case["said"], told, strict=True):
        asks, heard = bool(one.get("asks")), role.who == "question"
        counts += Counts(int(asks and heard), int(heard and not asks), int(asks and not heard))
        if asks != heard:
            wrong.append(f"{'not heard' if asks else 'heard'}: {one['text']}")
    return counts


def _text(case: Case, places: Sequence[int]) -> str:
    return " ".join(case["said"][n]["text"] for n in places)


def texts(case: Case, asked: Sequence[Asked]) -> tuple[list[str], list[list[str]]]:
    """The questions, and the sentences of their answers."""
    answers = [[case["said"][n]["text"] for n in one.answer] for one in asked]
    return [_text(case, one.asking) for one in asked], answers


def _matched(case: Case, asked: Sequence[Asked], plans: Sequence[Plan]) -> list[Match]:
    return match(*texts(case, asked), plans, vectors())


def wanted(case: Case, asked: Asked) -> str:
    truth = case["said"][asked.asking[0]]["match"]
    return "none" if truth is None else str(truth)


def _got(same: Match, plans: Sequence[Plan]) -> str:
    if same.plan is not None:
        return plans[same.plan].id
    return "none" if same.follows is None else "follow_up"


def _answers(case: Case, true: Sequence[Asked]) -> dict[int, list[int]]:
    """Prepared question -> places of its answer, follow-ups' answers too."""
    found: dict[int, list[int]] = {}
    last = None
    for asked in true:
        truth = case["said"][asked.asking[0]]["match"]
        last = last if truth == "follow_up" else truth
        if last is not None:
            found.setdefault(last, []).extend(asked.answer)
    return found


def _found_answers(
    case: Case, asked: Sequence[Asked], plans: Sequence[Plan]
) -> dict[int, list[int]]:
    """The same by what was found; what is missing has no answer, so that its points are missed."""
    found: dict[int, list[int]] = {n: [] for n in _answers(case, questions(true_roles(case)))}
    matches = _matched(case, asked, plans)
    for one, same in zip(asked, matches, strict=True):
        plan = same.plan if same.follows is None else matches[same.follows].plan
        if plan is not None and plan in found:
            found[plan].extend(one.answer)
    return found


def _points(
    case: Case, answers: dict[int, list[int]], plans: Sequence[Plan], wrong: list[str]
) -> tuple[Counts, Counts]:
    """Points of the questions that were asked, and sentences that say something new."""
    kept, new = Counts(), Counts()
    heard = case["said"]
    truth = _answers(case, questions(true_roles(case)))
    for number, places in answers.items():
        sentences = [{"text": heard[n]["text"], "start": None, "end": None} for n in places]
        lines = lines_of(sentences)
        made = points_made(plans[number].points, lines, vectors())
        true = {point for n in truth[number] for point in heard[n].get("keeps", [])}
        got = {n for n, one in enumerate(made) if one["state"] == "kept"}
        kept += Counts(len(got & true), len(got - true), len(true - got))
        wrong += [f"kept: {plans[number].points[n]}" for n in got - true]
        wrong += [f"missed: {plans[number].points[n]}" for n in true - got]
        used = {one["evidence"] for one in made if one["state"] == "kept"}
        fresh = {places[n] for n in new_points(lines, plans[number], used, vectors())}
        marked = {n for n in truth[number] if heard[n].get("new")}
        new += Counts(len(fresh & marked), len(fresh - marked), len(marked - fresh))
    return kept, new
