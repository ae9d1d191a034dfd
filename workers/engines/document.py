"""The text of a job description that came as PDF or Word file.

A file from a stranger: read in a process of its own that has no network, within limits of pages,
unpacked size, memory and time (the caller's deadline). What it says is text, never an instruction.
"""

from __future__ import annotations

import contextlib
import re
import resource
import zipfile
from collections.abc import Iterator
from pathlib import Path

from workers.engines.types import EngineError, Report, StageJob, StageOutput

ENGINE = "rostrum document 1"
MOST_PAGES = 20
MOST_CHARS = 20_000
MOST_UNPACKED = 40 * 1024 * 1024
"""Bytes that a .docx may unpack to, all its parts together."""
MOST_PARTS = 2000
ADDRESS_SPACE = 1536 * 1024 * 1024
"""Of the process: a bomb meets a MemoryError before the machine does."""
FEWEST_CHARS = 20
_SPACE = re.compile(r"[^\S\n]+")
_GAPS = re.compile(r"\n{3,}")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


def run(job: StageJob, report: Report) -> StageOutput:
    """`{text, pages, cut}`; `pages` is None for Word, `cut` says that there was more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = ADDRESS_SPACE if hard == resource.RLIM_INFINITY else min(ADDRESS_SPACE, hard)
    if soft == resource.RLIM_INFINITY or soft > limit:
        resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
    path = Path(job["artifacts"]["document"])
    kind = job["upstream"]["document"]["kind"]
    try:
        pages, pieces = _of_pdf(path) if kind == "pdf" else (None, _of_docx(path))
        text = _joined(pieces, report)
    except EngineError:
        raise
    except (MemoryError, RecursionError) as error:
        raise _refused("too_complex", "This file is built in a way that cannot be read here.",
                       repr(error)) from error  # fmt: skip
    except Exception as error:
        # whatever a parser says of a broken file: it is the file's fault, and stays so
        raise _refused("broken", "This file is damaged and cannot be read.", repr(error)) from error
    if len(re.sub(r"\W", "", text)) < FEWEST_CHARS:
        raise _refused("no_text", "There is no text in this file, perhaps only pictures of it.")
    section = {"text": text[:MOST_CHARS], "pages": pages, "cut": len(text) > MOST_CHARS}
    return StageOutput(section=section, withheld=[], artifacts=[], engine=ENGINE, model="")


def _refused(code: str, message: str, detail: str = "") -> EngineError:
    return EngineError(code, f"{message} Paste the text instead.", detail=detail, retry=False)


def _joined(pieces: Iterator[str], report: Report) -> str:
    """Clean text, read no further than is kept."""
    kept: list[str] = []
    length = 0
    for piece in pieces:
        clean = _CONTROL.sub("", piece.replace("\r\n", "\n").replace("\r", "\n"))
        kept.append(_SPACE.sub(" ", clean).strip())
        length += len(kept[-1]) + 1
        report(min(length / MOST_CHARS, 1.0))
        if length > MOST_CHARS:
            break
    return _GAPS.sub("\n\n", "\n".join(kept)).strip()


def _of_pdf(path: Path) -> tuple[int, Iterator[str]]:
    from pypdf import PdfReader

    reader = PdfReader(path, strict=False)
    if reader.is_encrypted and not reader.decrypt(""):
        raise _refused("encrypted", "This PDF is protected by a password.")
    count = len(reader.pages)
    if count > MOST_PAGES:
        raise _refused(
            "too_many_pages", f"This PDF has {count} pages; up to {MOST_PAGES} are read."
        )
    return count, (page.extract_text() for page in reader.pages)


def _of_docx(path: Path) -> Iterator[str]:
    with contextlib.closing(zipfile.ZipFile(path)) as packed:
        parts = packed.infolist()
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
            raise _refused("too_large", "This file unpacks to far more than a job description.")
        if any(part.flag_bits & 1 for part in parts):
            raise _refused("encrypted", "This file is protected by a password.")
        if "word/document.xml" not in packed.namelist():
            raise _refused("broken", "This is no Word document.")
        for part in parts:  # sizes in the directory may lie; nothing is kept of what is read
            _check_size(packed, part)
    from docx import Document
    from docx.table import Table

    for block in Document(str(path)).iter_inner_content():
        if isinstance(block, Table):
            for row in block.rows:
                yield " · ".join(dict.fromkeys(cell.text.strip() for cell in row.cells))
        else:
            yield block.text


def _check_size(packed: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    left = part.file_size
    with packed.open(part) as opened:
        while chunk := opened.read(1 << 20):
            left -= len(chunk)
            if left < 0:
                raise _refused("too_large", "This file unpacks to more than it says.")
            if b"<!DOCTYPE" in chunk or b"<!ENTITY" in chunk:
                raise _refused("broken", "This file declares what no Word document needs.")
