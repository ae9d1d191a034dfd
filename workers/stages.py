"""Which engine works a stage, and the version of all engines together."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from analysis.graph import STAGES

ENGINES: dict[str, str] = {
    name: f"workers.engines.{name}:run"
    for name in (*STAGES, "clip", "comparison", "document")
    if name != "notify"
}
"""Stage -> "module:function", imported in the engine's process alone. `notify` has none; `clip`,
`comparison` and `document` are no stages, and made the same way."""
_HERE = Path(__file__).resolve().parent / "engines"
_LARGE = 1024 * 1024


def engine_version(models_dir: Path, trained: Mapping[str, Any]) -> str:
    """Changes with the code and data of the engines, with the models that are installed, and with
    which of our own are in production (`workers.engines.trained.production`).

    An engine chooses its model by what is there, so a model that was added changes results too; a
    candidate changes none.
    """
    models = sorted(
        f"{path.relative_to(models_dir)} {path.stat().st_size}"
        for path in models_dir.rglob("*")
        if path.is_file() and path.relative_to(models_dir).parts[0] != "trained"
    )
    known = [_code_version(), *models, json.dumps(trained, sort_keys=True)]
    return hashlib.sha256("\n".join(known).encode()).hexdigest()


@lru_cache(maxsize=1)
def _code_version() -> str:
    found = hashlib.sha256()
    for path in sorted(_HERE.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            size = path.stat().st_size
            found.update(f"{path.relative_to(_HERE)} {size}\n".encode())
            if size < _LARGE:
                found.update(path.read_bytes())
    return found.hexdigest()
