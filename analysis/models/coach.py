"""Who allowed a language model to be asked, what each call cost, and what was said in it."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.privacy import Privacy
from sessions.models import Session


class Purpose(models.TextChoices):
    """What a language model is asked for; each is allowed by itself."""

    NOTES = "notes", _("Coach's notes")
    QUESTIONS = "questions", _("Questions for a preparation")
    FOLLOW_UP = "follow_up", _("A follow-up question")


class CoachConsent(models.Model):
    """One person's word that what they said may go to `recipient`. Taken back, the row goes.

    It names the recipient: where the operator chooses another, everybody is asked again.
    """

    class Mode(models.TextChoices):
        ASK = "ask", _("Show me first, each time")
        ALWAYS = "always", _("After each analysis, without asking")

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="coach_consent"
    )
    recipient = models.CharField(_("recipient"), max_length=255)
    mode = models.CharField(_("coach's notes"), max_length=6, choices=Mode, blank=True)
    """Empty: none."""
    questions = models.BooleanField(_("questions for a preparation"), default=False)
    follow_ups = models.BooleanField(_("follow-up questions"), default=False)
    given_at = models.DateTimeField(_("given"), default=timezone.now)
    privacy = Privacy(owner="user")

    class Meta:
        verbose_name = _("consent to the coach's notes")
        verbose_name_plural = _("consents to the coach's notes")

    def __str__(self) -> str:
        return f"{self.recipient}: {self.mode}"

    def allows(self, purpose: str) -> bool:
        return {
            Purpose.NOTES: bool(self.mode),
            Purpose.QUESTIONS: self.questions,
            Purpose.FOLLOW_UP: self.follow_ups,
        }[Purpose(purpose)]


class CoachCall(models.Model):
    """One call of a language model and what it cost; it outlives its session, or the month's sum
    would fall when somebody leaves. The breaker reads these rows too, so it has no state."""

    class Outcome(models.TextChoices):
        RUNNING = "running", _("Running")
        ANSWERED = "answered", _("Answered")
        UNUSABLE = "unusable", _("Not of the agreed form")
        CUT = "cut", _("Cut off")
        DECLINED = "declined", _("Declined")
        BUSY = "busy", _("Busy")
        BROKEN = "broken", _("Server error")
        UNREACHABLE = "unreachable", _("Unreachable")
        TIMEOUT = "timeout", _("Too slow")
        REJECTED = "rejected", _("Refused us")
        LOST = "lost", _("Given up")

    FAILURES: ClassVar[frozenset[str]] = frozenset(
        {Outcome.BUSY, Outcome.BROKEN, Outcome.UNREACHABLE, Outcome.TIMEOUT, Outcome.REJECTED}
    )
    """The service's own, which the breaker counts."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="coach_calls"
    )
    session = models.ForeignKey(Session, models.SET_NULL, null=True, related_name="coach_calls")
    purpose = models.CharField(
        _("asked for"), max_length=10, choices=Purpose, default=Purpose.NOTES
    )
    recipient = models.CharField(_("recipient"), max_length=255)
    provider = models.CharField(_("provider"), max_length=12)
    model = models.CharField(_("model"), max_length=120)
    prompt = models.CharField(_("prompt version"), max_length=12)
    consent = models.CharField(_("allowed by"), max_length=6, choices=CoachConsent.Mode)
    outcome = models.CharField(
        _("outcome"), max_length=12, choices=Outcome, default=Outcome.RUNNING
    )
    detail = models.CharField(_("detail"), max_length=300, blank=True)
    """Status and kind of error, never text that was sent or came back."""
    tokens_in = models.PositiveIntegerField(_("tokens in"), null=True)
    tokens_out = models.PositiveIntegerField(_("tokens out"), null=True)
    cost = models.DecimalField(_("cost"), max_digits=12, decimal_places=6)
    """The most it can cost while it runs, or where nobody can tell; then what it did cost."""
    latency_s = models.FloatField(_("took (s)"), null=True)
    wait_s = models.FloatField(_("asked to wait (s)"), null=True)
    started = models.DateTimeField(_("started"), default=timezone.now)
    finished_at = models.DateTimeField(_("finished"), null=True)
    privacy = Privacy(owner="owner", erase="anonymise")

    class Meta:
        verbose_name = _("call of the language model")
        verbose_name_plural = _("calls of the language model")
        indexes = [
            # the month's sum, and one person's day
            models.Index(fields=["started"], include=["cost"], name="analysis_coach_month"),
            models.Index(fields=["owner", "started"], name="analysis_coach_day"),
            # the breaker: the latest of one service
            models.Index(fields=["recipient", "-finished_at"], name="analysis_coach_breaker"),
        ]

    def __str__(self) -> str:
        return f"{self.model} {self.started:%Y-%m-%d %H:%M}"


class Exchange(models.Model):
    """What was sent in a call and what came back, word for word, for the learner to read. It goes
    with what it is about."""

    digest = models.CharField(_("digest of what was sent"), max_length=64)
    instructions = models.TextField(_("instructions sent"))
    data = models.TextField(_("data sent"))
    response = models.TextField(_("answer"), blank=True)

    class Meta:
        abstract = True


class CoachExchange(Exchange):
    """About a practice: for coach's notes, or for a follow-up question."""

    call = models.OneToOneField(
        CoachCall, models.CASCADE, primary_key=True, related_name="exchange"
    )
    session = models.ForeignKey(Session, models.CASCADE, related_name="coach_exchanges")
    privacy = Privacy(owner="session__owner")

    class Meta:
        verbose_name = _("exchange with the language model")
        verbose_name_plural = _("exchanges with the language model")
        indexes = [models.Index(fields=["session", "digest"], name="analysis_coach_again")]

    def __str__(self) -> str:
        return str(self.call_id)
