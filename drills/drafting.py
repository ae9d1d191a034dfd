"""An interview while it is put together: the list that travels with the form, signed, so that
nothing has to be kept for people who only look."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.core import signing

from coaching.accounts.models import User
from drills.choosing import Choice, choose
from drills.models import Question
from drills.selectors.bank import asked_lately, candidates
from drills.services.bank import learn
from drills.services.interviews import MOST_QUESTIONS

SALT = "rostrum.interview"


@dataclass(frozen=True)
class Draft:
    chosen: tuple[Choice, ...] = ()
    seen: tuple[int, ...] = ()
    """What was offered and turned down."""

    @property
    def is_full(self) -> bool:
        return len(self.chosen) >= MOST_QUESTIONS

    def signed(self) -> str:
        listed = [[one.question.pk, one.reason] for one in self.chosen]
        return signing.dumps({"chosen": listed, "seen": self.seen}, salt=SALT, compress=True)


def read_draft(text: str) -> Draft:
    """What `signed` gave; empty where it was not us, or a question is gone. One query."""
    try:
        kept = signing.loads(text, salt=SALT)
    except signing.BadSignature:
        return Draft()
    known = Question.objects.in_bulk([pk for pk, _reason in kept["chosen"]])
    listed = [(known.get(pk), reason) for pk, reason in kept["chosen"]]
    return Draft(tuple(Choice(one, reason) for one, reason in listed if one), tuple(kept["seen"]))


def changed(draft: Draft, act: str, user: User, wishes: dict[str, Any]) -> Draft:
    """`act` is `choose`, `add`, or `up`, `down`, `remove`, `change` with `-PLACE`.

    What cannot be understood changes nothing.
    """
    verb, _dash, place = act.partition("-")
    if verb == "choose":
        return Draft(tuple(_choose(user, wishes, wishes["count"], without=())))
    if verb == "add":
        return draft if draft.is_full else _with_another(draft, len(draft.chosen), user, wishes)
    at = int(place) if place.isdecimal() and int(place) < len(draft.chosen) else None
    if at is None or verb not in _MOVES:
        return draft
    return _MOVES[verb](draft, at, user, wishes)


def _moved(draft: Draft, at: int, to: int) -> Draft:
    if not 0 <= to < len(draft.chosen):
        return draft
    listed = list(draft.chosen)
    listed.insert(to, listed.pop(at))
    return replace(draft, chosen=tuple(listed))


def _removed(draft: Draft, at: int, *_: Any) -> Draft:
    gone = draft.chosen[at].question.pk
    return Draft(draft.chosen[:at] + draft.chosen[at + 1 :], (*draft.seen, gone))


def _replaced(draft: Draft, at: int, user: User, wishes: dict[str, Any]) -> Draft:
    kind = draft.chosen[at].question.kind
    less = _removed(draft, at)
    found = _with_another(less, at, user, {**wishes, "kinds": [kind]})
    return found if len(found.chosen) == len(draft.chosen) else draft


def _with_another(draft: Draft, at: int, user: User, wishes: dict[str, Any]) -> Draft:
    taken = (*draft.seen, *(one.question.pk for one in draft.chosen))
    found = _choose(user, wishes, 1, without=taken)
    return replace(draft, chosen=(*draft.chosen[:at], *found, *draft.chosen[at:]))


def _choose(
    user: User, wishes: dict[str, Any], count: int, *, without: tuple[int, ...]
) -> list[Choice]:
    field = wishes["field"]
    fits = candidates(field=field, level=wishes["level"], kinds=wishes["kinds"])
    pool = list(fits.exclude(pk__in=without))
    if wishes["job_description"]:
        learn(pool)
    return choose(
        pool,
        count=count,
        field=field,
        description=wishes["job_description"],
        avoid=asked_lately(user),
    )


_MOVES: dict[str, Callable[[Draft, int, User, dict[str, Any]], Draft]] = {
    "up": lambda draft, at, *_: _moved(draft, at, at - 1),
    "down": lambda draft, at, *_: _moved(draft, at, at + 1),
    "remove": _removed,
    "change": _replaced,
}
