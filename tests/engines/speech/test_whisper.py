"""The WhisperX path on tiny random models: their words are nonsense, the path is whole."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from tests import synthesis
from tests.engines.speech import tiny
from tests.engines.speech.jobs import Seen, attached, written

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("models")
    tiny.whisper(root / "whisper-tiny")
    return root


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the engine reached for the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)


def test_it_works_without_an_alignment_model(tmp_path: Path, models: Path):
    spoken, seen = synthesis.answer(), Seen()
    section = written(
        spoken.write(tmp_path / "a.wav"), seen=seen, models_dir=str(models), device="cpu"
    )["section"]
    assert section["engine"].startswith("whisperx")
    assert "aligned by PocketSphinx" in section["model"]
    assert section["language"] == "en"
    assert len(seen.words) == len(section["words"]) > 0
    for word in section["words"]:
        assert 0 <= word["start"] <= word["end"] <= spoken.duration


def test_it_aligns_by_wav2vec2(tmp_path: Path, models: Path):
    tiny.wav2vec2(models / "align-en")
    spoken = synthesis.answer()
    section = written(
        spoken.write(tmp_path / "a.wav"), models_dir=str(models), device="cpu",
        transcriber="whisperx",
    )["section"]  # fmt: skip
    assert section["model"] == "whisper-tiny, align-en"
    assert section["words"]
    starts = [word["start"] for word in section["words"]]
    assert starts == sorted(starts)
    assert section["reliability"] < 0.5, "nonsense must not pass for text"


def test_a_given_text_is_never_recognised_over(tmp_path: Path, models: Path):
    spoken = synthesis.answer()
    section = written(
        spoken.write(tmp_path / "a.wav"), attached(spoken.text), models_dir=str(models)
    )["section"]
    assert section["timing"] == "aligned"
    assert section["text"] == spoken.text


def test_pocketsphinx_can_be_chosen_over_weights(tmp_path: Path, models: Path):
    path = synthesis.say("We met at the station.").write(tmp_path / "a.wav")
    section = written(path, models_dir=str(models), transcriber="pocketsphinx")["section"]
    assert section["engine"].startswith("pocketsphinx")
