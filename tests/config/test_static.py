"""Static files as production collects them."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest

from tests.production import collect_static

SPECIFIER = re.compile(r"""\b(?:from|import)\s*\(?\s*(["'`])(?P<to>[./][^"'`]*)\1""")
"""What a module asks for, in any spelling a browser takes."""
HASHED = re.compile(r"\.(?P<digest>[0-9a-f]{12})\.js$")


@pytest.fixture(scope="module")
def static(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return collect_static(tmp_path_factory.mktemp("var"))


@pytest.fixture(scope="module")
def modules(static: Path) -> list[Path]:
    """Our modules under the names that pages load."""
    names = json.loads((static / "staticfiles.json").read_text())["paths"]
    return [static / to for name, to in names.items() if re.match(r"js/.*\.js$", name)]


def test_it_works(modules: list[Path], static: Path):
    ours = Path(__file__).parents[2] / "static/js"
    assert len(modules) == len(list(ours.rglob("*.js")))
    assert all(module.with_name(f"{module.name}.gz").exists() for module in modules), "compressed"


def test_a_module_imports_hashed_files_that_are_there(modules: list[Path]):
    asked = [
        (module.parent / found["to"]).resolve()
        for module in modules
        for found in SPECIFIER.finditer(module.read_text())
    ]
    assert len(asked) >= 6
    assert [path for path in asked if not (HASHED.search(path.name) and path.is_file())] == []


def test_a_name_holds_the_digest_of_what_the_browser_gets(modules: list[Path]):
    for module in modules:
        found = HASHED.search(module.name)
        digest = hashlib.md5(module.read_bytes(), usedforsecurity=False).hexdigest()
        assert found and digest.startswith(found["digest"]), module.name
