"""Asking for a clip, stopping it, trying again, deleting it and taking that back."""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import asdict, dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from analysis.models import AnalysisRun, Clip, Transcript
from analysis.selectors.transcripts import words_of
from analysis.services.clips.telling import touch
from analysis.services.inputs import trim_of
from analysis.services.runs import ring_for
from billing.models import Usage
from billing.selectors import allowance
from billing.services import QuotaExceeded, release
from sessions.models import UNDO_WINDOW, Session
from workers.engines.types import CLIP_VERSION, Word

SHORTEST_S, LONGEST_S = 1.0, 180.0
SLACK_S = 0.5
"""A cut may end this far past the length that was measured: sound and picture end apart."""
ROUNDED_S = 0.1
"""Pages tell and ask for times rounded to it."""
MOST_UNFINISHED = 10
"""Clips one person may have waiting at once."""
CONTEXT_S = 3.0
"""Words so far about the cut go along, so that swearing is told by its neighbours."""
QUEUE = "cpu"


class ClipRefused(Exception):
    """No clip can be made of this now. `message` says what to do, `status` is for the API."""

    def __init__(self, code: str, message: str, status: int = 409) -> None:
        super().__init__(message)
        self.code, self.message, self.status = code, message, status


@dataclass(frozen=True)
class Cut:
    """What a person asks for; times in seconds on the recording's clock."""

    start: float
    end: float
    format: str = Clip.Format.WIDE
    captions: str = Clip.Captions.BURNT
    profanity: str = Clip.Profanity.KEEP
    card: bool = False
    title: str = ""


@transaction.atomic
def cut_clip(*, session: Session, cut: Cut) -> tuple[Clip, bool]:
    """The clip of this cut, and whether it is new: the same is made once, and one that failed or
    was stopped is tried again. Raises ValidationError (times), ClipRefused, QuotaExceeded."""
    session = Session.objects.select_for_update(no_key=True).get(pk=session.pk)
    run = session.runs.filter(is_current=True).select_related("transcript").first()
    if session.deleted_at is not None or run is None:
        raise ClipRefused("not_ready", _("A clip can be cut once this practice is analysed."))
    _check_times(session, run, cut)
    words = _words(run.transcript, cut)
    wanted = Clip(
        session=session,
        **asdict(cut) | {"title": (cut.title.strip() or session.title)[:120]},
        subtitle=_subtitle(session) if cut.card else "",
        words=words,
    )
    wanted.digest = _digest(session, run, wanted)
    found = session.clips.filter(digest=wanted.digest, deleted_at=None).first()
    if found is not None:
        return (retry_clip(clip=found) if found.state in Clip.AGAIN else found), False
    _check_room(session)
    try:
        with transaction.atomic():
            wanted.save()
    except IntegrityError:  # asked for at the same moment
        return session.clips.get(digest=wanted.digest, deleted_at=None), False
    ring_for(QUEUE)
    touch(wanted)
    return wanted, True


@transaction.atomic
def cancel_clip(*, clip: Clip) -> Clip:
    """Stop one that is not made yet; its worker notices at the next heartbeat."""
    clip = Clip.objects.select_for_update().get(pk=clip.pk)
    if clip.state in Clip.UNFINISHED:
        _put(clip, Clip.State.CANCELLED)
    return clip


@transaction.atomic
def retry_clip(*, clip: Clip) -> Clip:
    """Make one that failed, or was stopped, after all. Raises ClipRefused."""
    clip = Clip.objects.select_for_update().get(pk=clip.pk)
    if clip.state in Clip.AGAIN and clip.deleted_at is None:
        _check_room(clip.session)
        clip.failures, clip.not_before = 0, None
        clip.error_code = clip.error_message = clip.error_detail = ""
        _put(clip, Clip.State.QUEUED)
        ring_for(QUEUE)
    return clip


@transaction.atomic
def delete_clip(*, clip: Clip) -> Clip:
    """Hide it, and stop it where it is being made; its file goes after the undo window."""
    clip = Clip.objects.select_for_update().get(pk=clip.pk)
    if clip.deleted_at is None:
        clip.deleted_at = timezone.now()
        _put(clip, Clip.State.CANCELLED if clip.is_unfinished else Clip.State(clip.state))
    return clip


@transaction.atomic
def restore_clip(*, clip: Clip) -> Clip:
    """Take a deletion back. Raises ValidationError once the undo window has passed; where the
    same cut was made anew meanwhile, that one is it."""
    clip = Clip.objects.select_for_update().get(pk=clip.pk)
    if clip.deleted_at is None:
        return clip
    if clip.deleted_at + UNDO_WINDOW <= timezone.now():
        raise ValidationError(_("The ten minutes to undo this have passed."))
    twin = clip.session.clips.filter(digest=clip.digest, deleted_at=None).first()
    if twin is not None:
        return twin
    clip.deleted_at = None
    _put(clip, Clip.State(clip.state))
    return clip


