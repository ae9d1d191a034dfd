"""Files between storage and a worker: read through a bounded local cache, written back.

A worker never uses a path of the web node. Where storage is this machine's file system the file
is linked, else it is fetched once, checked against its SHA-256 and kept until others need the room.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import logging
import os
import random
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, default_storage, storages
from django.utils.translation import gettext as _

from analysis.services.inputs import StoredFile
from workers.engines.types import EngineError, StageOutput

log = logging.getLogger(__name__)
T = TypeVar("T")
TRIES, FIRST_WAIT_S = 4, 0.3
CHUNK = 1024 * 1024
UNUSED_S = 24 * 3600
"""A copy nobody used for a day goes, so that what was erased is soon gone here too."""


@dataclass(frozen=True)
class MediaCache:
    """Copies below `root`, named by their SHA-256; the least recently used go first.

    Several processes may share it: a file appears whole or not at all, and a job holds a link of
    its own, so that what is dropped here stays with who still reads it.
    """

    root: Path
    limit_bytes: int

    def provide(self, key: str, sha256: str, size: int, target: Path) -> Path:
        """Put the stored file at `target`. Raises EngineError."""
        target.parent.mkdir(parents=True, exist_ok=True)
        if _linked(key, target):
            return target
        kept = self.root / sha256[:2] / sha256
        for _again in range(2):
            with contextlib.suppress(FileNotFoundError):
                os.utime(kept)
                _link(kept, target)
                return target
            kept.parent.mkdir(parents=True, exist_ok=True)
            persist(lambda: _fetch(key, sha256, kept))
            self.shrink(keep=kept)
        raise EngineError(
            "cache_full",
            _("The machine that measures this has no room for the recording at the moment."),
            detail=f"{key}: {size} bytes, cache of {self.limit_bytes}",
            retry=True,
        )

    def shrink(self, keep: Path | None = None) -> None:
        """Drop the least recently used until the rest fits, and what is long unused."""
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            files = []
            for path in self.root.glob("??/*"):
                with contextlib.suppress(FileNotFoundError):
                    stat = path.stat()
                    files.append((stat.st_mtime, stat.st_size, path))
            total = sum(size for _used, size, _path in files)
            for used, size, path in sorted(files):
                fits = total <= self.limit_bytes and time.time() - used < UNUSED_S
                if not fits and path != keep:
                    path.unlink(missing_ok=True)
                    total -= size


def media_cache() -> MediaCache:
    return MediaCache(settings.VAR_DIR / "cache" / "media", settings.MEDIA_CACHE_BYTES)


@contextlib.contextmanager
def scratch() -> Iterator[Path]:
    """An empty folder of this process's for one job; gone afterwards."""
    root = settings.VAR_DIR / "work"
    root.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f"{os.getpid()}-", dir=root))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def tidy_scratch() -> None:
    """Remove folders of processes that were killed."""
    for folder in (settings.VAR_DIR / "work").glob("*-*"):
        pid = folder.name.partition("-")[0]
        if pid.isdecimal() and not Path("/proc", pid).exists():
            shutil.rmtree(folder, ignore_errors=True)


def store(prefix: str, output: StageOutput, folder: Path) -> list[StoredFile]:
    """Put an attempt's files into storage; `prefix` begins their names, and no other attempt has
    it. Raises EngineError, and then none of them is left there."""
    stored: list[StoredFile] = []
    try:
        for artifact in output["artifacts"]:
            path = _inside(folder, artifact["path"])
            sha256, size = _digest(path), path.stat().st_size
            key = f"{prefix}{path.name}"
            key = persist(lambda key=key, path=path: _save(key, path))  # type: ignore[misc]
            kind, content_type = artifact["kind"], artifact["content_type"]
            stored.append(StoredFile(kind, key, sha256, size, content_type))
    except BaseException:
        discard(stored)
        raise
    return stored


def discard(stored: Sequence[StoredFile]) -> None:
    """Remove files of an attempt that is not to be kept; what cannot be is swept later."""
    for file in stored:
        with contextlib.suppress(EngineError):
            persist(lambda key=file.key: default_storage.delete(key))  # type: ignore[misc]


def persist(work: Callable[[], T]) -> T:
    """Try storage several times before giving up with an EngineError worth a retry."""
    wait = FIRST_WAIT_S
    for attempt in range(1, TRIES + 1):
        try:
            return work()
        except FileNotFoundError as error:
            raise EngineError(
                "file_missing", _("The recording is no longer there."), detail=repr(error)
            ) from error
        except Exception as error:  # each storage has its own
            if attempt == TRIES:
                raise EngineError(
                    "storage_failed",
                    _("The file could not be read or written at the moment."),
                    detail=repr(error),
                    retry=True,
                ) from error
            log.warning("storage failed, trying again: %r", error)
            time.sleep(wait * random.uniform(0.5, 1.0))  # noqa: S311
            wait *= 3
    raise AssertionError("unreachable")


def _linked(key: str, target: Path) -> bool:
    """Whether storage is a file system of this machine that could lend a link."""
    if type(storages["default"]) is not FileSystemStorage:
        return False
    source = Path(default_storage.path(key))
    if not source.exists():
        raise EngineError("file_missing", _("The recording is no longer there."), detail=key)
    with contextlib.suppress(OSError):
        os.link(source, target)
        return True
    return False


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except FileNotFoundError:
        raise
    except OSError:  # another file system
        shutil.copyfile(source, target)


def _fetch(key: str, sha256: str, kept: Path) -> None:
    found = hashlib.sha256()
    with tempfile.NamedTemporaryFile(dir=kept.parent.parent, prefix="part-") as draft:
        with default_storage.open(key) as source:
            while chunk := source.read(CHUNK):
                found.update(chunk)
                draft.write(chunk)
        draft.flush()
        if found.hexdigest() != sha256:
            raise OSError(f"{key} does not have the SHA-256 it had when it was stored")
        with contextlib.suppress(FileExistsError):
            os.link(draft.name, kept)


class _Local(File):
    """A file that storage on the same file system may move into place instead of copying."""

    def temporary_file_path(self) -> str:
        return str(self.name)


def _save(key: str, path: Path) -> str:
    with path.open("rb") as file:
        return default_storage.save(key, _Local(file, name=str(path)))


def _inside(folder: Path, named: str) -> Path:
    """The artifact's path, which an engine may only have made in its own folder."""
    path = Path(named)
    if path.is_symlink() or not path.is_file() or folder not in path.resolve().parents:
        raise EngineError(
            "bad_artifact",
            _("Something went wrong while this was measured."),
            detail=f"{named} is not a file of the job's",
        )
    return path


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
