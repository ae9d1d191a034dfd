from __future__ import annotations

import contextlib
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.fakes import hub as fake
from tests.fakes.hub import Hub
from workers import weights
from workers.engines.asr.weights import whisper_folder

REPOSITORY = weights.CATALOGUE["tiny"].repository
FILES = {
    "model.bin": bytes(range(256)) * 100_000,
    "config.json": b"{}",
    "tokenizer.json": b"{}",
    "vocabulary.txt": b"a\nb\n",
    "README.md": b"not needed",
}


@pytest.fixture
def root(settings, tmp_path: Path) -> Path:
    settings.MODELS_DIR = tmp_path / "models"
    return settings.MODELS_DIR


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    with fake.serving() as hub:
        hub.files[REPOSITORY] = dict(FILES)
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)
        yield hub


def models(*arguments: str) -> str:
    out = StringIO()
    call_command("models", *arguments, stdout=out)
    return out.getvalue()


def test_it_works(root: Path, hub: Hub):
    told = models("install", "tiny")
    assert "78 MB, licence MIT" in told
    assert (root / "whisper-tiny" / "model.bin").read_bytes() == FILES["model.bin"]
    assert not (root / "whisper-tiny" / "README.md").exists(), "fetches only what it needs"
    assert whisper_folder({"models_dir": str(root)}, cuda=False) == root / "whisper-tiny"


def test_list_tells_size_licence_and_what_is_there(root: Path, hub: Hub):
    before = models("list")
    assert "CC BY-NC 4.0" in before
    assert "sha256" not in before
    models("install", "tiny")
    line = next(line for line in models("list").splitlines() if line.startswith("tiny"))
    assert f"sha256 {hub.sha256(REPOSITORY, 'model.bin')[:16]}" in line


def test_a_broken_download_goes_on(root: Path, hub: Hub):
    hub.break_after = 15_000_000
    with contextlib.suppress(CommandError):
        models("install", "tiny")
    models("install", "tiny")
    ranges = [given for path, given in hub.asked if path.endswith("model.bin") and given]
    assert ranges
    assert (root / "whisper-tiny" / "model.bin").read_bytes() == FILES["model.bin"]


def test_a_damaged_file_is_refused(root: Path, hub: Hub):
    hub.announced["model.bin"] = "f" * 64
    with pytest.raises(CommandError, match="damaged"):
        models("install", "tiny")
    assert weights.installed(root) == {}


def test_no_hub_is_one_clear_line(root: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(CommandError) as caught:
        models("install", "tiny")
    assert "cannot be reached" in str(caught.value)
    assert "--from" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_folder_is_checked_before_it_is_copied(root: Path, tmp_path: Path):
    source = tmp_path / "copied"
    source.mkdir()
    (source / "model.bin").write_bytes(b"x")
    with pytest.raises(CommandError, match=r"lacks config\.json, tokenizer\.json, vocabulary"):
        models("install", "tiny", "--from", str(source))
    for name, data in FILES.items():
        (source / name).write_bytes(data)
    models("install", "tiny", "--from", str(source))
    assert "tiny" in weights.installed(root)


def test_an_unknown_name_is_told_the_known_ones(root: Path):
    with pytest.raises(CommandError, match="large-v3-turbo"):
        models("install", "huge")


def test_installing_twice_fetches_once(root: Path, hub: Hub):
    models("install", "tiny")
    asked = len(hub.asked)
    assert "already" in models("install", "tiny")
    assert len(hub.asked) == asked


def test_a_model_of_several_folders_is_whole_or_not_there(root: Path, hub: Hub):
    wanted = weights.CATALOGUE["speakers"]
    hub.files[wanted.repository] = {name: name.encode() for name in wanted.needed}
    models("install", "speakers")
    assert (root / "speakers" / "plda" / "plda.npz").read_bytes() == b"plda/plda.npz"
    assert "speakers" in weights.installed(root)
    (root / "speakers" / "embedding" / "pytorch_model.bin").unlink()
    assert "speakers" not in weights.installed(root)
    with pytest.raises(CommandError, match="lacks embedding/pytorch_model"):
        models("install", "speakers", "--from", str(root / "speakers"))


def test_a_closed_model_asks_for_a_token(root: Path, hub: Hub, monkeypatch: pytest.MonkeyPatch):
    wanted = weights.CATALOGUE["speakers"]
    hub.files[wanted.repository] = dict.fromkeys(wanted.needed, b"x")
    hub.closed[wanted.repository] = "hf_good"
    with pytest.raises(CommandError, match=r"accepted its terms.*HF_TOKEN"):
        models("install", "speakers")
    monkeypatch.setenv("HF_TOKEN", "hf_good")
    models("install", "speakers")
    assert "speakers" in weights.installed(root)
