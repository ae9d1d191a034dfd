"""The list of one's sessions: search, filters, orders. A constant number of queries."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import F, QuerySet
from django.db.models.expressions import Combinable
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from coaching.accounts.models import User
from sessions.models import UNDO_WINDOW, Session

PAGE_SIZE = 20
SEARCH_VECTOR = SearchVector("title", "question", "company", config="simple")
"""As in the index practice_search, or PostgreSQL would not use it."""


LONG_TEXTS = ("notes", "job_description")
"""What a list has no room for."""


@dataclass(frozen=True)
class Sort:
    label: str | Promise
    order: tuple[str | Combinable, ...]


SORTS: dict[str, Sort] = {
    "newest": Sort(_("Newest first"), ("-created", "id")),
    "oldest": Sort(_("Oldest first"), ("created", "-id")),
    "title": Sort(_("Title"), (Lower("title"), "id")),
    "score": Sort(_("Best score first"), (F("score").desc(nulls_last=True), "id")),
    "length": Sort(_("Longest first"), (F("duration_s").desc(nulls_last=True), "id")),
}
DEFAULT_SORT = "newest"


def prefix_query(text: str) -> SearchQuery | None:
    """Every word of `text`, each as the beginning of one: "acme inter" finds "Acme interview"."""
    words = re.findall(r"\w+", text, re.UNICODE)
    if not words:
        return None
    return SearchQuery(
        " & ".join(f"'{word}':*" for word in words), search_type="raw", config="simple"
    )


def own_sessions(
    user: User,
    *,
    q: str = "",
    kind: str = "",
    state: str = "",
    since: date | None = None,
    until: date | None = None,
    sort: str = "",
) -> QuerySet[Session]:
    """The user's own living sessions; days are days on the user's clock, `until` included."""
    # nobody needs a grant for what is theirs, and the index by owner serves this alone
    found = Session.objects.filter(owner=user, deleted_at=None, is_listed=True).defer(*LONG_TEXTS)
    query = prefix_query(q)
    if query is not None:
        found = found.alias(words=SEARCH_VECTOR).filter(words=query)
    exact: dict[str, Any] = {"kind": kind, "state": state}
    found = found.filter(**{name: value for name, value in exact.items() if value})
    if since:
        found = found.filter(created__gte=_day_start(since, user))
    if until:
        found = found.filter(created__lt=_day_start(until + timedelta(days=1), user))
    return found.order_by(*SORTS.get(sort, SORTS[DEFAULT_SORT]).order)


def recently_deleted(user: User) -> QuerySet[Session]:
    """The user's own that can still be taken back, the latest first."""
    return Session.objects.filter(owner=user, deleted_at__gt=timezone.now() - UNDO_WINDOW).order_by(
        "-deleted_at"
    )


def _day_start(day: date, user: User) -> datetime:
    return datetime.combine(day, time.min, tzinfo=user.zone)
