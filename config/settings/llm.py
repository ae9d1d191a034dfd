"""The language model that may write coach's notes and questions: off unless an operator names
one."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from django.core.exceptions import ImproperlyConfigured

from config.settings.base import env


def _money(given: str) -> Decimal | None:
    """None where nothing is given; a price nobody named is not a price of 0."""
    try:
        amount = Decimal(given) if given else None
    except InvalidOperation:
        amount = Decimal(-1)
    if amount is not None and not (amount.is_finite() and amount >= 0):
        raise ImproperlyConfigured(
            f"ROSTRUM_LLM_PRICE_* and _MONTHLY_BUDGET are amounts like 2.50 or 0, not {given!r}."
        )
    return amount


LLM_PROVIDER: str = env.str("ROSTRUM_LLM_PROVIDER", default="")
"""openai (any server that speaks its chat completions) or anthropic; empty: off."""
LLM_BASE_URL: str = env.str("ROSTRUM_LLM_BASE_URL", default="")
"""Empty: the provider's own address."""
LLM_MODEL: str = env.str("ROSTRUM_LLM_MODEL", default="")
LLM_KEY: str = env.str("ROSTRUM_LLM_KEY", default="")
LLM_PRICE_IN = _money(env.str("ROSTRUM_LLM_PRICE_IN", default=""))
LLM_PRICE_OUT = _money(env.str("ROSTRUM_LLM_PRICE_OUT", default=""))
"""Money for a million tokens read, and written; 0 for a server of your own."""
LLM_MONTHLY_BUDGET = _money(env.str("ROSTRUM_LLM_MONTHLY_BUDGET", default=""))
"""Money for a calendar month (UTC); a call that could pass it is not made."""
LLM_CURRENCY: str = env.str("ROSTRUM_LLM_CURRENCY", default="USD")
LLM_DAILY_CALLS: int = env.int("ROSTRUM_LLM_DAILY_CALLS", default=20)
"""Calls for one person a day (UTC), so that nobody spends everybody's budget."""
LLM_TIMEOUT_S: float = env.float("ROSTRUM_LLM_TIMEOUT_S", default=90.0)
"""One call, from the first byte to the last."""
LLM_MAX_TOKENS: int = env.int("ROSTRUM_LLM_MAX_TOKENS", default=4000)
"""What one answer may be long, a model's thinking included."""
