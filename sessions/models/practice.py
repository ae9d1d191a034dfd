"""Practice sessions, their recordings and parts, uploads, and grants."""

from __future__ import annotations

import secrets
import uuid
from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.privacy import Privacy

UNDO_WINDOW = timedelta(minutes=10)


class Session(models.Model):
    """One practice: what was to be said, what was recorded, how far its analysis is.

    `state`, `score` and `duration_s` are written by analysis.services alone; the page lists them
    without reaching into the analysis.
    """

    class Kind(models.TextChoices):
        INTERVIEW = "interview", _("Interview")
        PRESENTATION = "presentation", _("Presentation")
        PITCH = "pitch", _("Pitch")
        LECTURE = "lecture", _("Lecture")
        FREE = "free", _("Free talk")

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        UPLOADING = "uploading", _("Uploading")
        QUEUED = "queued", _("Waiting its turn")
        ANALYSING = "analysing", _("Being analysed")
        READY = "ready", _("Ready")
        PARTIAL = "partial", _("Ready, with gaps")
        FAILED = "failed", _("Could not be analysed")

    class InterviewType(models.TextChoices):
        BEHAVIOURAL = "behavioural", _("Behavioural")
        TECHNICAL = "technical", _("Technical")
        CASE = "case", _("Case")
        SCREENING = "screening", _("Phone screening")
        PANEL = "panel", _("Panel")
        OTHER = "other", _("Other")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="practice_sessions",
        verbose_name=_("owner"),
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.INTERVIEW)
    title = models.CharField(_("title"), max_length=200)
    question = models.TextField(_("question or topic"), max_length=2000, blank=True)
    company = models.CharField(_("company"), max_length=120, blank=True)
    job_title = models.CharField(_("job title"), max_length=120, blank=True)
    interview_type = models.CharField(
        _("interview type"), max_length=12, choices=InterviewType, blank=True
    )
    notes = models.TextField(_("notes"), max_length=10_000, blank=True)
    job_description = models.TextField(_("job description"), max_length=20_000, blank=True)
    language = models.CharField(_("language"), max_length=12, default="auto")

    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    score = models.FloatField(_("score"), null=True, blank=True)
    duration_s = models.FloatField(_("length (s)"), null=True, blank=True)
    created = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    updated = models.DateTimeField(_("updated"), auto_now=True)
    deleted_at = models.DateTimeField(_("deleted"), null=True, blank=True)
    is_sample = models.BooleanField(_("sample"), default=False)
    is_listed = models.BooleanField(_("listed"), default=True)
    """Not: it belongs to something else, which shows it; no list and no mail names it."""
    is_drill = models.BooleanField(_("drill"), default=False)
    """Recorded for a drill: judged there, left out of trends."""

    privacy = Privacy(owner="owner")

    class Meta:
        verbose_name = _("practice session")
        verbose_name_plural = _("practice sessions")
        indexes = [
            # the list page: one owner's living sessions, newest first, with its other orders
            models.Index(
                fields=["owner", "-created", "id"],
                condition=Q(deleted_at=None),
                name="practice_list_created",
            ),
            models.Index(
                "owner",
                Lower("title"),
                "id",
                condition=Q(deleted_at=None),
                name="practice_list_by_title",
            ),
            models.Index(
                "owner",
                F("score").desc(nulls_last=True),
                "id",
                condition=Q(deleted_at=None),
                name="practice_list_by_score",
            ),
            models.Index(
                "owner",
                F("duration_s").desc(nulls_last=True),
                "id",
                condition=Q(deleted_at=None),
                name="practice_list_by_length",
            ),
            # search by title
            GinIndex(
                SearchVector("title", "question", "company", config="simple"),
                name="practice_search",
            ),
            # the reaper looks for sessions past their undo window
            models.Index(
                fields=["deleted_at"], condition=Q(deleted_at__isnull=False), name="practice_purge"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The page of the session, which the analysis shows; of a drill's, the attempt."""
        if self.is_drill:
            return reverse("drills:attempt", args=[self.pk])
        return f"{reverse('sessions:list')}{self.pk}/"

    def get_kind_display(self) -> str:  # type: ignore[no-redef]
        """In place of Django's own, which goes through all choices for each row of a list."""
        return str(self.Kind(self.kind).label)

    @property
    def is_settled(self) -> bool:
        return self.state in {self.State.READY, self.State.PARTIAL, self.State.FAILED}

    @property
    def purge_after(self) -> datetime | None:
        return self.deleted_at + UNDO_WINDOW if self.deleted_at else None


class Part(models.Model):
    """One question of a session and where its answer lies; None: the whole recording."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey(Session, models.CASCADE, related_name="parts")
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    question = models.TextField(_("question"), max_length=2000, blank=True)
    start = models.FloatField(_("start (s)"), null=True, blank=True)
    end = models.FloatField(_("end (s)"), null=True, blank=True)
    privacy = Privacy(owner="session__owner")

    class Meta:
        verbose_name = _("part")
        verbose_name_plural = _("parts")
        ordering: ClassVar[list[str]] = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["session", "position"], name="practice_part_position"),
            models.CheckConstraint(
                condition=Q(start=None) | Q(end=None) | Q(end__gt=models.F("start")),
                name="practice_part_order",
            ),
        ]

    def __str__(self) -> str:
        return self.question or f"{self.position + 1}"


class Recording(models.Model):
    """An original as it came. It is never changed; a trim is metadata on the untrimmed clock.

    Nothing is served before `probe` has set `checked_at`.
    """

    class Role(models.TextChoices):
        CAMERA = "camera", _("Camera")
        SCREEN = "screen", _("Screen")
        AUDIO = "audio", _("Sound")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey(Session, models.CASCADE, related_name="recordings")
    role = models.CharField(_("role"), max_length=8, choices=Role, default=Role.CAMERA)
    key = models.CharField(_("storage key"), max_length=300, unique=True)
    filename = models.CharField(_("file name"), max_length=255)
    content_type = models.CharField(_("type"), max_length=100)
    size_bytes = models.BigIntegerField(_("size (bytes)"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    capture = models.JSONField(_("capture settings"), default=dict, blank=True)
    joins = models.JSONField(_("joins"), default=list, blank=True)
    """[{byte, t}]: where a further film begins in it; the studio went on after it was cut off."""
    trim_start = models.FloatField(_("trim start (s)"), null=True, blank=True)
    trim_end = models.FloatField(_("trim end (s)"), null=True, blank=True)
    created = models.DateTimeField(_("created"), auto_now_add=True)
    checked_at = models.DateTimeField(_("checked"), null=True, blank=True)
    privacy = Privacy(owner="session__owner")

    class Meta:
        verbose_name = _("recording")
        verbose_name_plural = _("recordings")
        constraints = [
            models.UniqueConstraint(fields=["session", "role"], name="practice_recording_role")
        ]

    def __str__(self) -> str:
        return self.filename


class Upload(models.Model):
    """A tus upload: `offset` bytes are safe, `length` is None while it is deferred.

    A partial upload (concatenation) belongs to no session; its final one does.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        COMPLETE = "complete", _("Complete")
        STORED = "stored", _("Stored as a recording")
        REFUSED = "refused", _("Refused")

    class Concat(models.TextChoices):
        NONE = "", _("Whole")
        PARTIAL = "partial", _("Partial")
        FINAL = "final", _("Final")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="uploads")
    session = models.ForeignKey(
        Session, models.CASCADE, related_name="uploads", null=True, blank=True
    )
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.OPEN)
    concat = models.CharField(_("concatenation"), max_length=8, choices=Concat, blank=True)
    key = models.CharField(_("storage key"), max_length=300, unique=True)
    length = models.BigIntegerField(_("length (bytes)"), null=True, blank=True)
    offset = models.BigIntegerField(_("received (bytes)"), default=0)
    metadata = models.JSONField(_("metadata"), default=dict, blank=True)
    storage_state = models.JSONField(_("storage state"), default=dict, blank=True)
    """What the storage needs to go on (multipart upload id and parts on S3)."""
    refusal = models.CharField(_("why refused"), max_length=300, blank=True)
    created = models.DateTimeField(_("created"), auto_now_add=True)
    expires_at = models.DateTimeField(_("expires"))
    privacy = Privacy(owner="owner")

    class Meta:
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")
        constraints = [
            models.CheckConstraint(
                condition=Q(length=None) | Q(offset__lte=models.F("length")),
                name="practice_upload_offset",
            )
        ]
        # the reaper's search for expired uploads
        indexes = [
            models.Index(fields=["expires_at"], condition=Q(state="open"), name="practice_expiry")
        ]

    def __str__(self) -> str:
        return str(self.metadata.get("filename") or self.id)


