"""Where an evaluation finds what this machine keeps; suites know no settings."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def var_dir() -> Path:
    return Path(os.environ.get("ROSTRUM_VAR") or ROOT / "var").resolve()


def models_dir() -> Path:
    return Path(os.environ.get("ROSTRUM_MODELS_DIR") or var_dir() / "models")


def made_dir(name: str) -> Path:
    """Folder for what a script makes and may make again."""
    folder = var_dir() / "evaluation" / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def recordings_dir() -> Path:
    """Real recordings with known words (docs/development.md); they are not in the repository."""
    return Path(os.environ.get("ROSTRUM_SHARED_DATA") or ROOT.parent / "shared" / "data")
