"""A follow-up question by a language model, while somebody waits for it: in seconds or not at all.

The page books the call, so that consent, budget and breaker are looked at before a word goes out; a
worker that is up already makes it (`workers.asker`), and the page reads the answer off its row.
Nothing is held meanwhile, neither a lock nor a connection.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analysis.coach.request import Message, NothingToSend
from analysis.coach.site import FAILED, Site, the_site
from analysis.models import CoachCall, CoachConsent, Purpose
from analysis.selectors.coach import consent_of, offered_to
from analysis.services.coach_calls import NotNow, Plan, reserve, settle
from drills.asking import bell
from drills.asking.checks import follow_up_of
from drills.asking.request import FollowUpRequest, follow_up_request
from drills.choosing import FollowUp, because_said
from drills.selectors.asking import hidden_names
from sessions.models import Part, Session

WAIT_S = 3.2
"""What a page waits; the bank takes less than a second after it."""
CALL_S = 2.8
"""What the call itself may take."""
LEAST_S = 0.5
"""With less left nobody is called."""
MOST_TOKENS = 1000
"""A question is short; a model that thinks longer is too slow in any case."""
_CODES = {
    "coach_over_budget": gettext_lazy("this month's budget is spent"),
    "coach_daily_limit": gettext_lazy("you have asked as often as one person may in a day"),
}


@dataclass(frozen=True)
class Suggestion:
    """`found`, or why the bank asks instead; neither where no language model is to be asked."""

    found: FollowUp | None = None
    why_not: str = ""


def rushed(site: Site) -> Site:
    """`site` as it is asked while somebody waits."""
    tokens = min(site.max_tokens, MOST_TOKENS)
    return replace(site, timeout_s=min(site.timeout_s, CALL_S), max_tokens=tokens)


def suggest_follow_up(*, session: Session, part: Part, said: str) -> Suggestion:
    """Ask a language model, where the owner allowed that and something was heard. Waits WAIT_S at
    most."""
    site = the_site() and offered_to(session.owner)
    if site is None or not said.strip():
        return Suggestion()
    names = hidden_names(session.owner)
    try:
        request = follow_up_request(question=part.question, said=said, names=names)
        call = _booked(session, rushed(site), request)
    except NothingToSend:
        return Suggestion()
    except NotNow as error:
        why = _CODES.get(error.code, gettext_lazy("it is not answering at present"))
        return Suggestion(why_not=str(why))
    if call is None:
        return Suggestion()
    if not _is_over(site, call):
        return Suggestion(why_not=_("it did not answer in time"))
    return _read(request, call)


def _booked(session: Session, site: Site, request: FollowUpRequest) -> CoachCall | None:
    """None where it is not allowed. Raises NotNow."""
    if consent_of(session.owner, site, Purpose.FOLLOW_UP) is None:
        return None
    if not bell.somebody_asks():
        raise NotNow(FAILED)
    with transaction.atomic():
        if consent_of(session.owner, site, Purpose.FOLLOW_UP, lock=True) is None:
            return None
        always = CoachConsent.Mode.ALWAYS
        return reserve(site=site, request=request, session=session, consent=always,
                       purpose=Purpose.FOLLOW_UP)  # fmt: skip


def _is_over(site: Site, call: CoachCall) -> bool:
    if not connection.in_atomic_block:
        connection.close()  # back to the pool: others need it while this page waits
    if bell.waited_for(call.pk, WAIT_S):
        return True
    if bell.taken_back(call.pk):  # it was never made, so it cost nothing
        settle(call=call, site=site, outcome=CoachCall.Outcome.LOST, tokens=(0, 0))
    return False


def _read(request: FollowUpRequest, call: CoachCall) -> Suggestion:
    call = CoachCall.objects.select_related("exchange").get(pk=call.pk)
    kept = getattr(call, "exchange", None)  # removed in another window, perhaps
    if call.outcome != CoachCall.Outcome.ANSWERED or kept is None:
        return Suggestion(why_not=_("it did not answer"))
    from analysis.coach.answer import NotAnAnswer  # pydantic: loaded where it is read
    from drills.asking.answer import read_follow

    try:
        held = follow_up_of(request, read_follow(kept.response))
    except NotAnAnswer:
        held = None
    if held is None:
        return Suggestion(why_not=_("what it asked did not hold"))
    return Suggestion(FollowUp(held.text, because_said(held.quote), by_model=True))


def plan_of(call: CoachCall, site: Site) -> Plan | None:
    """A worker's: what to send for a booked call; None where it is not to be made any more, since
    its page has gone on."""
    site, kept = rushed(site), getattr(call, "exchange", None)
    if call.outcome != CoachCall.Outcome.RUNNING or kept is None:
        return None
    left_s = CALL_S - (timezone.now() - call.started).total_seconds()
    if left_s < LEAST_S:
        settle(call=call, site=site, outcome=CoachCall.Outcome.LOST, tokens=(0, 0))
        return None
    from drills.asking.answer import Follow  # as above

    site = replace(site, timeout_s=min(site.timeout_s, left_s))
    message = Message(
        system=kept.instructions,
        user=kept.data,
        prompt=call.prompt,
        schema=Follow.model_json_schema(),
        facts="",
    )
    return Plan(site, message, call=call) if message.digest(site) == kept.digest else None
