"""docs/dependencies.md and requirements/*.in name the same packages, and the lock pins them."""

from __future__ import annotations

import ast
import re
import sys
from importlib.metadata import packages_distributions
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


OURS = {"config", "coaching", "billing", "sessions", "analysis", "drills", "community", "workers",
        "deploy", "tests", "benchmarks", "manage"}  # fmt: skip
APART = {
    "torch",  # docs/development.md
    "opensmile",  # in an environment of its own, docs/dependencies.md
}
COMES_WITH = {
    "asgiref": "django",
    "boto3": "django-storages",  # its s3 extra, asked for
    "botocore": "django-storages",
    "parselmouth": "praat-parselmouth",  # its wheel names no module
}


def imported() -> dict[str, Path]:
    """Top-level modules that the repository's Python imports, with a file that does."""
    found: dict[str, Path] = {}
    for path in ROOT.rglob("*.py"):
        if path.relative_to(ROOT).parts[0] in {".venv", "var", "node_modules"}:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names = [node.module]
            else:
                continue
            found.update(dict.fromkeys((name.partition(".")[0] for name in names), path))
    return found


def test_every_import_is_a_requirement():
    """A package that only comes with another one may go away with its next version."""
    distributions = packages_distributions()
    missing = {
        name: str(path.relative_to(ROOT))
        for name, path in imported().items()
        if name not in OURS | sys.stdlib_module_names | APART
        and not {*map(normal, distributions.get(name, [])), COMES_WITH.get(name)} & required()
    }
    assert missing == {}
