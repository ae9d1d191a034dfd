"""Preparing for a real interview: the job, and the questions one expects."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from config.privacy import Privacy
from drills.models.bank import Question
from sessions.models import Part, Session


class Preparation(models.Model):
    """One interview somebody prepares for."""

    class State(models.TextChoices):
        PREPARING = "preparing", _("Preparing")
        HELD = "held", _("Held")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="preparations",
        verbose_name=_("owner"),
    )  # fmt: skip
    company = models.CharField(_("company"), max_length=120, blank=True)
    job_title = models.CharField(_("job title"), max_length=120)
    job_description = models.TextField(_("job description"), max_length=20_000, blank=True)
    interview_type = models.CharField(
        _("interview type"), max_length=12, choices=Session.InterviewType, blank=True
    )
    level = models.CharField(_("level"), max_length=8, choices=Question.Level, blank=True)
    interview_on = models.DateField(_("date of the interview"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PREPARING)
    seen = models.JSONField(_("questions turned down"), default=list, blank=True)
    """Ids of the bank's questions that were replaced or removed: they are not offered again."""
    created = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    updated = models.DateTimeField(_("updated"), auto_now=True)
    deleted_at = models.DateTimeField(_("deleted"), null=True, blank=True)
    privacy = Privacy(owner="owner")

    class Meta:
        verbose_name = _("preparation")
        verbose_name_plural = _("preparations")
        indexes = [
            models.Index(
                fields=["owner", "-created"], condition=Q(deleted_at=None), name="drills_prep_list"
            ),
            models.Index(
                fields=["deleted_at"],
                condition=Q(deleted_at__isnull=False),
                name="drills_prep_purge",
            ),
        ]

    def __str__(self) -> str:
        if not self.company:
            return self.job_title
        return _now("%(job)s at %(company)s") % {"job": self.job_title, "company": self.company}

    def get_absolute_url(self) -> str:
        return reverse("prepare:detail", args=[self.pk])


class PreparedQuestion(models.Model):
    """A question somebody expects, with why, and what they want to say."""

    class Source(models.TextChoices):
        BANK = "bank", _("From the question bank")
        OWN = "own", _("Your own")
        MODEL = "model", _("By a language model")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    preparation = models.ForeignKey(Preparation, models.CASCADE, related_name="questions")
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    text = models.CharField(_("question"), max_length=300)
    source = models.CharField(_("source"), max_length=6, choices=Source, default=Source.BANK)
    question = models.ForeignKey(
        Question, models.SET_NULL, null=True, blank=True, related_name="prepared",
        verbose_name=_("question of the bank"),
    )  # fmt: skip
    exchange = models.ForeignKey(
        "drills.QuestionExchange", models.SET_NULL, null=True, blank=True, related_name="questions",
        verbose_name=_("exchange with the language model"),
    )  # fmt: skip
    reason = models.CharField(_("why it is here"), max_length=300, blank=True)
    points = models.TextField(_("points to make"), max_length=2000, blank=True)
    is_pinned = models.BooleanField(_("pinned"), default=False)
    is_ready = models.BooleanField(_("ready"), default=False)
    created = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    deleted_at = models.DateTimeField(_("removed"), null=True, blank=True)
    privacy = Privacy(owner="preparation__owner")

    class Meta:
        verbose_name = _("prepared question")
        verbose_name_plural = _("prepared questions")
        ordering: ClassVar[list[str]] = ["position", "created", "pk"]
        indexes = [
            models.Index(fields=["preparation", "position"], name="drills_prep_order"),
            models.Index(
                fields=["deleted_at"],
                condition=Q(deleted_at__isnull=False),
                name="drills_prepq_purge",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class PreparedAnswer(models.Model):
    """One version of an answer: written, or spoken in a session of its own. Each is analysed as
    its session's part; what was found is kept here, so that versions are compared at a glance."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    question = models.ForeignKey(PreparedQuestion, models.CASCADE, related_name="answers")
    part = models.OneToOneField(Part, models.CASCADE, related_name="prepared_answer")
    number = models.PositiveSmallIntegerField(_("version"))
    text = models.TextField(_("answer"), max_length=10_000, blank=True)
    """As it was written; empty: it was spoken."""
    feedback = models.JSONField(_("feedback"), default=dict, blank=True)
    """What drills.feedback read from the analysis; empty until there is a result."""
    created = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    privacy = Privacy(owner="question__preparation__owner")

    class Meta:
        verbose_name = _("prepared answer")
        verbose_name_plural = _("prepared answers")
        ordering: ClassVar[list[str]] = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["question", "number"], name="drills_answer_version")
        ]

    def __str__(self) -> str:
        return f"{self.question} ({self.number})"

    @property
    def session(self) -> Session:
        return self.part.session
