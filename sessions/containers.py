"""What a file is by its first bytes. Its name and the browser's word for it prove nothing."""

from __future__ import annotations

from dataclasses import dataclass

import filetype
from django.utils.translation import gettext as _

HEAD_BYTES = 8192
"""So much of a file decides."""


class NotARecording(Exception):
    """`message` says what the file is instead, and what would do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True)
class Container:
    """`extension` with its dot."""

    name: str
    extension: str
    content_type: str


MP4 = Container("MP4", ".mp4", "video/mp4")
MOV = Container("QuickTime", ".mov", "video/quicktime")
M4A = Container("M4A", ".m4a", "audio/mp4")
MKV = Container("Matroska", ".mkv", "video/x-matroska")
WEBM = Container("WebM", ".webm", "video/webm")
AVI = Container("AVI", ".avi", "video/x-msvideo")
MP3 = Container("MP3", ".mp3", "audio/mpeg")
WAV = Container("WAV", ".wav", "audio/wav")
FLAC = Container("FLAC", ".flac", "audio/flac")
OGG = Container("Ogg", ".ogg", "audio/ogg")
OPUS = Container("Opus", ".opus", "audio/ogg")
CONTAINERS = (MP4, MOV, MKV, WEBM, AVI, MP3, M4A, WAV, FLAC, OGG, OPUS)
ACCEPTED_NAMES = "mp4, mov, mkv, webm, avi, mp3, m4a, wav, flac, ogg, opus"

_PICTURE_BRANDS = {b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif", b"avis", b"crx "}
_QUICKTIME_ATOMS = {b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"}


def identify(head: bytes) -> Container:
    """The container of a file that begins with `head`. Raises NotARecording."""
    found = _iso_media(head) or _riff(head) or _ebml(head) or _sound(head)
    if found is None:
        raise NotARecording(_refusal(head))
    return found


def _iso_media(head: bytes) -> Container | None:
    """MP4 and its family. Any `ftyp` brand but pictures: phones and recorders each have their own,
    and old QuickTime files have none."""
    kind, brand = head[4:8], head[8:12]
    if kind == b"ftyp":
        if brand in _PICTURE_BRANDS:
            return None
        return {b"qt  ": MOV, b"M4A ": M4A, b"M4B ": M4A}.get(brand, MP4)
    return MOV if kind in _QUICKTIME_ATOMS else None


def _riff(head: bytes) -> Container | None:
    if head[:4] in {b"RIFF", b"RF64"}:
        return {b"WAVE": WAV, b"AVI ": AVI}.get(head[8:12])
    return None


def _ebml(head: bytes) -> Container | None:
    if not head.startswith(b"\x1a\x45\xdf\xa3"):
        return None
    return WEBM if b"webm" in head[:80] else MKV if b"matroska" in head[:80] else None


def _sound(head: bytes) -> Container | None:
    if head.startswith(b"fLaC"):
        return FLAC
    if head.startswith(b"OggS"):
        return OPUS if b"OpusHead" in head[:64] else OGG
    # an ID3 tag, or the frame header of MPEG audio layer III (11 sync bits, layer bits 01)
    frame = len(head) > 1 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2
    return MP3 if head.startswith(b"ID3") or frame else None


def _refusal(head: bytes) -> str:
    if not head:
        return _("The file is empty. Choose the recording again; it may not have been saved.")
    kind = filetype.guess(head)
    if kind is not None:
        what = _("a %(extension)s file") % {"extension": kind.extension.upper()}
    elif b"\0" not in head:
        what = _("a text file")
    else:
        what = _("a file of an unknown kind")
    return _(
        "This is %(what)s, whatever its name says, not a recording. Choose one of: %(known)s."
    ) % {
        "what": what,
        "known": ACCEPTED_NAMES,
    }
