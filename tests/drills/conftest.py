from __future__ import annotations

import pytest

from drills.services import load_questions


@pytest.fixture
def bank(db) -> None:
    """The questions that ship, without their vectors."""
    load_questions()
