"""A practice of eight sentences, and an installation that may ask a language model about it."""

from __future__ import annotations

import copy
from decimal import Decimal
from typing import Any

from analysis.coach.request import Request, request_of
from analysis.coach.site import Site, the_site
from analysis.models import AnalysisRun
from tests.analysis import results

SAID = (
    ("situation", "When I joined the team in May, we lost twenty customers a week."),
    ("task", "My manager Petra asked me to find out why."),
    ("action", "I called thirty-five of them myself."),
    ("action", "So, um, I wrote down every reason."),
    ("none", "It was not easy."),
    ("action", "Then I rebuilt the welcome mail with two designers."),
    ("result", "After three months we kept nine in ten."),
    ("result", "I'm proud of that “quiet” work."),
)
QUESTION = "Tell me about a time you solved a problem."
SETTINGS = {
    "scenario": "interview",
    "parts": [{"id": "p1", "question": QUESTION, "start": None, "end": None}],
}


def content(said: tuple[tuple[str, str], ...] = SAID) -> dict[str, Any]:
    sentences = [
        {"index": n, "text": text, "start": n * 4.0, "end": n * 4.0 + 3.5, "label": label,
         "confidence": 0.8}
        for n, (label, text) in enumerate(said)
    ]  # fmt: skip
    return copy.deepcopy(results.SECTIONS["content"]) | {
        "star": {"sentences": sentences, "completeness": 1.0},
        "answers": [{"part": "p1", "relevance": 0.71, "star": None, "start": 0.0}],
    }


def request(said: tuple[tuple[str, str], ...] = SAID, **more: Any) -> Request:
    sections = {
        "content": content(said),
        "fluency": {"words_per_minute": 131.0, "fillers": {"per_minute": 2.4}},
    }
    return request_of(sections, SETTINGS, **more)


def use_llm(settings: Any, url: str = "http://127.0.0.1:9/v1", **changes: Any) -> Site:
    """Turn it on, with a server of one's own at `url`; `changes` are settings without LLM_."""
    given = {
        "PROVIDER": "openai", "BASE_URL": url, "MODEL": "tiny-1", "KEY": "sk-secret",
        "PRICE_IN": Decimal(2), "PRICE_OUT": Decimal(8), "MONTHLY_BUDGET": Decimal(10),
        "CURRENCY": "EUR", "DAILY_CALLS": 20, "TIMEOUT_S": 20.0, "MAX_TOKENS": 1000,
    } | changes  # fmt: skip
    for name, value in given.items():
        setattr(settings, f"LLM_{name}", value)
    site = the_site()
    assert site is not None
    return site


def tell(run: AnalysisRun, said: tuple[tuple[str, str], ...] = SAID) -> AnalysisRun:
    """Let `run` have found these sentences."""
    part = run.session.parts.get()
    found = content(said)
    found["answers"][0]["part"] = str(part.pk)
    run.stages.filter(name="content").update(result=found)
    run.settings = {**SETTINGS, "parts": [{**SETTINGS["parts"][0], "id": str(part.pk)}]}
    run.save()
    return run
