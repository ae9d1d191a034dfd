"""What the upload panel needs to know, wherever it is included."""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings

from sessions.containers import ACCEPTED_NAMES
from sessions.forms import TextForm
from sessions.models import Session, Upload
from sessions.services.studio import unsent_uploads
from sessions.services.uploads import largest_upload

register = template.Library()


@register.simple_tag
def take_waits(session: Session) -> bool:
    """Whether the studio has recorded something that nobody has sent yet."""
    return any(upload.offset for upload in unsent_uploads(session))


@register.simple_tag
def upload_facts(session: Session) -> dict[str, Any]:
    """Limits, accepted kinds, and how the last try ended."""
    # one without a length comes from the studio, where it is finished
    last = session.uploads.order_by("-created").exclude(state="open", length=None).first()
    return {
        "max_bytes": largest_upload(session.owner),
        "form_max_bytes": settings.FORM_UPLOAD_MAX_BYTES,
        "accept": ",".join(f".{name}" for name in ACCEPTED_NAMES.split(", ")),
        "known": ACCEPTED_NAMES,
        "refusal": last.refusal if last and last.state == Upload.State.REFUSED else "",
        "open": last if last and last.state == Upload.State.OPEN and last.offset else None,
        "text_form": TextForm(label_suffix=""),
    }