@transaction.atomic
def purge_clip(*, clip: Clip) -> None:
    """Remove it for good: its row, what it counted, and after the commit its file."""
    release(clip.session.owner, Usage.Kind.STORAGE, usage_key(clip))
    key = clip.key
    clip.delete()
    if key:
        transaction.on_commit(lambda: default_storage.delete(key), robust=True)


def usage_key(clip: Clip) -> str:
    return f"clip:{clip.pk}"


def _put(clip: Clip, state: Clip.State) -> None:
    clip.state, clip.lease_until = state, None
    if state in Clip.UNFINISHED | {Clip.State.CANCELLED}:
        clip.progress = 0.0
    clip.save()
    touch(clip)


def _check_times(session: Session, run: AnalysisRun, cut: Cut) -> None:
    start, end, length = cut.start, cut.end, session.duration_s
    problems: dict[str, str] = {}
    if not session.recordings.exclude(checked_at=None).exists() or not length:
        raise ClipRefused("no_recording", _("This practice is text only: there is nothing to cut."))
    if not (math.isfinite(start) and math.isfinite(end)):
        problems["start"] = _("Give both times as seconds.")
    elif start < 0:
        problems["start"] = _("A clip cannot start before the recording does.")
    elif end <= start:
        problems["end"] = _("The end has to come after the start.")
    elif end > length + SLACK_S:
        problems["end"] = _("The recording ends at %(length).1f s.") % {"length": length}
    elif end - start < SHORTEST_S:
        problems["end"] = _("A clip is at least %(least)d second long.") % {"least": SHORTEST_S}
    elif end - start > LONGEST_S:
        problems["end"] = _("A clip is at most %(most)d minutes long.") % {"most": LONGEST_S / 60}
    elif outside := _outside(session, run, cut):
        problems[outside[0]] = outside[1]
    if problems:
        raise ValidationError({name: [text] for name, text in problems.items()})
    probe = run.stages.filter(name="probe").values_list("result", flat=True).first() or {}
    if cut.format == Clip.Format.AUDIO and not probe.get("audio"):
        raise ClipRefused("no_sound", _("This recording has no sound to keep."))


def _outside(session: Session, run: AnalysisRun, cut: Cut) -> tuple[str, str] | None:
    """The field that leaves what counts, and why: by the trim the practice has, and by that of the
    result, whose words and faces a clip is made of."""
    for trim in (trim_of(session), run.settings.get("trim")):
        if trim is None:
            continue
        early = cut.start < trim["start"] - ROUNDED_S
        if early or cut.end > trim["end"] + ROUNDED_S:
            end = min(trim["end"], session.duration_s or trim["end"])
            return "start" if early else "end", _(
                "Only %(start).1f–%(end).1f s of this recording counts. Cut inside that, or change "
                "the trim first."
            ) % {"start": trim["start"], "end": end}
    return None


def _check_room(session: Session) -> None:
    waiting = Clip.objects.filter(
        session__owner=session.owner_id, state__in=Clip.UNFINISHED, deleted_at=None
    )
    if waiting.count() >= MOST_UNFINISHED:
        raise ClipRefused(
            "too_many_clips",
            _("%(most)d of your clips are still being made. Wait for one of them, or stop one.")
            % {"most": MOST_UNFINISHED},
            429,
        )
    if not allowance(session.owner, Usage.Kind.STORAGE).left:
        raise QuotaExceeded(
            Usage.Kind.STORAGE,
            _("Your storage is full. Delete recordings or clips you no longer need, or choose a "
              "larger plan."),
        )  # fmt: skip


def _words(transcript: Transcript | None, cut: Cut) -> list[Word]:
    """The timed words of the cut and some about it. Raises ClipRefused where it needs them and
    has none."""
    if cut.captions == Clip.Captions.NONE and cut.profanity == Clip.Profanity.KEEP:
        return []
    timed = [
        word
        for word in (words_of(transcript) if transcript is not None else [])
        if word["start"] is not None and word["end"] is not None
    ]
    if not timed:
        raise ClipRefused(
            "no_timed_words",
            _("The words of this practice have no times, so they can be neither shown nor hidden. "
              "Choose no captions, and leave swear words as they are."),
        )  # fmt: skip
    return [
        word
        for word in timed
        if cut.start - CONTEXT_S <= (word["end"] or 0)
        and (word["start"] or 0) <= cut.end + CONTEXT_S
    ]


def _subtitle(session: Session) -> str:
    day = timezone.localtime(session.created, session.owner.zone)
    return f"{session.get_kind_display()}, {formats.date_format(day, 'DATE_FORMAT')}"


def _digest(session: Session, run: AnalysisRun, clip: Clip) -> str:
    """Of everything that goes into the file."""
    recordings = sorted(session.recordings.values_list("sha256", flat=True))
    faces = run.artifacts.filter(kind="landmarks").values_list("sha256", flat=True).first()
    found: list[Any] = [CLIP_VERSION, recordings, faces, clip.spec]
    return hashlib.sha256(json.dumps(found, sort_keys=True).encode()).hexdigest()
