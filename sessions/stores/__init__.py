"""Where uploads are kept: beside the media, on the file system or on S3."""

from __future__ import annotations

from django.core.files.storage import FileSystemStorage, storages

from sessions.stores.base import Appender, Store
from sessions.stores.disk import DiskStore

__all__ = ["Appender", "DiskStore", "Store", "current"]


def current() -> Store:
    """The store that goes with the default storage."""
    storage = storages["default"]
    if isinstance(storage, FileSystemStorage):
        return DiskStore(storage)
    from sessions.stores.s3 import S3Store

    return S3Store(storage)
