"""Held-out files are those whose hashes were committed, or nothing is measured on them."""

from __future__ import annotations

from pathlib import Path

import pytest

from workers.training.evaluation import cases
from workers.training.evaluation.cases import Changed
from workers.training.evaluation.types import Unavailable


@pytest.fixture
def heldout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "heldout"
    (folder / "language").mkdir(parents=True)
    file = folder / "language" / "fillers.txt"
    file.write_text("[Um] we were late.\n")
    (folder / cases.SUMS).write_text(f"{cases.digest(file)}  language/fillers.txt\n")
    monkeypatch.setattr(cases, "HELDOUT", folder)
    return folder


def test_it_works(heldout: Path):
    found = cases.path("heldout", "fillers", "fillers.txt", kind="language")
    assert cases.lines(found) == ["[Um] we were late."]
    assert cases.differences(heldout) == []


def test_the_held_out_files_are_the_ones_that_were_committed():
    assert cases.differences(cases.HELDOUT) == []


def test_a_changed_file_is_refused(heldout: Path):
    (heldout / "language" / "fillers.txt").write_text("We were late.\n")
    with pytest.raises(Changed):
        cases.path("heldout", "fillers", "fillers.txt", kind="language")
    assert cases.differences(heldout) == ["language/fillers.txt was changed"]


def test_a_file_without_a_hash_is_refused(heldout: Path):
    (heldout / "language" / "new.txt").write_text("x\n")
    with pytest.raises(Changed):
        cases.path("heldout", "fillers", "new.txt", kind="language")
    assert cases.differences(heldout) == ["language/new.txt has no hash"]


def test_a_missing_file_is_said(heldout: Path):
    (heldout / "language" / "fillers.txt").unlink()
    with pytest.raises(Unavailable):
        cases.path("heldout", "fillers", "fillers.txt", kind="language")
    assert cases.differences(heldout) == ["language/fillers.txt is gone"]


def test_the_small_part_is_always_the_same_few():
    assert cases.some(range(10), "small", 3) == [0, 3, 6]
    assert cases.some(range(10), "dev", 3) == list(range(10))
    assert cases.some(range(2), "small", 3) == [0, 1]
