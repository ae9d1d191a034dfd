"""What ships beside the engines, read with a plain word where it is missing or damaged.

Models that can be trained anew on an installation are `workers.engines.trained`'s.
"""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from workers.engines.types import EngineError

T = TypeVar("T")


def arrays(path: Path, *names: str) -> dict[str, npt.NDArray[Any]]:
    """A NumPy archive that has at least `names`. Raises EngineError."""

    def parse(data: bytes) -> dict[str, npt.NDArray[Any]]:
        with np.load(io.BytesIO(data), allow_pickle=False) as stored:
            return {name: stored[name] for name in (*stored.files, *names)}

    return _read(path, parse)


def record(path: Path, *names: str) -> dict[str, Any]:
    """A JSON object that has at least `names`. Raises EngineError."""

    def parse(data: bytes) -> dict[str, Any]:
        found = json.loads(data)
        return {name: found[name] for name in (*found, *names)}

    return _read(path, parse)


def lines(path: Path, count: int) -> list[str]:
    """The lines of a list, exactly `count`. Raises EngineError."""

    def parse(data: bytes) -> list[str]:
        found = data.decode().splitlines()
        if len(found) != count:
            raise ValueError(f"{len(found)} lines, not {count}")
        return found

    return _read(path, parse)


def _read(path: Path, parse: Callable[[bytes], T]) -> T:
    try:
        return parse(path.read_bytes())
    except (
        OSError,
        ValueError,
        TypeError,
        KeyError,
        EOFError,
        zipfile.BadZipFile,
        zlib.error,
    ) as e:
        raise EngineError(
            "installation_damaged",
            "A file of this installation is missing or damaged, so this could not be measured. "
            "Whoever runs it has to install it again.",
            detail=f"{path.name}: {type(e).__name__}: {e}",
        ) from e
