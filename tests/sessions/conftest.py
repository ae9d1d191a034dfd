from __future__ import annotations

import pytest

from sessions import services
from tests.sessions.samples import user
from tests.sessions.served import Tus, server, signed_in


@pytest.fixture
def media(settings, tmp_path):
    """An empty MEDIA_ROOT of the test's own."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MEDIA_ROOT.mkdir()
    return settings.MEDIA_ROOT


@pytest.fixture
def base(media):
    with server() as address:
        yield address


@pytest.fixture
def session():
    return services.create_session(owner=user(), kind="pitch", title="Seed round")


@pytest.fixture
def tus(base, session):
    with signed_in(session.owner, base) as http:
        yield Tus(http, session)
