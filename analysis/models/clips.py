"""Clips a learner cut from a session."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.privacy import Privacy
from sessions.models import UNDO_WINDOW, Session
from workers.engines.types import ClipSpec


class Clip(models.Model):
    """A cut of a session's recording: what was asked for, who makes it, what became of it.

    Made as stages are: `attempt` names the worker that holds it until `lease_until`, and what
    comes from an older attempt is dropped. `digest` is of everything that goes into the file, so
    that the same cut is made once.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Being made")
        DONE = "done", _("Ready")
        FAILED = "failed", _("Not made")
        CANCELLED = "cancelled", _("Stopped")

    class Format(models.TextChoices):
        WIDE = "wide", _("Wide, 16:9")
        SQUARE = "square", _("Square, 1:1")
        TALL = "tall", _("Upright, 9:16")
        AUDIO = "audio", _("Sound only")

    class Captions(models.TextChoices):
        BURNT = "burnt", _("In the picture")
        VTT = "vtt", _("As a file (.vtt)")
        NONE = "none", _("None")

    class Profanity(models.TextChoices):
        KEEP = "keep", _("Leave them")
        MUTE = "mute", _("Mute them")
        BLEEP = "bleep", _("Bleep them out")

    UNFINISHED: ClassVar[frozenset[str]] = frozenset({State.QUEUED, State.RUNNING})
    AGAIN: ClassVar[frozenset[str]] = frozenset({State.FAILED, State.CANCELLED})
    """What may be tried again."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey(Session, models.CASCADE, related_name="clips")
    title = models.CharField(_("title"), max_length=120)
    start = models.FloatField(_("start (s)"))
    end = models.FloatField(_("end (s)"))
    format = models.CharField(_("format"), max_length=8, choices=Format, default=Format.WIDE)
    captions = models.CharField(
        _("captions"), max_length=8, choices=Captions, default=Captions.BURNT
    )
    profanity = models.CharField(
        _("swear words"), max_length=8, choices=Profanity, default=Profanity.KEEP
    )
    card = models.BooleanField(_("title card"), default=False)
    subtitle = models.CharField(_("line below the title"), max_length=120, blank=True)
    words = models.JSONField(_("words"), default=list, blank=True)
    digest = models.CharField(_("digest of the inputs"), max_length=64)

    state = models.CharField(_("state"), max_length=10, choices=State, default=State.QUEUED)
    attempt = models.PositiveIntegerField(_("attempt"), default=0)
    failures = models.PositiveIntegerField(_("failures"), default=0)
    claimed_by = models.CharField(_("held by"), max_length=120, blank=True)
    lease_until = models.DateTimeField(_("held until"), null=True, blank=True)
    not_before = models.DateTimeField(_("not before"), null=True, blank=True)
    progress = models.FloatField(_("progress"), default=0)
    error_code = models.CharField(_("error"), max_length=60, blank=True)
    error_message = models.TextField(_("error message"), blank=True)
    error_detail = models.TextField(_("error detail"), blank=True)
    created = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    deleted_at = models.DateTimeField(_("deleted"), null=True, blank=True)

    key = models.CharField(_("storage key"), max_length=300, blank=True)
    content_type = models.CharField(_("type"), max_length=60, blank=True)
    size_bytes = models.BigIntegerField(_("size (bytes)"), null=True, blank=True)
    result = models.JSONField(_("result"), default=dict, blank=True)
    """What the engine said: duration_s, loudness_lufs, crop, encoder, hidden_words, vtt."""
    privacy = Privacy(owner="session__owner")

    class Meta:
        verbose_name = _("clip")
        verbose_name_plural = _("clips")
        constraints = [
            models.UniqueConstraint(
                fields=["session", "digest"],
                condition=Q(deleted_at=None),
                name="analysis_clip_once",
            ),
            models.CheckConstraint(
                condition=Q(end__gt=models.F("start")), name="analysis_clip_order"
            ),
            models.CheckConstraint(
                name="analysis_clip_lease_while_running",
                condition=Q(state="running", lease_until__isnull=False)
                | (~Q(state="running") & Q(lease_until=None)),
            ),
        ]
        indexes = [
            models.Index(fields=["session", "-created"], name="analysis_clip_list"),
            # the claim, and leases that ran out
            models.Index(
                fields=["created"], condition=Q(state="queued"), name="analysis_clip_claim"
            ),
            models.Index(
                fields=["lease_until"], condition=Q(state="running"), name="analysis_clip_lease"
            ),
            models.Index(
                fields=["deleted_at"],
                condition=Q(deleted_at__isnull=False),
                name="analysis_clip_purge",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_unfinished(self) -> bool:
        return self.state in self.UNFINISHED

    @property
    def length_s(self) -> float:
        """Of the cut, without a title card."""
        return self.end - self.start

    @property
    def purge_after(self) -> datetime | None:
        return self.deleted_at + UNDO_WINDOW if self.deleted_at else None

    @property
    def spec(self) -> ClipSpec:
        """What the engine is asked for."""
        return ClipSpec(
            start=self.start,
            end=self.end,
            format=self.format,  # type: ignore[typeddict-item]
            captions=self.captions,  # type: ignore[typeddict-item]
            profanity=self.profanity,  # type: ignore[typeddict-item]
            card=self.card,
            title=self.title,
            subtitle=self.subtitle,
            words=self.words,
        )
