"""What holds for every result document."""

from __future__ import annotations

from typing import Any

from jsonschema import Draft202012Validator

from analysis.document import schema
from analysis.withholding import null_measurements


def checked(document: dict[str, Any]) -> dict[str, Any]:
    """The document, once it passed the schema and says of each gap why it is one, and once."""
    assert [e.message for e in Draft202012Validator(schema()).iter_errors(document)] == []
    withheld = [entry["path"] for entry in document["withheld"]]
    assert len(withheld) == len(set(withheld))
    assert set(null_measurements(document)) <= set(withheld)
    return document