def link_token() -> str:
    return secrets.token_urlsafe(32)


class Grant(models.Model):
    """Lets somebody see one session, or all of an owner's: the only way besides owning it."""

    class Scope(models.TextChoices):
        METRICS = "metrics", _("Figures")
        TRANSCRIPT = "transcript", _("Figures and words")
        MEDIA = "media", _("Figures, words and recording")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="grants_given")
    session = models.ForeignKey(
        Session, models.CASCADE, related_name="grants", null=True, blank=True
    )
    to_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="grants_held", null=True, blank=True
    )
    to_group = models.ForeignKey(
        Group, models.CASCADE, related_name="grants_held", null=True, blank=True
    )
    to_link = models.CharField(_("link"), max_length=64, unique=True, null=True, blank=True)
    scope = models.CharField(_("scope"), max_length=10, choices=Scope)
    mask_profanity = models.BooleanField(
        _("mask swear words"), default=True,
        help_text=_("In the words shown; a recording that is shared keeps them."),
    )  # fmt: skip
    reason = models.CharField(_("reason"), max_length=200)
    created = models.DateTimeField(_("created"), auto_now_add=True)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    privacy = Privacy(owner="owner")

    class Meta:
        verbose_name = _("grant")
        verbose_name_plural = _("grants")
        constraints = [
            models.CheckConstraint(
                name="practice_grant_one_holder",
                condition=(
                    Q(to_user__isnull=False, to_group=None, to_link=None)
                    | Q(to_user=None, to_group__isnull=False, to_link=None)
                    | Q(to_user=None, to_group=None, to_link__isnull=False)
                ),
            )
        ]
        # sessions.selectors.visible_to looks grants up by holder
        indexes = [
            models.Index(
                fields=["to_user", "scope"],
                condition=Q(revoked_at=None),
                name="practice_grant_user",
            ),
            models.Index(
                fields=["to_group", "scope"],
                condition=Q(revoked_at=None),
                name="practice_grant_group",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.owner} → {self.to_user or self.to_group or _('link')} ({self.scope})"


class GrantUse(models.Model):
    """The audit of somebody's looking at another person's session."""

    grant = models.ForeignKey(Grant, models.SET_NULL, related_name="uses", null=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="seen_by_others"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="grant_uses", null=True
    )
    session = models.ForeignKey(Session, models.SET_NULL, related_name="grant_uses", null=True)
    what = models.CharField(_("what"), max_length=60)
    at = models.DateTimeField(_("at"), auto_now_add=True)
    privacy = Privacy(owner="owner")

    class Meta:
        verbose_name = _("use of a grant")
        verbose_name_plural = _("uses of grants")

    def __str__(self) -> str:
        return f"{self.user} {self.what} {self.at:%Y-%m-%d %H:%M}"
