"""A real interview's recording beside what was prepared for it."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from config.privacy import Privacy
from drills.models.leased import Leased
from drills.models.preparation import Preparation
from sessions.models import Session


class Comparison(Leased):
    """A preparation and a session that is the interview; what a worker found in comparing them.

    It waits until the session has a result, and is worked out again with every newer one and after
    each correction. The last result stays meanwhile.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    preparation = models.ForeignKey(Preparation, models.CASCADE, related_name="comparisons")
    session = models.ForeignKey(Session, models.CASCADE, related_name="comparisons")
    agreed_at = models.DateTimeField(_("confirmed that it may be used"))
    """When the learner said that whoever else is heard agreed where that is needed."""
    corrections = models.JSONField(_("corrections"), default=list, blank=True)
    """What the learner said of sentences, by a moment in each: workers.engines.meaning.asked
    (Correction)."""
    run = models.UUIDField(_("analysis it was read from"), null=True, blank=True)
    result = models.JSONField(_("result"), default=dict, blank=True)
    """What workers.engines.comparison found, with the delivery of both (drills.comparing)."""
    updated = models.DateTimeField(_("updated"), auto_now=True)
    privacy = Privacy(owner="preparation__owner")

    class Meta:
        verbose_name = _("comparison with the interview")
        verbose_name_plural = _("comparisons with the interview")
        constraints = [
            models.UniqueConstraint(
                fields=["preparation", "session"], name="drills_comparison_once"
            ),
            models.CheckConstraint(
                name="drills_comparison_lease_while_running",
                condition=Q(state="running", lease_until__isnull=False)
                | (~Q(state="running") & Q(lease_until=None)),
            ),
        ]
        indexes = [
            models.Index(
                fields=["updated"], condition=Q(state="waiting"), name="drills_comparison_claim"
            )
        ]

    def __str__(self) -> str:
        return f"{self.preparation} · {self.session}"

    def get_absolute_url(self) -> str:
        return reverse("prepare:actual", args=[self.preparation_id, self.pk])
