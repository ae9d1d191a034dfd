"""Model weights: what there is to install, installing it, and what is installed.

Not `models.py`, which Django would take for the app's database models. The hub's client is
imported only where something is fetched.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from workers.engines.asr.weights import ALIGN_FILES, SPEAKER_FILES, WHISPER_FILES, missing

MANIFEST = "rostrum.json"
MB = 1_000_000
DEFAULT = "small"
"""Keeps up with speech on two cores, and reads people well."""


class WeightsError(Exception):
    """Why a model cannot be installed, in one line."""


@dataclass(frozen=True)
class Weights:
    """A model that can be installed. `size` is the download in bytes, rounded."""

    name: str
    repository: str
    size: int
    licence: str
    about: str
    kind: Literal["whisper", "align", "speakers"] = "whisper"

    @property
    def folder(self) -> str:
        return f"whisper-{self.name}" if self.kind == "whisper" else self.name

    @property
    def needed(self) -> tuple[str, ...]:
        return _NEEDED[self.kind]

    @property
    def fetched(self) -> list[str]:
        """Patterns of the files to fetch, and no others."""
        if self.kind == "speakers":
            return list(self.needed)
        names = [name for names in self.needed for name in names.split("|")]
        extra = ["preprocessor_config.json", "special_tokens_map.json"]
        return [name for name in names if name != "pytorch_model.bin"] + extra


_NEEDED = {"whisper": WHISPER_FILES, "align": ALIGN_FILES, "speakers": SPEAKER_FILES}

# Names, sizes and licences as the hub's pages showed them in November 2026. Two projects have moved
# since faster-whisper wrote their names down (mobiuslabsgmbh, nyrahealth: the hub sends on from
# there). Crisper's conversion names no licence, so that of the model it was made from holds.
CATALOGUE = {
    weights.name: weights
    for weights in (
        Weights("tiny", "Systran/faster-whisper-tiny", 78 * MB, "MIT", "fast and rough"),
        Weights("base", "Systran/faster-whisper-base", 148 * MB, "MIT", "small machines"),
        Weights("small", "Systran/faster-whisper-small", 486 * MB, "MIT", "the default"),
        Weights("medium", "Systran/faster-whisper-medium", 1_531 * MB, "MIT", "slow without a GPU"),
        Weights("large-v3", "Systran/faster-whisper-large-v3", 3_091 * MB, "MIT", "needs a GPU"),
        Weights("large-v3-turbo", "dropbox-dash/faster-whisper-large-v3-turbo", 1_622 * MB,
                "MIT", "nearly as good, six times faster"),
        Weights("crisper", "nyralabs/faster_CrisperWhisper", 3_091 * MB,
                "CC BY-NC 4.0 (no commercial use)", "verbatim: keeps every um"),
        Weights("align-en", "facebook/wav2vec2-base-960h", 378 * MB, "Apache-2.0",
                "English word times", kind="align"),
        Weights("speakers", "pyannote/speaker-diarization-community-1", 33 * MB, "CC BY 4.0",
                "who speaks when; asks for a token", kind="speakers"),
    )
}  # fmt: skip


@dataclass(frozen=True)
class Installed:
    weights: Weights
    path: Path
    size: int
    sha256: str
    """Of the largest file, the weights themselves; empty where no manifest was written."""


def find(name: str) -> Weights:
    try:
        return CATALOGUE[name]
    except KeyError:
        known = ", ".join(CATALOGUE)
        raise WeightsError(f"There is no model “{name}”. There are: {known}.") from None


def installed(root: Path) -> dict[str, Installed]:
    """Complete models under `root`, by name."""
    found = {}
    for weights in CATALOGUE.values():
        folder = root / weights.folder
        if not folder.is_dir() or missing(folder, weights.needed):
            continue
        files = _files(folder)
        heaviest = max(files, key=lambda name: files[name].stat().st_size)
        digests = _manifest(folder).get("files", {})
        found[weights.name] = Installed(
            weights,
            folder,
            sum(path.stat().st_size for path in files.values()),
            digests.get(heaviest, ""),
        )
    return found


def install(
    name: str, root: Path, *, source: Path | None = None, tell: Callable[[str], None] = print
) -> Installed:
    """Install from the hub, or from the folder `source`; a half-done download goes on next time.

    Raises WeightsError where the folder lacks a file, the hub cannot be reached, a file does not
    have the checksum the hub announces, or the disk is too small.
    """
    weights = find(name)
    done = installed(root).get(name)
    if done is not None and source is None:
        tell(f"{name} is installed already, in {done.path}.")
        return done
    root.mkdir(parents=True, exist_ok=True)
    part = root / f".{weights.folder}.part"
    if source is not None:
        _copy(weights, source, part, tell)
        digests = _digests(part)
    else:
        digests = _fetch(weights, part, tell)
    lacking = missing(part, weights.needed)
    if lacking:
        raise WeightsError(f"The download of {name} lacks {', '.join(lacking)}.")
    manifest = {"name": name, "repository": weights.repository, "licence": weights.licence,
                "files": digests}  # fmt: skip
    (part / MANIFEST).write_text(json.dumps(manifest, indent=1))
    shutil.rmtree(part / ".cache", ignore_errors=True)
    target = root / weights.folder
    shutil.rmtree(target, ignore_errors=True)
    part.rename(target)
    return installed(root)[name]


def _copy(weights: Weights, source: Path, part: Path, tell: Callable[[str], None]) -> None:
    if not source.is_dir():
        raise WeightsError(f"{source} is no folder.")
    lacking = missing(source, weights.needed)
    if lacking:
        raise WeightsError(f"{source} lacks {', '.join(lacking)}, which {weights.name} needs.")
    tell(f"Copying {weights.name} from {source} …")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    try:
        for name, path in _files(source).items():
            (part / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, part / name)
    except OSError as error:
        raise WeightsError(f"The files cannot be copied: {error.strerror or error}.") from error


def _fetch(weights: Weights, part: Path, tell: Callable[[str], None]) -> dict[str, str]:
    from huggingface_hub import HfApi, snapshot_download

    room = shutil.disk_usage(part.parent).free
    if room < weights.size * 1.1:
        raise WeightsError(
            f"{weights.name} takes {weights.size / MB:,.0f} MB, the disk has {room / MB:,.0f} MB."
        )
    endpoint = os.environ.get("HF_ENDPOINT") or None
    tell(
        f"Fetching {weights.name} from {weights.repository}: "
        f"{weights.size / MB:,.0f} MB, licence {weights.licence} …"
    )
    try:
        info = HfApi(endpoint=endpoint).model_info(weights.repository, files_metadata=True)
        snapshot_download(
            weights.repository, revision=info.sha, local_dir=part, endpoint=endpoint,
            allow_patterns=weights.fetched, max_workers=2,
        )  # fmt: skip
    except Exception as error:
        if not _is_of_the_hub(error):
            raise
        if _is_closed(error):
            raise WeightsError(
                f"The hub gives {weights.name} only to those who accepted its terms: do so on the "
                f"page of {weights.repository}, make a token there, and try again with HF_TOKEN "
                "set to it."
            ) from error
        raise WeightsError(
            f"The model hub cannot be reached ({type(error).__name__}). Connect this machine, or "
            f"copy the files here and use “models install {weights.name} --from FOLDER”."
        ) from error
    digests = _digests(part)
    for file in info.siblings or ():
        announced = _announced(file)
        if file.rfilename in digests and announced not in {None, digests[file.rfilename]}:
            (part / file.rfilename).unlink()
            raise WeightsError(f"{file.rfilename} arrived damaged. Please try again.")
    return digests


def _is_of_the_hub(error: Exception) -> bool:
    """Whether an error says that the hub is away, offline by choice, or refuses."""
    import requests
    from huggingface_hub.errors import (
        HfHubHTTPError,
        LocalEntryNotFoundError,
        OfflineModeIsEnabled,
    )

    kinds = (HfHubHTTPError, LocalEntryNotFoundError, OfflineModeIsEnabled,
             requests.RequestException, ConnectionError, TimeoutError)  # fmt: skip
    return isinstance(error, kinds)


def _is_closed(error: Exception) -> bool:
    from huggingface_hub.errors import GatedRepoError

    return isinstance(error, GatedRepoError)


def _announced(file: Any) -> str | None:
    return getattr(file.lfs, "sha256", None) if file.lfs is not None else None


def _digests(folder: Path) -> dict[str, str]:
    found = {}
    for name, path in _files(folder).items():
        with path.open("rb") as file:
            found[name] = hashlib.file_digest(file, "sha256").hexdigest()
    return found


def _files(folder: Path) -> dict[str, Path]:
    """Files of a model by their names within its folder, without ours and the hub client's."""
    found = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*"))}
    return {
        name: path
        for name, path in found.items()
        if path.is_file() and name != MANIFEST and not name.startswith(".")
    }


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        found = json.loads((folder / MANIFEST).read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
