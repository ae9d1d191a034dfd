"""A session's clips as somebody may see them, and the way a crop would go."""

from __future__ import annotations

import logging
import uuid
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db.models import QuerySet
from django.http import Http404
from django.utils.text import slugify
from django.utils.translation import gettext as _

from analysis.models import AnalysisRun, Clip
from analysis.sharing import mask
from sessions.models import Grant, Session
from sessions.selectors import Viewer, media_url, record_uses, sees_swearing, visible_to
from workers.engines.crop import RATE_HZ, follow, read_faces

log = logging.getLogger(__name__)
SHOWN_HZ = 5.0
"""Points a second of the way that the page draws."""


@dataclass(frozen=True)
class ShownClip:
    """A clip with the addresses at which this person plays and downloads it."""

    clip: Clip
    title: str
    url: str
    download: str

    @property
    def is_video(self) -> bool:
        return self.clip.content_type.startswith("video/")

    @property
    def percent(self) -> int:
        return round(self.clip.progress * 100)

    @property
    def says(self) -> str:
        """What there is to know of how it was made; "" where nothing."""
        crop = self.clip.result.get("crop") or {}
        return str(crop.get("why") or "")


def clips_seen(user: Viewer) -> QuerySet[Clip]:
    """Clips of every session whose recording `user` may see, newest first: the owner's all, of
    others what is ready."""
    seen = Clip.objects.filter(deleted_at=None, session__in=visible_to(user, Grant.Scope.MEDIA))
    own = seen.filter(session__owner=user.pk)
    done = seen.filter(state=Clip.State.DONE)
    return (own | done).select_related("session").defer("words").order_by("-created", "pk")


def shown_clips(user: Viewer, session: Session) -> list[ShownClip]:
    """Those of a session that `user` was found to see the recording of."""
    clips = list(clips_seen(user).filter(session=session))
    unmasked = not clips or sees_swearing(user, session)
    return [shown(user, clip, unmasked=unmasked) for clip in clips]


def clips_context(user: Viewer, session: Session) -> dict[str, Any]:
    """What the list's template needs of them."""
    clips = shown_clips(user, session)
    return {"clips": clips, "clips_unfinished": any(one.clip.is_unfinished for one in clips)}


def shown(user: Viewer, clip: Clip, *, unmasked: bool) -> ShownClip:
    title = clip.title if unmasked else mask(clip.title)
    return ShownClip(
        clip, title, url=_url(user, clip, title), download=_url(user, clip, title, download=True)
    )


def clip_for(user: Viewer, clip_id: uuid.UUID | str) -> Clip:
    """One clip, or Http404; seeing it through a grant is audited."""
    clip = _found(clips_seen(user), clip_id)
    record_uses(user, [clip.session], Grant.Scope.MEDIA, what="saw a clip")
    return clip


def own_clip(user: Viewer, clip_id: uuid.UUID | str, *, deleted: bool = False) -> Clip:
    """A clip of the user's own: what may be changed, and with `deleted` also brought back.
    Http404 for any other."""
    own = Clip.objects.filter(session__in=visible_to(user).filter(owner=user.pk))
    return _found(own if deleted else own.filter(deleted_at=None), clip_id)


def captions_of(clip: Clip, *, unmasked: bool) -> str:
    """Its WebVTT file, as who may read swear words or not reads it; "" where it has none."""
    text = str(clip.result.get("vtt") or "")
    return text if unmasked else mask(text)


def crop_way(session: Session, shape: str, start: float, end: float) -> dict[str, Any]:
    """How the crop of such a clip would go: {start, step, x, y, why}, shares of the picture."""
    way = follow(_faces(session), shape, start, end)
    every = max(1, round(RATE_HZ / SHOWN_HZ))
    return {
        "start": start,
        "step": every / RATE_HZ,
        "x": [round(float(x), 4) for x in way.middles[::every, 0]],
        "y": [round(float(y), 4) for y in way.middles[::every, 1]],
        "follows": not way.reason,
    }


def _faces(session: Session) -> Any:
    run = AnalysisRun.objects.filter(session=session, is_current=True).first()
    kept = run and run.artifacts.filter(kind="landmarks").first()
    if not kept:
        return None
    try:
        with default_storage.open(kept.key) as file:
            return read_faces(BytesIO(file.read()))
    except (OSError, ValueError):
        log.exception("landmarks %s cannot be read", kept.key)
        return None


def _url(user: Viewer, clip: Clip, title: str, *, download: bool = False) -> str:
    if not clip.key:
        return ""
    ending = "m4a" if clip.content_type.startswith("audio/") else "mp4"
    return media_url(
        user,
        clip.key,
        content_type=clip.content_type,
        filename=f"{slugify(title)[:60] or 'clip'}.{ending}",
        download=download,
    )


def _found(clips: QuerySet[Clip], clip_id: uuid.UUID | str) -> Clip:
    try:
        return clips.select_related("session__owner").get(pk=clip_id)
    except (Clip.DoesNotExist, ValueError, ValidationError) as error:
        raise Http404(_("There is no such clip.")) from error
