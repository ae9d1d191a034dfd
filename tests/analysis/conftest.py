from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from analysis.models import AnalysisRun
from sessions.models import Recording, Session
from tests.analysis import results


@pytest.fixture
def session(user: Any) -> Session:
    """A session of `user` with a recording, not analysed yet."""
    session = results.make_session(user)
    Recording.objects.create(
        session=session, key=f"u/{user.pk}/s/{session.pk}/original/a.mp4", filename="a.mp4",
        content_type="video/mp4", size_bytes=10, sha256="0" * 64,
    )  # fmt: skip
    return session


@pytest.fixture
def run(session: Session) -> AnalysisRun:
    """A finished run of it, with its rows: the first version of the transcript and so on."""
    session.recordings.update(checked_at=timezone.now())
    return results.finished(session)
