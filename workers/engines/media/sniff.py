"""Why a file would not open, told from its first bytes."""

from __future__ import annotations

from pathlib import Path

from workers.engines.types import EngineError

PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM")
DOCUMENTS = (b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"{\\rtf")
ARCHIVES = (b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"BZh", b"\xfd7zXZ")
PLAYLISTS = (b"#EXTM3U", b"<?xml", b"[playlist]", b"ffconcat")
MOVIE_BOXES = (b"ftyp", b"mdat", b"moov", b"wide", b"free", b"skip")
KNOWN_HEADS = (b"RIFF", b"\x1aE\xdf\xa3", b"fLaC", b"OggS", b"ID3")
HEAD = 4096


def refusal(path: Path, error: Exception) -> EngineError:
    """The EngineError for a file that no demuxer accepts."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    code, message = _reason(head)
    return EngineError(code, message, detail=f"{type(error).__name__}: {error}")


def _reason(head: bytes) -> tuple[str, str]:
    if not head.strip(b"\0"):
        return "empty", "This file holds only zeros. Please copy or export it again."
    if head[4:8] in MOVIE_BOXES:
        return (
            "truncated",
            "This video was cut off before its index was written, as happens when a recording or "
            "a copy is interrupted. Please export or copy it again.",
        )
    if head.startswith(KNOWN_HEADS):
        return "truncated", "This file is damaged or cut off. Please export or copy it again."
    if head.startswith(PICTURES):
        return "not_media", "This is a picture, not a recording. Please choose audio or video."
    if head.startswith(DOCUMENTS):
        return "not_media", "This is a document or an archive. Please choose audio or video."
    if head.startswith(ARCHIVES):
        return "not_media", "This is an archive. Please unpack it and choose the recording."
    if head.lstrip().startswith(PLAYLISTS):
        return "not_media", "This only points to media elsewhere. Please choose the recording."
    if _is_text(head):
        return "not_media", "This is a text, whatever its name says. Please choose audio or video."
    return "not_media", "This file is neither audio nor video that can be read here."


def _is_text(head: bytes) -> bool:
    try:
        text = head.decode("utf-8", errors="strict" if len(head) < HEAD else "ignore")
    except UnicodeDecodeError:
        return False
    return sum(c.isprintable() or c.isspace() for c in text) > 0.95 * len(text)
