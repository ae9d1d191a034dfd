"""Uploads on the file system: one file each, appended to, renamed when complete."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from django.core.files.storage import FileSystemStorage

from sessions.models import Upload
from sessions.stores.base import READ_BYTES

UNVERIFIED = "unverified_from"
"""In storage_state while a PATCH with a checksum is under way: bytes from there do not count."""


class DiskAppender:
    checkpoint = False  # the file itself is the record

    def __init__(self, upload: Upload, path: Path) -> None:
        self.upload, self.start = upload, upload.offset
        self.at = upload.offset
        self.file = os.open(path, os.O_WRONLY)

    def write(self, data: bytes | bytearray) -> None:
        view = memoryview(data)
        while view:
            written = os.pwrite(self.file, view, self.at)
            self.at += written
            view = view[written:]

    def keep(self) -> None:
        try:
            os.fsync(self.file)
        finally:
            self.leave()
        self.upload.storage_state.pop(UNVERIFIED, None)
        self.upload.offset = self.at

    def drop(self) -> None:
        try:
            os.ftruncate(self.file, self.start)
        finally:
            self.leave()
        self.upload.storage_state.pop(UNVERIFIED, None)

    def leave(self) -> None:
        if self.file >= 0:  # once: the number may be another file's by now
            os.close(self.file)
            self.file = -1


class DiskStore:
    def __init__(self, storage: FileSystemStorage) -> None:
        self.root = Path(storage.location)

    def path(self, key: str) -> Path:
        return self.root / key

    def begin(self, upload: Upload) -> None:
        path = self.path(upload.key)
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        _sync_folder(path.parent)

    def received(self, upload: Upload) -> int:
        """From the file: a server that was killed wrote more than it lived to say.

        Bytes of a checksummed PATCH that was never verified are cut off, and so is what a wrong
        length would have let in.
        """
        path = self.path(upload.key)
        size = path.stat().st_size
        ends = [upload.storage_state.get(UNVERIFIED), upload.length]
        safe = min([size, *(end for end in ends if end is not None)])
        if safe != upload.offset or safe != size:
            with path.open("r+b") as file:
                file.truncate(safe)
                os.fsync(file.fileno())
        return safe

    def append(self, upload: Upload, *, atomic: bool) -> DiskAppender:
        if atomic:
            upload.storage_state[UNVERIFIED] = upload.offset
        return DiskAppender(upload, self.path(upload.key))

    def concatenate(self, final: Upload, parts: list[Upload]) -> None:
        with self.path(final.key).open("wb") as whole:
            for part in parts:
                with self.path(part.key).open("rb") as piece:
                    shutil.copyfileobj(piece, whole, READ_BYTES)
            whole.flush()
            os.fsync(whole.fileno())

    def read(self, upload: Upload) -> Iterator[bytes]:
        with self.path(upload.key).open("rb") as file:
            while piece := file.read(READ_BYTES):
                yield piece

    def settle(self, upload: Upload, key: str) -> None:
        source, target = self.path(upload.key), self.path(key)
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            source.rename(target)
        except FileNotFoundError:
            if not target.exists():
                raise
        _sync_folder(target.parent)

    def discard(self, upload: Upload) -> None:
        self.path(upload.key).unlink(missing_ok=True)

    def delete_prefix(self, prefix: str) -> None:
        path = self.path(prefix)
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)

    def session_prefixes(self) -> Iterator[str]:
        for folder in self.root.glob("u/*/s/*"):
            yield f"{folder.relative_to(self.root)}/"

    def upload_keys(self, before: datetime) -> Iterator[str]:
        for file in self.root.glob("u/*/uploads/*"):
            if datetime.fromtimestamp(file.stat().st_mtime, tz=UTC) < before:
                yield str(file.relative_to(self.root))


def _sync_folder(folder: Path) -> None:
    """A new name is only safe once its folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
