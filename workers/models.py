"""What workers keep about themselves."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from config.privacy import NOBODY


class EvaluationRun(models.Model):
    """One suite of `bin/rostrum evaluate` as it was run on this installation."""

    suite = models.CharField(_("suite"), max_length=40)
    part = models.CharField(_("part"), max_length=10)
    engine = models.CharField(_("engine"), max_length=200)
    commit = models.CharField(_("commit"), max_length=50, blank=True)
    created = models.DateTimeField(_("created"), auto_now_add=True)
    figures = models.JSONField(_("figures"))
    """workers.training.evaluation.types.Figure, as records."""
    privacy = NOBODY

    class Meta:
        verbose_name = _("evaluation run")
        verbose_name_plural = _("evaluation runs")
        ordering = ("-created", "-pk")

    def __str__(self) -> str:
        return f"{self.suite} ({self.part})"
