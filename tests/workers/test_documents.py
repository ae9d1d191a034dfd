"""Job descriptions as files: read in an engine process, within limits, and brought back."""

from __future__ import annotations

import io
import uuid
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from docx import Document
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from drills import services
from drills.models import JobDocument, Preparation
from drills.services import documents
from tests.workers.conftest import somebody
from workers.documents import MEMORY_BYTES
from workers.engines.types import EngineError, StageJob
from workers.host import Host
from workers.pool import Pool

WANTED = "Backend engineer wanted. You design APIs and write tests."
WORD = "word/document.xml"


def pdf(*pages: str, password: str = "") -> bytes:
    writer = PdfWriter()
    font = DictionaryObject({
        NameObject("/Type"): NameObject("/Font"), NameObject("/Subtype"): NameObject("/Type1"),
        NameObject("/BaseFont"): NameObject("/Helvetica"),
    })  # fmt: skip
    for text in pages:
        page = writer.add_blank_page(600, 800)
        stream = DecodedStreamObject()
        stream.set_data(f"BT /F1 12 Tf 50 700 Td ({text}) Tj ET".encode())
        page[NameObject("/Contents")] = writer._add_object(stream)
        page[NameObject("/Resources")] = DictionaryObject(
            {NameObject("/Font"): DictionaryObject({NameObject("/F1"): font})}
        )
    if password:
        writer.encrypt(password)
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def docx(*paragraphs: str, table: tuple[str, ...] = ()) -> bytes:
    document = Document()
    for text in paragraphs:
        document.add_paragraph(text)
    if table:
        row = document.add_table(rows=1, cols=len(table)).rows[0]
        for cell, text in zip(row.cells, table, strict=True):
            cell.text = text
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def repacked(change: dict[str, bytes]) -> bytes:
    """A good Word file with some of its parts replaced."""
    written = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(docx(WANTED))) as good,
        zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as packed,
    ):
        for name in {*good.namelist(), *change}:
            packed.writestr(name, change.get(name) or good.read(name))
    return written.getvalue()


def with_entities() -> bytes:
    with zipfile.ZipFile(io.BytesIO(docx(WANTED))) as good:
        xml = good.read(WORD)
    lol = b'<!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    return repacked({WORD: xml.replace(b"?>", b"?>" + lol, 1).replace(b"wanted", b"&b;")})


@pytest.fixture(scope="module")
def host() -> Iterator[Host]:
    made = Host(memory_bytes=MEMORY_BYTES)
    yield made
    made.kill()


def read(host: Host, folder: Path, kind: str, data: bytes) -> dict[str, object]:
    path = folder / f"document.{kind}"
    path.write_bytes(data)
    job = StageJob(
        stage="document", media=[], upstream={"document": {"kind": kind}},
        artifacts={"document": str(path)}, settings={}, workdir=str(folder),
    )  # fmt: skip
    return host.run(job, deadline_s=60, relay=lambda *_: None, check=lambda: None)["section"]


def test_it_works(host: Host, tmp_path: Path):
    found = read(host, tmp_path, "pdf", pdf(WANTED, "Page two: message queues."))
    assert found == {
        "text": f"{WANTED}\nPage two: message queues.", "pages": 2, "cut": False,
    }  # fmt: skip
    found = read(host, tmp_path, "docx", docx(WANTED, "", table=("Night", "shifts")))
    assert str(found["text"]).startswith(WANTED) and "Night · shifts" in str(found["text"])


@pytest.mark.parametrize(
    ("kind", "data", "code"),
    [
        ("pdf", b"%PDF-1.7 and then nothing", "broken"),
        ("pdf", pdf(WANTED)[:200], "broken"),
        ("pdf", pdf(WANTED, password="x"), "encrypted"),
        ("pdf", pdf(""), "no_text"),
        ("pdf", pdf(*["p"] * 21), "too_many_pages"),
        ("docx", b"PK\x03\x04 and then nothing", "broken"),
        ("docx", docx(), "no_text"),
        ("docx", repacked({WORD: b"<not xml"}), "broken"),
        ("docx", with_entities(), "broken"),
        ("docx", repacked({"word/media/bomb.bin": b"\0" * (41 << 20)}), "too_large"),
    ],
)
def test_what_cannot_be_read_says_why_and_what_to_do(
    host: Host, tmp_path: Path, kind: str, data: bytes, code: str
):
    with pytest.raises(EngineError) as refusal:
        read(host, tmp_path, kind, data)
    assert (refusal.value.code, refusal.value.retry) == (code, False)
    assert refusal.value.message.endswith("Paste the text instead.")


def test_a_long_one_is_cut(host: Host, tmp_path: Path):
    found = read(host, tmp_path, "docx", docx(*["word " * 100] * 60))
    assert found["cut"] and len(str(found["text"])) == 20_000


def handed_in(data: bytes, name: str = "job.pdf") -> Preparation:
    preparation = services.create_preparation(
        owner=somebody(), token=uuid.uuid4(), job_title="Engineer", choose_now=False
    )
    services.take_document(preparation=preparation, file=SimpleUploadedFile(name, data))
    return preparation


@pytest.mark.django_db(transaction=True)
def test_a_worker_puts_the_text_into_the_description_and_keeps_no_file(settings, tmp_path: Path):
    settings.VAR_DIR = tmp_path
    good, bad = handed_in(pdf(WANTED)), handed_in(b"%PDF-1.7")
    pool = Pool(name="test")
    try:
        assert pool.drain_documents() == 2
    finally:
        pool.close()
    good.refresh_from_db()
    bad.refresh_from_db()
    assert good.job_description == WANTED and good.document.state == "done"
    assert bad.job_description == "" and bad.document.state == "failed"
    assert "damaged" in bad.document.error_message
    assert not any(bytes(one.data) for one in JobDocument.objects.all())


@pytest.mark.django_db
def test_what_was_pasted_stays_before_what_was_read():
    preparation = handed_in(pdf(WANTED))
    Preparation.objects.update(job_description="Pasted.")
    claim = documents.leases.claim(worker="w/1")
    documents.finish(preparation_id=preparation.pk, attempt=claim.attempt, text="Read.")
    preparation.refresh_from_db()
    assert preparation.job_description == "Pasted.\n\nRead."


@pytest.mark.django_db
def test_one_that_kills_its_worker_is_given_up():
    preparation = handed_in(pdf(WANTED))
    for left in ("waiting", "failed"):
        assert documents.leases.claim(worker="w/1") is not None
        assert documents.leases.release_worker(worker="w/") == 1
        assert JobDocument.objects.get().state == left
    assert "Paste the text" in JobDocument.objects.get().error_message
    assert documents.leases.claim(worker="w/1") is None and preparation.job_description == ""


@pytest.mark.django_db
def test_what_a_stale_attempt_brings_is_dropped():
    preparation = handed_in(pdf(WANTED))
    old = documents.leases.claim(worker="w/1")
    documents.leases.hand_back(pk=preparation.pk, attempt=old.attempt)
    assert documents.leases.waiting_count() == 1
    new = documents.leases.claim(worker="w/2")
    assert not documents.finish(preparation_id=preparation.pk, attempt=old.attempt, text="Old.")
    assert documents.leases.renew(pk=preparation.pk, attempt=new.attempt)
    assert documents.leases.free_expired() == 0
