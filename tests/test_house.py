"""Rules of the house that no tool checks."""

from __future__ import annotations

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OURS = {".py", ".html", ".css", ".js", ".sh", ".toml", ".yaml"}
LONGEST = 400


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [ROOT / name for name in listed.stdout.split("\0") if name]


def written_here() -> list[Path]:
    return [
        path
        for path in tracked()
        if path.suffix in OURS and "vendor" not in path.parts and path.is_file()
    ]


def test_it_works():
    assert Path(__file__) in written_here()


def test_no_file_is_longer_than_can_be_kept_in_mind():
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in written_here()
    }
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST} == {}


def test_nothing_that_is_made_is_tracked():
    made = {"__pycache__", ".venv", "node_modules", "var"}
    assert [path for path in tracked() if made & set(path.relative_to(ROOT).parts)] == []
