"""Where labelled cases are, and proof that the held-out ones are as they were committed.

cases/SUITE/dev/...                      by who builds the rules
cases/heldout/{language,content,...}/... by people who saw neither; hashes in SHA256SUMS
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

from workers.training.evaluation.types import Part, Unavailable

ROOT = Path(__file__).resolve().parents[1] / "cases"
HELDOUT = ROOT / "heldout"
SUMS = "SHA256SUMS"
Case = TypeVar("Case")


class Changed(Exception):
    """A held-out file is not the one whose hash was committed: its figures mean nothing."""


def path(part: Part, suite: str, name: str, *, kind: str) -> Path:
    """The file `name`: of the suite's own cases, or of the held-out ones of that `kind`
    (`language`, `content`, `speech`), whose hash is checked."""
    if part != "heldout":
        return ROOT / suite / "dev" / name
    listed = f"{kind}/{name}"
    if not (HELDOUT / listed).exists():
        raise Unavailable(f"there is no held-out file {listed}")
    if sums(HELDOUT).get(listed) != digest(HELDOUT / listed):
        raise Changed(f"{listed} is not the held-out file that was committed")
    return HELDOUT / listed


def sums(folder: Path) -> dict[str, str]:
    """Path below `folder` -> SHA-256, as `sha256sum` writes them."""
    if not (folder / SUMS).exists():
        return {}
    lines = (folder / SUMS).read_text(encoding="utf-8").splitlines()
    return {name: value for value, name in (line.split("  ", 1) for line in lines)}


def differences(folder: Path) -> list[str]:
    """Every way in which the files below `folder` are not what its SHA256SUMS lists."""
    listed = sums(folder)
    here = {
        found.relative_to(folder).as_posix(): found
        for found in sorted(folder.rglob("*"))
        if found.is_file() and found.name != SUMS
    }
    return [
        *(f"{name} has no hash" for name in here.keys() - listed.keys()),
        *(f"{name} is gone" for name in listed.keys() - here.keys()),
        *(
            f"{name} was changed"
            for name in here.keys() & listed.keys()
            if digest(here[name]) != listed[name]
        ),
    ]


def digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def records(file: Path) -> list[dict[str, Any]]:
    """A .jsonl file's records."""
    lines = file.read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]


def lines(file: Path) -> list[str]:
    """A text file's lines, without empty ones and comments (`# ...`)."""
    found = (line.strip() for line in file.read_text(encoding="utf-8").splitlines())
    return [line for line in found if line and not line.startswith("#")]


def some(found: Sequence[Case], part: Part, few: int) -> list[Case]:
    """All of them; for the small part `few`, evenly spread and always the same."""
    if part != "small" or len(found) <= few:
        return list(found)
    return [found[n * len(found) // few] for n in range(few)]
