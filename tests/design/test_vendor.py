"""What others wrote and we serve: known, unchanged, and nothing from anywhere else."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
VENDOR = ROOT / "static/vendor"
MANIFEST = json.loads((VENDOR / "manifest.json").read_text())
OURS = {"manifest.json", "sources.json"}
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
STYLES = sorted((ROOT / "static/css").glob("*.css"))
SCRIPTS = sorted((ROOT / "static/js").rglob("*.js"))


def test_every_vendored_file_is_as_it_was_published():
    for entry in MANIFEST:
        found = hashlib.sha256((VENDOR / entry["file"]).read_bytes()).hexdigest()
        assert found == entry["sha256"], entry["file"]


def test_every_vendored_file_is_in_the_manifest():
    files = {str(path.relative_to(VENDOR)) for path in VENDOR.rglob("*") if path.is_file()}
    assert files - OURS == {entry["file"] for entry in MANIFEST}


def test_every_vendored_file_names_its_licence():
    free = {"0BSD", "MIT", "ISC", "OFL-1.1", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause"}
    assert {entry["licence"] for entry in MANIFEST} <= free
    assert all(entry["version"] and entry["name"] for entry in MANIFEST)


def test_nothing_is_vendored_that_no_page_uses():
    naming = [*TEMPLATES, *STYLES, *SCRIPTS, *ROOT.glob("*/templatetags/*.py")]
    text = "".join(path.read_text() for path in [*naming, ROOT / "config/context.py"])
    files = [Path(entry["file"]) for entry in MANIFEST]
    icons = [file.stem for file in files if file.suffix == ".svg"]
    assert [name for name in icons if f'"{name}"' not in text] == []
    others = [file.name for file in files if file.suffix in {".js", ".css", ".woff2"}]
    assert [name for name in others if name not in text] == []


@pytest.mark.parametrize("path", [*TEMPLATES, *STYLES], ids=lambda path: path.name)
def test_nothing_is_fetched_from_elsewhere(path: Path):
    text = path.read_text()
    elsewhere = re.findall(
        r"""(?:src|href|action)=["'](?:https?:)?//[^"']+|url\(["']?(?:https?:)?//""", text
    )
    assert elsewhere == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_page_needs_an_exception_from_the_policy(path: Path):
    text = path.read_text()
    if path.name == "mail.html":  # mail programs read inline styles alone
        return
    assert not re.search(r"<[^>]*\sstyle=", text), "an inline style"
    assert not re.search(r"<[^>]*\s(?:on[a-z]+|hx-on[:a-z-]*)=", text), "an inline handler"
    scripts = re.findall(r"<script(?![^>]*\bsrc=)([^>]*)>", text)
    assert all("application/json" in attributes for attributes in scripts), "an inline script"


@pytest.mark.parametrize("path", [*TEMPLATES, *STYLES, *SCRIPTS], ids=lambda path: path.name)
def test_no_file_is_too_long_to_read(path: Path):
    assert len(path.read_text().splitlines()) <= 400


SPEECH = re.compile(r">\s*([A-Za-z][^<>{}]*[a-z]{3}[^<>{}]*)<")
UNTRANSLATED = {"styleguide.html"}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_word_can_be_translated(path: Path):
    if path.name in UNTRANSLATED or "dev" in path.parts:
        return
    text = re.sub(
        r"{% comment %}.*?{% endcomment %}|{#.*?#}", "", path.read_text(), flags=re.DOTALL
    )
    text = re.sub(r"{% blocktrans.*?{% endblocktrans(?:late)? %}", "", text, flags=re.DOTALL)
    text = re.sub(r"<svg.*?</svg>|<script.*?</script>|<style.*?</style>", "", text, flags=re.DOTALL)
    bare = [words.strip() for words in SPEECH.findall(text)]
    assert [words for words in bare if words != "Rostrum"] == []
