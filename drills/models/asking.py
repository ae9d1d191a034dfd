"""Questions a language model is asked for, and what was said to it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from analysis.models import CoachCall, Exchange
from config.privacy import Privacy
from drills.models.leased import Leased
from drills.models.preparation import Preparation


class QuestionJob(Leased):
    """A language model is to suggest questions for a preparation, once: asked again it is this row
    once more."""

    preparation = models.OneToOneField(
        Preparation, models.CASCADE, primary_key=True, related_name="question_job"
    )
    digest = models.CharField(_("digest of what was looked at"), max_length=64)
    recipient = models.CharField(_("recipient"), max_length=255)
    found = models.JSONField(_("what came of it"), default=dict, blank=True)
    """`{model, bank, dropped}`: how many questions are whose, and what did not hold, by reason."""
    privacy = Privacy(owner="preparation__owner")

    class Meta:
        verbose_name = _("request for questions")
        verbose_name_plural = _("requests for questions")
        constraints = [
            models.CheckConstraint(
                name="drills_qjob_lease_while_running",
                condition=Q(state="running", lease_until__isnull=False)
                | (~Q(state="running") & Q(lease_until=None)),
            )
        ]
        indexes = [
            models.Index(fields=["created"], condition=Q(state="waiting"), name="drills_qjob_claim")
        ]

    def __str__(self) -> str:
        return str(self.preparation)


class QuestionExchange(Exchange):
    """About a preparation; it goes with it."""

    call = models.OneToOneField(
        CoachCall, models.CASCADE, primary_key=True, related_name="question_exchange"
    )
    preparation = models.ForeignKey(Preparation, models.CASCADE, related_name="exchanges")
    privacy = Privacy(owner="preparation__owner")

    class Meta:
        verbose_name = _("exchange about questions")
        verbose_name_plural = _("exchanges about questions")
        indexes = [models.Index(fields=["preparation", "digest"], name="drills_qexchange_again")]

    def __str__(self) -> str:
        return str(self.call_id)
