"""Sessions whose recording is a real file in storage, and engine processes that are ended."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Iterator

import pytest
from allauth.account.models import EmailAddress
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from coaching.accounts.models import User
from sessions.models import Recording, Session
from sessions.services import create_session
from tests.workers.engines import ENGINES
from workers.pool import Pool

CONTENT = b"not a video, but the test engines do not mind" * 100


def somebody() -> User:
    """An account with a confirmed address."""
    user = User.objects.create_user(f"{uuid.uuid4().hex}@example.org")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@pytest.fixture
def recorded(transactional_db, settings, tmp_path) -> Callable[..., Session]:
    """Makes a session with a recording; its title tells the test engines how to behave."""
    settings.VAR_DIR = tmp_path / "var"
    settings.MODELS_DIR = tmp_path / "models"

    def make(title: str = "A rehearsal", owner: User | None = None) -> Session:
        owner = owner or somebody()
        session = create_session(owner=owner, kind="interview", title=title)
        key = f"u/{owner.pk}/s/{session.pk}/original/{uuid.uuid4()}.mp4"
        default_storage.save(key, ContentFile(CONTENT))
        Recording.objects.create(
            session=session,
            key=key,
            filename="take.mp4",
            content_type="video/mp4",
            size_bytes=len(CONTENT),
            sha256=hashlib.sha256(CONTENT).hexdigest(),
        )
        return session

    return make


@pytest.fixture
def pool() -> Iterator[Pool]:
    made = Pool(ENGINES, name="test")
    yield made
    made.stopping.set()
    made.close()
