"""WhisperX on tiny random models: its words and speakers are nonsense, the path is whole."""

from __future__ import annotations

import os
import shutil
import socket
from pathlib import Path

import pytest

from tests import synthesis
from tests.engines.speech import tiny
from tests.engines.speech.jobs import Seen, attached, written
from workers.engines.types import StageOutput

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("models")
    tiny.whisper(root / "whisper-tiny")
    return root


@pytest.fixture(scope="module")
def voices(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("voices")
    tiny.speakers(root / "speakers")
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


STATION = "We met at the station."


def told(folder: Path, models: Path) -> StageOutput:
    """A short text laid over its sound, where `models` are."""
    path = synthesis.say(STATION).write(folder / "a.wav")
    return written(path, attached(STATION), models_dir=str(models), device="cpu")


def test_it_names_the_speakers(tmp_path: Path, voices: Path):
    section = told(tmp_path, voices)["section"]
    assert section["model"].endswith(", speakers")
    assert {word["speaker"] for word in section["words"]} == {"S1"}
    assert [one["is_learner"] for one in section["speakers"]] == [True]
    assert os.environ["PYANNOTE_METRICS_ENABLED"] == "false", "nobody counts what is analysed"


@pytest.mark.parametrize("damage", ["missing", "truncated", "newer", "elsewhere"])
def test_a_model_that_cannot_be_used_withholds_the_speakers(
    tmp_path: Path, voices: Path, damage: str
):
    broken = shutil.copytree(voices / "speakers", tmp_path / "speakers")
    weights, config = broken / "segmentation" / "pytorch_model.bin", broken / "config.yaml"
    if damage == "missing":
        weights.unlink()
    elif damage == "truncated":
        weights.write_bytes(weights.read_bytes()[:5_000])
    elif damage == "newer":
        config.write_text(config.read_text().replace("4.0.0", "9.0.0"))
    else:
        config.write_text(config.read_text().replace("$model/plda", "somebody/plda"))
    output = told(tmp_path, tmp_path)
    assert output["section"]["text"] == STATION
    assert output["section"]["timing"] == "aligned"
    assert output["section"]["speakers"] == []
    (entry,) = [one for one in output["withheld"] if one["path"] == "/transcript/speakers"]
    assert entry["code"] == "speakers_unknown"
    reasons = {"missing": "lacks segmentation", "truncated": "damaged", "newer": "another version",
               "elsewhere": "somebody/plda"}  # fmt: skip
    assert reasons[damage] in entry["message"]
