"""What a learner was advised to do next, how they answered, and what came of it."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from analysis.models import AnalysisRun
from config.privacy import Privacy
from drills.models.drills import Drill
from sessions.models import Session

DISMISSED_FOR = timedelta(days=30)
"""How long what somebody dismissed is not proposed again (our choice). A habit that is still there
a month later may be said once more: nothing is buried for good."""


class Recommendation(models.Model):
    """One thing worth doing next, with the result that asks for it.

    `code` and `params` say why in any language (drills.advice); `measure` is what the result's
    score was lost by: `value` in the measure's unit, `points` (0-100) by the `curves` of
    `scenario`. `moments` are [{start, end, text}] in the session, times in seconds.
    """

    class Kind(models.TextChoices):
        DRILL = "drill", _("Drill")
        QUESTION = "question", _("Question")
        PRACTICE = "practice", _("Practice")
        SKILL = "skill", _("Skill")

    class State(models.TextChoices):
        OFFERED = "offered", _("Offered")
        ACCEPTED = "accepted", _("Taken on")
        SNOOZED = "snoozed", _("Put off")
        DISMISSED = "dismissed", _("Put away")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="recommendations",
        verbose_name=_("owner"),
    )  # fmt: skip
    session = models.ForeignKey(
        Session, models.CASCADE, related_name="recommendations", verbose_name=_("session")
    )
    run = models.ForeignKey(
        AnalysisRun, models.SET_NULL, null=True, related_name="+", verbose_name=_("analysis run")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    target = models.CharField(_("target"), max_length=60)
    """A drill's name in addresses, the id of a question of the bank, a kind of talk, a skill."""
    skill = models.CharField(_("skill"), max_length=16, choices=Drill.Skill)
    code = models.CharField(_("reason"), max_length=60)
    params = models.JSONField(_("what the reason names"), default=dict, blank=True)
    moments = models.JSONField(_("moments"), default=list, blank=True)
    measure = models.CharField(_("measure"), max_length=80, blank=True)
    value = models.FloatField(_("value"), null=True, blank=True)
    points = models.FloatField(_("points (0-100)"), null=True, blank=True)
    scenario = models.CharField(_("judged as"), max_length=12, blank=True)
    curves = models.CharField(_("version of the curves"), max_length=20, blank=True)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.OFFERED)
    snoozed_until = models.DateTimeField(_("put off until"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    practised_at = models.DateTimeField(_("practised"))
    """When the session was made: newer results count before older ones."""
    created = models.DateTimeField(_("created"), auto_now_add=True)
    privacy = Privacy(owner="owner")

    class Meta:
        verbose_name = _("recommendation")
        verbose_name_plural = _("recommendations")
        constraints = [
            models.UniqueConstraint(
                fields=["session", "kind", "code"], name="drills_recommendation_once"
            ),
            models.CheckConstraint(
                name="drills_recommendation_answered",
                condition=Q(state="offered", answered_at=None, snoozed_until=None)
                | Q(state="snoozed", answered_at__isnull=False, snoozed_until__isnull=False)
                | Q(
                    state__in=("accepted", "dismissed"),
                    answered_at__isnull=False,
                    snoozed_until=None,
                ),
            ),
        ]
        indexes = [
            # what is open for a learner, the newest practice first
            models.Index(fields=["owner", "-practised_at"], name="drills_recommendation_open"),
            # what they took on and turned down, the newest answer first
            models.Index(
                fields=["owner", "-answered_at"],
                condition=Q(answered_at__isnull=False),
                name="drills_recommendation_learnt",
            ),
        ]
        ordering: ClassVar[list[str]] = ["-practised_at", "kind", "pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.target}"

    def is_open(self, at: datetime) -> bool:
        """Whether it waits for an answer; what was put off does again when its time is over."""
        put_off = self.state == self.State.SNOOZED
        over = put_off and self.snoozed_until is not None and self.snoozed_until <= at
        return self.state == self.State.OFFERED or over

    def is_aside(self, at: datetime) -> bool:
        """Whether its target is not to be proposed: put off, or put away within DISMISSED_FOR."""
        if self.state == self.State.DISMISSED and self.answered_at is not None:
            return at < self.answered_at + DISMISSED_FOR
        return self.state == self.State.SNOOZED and not self.is_open(at)


class Outcome(models.Model):
    """The same measure in the learner's newest practice of the same kind since: what came of it.

    It is deleted with that practice.
    """

    recommendation = models.OneToOneField(
        Recommendation, models.CASCADE, primary_key=True, related_name="outcome",
        verbose_name=_("recommendation"),
    )  # fmt: skip
    session = models.ForeignKey(
        Session, models.CASCADE, related_name="+", verbose_name=_("practice since")
    )
    value = models.FloatField(_("value"))
    points = models.FloatField(_("points (0-100)"))
    privacy = Privacy(owner="recommendation__owner")

    class Meta:
        verbose_name = _("outcome")
        verbose_name_plural = _("outcomes")

    def __str__(self) -> str:
        return f"{self.value:g}"
