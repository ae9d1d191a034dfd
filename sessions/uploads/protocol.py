"""tus 1.0.0 on the wire: headers read and written, and refusals."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
import uuid
from datetime import UTC
from email.utils import format_datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from sessions.models import Upload

VERSION = "1.0.0"
PREFIX = "/sessions/uploads/"
CHUNK_TYPE = "application/offset+octet-stream"
CHECKSUMS = ("sha1", "sha256", "md5")
EXTENSIONS = (
    "creation,creation-with-upload,creation-defer-length,termination,checksum,expiration,"
    "concatenation"
)
CHECKSUM_MISMATCH = 460
_NUMBER = re.compile(r"[0-9]{1,18}")
_UNSTORABLE = re.compile(r"\\u0000|[\ud800-\udfff]")


class Refused(Exception):
    """Ends the request with `status` and a text for the learner."""

    def __init__(self, status: int, message: str, **headers: str) -> None:
        super().__init__(message)
        self.status, self.message = status, message
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


def answer(status: int, text: str = "", headers: dict[str, str] | None = None) -> Response:
    fixed = {
        "Tus-Resumable": VERSION,
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(
        text or None, status, headers={**fixed, **(headers or {})}, media_type="text/plain"
    )


def number(request: Request, name: str) -> int | None:
    """A header that is a whole number from 0 up; None where it is absent."""
    value = request.headers.get(name)
    if value is None:
        return None
    if not _NUMBER.fullmatch(value):
        raise Refused(400, f"{name} must be a whole number from 0 up, not “{value[:40]}”.")
    return int(value)


def metadata(request: Request) -> dict[str, Any]:
    """`Upload-Metadata`: comma-separated pairs of a key and a base64 value, which may be absent.

    `capture` holds JSON; every other value is text.
    """
    found: dict[str, Any] = {}
    for pair in filter(
        None, (p.strip() for p in request.headers.get("upload-metadata", "").split(","))
    ):
        key, _space, encoded = pair.partition(" ")
        try:
            text = base64.b64decode(encoded, validate=True).decode()
            found[key] = json.loads(text) if key == "capture" else text
        except (binascii.Error, ValueError, RecursionError) as error:
            raise Refused(
                400, f"Upload-Metadata: the value of “{key[:40]}” cannot be read."
            ) from error
    if not isinstance(found.get("capture", {}), dict) or not _fits(found):
        raise Refused(
            400, "Upload-Metadata: capture is a JSON object, and all of it is short text."
        )
    return found


def _fits(found: dict[str, Any]) -> bool:
    """Whether it is short, and JSON as PostgreSQL keeps it: no NaN, NUL or half character."""
    try:
        text = json.dumps(found, ensure_ascii=False, allow_nan=False)
    except (ValueError, RecursionError):
        return False
    return len(text) <= 8000 and not _UNSTORABLE.search(text)


def metadata_header(upload: Upload) -> str:
    pairs = dict(upload.metadata)
    if upload.session_id:
        pairs["session"] = str(upload.session_id)
    return ",".join(
        f"{key} {base64.b64encode(_text(value).encode()).decode()}" for key, value in pairs.items()
    )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def checksum(request: Request) -> tuple[Any, bytes] | None:
    """(an empty hash, the digest it must come to) of `Upload-Checksum`; None without one."""
    header = request.headers.get("upload-checksum")
    if header is None:
        return None
    algorithm, _space, encoded = header.partition(" ")
    if algorithm not in CHECKSUMS:
        raise Refused(400, f"Upload-Checksum: use one of {', '.join(CHECKSUMS)}.")
    try:
        digest = base64.b64decode(encoded, validate=True)
    except binascii.Error as error:
        raise Refused(400, "Upload-Checksum: the digest is not base64.") from error
    return hashlib.new(algorithm, usedforsecurity=False), digest


def upload_id(address: str) -> uuid.UUID | None:
    """The upload that a URL or path names."""
    try:
        return uuid.UUID(address.rstrip("/").rsplit("/", 1)[-1])
    except ValueError:
        return None


def state_headers(upload: Upload) -> dict[str, str]:
    """Where an upload is: the answer to HEAD."""
    headers = {"Upload-Offset": str(upload.offset), **expiry(upload)}
    if upload.length is None:
        headers["Upload-Defer-Length"] = "1"
    else:
        headers["Upload-Length"] = str(upload.length)
    if upload.concat:
        headers["Upload-Concat"] = str(upload.metadata.get("concat") or upload.concat)
    if described := metadata_header(upload):
        headers["Upload-Metadata"] = described
    return headers


def expiry(upload: Upload) -> dict[str, str]:
    if upload.state != Upload.State.OPEN:
        return {}
    return {"Upload-Expires": format_datetime(upload.expires_at.astimezone(UTC), usegmt=True)}
