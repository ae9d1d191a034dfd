"""Names of files as people's machines give them, made safe to keep and to show."""

from __future__ import annotations

import unicodedata

MAX_CHARS = 120


def clean(name: str, fallback: str = "recording") -> str:
    """The last part of a path, without control characters, at most MAX_CHARS with its extension.

    Letters of any script and emoji stay: the name is shown, never used as a path.
    """
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    # Cc control, Cf formatting (right-to-left override hides an extension), Cs lone surrogates
    name = "".join(
        c for c in name if unicodedata.category(c) not in {"Cc", "Cf", "Cs"} or c == "\u200d"
    )
    name = " ".join(name.split()).strip(". ")
    if not name:
        return fallback
    if len(name) > MAX_CHARS:
        stem, dot, extension = name.rpartition(".")
        extension = f".{extension}" if dot and len(extension) <= 8 else ""
        name = (stem if extension else name)[: MAX_CHARS - len(extension)].rstrip() + extension
    return name
