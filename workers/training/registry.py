"""The registry of trained models: candidate, production, archived (docs/training.md).

Everything stands below `MODELS_DIR/trained/NAME/`: one file a version, never written again, and
`manifest.json`, replaced as a whole, so that a worker sees the old state or the new one. What ships
with the code is version 1. The reader's side is `workers.engines.trained`.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from workers.engines.trained import (
    SCHEMA,
    SHIPPED,
    Manifest,
    Unusable,
    home,
    read,
    read_manifest,
)
from workers.training.trainers import Judged, Made


class Refused(Exception):
    """Why the registry does not do what it was asked, in one line."""


def add(models_dir: Path, name: str, made: Made, *, form: int, commit: str) -> int:
    """Keep a training's weights as a candidate; its version."""
    with _changing(models_dir, name) as (folder, manifest):
        version = 1 + max([SHIPPED, *(one["version"] for one in manifest.versions)])
        file = f"{name}-{version}.weights"
        _write(folder / file, made.data)
        manifest.versions.append(
            {
                "version": version,
                "file": file,
                "sha256": hashlib.sha256(made.data).hexdigest(),
                "format": form,
                "seed": made.parameters.get("seed"),
                "commit": commit,
                "made": _now(),
                "parameters": made.parameters,
                "held_out": {},
            }
        )
    return version


def judged(models_dir: Path, name: str, version: int, found: Judged) -> None:
    """Note what a version reached on the held-out data."""
    with _changing(models_dir, name) as (_, manifest):
        if entry := manifest.entry(version):
            entry["held_out"] = {found.metric: found.figure, "ece": found.ece, "n": found.n}


def data(
    models_dir: Path, name: str, version: int, shipped: Callable[[], bytes | None]
) -> bytes | None:
    """The weights of a version; None where it is the rule. Raises Refused or Unusable."""
    if version == SHIPPED:
        return shipped()
    folder = home(models_dir, name)
    entry = _manifest(folder).entry(version)
    if entry is None:
        raise Refused(f"There is no version {version} of {name}.")
    return read(folder / entry["file"], entry["sha256"])


def latest_candidate(models_dir: Path, name: str) -> int:
    """Raises Refused where there is none."""
    manifest = _manifest(home(models_dir, name))
    found = [one["version"] for one in manifest.versions
             if manifest.state(one["version"]) == "candidate"]  # fmt: skip
    if not found:
        raise Refused(f"There is no candidate of {name}: bin/rostrum train {name} makes one.")
    return max(found)


def promote(
    models_dir: Path,
    name: str,
    version: int,
    *,
    judged_over: int,
    mine: Judged,
    theirs: Judged,
    force: str = "",
) -> None:
    """Put a version into production. Raises Refused unless it is the better one on the same
    held-out data, or `force` says why it is to be used all the same; the reason is kept. Also where
    production is no longer the version `theirs` was judged of."""
    with _changing(models_dir, name) as (folder, manifest):
        entry, over = manifest.entry(version), manifest.production
        if version == over:
            raise Refused(f"Version {version} of {name} is in production already.")
        if entry is None and version != SHIPPED:
            raise Refused(f"There is no version {version} of {name}.")
        if entry is not None:
            try:
                read(folder / entry["file"], entry["sha256"])
            except Unusable as reason:
                raise Refused(f"Version {version} of {name} cannot be used: {reason}.") from reason
        if over != judged_over:
            raise Refused(
                f"Version {over} of {name} went into production meanwhile: promote again to have "
                "it judged against that one."
            )
        if mine.figure <= theirs.figure and not force.strip():
            raise Refused(
                f"Version {version} is not better: {mine.metric} {mine.figure:.4f} against "
                f"{theirs.figure:.4f} of version {over} on the same {theirs.n} held-out cases."
            )
        _step(manifest, "promoted", version, over, force.strip(),
              {"mine": mine.figure, "theirs": theirs.figure, "metric": mine.metric})  # fmt: skip


def roll_back(models_dir: Path, name: str, why: str = "") -> int:
    """Go back to what was in production before; its version. Raises Refused where there is none."""
    with _changing(models_dir, name) as (_, manifest):
        if len(manifest.line) < 2:
            raise Refused(f"{name}: what ships is in production, there is nothing to go back to.")
        before, over = manifest.line[-2], manifest.production
        _step(manifest, "rolled_back", before, over, why.strip(), {})
    return before


@dataclass(frozen=True)
class Listed:
    """A version of a model for people; `problem` says why it cannot be used."""

    name: str
    version: int | None
    state: str
    about: str
    problem: str = ""


def listed(models_dir: Path, name: str) -> list[Listed]:
    """Every version of a model, what ships first."""
    folder = home(models_dir, name)
    try:
        manifest = _manifest(folder)
    except Refused as reason:
        return [Listed(name, None, "", "", str(reason))]
    rows = [Listed(name, SHIPPED, manifest.state(SHIPPED), "ships with the code")]
    for one in manifest.versions:
        found = [
            f"{key} {value:.4f}" if isinstance(value, float) else f"{key} {value:,}"
            for key, value in one["held_out"].items()
            if value is not None
        ]
        about = f"{one['made']}, seed {one['seed']}, commit {one['commit'] or 'unknown'}"
        problem = ""
        try:
            read(folder / one["file"], one["sha256"])
        except Unusable as reason:
            problem = str(reason)
        about = "; ".join([about, ", ".join(found) or "not judged"])
        rows.append(Listed(name, one["version"], manifest.state(one["version"]), about, problem))
    return rows


def _step(
    manifest: Manifest, did: str, version: int, over: int, why: str, figures: dict[str, Any]
) -> None:
    manifest.steps.append(
        {"at": _now(), "did": did, "version": version, "over": over, "why": why, **figures}
    )


def _manifest(folder: Path) -> Manifest:
    try:
        return read_manifest(folder)
    except Unusable as reason:
        raise Refused(
            f"{folder / 'manifest.json'}: {reason}. What ships is used meanwhile. Bring the file "
            "back, or move the folder away to start anew."
        ) from reason


@contextlib.contextmanager
def _changing(models_dir: Path, name: str) -> Iterator[tuple[Path, Manifest]]:
    """One at a time; written when the block ends without an error."""
    folder = home(models_dir, name)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        manifest = _manifest(folder)
        yield folder, manifest
        content = {"schema": SCHEMA, "model": name, **asdict(manifest)}
        _write(folder / "manifest.json", (json.dumps(content, indent=1) + "\n").encode())


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all, also where the machine stops meanwhile."""
    part = path.with_name(f".{path.name}.part")
    with part.open("wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    part.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
