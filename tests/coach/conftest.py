from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from analysis.coach.site import Site
from analysis.models import AnalysisRun
from coaching.accounts.models import User
from sessions.models import Recording
from tests.analysis import results
from tests.coach.given import tell, use_llm


@pytest.fixture
def site(settings: Any) -> Site:
    """A language model may be asked here; nobody answers at its address."""
    return use_llm(settings)


@pytest.fixture
def run(user: User) -> AnalysisRun:
    """A finished analysis of `user`'s with eight sentences."""
    session = results.make_session(user)
    Recording.objects.create(
        session=session, key=f"u/{session.pk}", filename="a.mp4", size_bytes=1,
        content_type="video/mp4", checked_at=timezone.now(),
    )  # fmt: skip
    return tell(results.finished(session))
