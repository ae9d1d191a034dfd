"""What the audit writes: who did it, and nothing that names what it was done to."""

from __future__ import annotations

from typing import Any

from auditlog.models import LogEntry
from django.db.models.signals import pre_save
from django.dispatch import receiver

from coaching.accounts.middleware import actor


@receiver(pre_save, sender=LogEntry)
def sign(*, instance: LogEntry, **_: Any) -> None:
    """A row's text is an address or a title as often as not: its key says which row it was."""
    instance.object_repr = instance.object_pk
    user = actor()
    if user is not None:
        instance.actor, instance.actor_email = user, user.email
