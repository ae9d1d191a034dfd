"""What a result says of the captions that were shown while it was recorded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from workers.engines.types import why_unsure

ALL = 0.9
"""Share of the words from which captions were on throughout."""


def captions_said(document: Mapping[str, Any]) -> str:
    """How far they agree with the final words, or that they are the words; else nothing."""
    transcript = document["transcript"]
    captions = transcript.get("captions") or {}
    if captions.get("used"):
        return _(
            "These words are the live captions that the browser wrote during the recording, "
            "each placed where it is heard. No better recogniser is installed here."
        )
    if captions.get("agreement") is None:
        return ""
    shares = {
        "agreed": round(100 * captions["agreement"]),
        "covered": round(100 * captions["covered"]),
    }
    if captions["covered"] < ALL:
        return (
            _(
                "The live captions were on for %(covered)s %% of the words and agreed with "
                "%(agreed)s %% of those."
            )
            % shares
        )
    if why_unsure(transcript) == "transcript_uncertain":
        return (
            _(
                "The live captions agreed with %(agreed)s %% of the final words, which are a rough "
                "guess too."
            )
            % shares
        )
    return _("The live captions agreed with %(agreed)s %% of the final words.") % shares
