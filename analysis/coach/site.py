"""Which language model this installation may ask, if any."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Warning
from django.utils.translation import gettext_lazy as _

PROVIDERS = {"openai": "api.openai.com", "anthropic": "api.anthropic.com"}
"""Provider -> the host its client goes to where no other address is given."""
_MILLION = 1_000_000


@dataclass(frozen=True)
class Site:
    """A language model that may be asked, and what that may cost."""

    provider: str
    model: str
    base_url: str
    key: str = field(repr=False)
    price_in: Decimal
    price_out: Decimal
    budget: Decimal
    currency: str
    daily_calls: int
    timeout_s: float
    max_tokens: int

    @property
    def recipient(self) -> str:
        """Whom a consent names: the host that what is sent goes to."""
        return urlsplit(self.base_url).hostname or PROVIDERS[self.provider]

    def cost(self, tokens_in: int, tokens_out: int) -> Decimal:
        """Money for one call."""
        return (tokens_in * self.price_in + tokens_out * self.price_out) / _MILLION


def the_site() -> Site | None:
    """None where no language model may be asked: as delivered, or while something is missing."""
    return None if missing() else Site(**_given())


def _given() -> dict[str, Any]:
    return {
        "provider": settings.LLM_PROVIDER,
        "model": settings.LLM_MODEL,
        "base_url": settings.LLM_BASE_URL,
        "key": settings.LLM_KEY,
        "price_in": settings.LLM_PRICE_IN,
        "price_out": settings.LLM_PRICE_OUT,
        "budget": settings.LLM_MONTHLY_BUDGET,
        "currency": settings.LLM_CURRENCY,
        "daily_calls": settings.LLM_DAILY_CALLS,
        "timeout_s": settings.LLM_TIMEOUT_S,
        "max_tokens": settings.LLM_MAX_TOKENS,
    }


def missing() -> list[str]:
    """What keeps it off, as variables an operator sets."""
    needed = {
        "ROSTRUM_LLM_PROVIDER": settings.LLM_PROVIDER in PROVIDERS,
        "ROSTRUM_LLM_MODEL": settings.LLM_MODEL,
        "ROSTRUM_LLM_KEY or ROSTRUM_LLM_BASE_URL": settings.LLM_KEY or settings.LLM_BASE_URL,
        "ROSTRUM_LLM_PRICE_IN": settings.LLM_PRICE_IN is not None,
        "ROSTRUM_LLM_PRICE_OUT": settings.LLM_PRICE_OUT is not None,
        "ROSTRUM_LLM_MONTHLY_BUDGET": settings.LLM_MONTHLY_BUDGET is not None,
    }
    return [name for name, there in needed.items() if not there]


def check_site(**_kwargs: Any) -> list[CheckMessage]:
    """A half-made choice leaves it off, and says so: it must never keep the rest from starting."""
    found: list[CheckMessage] = []
    if settings.LLM_PROVIDER and (absent := missing()):
        found.append(
            Warning(
                f"ROSTRUM_LLM_PROVIDER is {settings.LLM_PROVIDER!r}; the coach's notes stay off.",
                hint=f"Set {', '.join(absent)} (docs/coach.md).",
                id="analysis.W001",
            )
        )
    address = urlsplit(settings.LLM_BASE_URL)
    if address.scheme == "http" and address.hostname not in {"localhost", "127.0.0.1", "::1"}:
        found.append(
            Warning(
                "ROSTRUM_LLM_BASE_URL sends what people said over plain http.",
                hint="Use https unless the network between is yours alone.",
                id="analysis.W002",
            )
        )
    return found


COACHING = "/content/coaching"
"""Where the notes stand in the result document."""
OFF, FAILED = "coach_off", "coach_unreachable"
REASONS = {
    OFF: _("No language model is asked here; everything else is measured without one."),
    "coach_not_asked": _("No language model was asked about this practice."),
    "coach_refused": _("You said no for this practice."),
    "coach_changed": _("What would be sent has changed since you looked at it. Look again."),
    "coach_withdrawn": _("Nothing was sent: you have not allowed it, or no longer."),
    "coach_no_description": _("Paste the job description first: every question has to rest on it."),
    "coach_full": _("The list is full. Remove a question first."),
    "coach_nothing_heard": _("Nothing of the answer was heard, so there was nothing to ask about."),
    "coach_nothing_to_check": _("There are no sentences that its answer could be checked against."),
    "coach_too_long": _("This is longer than the language model is asked to read."),
    "coach_over_budget": _("This month's budget for the language model is spent."),
    "coach_daily_limit": _("You have asked as often as one person may in a day. Ask tomorrow."),
    FAILED: _("The language model did not answer. Your own result is complete."),
    "coach_rejected": _("The language model's service refused us; the operator has to look."),
    "coach_declined": _("The language model would not write about this."),
    "coach_unusable": _("What came back was not in the agreed form, so none of it is shown."),
    "coach_unfounded": _("Nothing that came back could be backed by what you said."),
}
"""Why there are no notes, by code: for people."""
