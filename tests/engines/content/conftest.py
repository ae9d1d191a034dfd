"""Jobs and models for the engines that read the words."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.engines.content.build import job, transcript
from workers.engines import content, embeddings

REPOSITORY = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="session")
def models_dir() -> str:
    """The folder with the embedding model, exported from the wheel on the first run."""
    folder = os.environ.get("ROSTRUM_MODELS_DIR") or str(REPOSITORY / "var" / "models")
    embeddings.install(folder)
    return folder


@pytest.fixture
def read(models_dir: str, tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """`read(text, question="", **settings)`: the content stage's output over that text.

    `transcript` holds options of `build.transcript`, `upstream` more sections.
    """

    def go(text: str, question: str = "", **options: Any) -> dict[str, Any]:
        upstream = {"transcribe": transcript(text, **options.pop("transcript", {}))}
        upstream |= options.pop("upstream", {})
        made = job("content", upstream, tmp_path, models_dir, question=question, **options)
        return dict(content.run(made, lambda *args, **kwargs: None))

    return go
