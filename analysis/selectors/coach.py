"""Whether a language model may be asked, and what it was told."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import TruncMonth

from analysis.coach.panel import CoachPanel, panel_of
from analysis.coach.plain import names_of
from analysis.coach.request import Request, request_of
from analysis.coach.site import Site, the_site
from analysis.document import Document
from analysis.models import AnalysisRun, CoachCall, CoachConsent, CoachExchange, Purpose, StageRun
from analysis.services.states import NOT_REACHED
from coaching.accounts.models import User
from sessions.models import Session
from workers.engines.types import voice_of

REFUSED = "coach_refused"


def offered_to(user: User) -> Site | None:
    """The site's language model, where `user` may decide about it; a guest may not."""
    return None if user.is_guest else the_site()


def consent_of(
    user: User, site: Site, purpose: Purpose = Purpose.NOTES, *, lock: bool = False
) -> CoachConsent | None:
    """What `user` allowed for this recipient, if that holds for `purpose`; a consent to another
    one is none. `lock`: it cannot be taken back until the transaction ends."""
    found = CoachConsent.objects.filter(user=user, recipient=site.recipient)
    consent = (found.select_for_update() if lock else found).first()
    return consent if consent and consent.allows(purpose) else None


def request_for(run: AnalysisRun) -> Request:
    """What would be sent about `run`, word for word. Raises NothingToSend."""
    owner = run.session.owner
    done = run.stages.filter(state=StageRun.State.DONE, name__in=("content", "fluency", "prosody"))
    results = {name: result or {} for name, result in done.values_list("name", "result")}
    results["prosody"] = voice_of(results)
    names = names_of(owner.name, owner.email.partition("@")[0])
    return request_of(results, run.settings, names)


def latest_exchange(session: Session) -> CoachExchange | None:
    """What was last sent about `session` for coach's notes."""
    return _sent(session, Purpose.NOTES).first()


def follow_up_exchanges(session: Session) -> list[CoachExchange]:
    """What was sent for follow-up questions of `session`, the newest first."""
    return list(_sent(session, Purpose.FOLLOW_UP))


def _sent(session: Session, purpose: Purpose) -> QuerySet[CoachExchange]:
    found = session.coach_exchanges.filter(call__purpose=purpose)
    return found.select_related("call").order_by("-call__started")


def answer_to(session: Session, digest: str) -> CoachExchange | None:
    """An answer that was given to exactly this request."""
    return (
        session.coach_exchanges.filter(digest=digest, call__outcome=CoachCall.Outcome.ANSWERED)
        .select_related("call")
        .order_by("-call__started")
        .first()
    )


def calls_of(user: User) -> list[CoachCall]:
    """The latest of what was sent about a person, newest first."""
    return list(user.coach_calls.select_related("session").order_by("-started")[:20])


def months() -> list[dict[str, Any]]:
    """What the language model cost in each of the last twelve months with calls, newest first."""
    by_month = CoachCall.objects.annotate(month=TruncMonth("started", tzinfo=UTC)).values("month")
    sums = by_month.annotate(
        calls=Count("pk"),
        tokens_in=Sum("tokens_in"),
        tokens_out=Sum("tokens_out"),
        cost=Sum("cost"),
    )
    return [dict(month) for month in sums.order_by("-month")[:12]]


def in_next_run(session: Session) -> dict[str, Any] | None:
    """Fields of the coach's stage in a new run of `session`; None: it has none.

    A no stays a no; notes that were asked for are looked for again, which sends nothing where the
    words are the same; and who allowed it for good is not asked.
    """
    site = the_site() and offered_to(session.owner)
    if site is None:
        return None
    newest = (
        StageRun.objects.filter(run__session=session, name="coach")
        .exclude(error_code=NOT_REACHED)
        .order_by("-run__created", "-pk")
        .values_list("error_code", flat=True)
        .first()
    )
    if newest == REFUSED:
        return {"state": StageRun.State.SKIPPED, "error_code": REFUSED}
    consent = consent_of(session.owner, site)
    always = consent is not None and consent.mode == CoachConsent.Mode.ALWAYS
    answered = _sent(session, Purpose.NOTES).filter(call__outcome=CoachCall.Outcome.ANSWERED)
    return {} if always or answered.exists() else None


def kept_from(run: AnalysisRun) -> dict[str, Any] | None:
    """Fields of `run`'s own stage of the coach, for a run that keeps its notes or its no; None
    where nothing came of it yet."""
    kept = ("state", "input_digest", "result", "withheld", "engine", "model", "started_at",
            "finished_at", "error_code", "error_message", "error_detail")  # fmt: skip
    return run.stages.filter(name="coach", state__in=StageRun.SETTLED).values(*kept).first()


def panel_for(run: AnalysisRun, document: Document, owner: User | None) -> CoachPanel | None:
    """What the result page shows of it, to its `owner` or (None) to somebody else. Without a
    language model here it asks the database for nothing."""
    site = offered_to(owner) if owner else None
    stage = next((stage for stage in run.stages.all() if stage.name == "coach"), None)
    return panel_of(document, stage, site, consent_of(owner, site) if owner and site else None)
