"""Jobs and models for the engines that read the words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.engines.content.build import job, transcript
from workers.engines import content


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
