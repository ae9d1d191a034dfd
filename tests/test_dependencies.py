"""docs/dependencies.md and requirements/*.in name the same packages, and the lock pins them."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def required() -> set[str]:
    found = set()
    for path in (ROOT / "requirements").glob("*.in"):
        for line in path.read_text().splitlines():
            if match := re.match(r"([A-Za-z][\w.-]*)", line):
                found.add(normal(match[1]))
    return found


def explained() -> dict[str, list[str]]:
    rows = re.findall(r"^\| ([\w.-]+) \|(.*)\|$", (ROOT / "docs/dependencies.md").read_text(), re.M)
    return {normal(name): rest.split("|") for name, rest in rows if name != "package"}


def test_it_works():
    assert "django" in required()
    assert explained()["django"]


def test_every_requirement_is_explained():
    assert required() - explained().keys() == set()


def test_no_explanation_is_left_over():
    assert explained().keys() - required() == set()


def test_each_line_says_why_and_names_the_licence():
    for name, (why, _, licence) in explained().items():
        assert why.strip(), name
        assert licence.strip(), name


def test_the_lock_pins_every_requirement():
    lock = (ROOT / "requirements" / "lock.txt").read_text()
    pinned = {normal(name) for name in re.findall(r"^([\w.-]+)(?:\[.*\])?==", lock, re.M)}
    assert required() - pinned == set()
