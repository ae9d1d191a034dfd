"""Which weights an engine uses: the production version of a model of ours, else what ships.

`bin/rostrum train` and `bin/rostrum models` (workers/training/registry.py) write below
`MODELS_DIR/trained/NAME/`: a file a version that never changes again, and `manifest.json`, which
is replaced as a whole. What ships with the code is version 1.
"""

from __future__ import annotations

import hashlib
import io
import json
import logging
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

import numpy as np
import numpy.typing as npt

log = logging.getLogger(__name__)
T = TypeVar("T")
Arrays = dict[str, npt.NDArray[Any]]
SHIPPED = 1
SCHEMA = 1
ENTRY = frozenset({"version", "file", "sha256", "seed", "commit", "made", "held_out"})
"""What is said of every version that was trained."""


class Unusable(Exception):
    """Why weights or a manifest cannot be used, in a few words."""


@dataclass(frozen=True)
class Manifest:
    """What was trained here and what became of it; `steps` only ever grows."""

    versions: list[dict[str, Any]] = field(default_factory=list)
    """Each {version, file, sha256, format, seed, commit, made, held_out, parameters}."""
    steps: list[dict[str, Any]] = field(default_factory=list)
    """Each {at, did: promoted | rolled_back, version, over, why}, and of a promotion the figures
    it was decided by, {mine, theirs, metric}."""

    @property
    def line(self) -> list[int]:
        """Versions as they followed each other in production and were not taken back; the last is
        production."""
        found = [SHIPPED]
        for step in self.steps:
            if step["did"] == "promoted":
                found.append(step["version"])
            elif len(found) > 1:
                found.pop()
        return found

    @property
    def production(self) -> int:
        return self.line[-1]

    def state(self, version: int) -> str:
        if version == self.production:
            return "production"
        been = version == SHIPPED or any(step["version"] == version for step in self.steps)
        return "archived" if been else "candidate"

    def entry(self, version: int) -> dict[str, Any] | None:
        return next((one for one in self.versions if one["version"] == version), None)


@dataclass(frozen=True)
class Loaded(Generic[T]):
    """Weights in use. `value` is None where not even what ships can be read: then a rule decides.
    `name` goes into the stage's model; `problem` says what is in the way of what was promoted."""

    value: T | None
    name: str
    problem: str = ""


def home(models_dir: Path, name: str) -> Path:
    return models_dir / "trained" / name


def read_manifest(folder: Path) -> Manifest:
    """Empty where nothing was trained. Raises Unusable."""
    try:
        found = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        if found["schema"] != SCHEMA:
            raise Unusable("manifest of another version")
        manifest = Manifest(found["versions"], found["steps"])
        if any(not entry.keys() >= ENTRY for entry in manifest.versions):
            raise Unusable("manifest damaged")
        lost = manifest.production != SHIPPED and manifest.entry(manifest.production) is None
        if lost:
            raise Unusable("manifest damaged")
        return manifest
    except FileNotFoundError:
        return Manifest()
    except (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise Unusable("manifest damaged") from error


def production(models_dir: Path) -> dict[str, dict[str, Any]]:
    """Model -> {version, file, sha256} of what is promoted, or {problem}; without those that ship.

    A worker asks once an attempt and hands the answer to the engine, so that what decides is what
    the result is kept under, whoever promotes meanwhile.
    """
    found: dict[str, dict[str, Any]] = {}
    for folder in sorted(home(models_dir, "").glob("*/")):
        try:
            manifest = read_manifest(folder)
        except Unusable as reason:
            found[folder.name] = {"problem": str(reason)}
            continue
        if entry := manifest.entry(manifest.production):
            found[folder.name] = {key: entry[key] for key in ("version", "file", "sha256")}
    return found


def load(
    name: str, shipped: Path | None, engines: Mapping[str, Any], parse: Callable[[bytes], T]
) -> Loaded[T]:
    """The production weights of `name`. `engines`: a job's choices (`models_dir`, `trained`).
    `parse` raises Unusable. What cannot be used is logged, and what ships stands in."""
    models_dir = Path(engines["models_dir"]) if engines.get("models_dir") else None
    chosen = engines.get("trained")
    if chosen is None:
        chosen = production(models_dir) if models_dir else {}
    choice, problem = chosen.get(name), ""
    if choice and models_dir:
        try:
            if "problem" in choice:
                raise Unusable(choice["problem"])
            data = read(home(models_dir, name) / choice["file"], choice["sha256"])
            return Loaded(parse(data), f"{name} {choice['version']}")
        except Unusable as reason:
            problem = f"{name} {choice.get('version', '')}".strip() + f": {reason}"
            log.warning("%s; what ships with the code is used", problem)
    told = f" for {choice['version']}" if choice and choice.get("version") else ""
    if shipped is None:
        return Loaded(None, f"{name} by rule{told}", problem)
    try:
        return Loaded(parse(read(shipped)), f"{name} {SHIPPED}{told}", problem)
    except Unusable as reason:
        problem = f"{name} {SHIPPED}: {reason}"
        log.error("%s; a rule is used", problem)
        return Loaded(None, f"{name} by rule{told}", problem)


def read(path: Path, sha256: str = "") -> bytes:
    """A file of weights, held to its hash. Raises Unusable."""
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise Unusable("file missing") from error
    except OSError as error:
        raise Unusable(f"file not readable: {error.strerror}") from error
    if sha256 and hashlib.sha256(data).hexdigest() != sha256:
        raise Unusable("file truncated or changed")
    return data


def packed(name: str, form: int, arrays: Arrays) -> bytes:
    """Arrays as a file: the same arrays, the same bytes."""
    out = io.BytesIO()
    about = np.array(json.dumps({"model": name, "format": form}))
    everything: dict[str, Any] = {"about": about, **arrays}
    np.savez_compressed(out, **everything)
    return out.getvalue()


def unpacked(data: bytes, name: str, form: int) -> Arrays:
    """Raises Unusable for what is no file of `name` in this format."""
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as found:
            arrays = {key: found[key] for key in found.files}
        about = json.loads(str(arrays.pop("about")))
    except (
        OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile, zlib.error,
    ) as error:  # fmt: skip
        raise Unusable("file damaged") from error
    if about != {"model": name, "format": form}:
        raise Unusable(f"of another version: {about}, not format {form} of {name}")
    return arrays
