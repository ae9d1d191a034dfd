"""A job description that came as a file, until a worker has read it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.privacy import Privacy
from drills.models.preparation import Preparation


class JobDocument(models.Model):
    """The file and who reads it. Worked as stages are: `attempt` names the worker that holds it
    until `lease_until`. The bytes go as soon as they are read, or cannot be."""

    class Kind(models.TextChoices):
        PDF = "pdf", "PDF"
        DOCX = "docx", "Word"

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Being read")
        DONE = "done", _("Read")
        FAILED = "failed", _("Not read")

    preparation = models.OneToOneField(
        Preparation, models.CASCADE, primary_key=True, related_name="document"
    )
    filename = models.CharField(_("file name"), max_length=255)
    kind = models.CharField(_("kind"), max_length=5, choices=Kind)
    data = models.BinaryField(_("bytes"), default=bytes, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    attempt = models.PositiveIntegerField(_("attempt"), default=0)
    failures = models.PositiveIntegerField(_("failures"), default=0)
    claimed_by = models.CharField(_("held by"), max_length=120, blank=True)
    lease_until = models.DateTimeField(_("held until"), null=True, blank=True)
    error_code = models.CharField(_("error"), max_length=60, blank=True)
    error_message = models.TextField(_("error message"), blank=True)
    created = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    privacy = Privacy(owner="preparation__owner")

    class Meta:
        verbose_name = _("job description as a file")
        verbose_name_plural = _("job descriptions as files")
        constraints = [
            models.CheckConstraint(
                name="drills_document_lease_while_running",
                condition=Q(state="running", lease_until__isnull=False)
                | (~Q(state="running") & Q(lease_until=None)),
            )
        ]
        indexes = [
            models.Index(
                fields=["created"], condition=Q(state="waiting"), name="drills_document_claim"
            )
        ]

    def __str__(self) -> str:
        return self.filename

    @property
    def is_unfinished(self) -> bool:
        return self.state in {self.State.WAITING, self.State.RUNNING}
