"""Rows that a worker claims under a lease, as stages are claimed."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Claimed(models.Model):
    """`attempt` names the worker that holds it until `lease_until`
    (drills.services.claims)."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Being worked on")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    attempt = models.PositiveIntegerField(_("attempt"), default=0)
    failures = models.PositiveIntegerField(_("failures"), default=0)
    claimed_by = models.CharField(_("held by"), max_length=120, blank=True)
    lease_until = models.DateTimeField(_("held until"), null=True, blank=True)
    error_code = models.CharField(_("error"), max_length=60, blank=True)
    error_message = models.TextField(_("error message"), blank=True)

    class Meta:
        abstract = True

    @property
    def is_unfinished(self) -> bool:
        return self.state in {self.State.WAITING, self.State.RUNNING}
