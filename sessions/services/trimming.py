"""Which stretch of a recording counts. The file itself is never cut."""

from __future__ import annotations

import math

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from sessions.models import Recording, Session
from sessions.selectors import main_recording

LEAST_S = 1.0
"""What is left has to be at least this long."""
SLACK_S = 0.5
"""How far past the length a trim may end: sound and picture end apart, browsers round."""


def checked_trim(
    start: float | None, end: float | None, length_s: float | None
) -> tuple[float | None, float | None]:
    """A trim as it is kept: an end that trims nothing away is None. Raises ValidationError.

    `length_s` None: not known yet.
    """
    since, until = start or 0.0, end if end is not None else length_s
    if not math.isfinite(since) or (until is not None and not math.isfinite(until)):
        raise ValidationError({"start": _("Give both times as minutes and seconds, like 1:05.")})
    if since < 0:
        raise ValidationError({"start": _("The recording starts at 0:00.")})
    if until is not None and length_s is not None and until > length_s + SLACK_S:
        raise ValidationError(
            {"end": _("The recording ends at %(length).1f seconds.") % {"length": length_s}}
        )
    if until is not None and until <= since:
        raise ValidationError({"end": _("The end has to come after the start.")})
    if until is not None and until - since < LEAST_S:
        raise ValidationError({"end": _("At least one second has to be left.")})
    at_end = end is None or (length_s is not None and end >= length_s)
    return since or None, None if at_end else end


@transaction.atomic
def trim_recording(*, session: Session, start: float | None, end: float | None) -> Recording:
    """Keep what of the session's main recording counts, in seconds of the whole; None: from its
    beginning, to its end. Raises ValidationError."""
    session = Session.objects.select_for_update(no_key=True).get(pk=session.pk)
    recording = main_recording(session)
    if recording is None:
        raise ValidationError(_("This practice is text only: there is nothing to trim."))
    recording.trim_start, recording.trim_end = checked_trim(start, end, session.duration_s)
    recording.save(update_fields=["trim_start", "trim_end"])
    return recording
