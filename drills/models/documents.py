"""A job description that came as a file, until a worker has read it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from config.privacy import Privacy
from drills.models.leased import Leased
from drills.models.preparation import Preparation


class JobDocument(Leased):
    """The file and who reads it. The bytes go as soon as they are read, or cannot be."""

    class Kind(models.TextChoices):
        PDF = "pdf", "PDF"
        DOCX = "docx", "Word"

    preparation = models.OneToOneField(
        Preparation, models.CASCADE, primary_key=True, related_name="document"
    )
    filename = models.CharField(_("file name"), max_length=255)
    kind = models.CharField(_("kind"), max_length=5, choices=Kind)
    data = models.BinaryField(_("bytes"), default=bytes, blank=True)
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
