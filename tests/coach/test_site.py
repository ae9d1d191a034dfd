"""Off as delivered, off while anything is missing, and never in the way."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured

from analysis.coach.site import the_site
from config.settings.llm import _money
from tests.coach.given import use_llm


def warnings() -> list[str]:
    return [found.id for found in run_checks() if str(found.id).startswith("analysis.")]


def test_it_works(settings):
    site = use_llm(settings)
    assert site.recipient == "127.0.0.1"
    assert site.cost(1_000_000, 500_000) == Decimal(6)
    assert "sk-secret" not in repr(site)
    assert warnings() == []


def test_it_is_off_as_delivered():
    assert the_site() is None
    assert warnings() == []


@pytest.mark.parametrize(
    "changes",
    [{"PROVIDER": "gemini"}, {"MODEL": ""}, {"KEY": "", "BASE_URL": ""}, {"PRICE_IN": None},
     {"PRICE_OUT": None}, {"MONTHLY_BUDGET": None}],
)  # fmt: skip
def test_a_half_made_choice_leaves_it_off_and_says_so(settings, changes):
    use_llm(settings)
    for name, value in changes.items():
        setattr(settings, f"LLM_{name}", value)
    assert the_site() is None
    assert warnings() == ["analysis.W001"]


@pytest.mark.parametrize(
    ("provider", "address", "recipient"),
    [
        ("openai", "", "api.openai.com"),
        ("anthropic", "", "api.anthropic.com"),
        ("openai", "https://acme.openai.azure.com/openai/v1/", "acme.openai.azure.com"),
        ("openai", "http://localhost:11434/v1", "localhost"),
    ],
)
def test_a_consent_names_the_host(settings, provider, address, recipient):
    assert use_llm(settings, address, PROVIDER=provider).recipient == recipient


def test_plain_http_to_elsewhere_is_warned_of(settings):
    use_llm(settings, "http://gpu.example/v1")
    assert warnings() == ["analysis.W002"]


def test_prices_are_amounts():
    assert _money("2.50") == Decimal("2.50")
    assert _money("0") == 0
    assert _money("") is None
    for wrong in ("cheap", "-1", "nan", "inf"):
        with pytest.raises(ImproperlyConfigured):
            _money(wrong)
