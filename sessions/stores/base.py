"""What keeping a growing upload takes, whatever keeps it. All of it blocks: call it in a thread."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

from sessions.models import Upload

READ_BYTES = 1024 * 1024


class Appender(Protocol):
    """One PATCH's way into an upload, from the offset it was opened at."""

    checkpoint: bool
    """True when `upload.offset` and `storage_state` moved on and are worth saving already."""

    def write(self, data: bytes | bytearray) -> None: ...

    def keep(self) -> None:
        """Make what was written outlive a power cut, and count it in `upload.offset`."""

    def drop(self) -> None:
        """Forget what was written; the upload is where it was before."""

    def leave(self) -> None:
        """Stop without a word; `Store.received` will tell what is safe."""


class Store(Protocol):
    """An upload's bytes and, later, the recording's. OSError where the storage fails."""

    def begin(self, upload: Upload) -> None: ...

    def received(self, upload: Upload) -> int:
        """Bytes that are safe: the truth an interrupted PATCH is reconciled with."""

    def append(self, upload: Upload, *, atomic: bool) -> Appender:
        """`atomic`: nothing counts before `keep` (a checksum has to match first)."""

    def concatenate(self, final: Upload, parts: list[Upload]) -> None: ...

    def read(self, upload: Upload) -> Iterator[bytes]:
        """The whole upload from its start, in pieces of about READ_BYTES."""

    def settle(self, upload: Upload, key: str) -> None:
        """Move the bytes to `key`. Doing it again after a crash does nothing more."""

    def discard(self, upload: Upload) -> None:
        """Remove the upload's bytes, whatever is left of them."""

    def delete_prefix(self, prefix: str) -> None: ...

    def session_prefixes(self) -> Iterator[str]:
        """Every `u/<owner>/s/<session>/` that holds something."""

    def upload_keys(self, before: datetime) -> Iterator[str]:
        """Keys of upload bytes last written before then."""
