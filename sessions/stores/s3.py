"""Uploads on S3: a multipart upload, with what is too small for a part kept as an object beside it.

`upload.storage_state`: `multipart` (the id S3 gave), `parts` [[number, etag, bytes], ...] and
`tail` (bytes of `<key>.tail` that count). S3 takes a part below 5 MiB only as the last one, and
at most 10,000 of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from boto3.exceptions import Boto3Error
from botocore.exceptions import BotoCoreError, ClientError
from storages.backends.s3 import S3Storage

from sessions.models import Upload
from sessions.stores.base import READ_BYTES

PART_BYTES = 8 * 1024 * 1024
_DELETED_AT_ONCE = 1000


@contextmanager
def _as_oserror() -> Iterator[None]:
    """Callers know one kind of failing storage."""
    try:
        yield
    except (Boto3Error, BotoCoreError, ClientError) as error:
        raise OSError(f"S3: {error}") from error


class S3Appender:
    """Gathers parts in memory, at most PART_BYTES and one chunk."""

    def __init__(self, store: S3Store, upload: Upload, *, atomic: bool) -> None:
        self.store, self.upload, self.atomic = store, upload, atomic
        state = upload.storage_state
        self.parts: list[list[Any]] = [list(part) for part in state.get("parts", [])]
        self.buffer = bytearray(store.tail(upload))
        self.at = upload.offset
        self.checkpoint = False

    def write(self, data: bytes | bytearray) -> None:
        self.buffer += data
        self.at += len(data)
        self.checkpoint = False
        while len(self.buffer) >= PART_BYTES:
            piece = bytes(self.buffer[:PART_BYTES])
            self.parts.append(self.store.put_part(self.upload, len(self.parts) + 1, piece))
            del self.buffer[:PART_BYTES]
            if not self.atomic:
                self._count(tail=0)
                self.upload.offset = self.at - len(self.buffer)
                self.checkpoint = True

    def keep(self) -> None:
        if self.buffer:
            self.store.put_tail(self.upload, bytes(self.buffer))
        self._count(tail=len(self.buffer))
        self.upload.offset = self.at

    def drop(self) -> None:
        """Nothing was written down: parts put meanwhile are overwritten by number."""

    def leave(self) -> None:
        """What counts was written down after each part."""

    def _count(self, *, tail: int) -> None:
        self.upload.storage_state |= {"parts": [list(part) for part in self.parts], "tail": tail}


class S3Store:
    def __init__(self, storage: S3Storage) -> None:
        self.client = storage.connection.meta.client
        self.bucket: str = storage.bucket_name

    def begin(self, upload: Upload) -> None:
        with _as_oserror():
            made = self.client.create_multipart_upload(Bucket=self.bucket, Key=upload.key)
        upload.storage_state |= {"multipart": made["UploadId"], "parts": [], "tail": 0}

    def received(self, upload: Upload) -> int:
        """From the row: it is written after every part, and S3 confirmed what it names."""
        return upload.offset

    def append(self, upload: Upload, *, atomic: bool) -> S3Appender:
        return S3Appender(self, upload, atomic=atomic)

    def put_part(self, upload: Upload, number: int, data: bytes) -> list[Any]:
        with _as_oserror():
            answer = self.client.upload_part(
                Bucket=self.bucket,
                Key=upload.key,
                UploadId=upload.storage_state["multipart"],
                PartNumber=number,
                Body=data,
            )
        return [number, answer["ETag"], len(data)]

    def put_tail(self, upload: Upload, data: bytes) -> None:
        """A longer tail begins with the shorter one before it, so a crash in between harms none."""
        with _as_oserror():
            self.client.put_object(Bucket=self.bucket, Key=f"{upload.key}.tail", Body=data)

    def tail(self, upload: Upload) -> bytes:
        size = upload.storage_state.get("tail", 0)
        if not size:
            return b""
        with _as_oserror():
            answer = self.client.get_object(
                Bucket=self.bucket, Key=f"{upload.key}.tail", Range=f"bytes=0-{size - 1}"
            )
            return answer["Body"].read()

    def concatenate(self, final: Upload, parts: list[Upload]) -> None:
        appender = self.append(final, atomic=True)
        for part in parts:
            for piece in self.read(part):
                appender.write(piece)
        appender.keep()

    def read(self, upload: Upload) -> Iterator[bytes]:
        self._assemble(upload)
        with _as_oserror():
            body = self.client.get_object(Bucket=self.bucket, Key=upload.key)["Body"]
            yield from body.iter_chunks(READ_BYTES)

    def _assemble(self, upload: Upload) -> None:
        """Make one object of the parts; nothing where that is done already."""
        state = upload.storage_state
        if state.get("assembled"):
            return
        parts = [list(part) for part in state["parts"]]
        if tail := self.tail(upload):
            parts.append(self.put_part(upload, len(parts) + 1, tail))
        with _as_oserror():
            if parts:
                try:
                    self.client.complete_multipart_upload(
                        Bucket=self.bucket,
                        Key=upload.key,
                        UploadId=state["multipart"],
                        MultipartUpload={
                            "Parts": [{"PartNumber": n, "ETag": tag} for n, tag, _size in parts]
                        },
                    )
                except ClientError:
                    if not self._exists(upload.key):  # an earlier try that lost only its answer
                        raise
            else:
                self.client.put_object(Bucket=self.bucket, Key=upload.key, Body=b"")
        state["assembled"] = True
        upload.save(update_fields=["storage_state"])

    def settle(self, upload: Upload, key: str) -> None:
        with _as_oserror():
            if self._exists(upload.key):
                source = {"Bucket": self.bucket, "Key": upload.key}
                self.client.copy(source, self.bucket, key)  # in parts where it is large
            elif not self._exists(key):
                raise FileNotFoundError(upload.key)
            self._delete([upload.key, f"{upload.key}.tail"])

    def discard(self, upload: Upload) -> None:
        multipart = upload.storage_state.get("multipart")
        with _as_oserror():
            if multipart and not upload.storage_state.get("assembled"):
                try:
                    self.client.abort_multipart_upload(
                        Bucket=self.bucket, Key=upload.key, UploadId=multipart
                    )
                except ClientError as error:
                    if error.response["Error"]["Code"] != "NoSuchUpload":
                        raise
            self._delete([upload.key, f"{upload.key}.tail"])

    def delete_prefix(self, prefix: str) -> None:
        with _as_oserror():
            keys: list[str] = []
            for found in self._list(prefix):
                keys.append(found["Key"])
                if len(keys) == _DELETED_AT_ONCE:
                    self._delete(keys)
                    keys = []
            self._delete(keys)

    def session_prefixes(self) -> Iterator[str]:
        with _as_oserror():
            for owner in self._folders("u/"):
                yield from self._folders(f"{owner}s/")

    def upload_keys(self, before: datetime) -> Iterator[str]:
        with _as_oserror():
            for owner in self._folders("u/"):
                for found in self._list(f"{owner}uploads/"):
                    if found["LastModified"] < before:
                        yield found["Key"]

    def _pages(self, **what: str) -> Iterator[dict[str, Any]]:
        yield from self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, **what)

    def _list(self, prefix: str) -> Iterator[dict[str, Any]]:
        for page in self._pages(Prefix=prefix):
            yield from page.get("Contents", [])

    def _folders(self, prefix: str) -> Iterator[str]:
        for page in self._pages(Prefix=prefix, Delimiter="/"):
            yield from (found["Prefix"] for found in page.get("CommonPrefixes", []))

    def _exists(self, key: str) -> bool:
        try:
            self.client.head_object(Bucket=self.bucket, Key=key)
        except ClientError as error:
            if error.response["Error"]["Code"] in {"404", "NoSuchKey", "NotFound"}:
                return False
            raise
        return True

    def _delete(self, keys: list[str]) -> None:
        if keys:
            self.client.delete_objects(
                Bucket=self.bucket, Delete={"Objects": [{"Key": key} for key in keys]}
            )
