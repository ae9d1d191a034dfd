"""Malware scan by clamd (INSTREAM), where CLAMD_URL names one; off otherwise."""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

_TIMEOUT_S = 60


class Infected(Exception):
    """`message` names what was found."""

    def __init__(self, name: str) -> None:
        self.message = _("A malware scan refused this file: %(name)s.") % {"name": name}
        super().__init__(self.message)


@contextmanager
def scanner() -> Iterator[Callable[[bytes], None]]:
    """Feed it the file's pieces; leaving the block raises Infected where something was found.

    OSError where clamd cannot be reached or gives up: an upload is never passed unscanned.
    """
    if not settings.CLAMD_URL:
        yield lambda _piece: None
        return
    with _connect(settings.CLAMD_URL) as clamd:
        clamd.sendall(b"zINSTREAM\0")

        def feed(piece: bytes) -> None:
            clamd.sendall(struct.pack(">I", len(piece)) + piece)

        yield feed
        clamd.sendall(struct.pack(">I", 0))
        answer = b""
        while not answer.endswith(b"\0") and (more := clamd.recv(4096)):
            answer += more
    verdict = answer.rstrip(b"\0\n").decode(errors="replace").removeprefix("stream: ")
    if verdict.endswith(" FOUND"):
        raise Infected(verdict.removesuffix(" FOUND"))
    if verdict != "OK":
        raise OSError(f"clamd: {verdict or 'no answer'}")


def _connect(url: str) -> socket.socket:
    """`unix:///run/clamd.sock` or `tcp://host:3310`."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        clamd = socket.socket(socket.AF_UNIX)
        clamd.settimeout(_TIMEOUT_S)
        clamd.connect(parts.path)
        return clamd
    return socket.create_connection((parts.hostname, parts.port or 3310), _TIMEOUT_S)
