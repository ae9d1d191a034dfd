"""What the layers below tell, and what it means for recordings."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db import transaction
from django.dispatch import receiver

from coaching.accounts.models import User
from coaching.accounts.services import forget_in_admin_log
from coaching.accounts.signals import user_erased
from sessions import signals, stores
from sessions.keys import owner_prefix
from sessions.models import Session, Upload


@receiver(user_erased, sender=User)
def erase_files(*, user: User, **_: Any) -> None:
    """Tell what hangs off each session, and delete everything under the owner's prefix.

    On S3 an unfinished multipart upload is no object yet, so each is ended by itself.
    """
    for session in Session.objects.filter(owner=user):
        signals.session_purged.send(sender=Session, session=session)
        forget_in_admin_log(session)
    store = stores.current()
    for upload in Upload.objects.filter(owner=user, state=Upload.State.OPEN):
        transaction.on_commit(partial(store.discard, upload))
    transaction.on_commit(partial(store.delete_prefix, owner_prefix(user.pk)))
