"""Recordings of real people, kept outside the repository."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_BESIDE = Path(__file__).resolve().parents[2] / "shared" / "data"


def shared(name: str) -> Path:
    """The file `name` of ROSTRUM_SHARED_DATA (default: shared/data beside the repository)."""
    path = Path(os.environ.get("ROSTRUM_SHARED_DATA", _BESIDE)) / name
    if not path.exists():
        pytest.skip(f"{path} is not on this machine")
    return path
