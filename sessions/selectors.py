"""Reading sessions: an object is seen by its owner or through a grant, by nobody else."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core import signing
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from coaching.accounts.models import User
from sessions.models import Grant, GrantUse, Recording, Session, Take
from workers.engines.types import ROLES, SlideMark

Viewer = User | AnonymousUser
SALT = "rostrum.media"
SCOPES: tuple[str, ...] = (Grant.Scope.METRICS, Grant.Scope.TRANSCRIPT, Grant.Scope.MEDIA)
"""Narrow to wide: each includes the ones before it."""


def scopes_from(scope: str) -> tuple[str, ...]:
    """The scopes that include `scope`."""
    return SCOPES[SCOPES.index(scope) :]


def grants_held(user: Viewer, scope: str = "metrics", link: str | None = None) -> QuerySet[Grant]:
    """Grants in force that `user` (or whoever knows `link`) holds, of at least this scope."""
    holder = Q(pk__in=())
    if user.is_authenticated:
        holder |= Q(to_user=user) | Q(to_group__in=user.groups.values("pk"))
    if link:
        holder |= Q(to_link=link)
    return Grant.objects.filter(
        holder,
        Q(expires_at=None) | Q(expires_at__gt=timezone.now()),
        revoked_at=None,
        owner__erase_at=None,  # who wants to be forgotten is seen by nobody meanwhile
        scope__in=scopes_from(scope),
    )


def visible_to(user: Viewer, scope: str = "metrics", link: str | None = None) -> QuerySet[Session]:
    """Sessions `user` may see in `scope` (`metrics` < `transcript` < `media`); deleted ones none.

    `link` is the secret of a shared address, which also lets in somebody without an account.
    """
    held = grants_held(user, scope, link).filter(owner=OuterRef("owner"))
    # a grant of everything is one of what stands in the list: no drills, no answers being written
    seen = Q(Exists(held.filter(session=OuterRef("pk"))))
    seen |= Q(Exists(held.filter(session=None)), is_listed=True)
    if user.is_authenticated:
        seen |= Q(owner=user)
    return Session.objects.filter(seen, deleted_at=None)


def sees_swearing(user: Viewer, session: Session) -> bool:
    """Whether the words of `session` are shown to `user` unmasked: the owner's own, or where a
    grant says so."""
    if session.owner_id == user.pk:
        return True
    return (
        grants_held(user, Grant.Scope.TRANSCRIPT)
        .filter(Q(session=session) | Q(session=None), owner=session.owner_id, mask_profanity=False)
        .exists()
    )


def session_for(
    user: Viewer,
    session_id: uuid.UUID | str,
    scope: str = "metrics",
    *,
    link: str | None = None,
    what: str = "opened",
) -> Session:
    """One session, or Http404. Seeing it through somebody's grant leaves a GrantUse (`what`)."""
    try:
        session = visible_to(user, scope, link).select_related("owner").filter(pk=session_id).get()
    except (Session.DoesNotExist, ValueError, ValidationError) as error:
        raise Http404(_("There is no such session.")) from error
    record_uses(user, [session], scope, link=link, what=what)
    return session


def record_uses(
    user: Viewer,
    sessions: Iterable[Session],
    scope: str = "metrics",
    *,
    link: str | None = None,
    what: str,
) -> None:
    """Audit that `user` was shown these sessions: which grant let them. One's own leave nothing.

    Two queries, however many there are.
    """
    others = {session.pk: session.owner_id for session in sessions if session.owner_id != user.pk}
    if not others:
        return
    held = list(
        grants_held(user, scope, link)
        .filter(Q(session=None) | Q(session__in=list(others)), owner__in=set(others.values()))
        .order_by("created")
    )
    GrantUse.objects.bulk_create(
        GrantUse(
            grant=next(
                (g for g in held if g.owner_id == owner_id and g.session_id in {None, session_id}),
                None,
            ),
            owner_id=owner_id,
            user=user if user.is_authenticated else None,
            session_id=session_id,
            what=what,
        )
        for session_id, owner_id in others.items()
    )


def own_session(user: Viewer, session_id: uuid.UUID | str) -> Session:
    """One of the user's own, living: what may be changed. Http404 for any other."""
    try:
        return visible_to(user).select_related("owner").get(pk=session_id, owner=user.pk)
    except (Session.DoesNotExist, ValueError, ValidationError) as error:
        raise Http404(_("There is no such session.")) from error


def main_recording(session: Session) -> Recording | None:
    """The one that carries the learner: its sound is measured, its clock is the session's."""
    found = session.recordings.all()
    return min(found, key=lambda one: ROLES.index(one.role), default=None)


def captions_of(session: Session) -> dict[str, Any] | None:
    """What the learner was shown while recording (`Take.captions`), on the session's clock."""
    take = _sent_take(session)
    return take.captions if take else None


def slide_marks(session: Session) -> list[SlideMark]:
    """When the slides of a talk recorded in the studio changed, on the session's clock."""
    take = _sent_take(session)
    return [
        SlideMark(t=mark["t"], found=mark.get("found") is True)
        for mark in (take.marks if take else [])
        if mark["kind"] == "slide"
    ]


def _sent_take(session: Session) -> Take | None:
    """None where there is none, or its recording was replaced."""
    take = Take.objects.filter(session=session, state=Take.State.SENT).first()
    recording = main_recording(session)
    if take is None or recording is None or str(recording.pk) not in take.uploads:
        return None
    return take


def media_url(
    user: Viewer,
    key: str,
    *,
    content_type: str,
    filename: str = "",
    download: bool = False,
    grant: Grant | None = None,
) -> str:
    """An address for what lies at `key`, for `user` alone (with `grant`: for who has its link).

    It asks the database nothing: sessions.media looks at each request whether the user may see
    it, and for an original whether it was checked. It works for MEDIA_URL_SECONDS.
    """
    named = {
        "k": key,
        "t": content_type,
        "n": filename,
        "d": "1" if download else "",
        "u": str(user.pk) if user.is_authenticated else "",
        "g": str(grant.pk) if grant else "",
    }
    return f"{settings.MEDIA_URL}{signing.dumps(named, salt=SALT, compress=True)}"


def recording_url(user: Viewer, recording: Recording, *, download: bool = False) -> str:
    """The address of an original, as `media_url`."""
    return media_url(
        user,
        recording.key,
        content_type=recording.content_type,
        filename=recording.filename,
        download=download,
    )
