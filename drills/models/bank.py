"""The bank of interview questions, and interviews put together from it."""

from __future__ import annotations

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from pgvector.django import VectorField

from config.privacy import NOBODY, Privacy
from sessions.models import Part, Session
from workers.engines.types import EMBEDDING_DIMENSIONS


class Question(models.Model):
    """A question of the bank. Those that ship come from `drills/questions` and have a `key`;
    an operator may change any of them, retire it, or add others."""

    class Field(models.TextChoices):
        GENERAL = "general", _("Any field")
        SOFTWARE = "software", _("Software")
        DATA = "data", _("Data")
        PRODUCT = "product", _("Product")
        DESIGN = "design", _("Design")
        MARKETING = "marketing", _("Marketing")
        SALES = "sales", _("Sales")
        FINANCE = "finance", _("Finance")
        OPERATIONS = "operations", _("Operations")
        PEOPLE = "people", _("People and culture")
        HEALTHCARE = "healthcare", _("Health care")
        EDUCATION = "education", _("Education")
        LEADERSHIP = "leadership", _("Leadership")

    class Kind(models.TextChoices):
        """In the order in which an interview asks them."""

        SCREENING = "screening", _("Screening")
        MOTIVATION = "motivation", _("Motivation")
        BEHAVIOURAL = "behavioural", _("Behavioural")
        SITUATIONAL = "situational", _("Situational")
        TECHNICAL = "technical", _("Technical")
        CASE = "case", _("Case")

    class Level(models.TextChoices):
        ANY = "any", _("Any level")
        ENTRY = "entry", _("First job")
        MID = "mid", _("Experienced")
        SENIOR = "senior", _("Senior")

    key = models.CharField(
        _("key"), max_length=80, unique=True, null=True, blank=True, editable=False
    )
    """FIELD/NAME, by which a newer version of the files finds it again."""
    field = models.CharField(_("field"), max_length=12, choices=Field)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    level = models.CharField(_("level"), max_length=8, choices=Level, default=Level.ANY)
    text = models.CharField(_("question"), max_length=300)
    why = models.CharField(_("why it is asked"), max_length=300)
    good = models.CharField(_("what a good answer shows"), max_length=400)
    follow_ups = models.JSONField(_("follow-up questions"), default=list, blank=True)
    is_active = models.BooleanField(
        _("in use"), default=True, help_text=_("A question that is not is asked nobody any more.")
    )
    shipped = models.CharField(max_length=64, blank=True, editable=False)
    """Digest of what was last loaded from the files; another one now: somebody changed it."""
    embedding = VectorField(
        _("embedding"), dimensions=EMBEDDING_DIMENSIONS, null=True, blank=True, editable=False
    )
    embedding_model = models.CharField(max_length=60, blank=True, editable=False)
    """Which model made the vector, and of which text; another one now: it is made again."""
    privacy = NOBODY

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering: ClassVar[list[str]] = ["field", "kind", "pk"]
        indexes = [models.Index(fields=["field", "kind"], name="drills_question_choice")]

    def __str__(self) -> str:
        return self.text


class Interview(models.Model):
    """How the questions of a session are asked in the studio; each is one of its parts."""

    session = models.OneToOneField(
        Session, models.CASCADE, primary_key=True, related_name="interview"
    )
    preparation_s = models.PositiveSmallIntegerField(
        _("time to prepare (s)"), default=30, validators=[MaxValueValidator(300)]
    )
    answer_s = models.PositiveSmallIntegerField(
        _("time to answer (s)"), default=120,
        validators=[MinValueValidator(30), MaxValueValidator(600)],
    )  # fmt: skip
    follow_ups = models.BooleanField(_("ask follow-up questions"), default=False)
    privacy = Privacy(owner="session__owner")

    class Meta:
        verbose_name = _("interview")
        verbose_name_plural = _("interviews")

    def __str__(self) -> str:
        return str(self.session)


class Asked(models.Model):
    """Where a part's question came from, and why it was chosen."""

    part = models.OneToOneField(Part, models.CASCADE, primary_key=True, related_name="asked")
    question = models.ForeignKey(
        Question, models.SET_NULL, null=True, blank=True, related_name="asked",
        verbose_name=_("question"),
    )  # fmt: skip
    reason = models.CharField(_("why it was chosen"), max_length=300, blank=True)
    is_by_model = models.BooleanField(_("by a language model"), default=False)
    follows = models.ForeignKey(
        Part, models.CASCADE, null=True, blank=True, related_name="followed_by",
        verbose_name=_("follows up"),
    )  # fmt: skip
    privacy = Privacy(owner="part__session__owner")

    class Meta:
        verbose_name = _("question asked")
        verbose_name_plural = _("questions asked")

    def __str__(self) -> str:
        return str(self.part)
