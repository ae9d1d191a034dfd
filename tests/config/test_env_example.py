"""`.env.example` is what an operator reads: it names every variable, and no other."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_READ = re.compile(r"""\b(?:env(?:\.\w+)?|setting)\(\s*["']([A-Z][A-Z0-9_]+)["']""")
OF_THE_TESTS = {"PYTEST_XDIST_WORKER"}


def read_by_the_code() -> set[str]:
    files = [*(ROOT / "config").rglob("*.py"), *(ROOT / "deploy" / "local").glob("*.py")]
    found = {name for file in files for name in _READ.findall(file.read_text())}
    return (found | {"ROSTRUM_PYTHON"}) - OF_THE_TESTS  # ROSTRUM_PYTHON: deploy/local/python.sh


def named_in_the_example() -> set[str]:
    text = (ROOT / ".env.example").read_text()
    return set(re.findall(r"^#?([A-Z][A-Z0-9_]+)=", text, re.MULTILINE))


def test_it_works():
    assert {"ROSTRUM_ENV", "DATABASE_URL", "ROSTRUM_TORCH"} <= read_by_the_code()


def test_every_variable_is_explained():
    assert read_by_the_code() - named_in_the_example() == set()


def test_no_variable_is_left_over():
    assert named_in_the_example() - read_by_the_code() == set()


def test_nothing_in_it_is_set():
    text = (ROOT / ".env.example").read_text()
    assert [line for line in text.splitlines() if line and not line.startswith("#")] == []
