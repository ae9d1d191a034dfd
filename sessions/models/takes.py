"""What the studio knows of a recording besides its bytes."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from config.privacy import Privacy
from sessions.models.practice import Session


class Take(models.Model):
    """A recording made in the studio, from the first second until it is sent or thrown away.

    The bytes are those of `uploads`. Times are seconds on the recording's own clock, pauses
    excluded; a trim cuts nothing from the original.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Being made")
        SENT = "sent", _("Sent")
        DISCARDED = "discarded", _("Thrown away")

    session = models.OneToOneField(
        Session, models.CASCADE, related_name="take", primary_key=True, verbose_name=_("session")
    )
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.OPEN)
    settings = models.JSONField(_("settings"), default=dict, blank=True)
    """How the studio was set: sound or picture, target, hints."""
    uploads = models.JSONField(_("uploads"), default=dict, blank=True)
    """Upload id -> role, as sent."""
    joins = models.JSONField(_("joins"), default=list, blank=True)
    """As Recording's; a take that went on is of one upload."""
    capture = models.JSONField(_("capture"), default=dict, blank=True)
    """What the browser really gave: gain control, noise floor, consent."""
    marks = models.JSONField(_("marks"), default=list, blank=True)
    """[{t, kind, …}], kind one of sessions.takes.MARKS."""
    captions = models.JSONField(_("captions"), null=True, blank=True)
    """{origin, consented_at, language, lines: [{start, end, text}]}."""
    trim_start = models.FloatField(_("trim start (s)"), null=True, blank=True)
    trim_end = models.FloatField(_("trim end (s)"), null=True, blank=True)
    note = models.TextField(_("note"), max_length=2000, blank=True)
    started = models.DateTimeField(_("started"), auto_now_add=True)
    sent = models.DateTimeField(_("sent"), null=True, blank=True)
    privacy = Privacy(owner="session__owner")

    class Meta:
        verbose_name = _("take")
        verbose_name_plural = _("takes")
        constraints = [
            models.CheckConstraint(
                name="practice_take_trim_order",
                condition=Q(trim_start=None) | Q(trim_end__gt=F("trim_start")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.session} ({self.get_state_display()})"
