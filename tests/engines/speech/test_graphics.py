"""What a GPU takes at once, and what its faults mean; there is none here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests import synthesis
from tests.engines.speech import tiny
from tests.engines.speech.jobs import written
from workers.engines.asr import graphics, whisper
from workers.engines.types import EngineError

GB = 1024**3
FULL = "CUDA failed with error out of memory"
GONE = "CUDA failed with error unspecified launch failure"


@pytest.mark.parametrize(("free", "size"), [(0, 1), (2 * GB, 1), (8 * GB, 8), (139 * GB, 32)])
def test_more_free_memory_takes_more_at_once(free: int, size: int):
    assert graphics.fitting(free) == size


def test_a_processor_takes_few_and_has_no_name():
    assert (graphics.batch_size("cpu"), graphics.described("cpu")) == (4, "")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        (FULL, "memory"),
        ("CUDA out of memory. Tried to allocate 2.00 GiB.", "memory"),
        ("CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`", "memory"),
        (GONE, "lost"),
        ("CUDA error: device-side assert triggered", "lost"),
        ("no CUDA-capable device is detected", "lost"),
        ("cuDNN failed with status CUDNN_STATUS_EXECUTION_FAILED", "lost"),
        ("Sizes of tensors must match", None),
    ],
)
def test_an_error_says_whether_memory_or_the_card_is_gone(text: str, meant: str | None):
    assert graphics.fault(RuntimeError(text)) == meant


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("models")
    tiny.whisper(root / "whisper-tiny")
    return root


@pytest.fixture
def breaking(tmp_path: Path, models: Path, monkeypatch: pytest.MonkeyPatch):
    """Write a recording's words down by a pipeline that fails like a GPU until `fits` holds of the
    sizes tried."""
    pipeline = whisper._pipeline(models / "whisper-tiny", "cpu")
    real, path = pipeline.transcribe, synthesis.answer().write(tmp_path / "a.wav")

    def write(text: str, fits: Callable[[list[int]], bool]) -> tuple[list[int], dict]:
        sizes: list[int] = []

        def transcribe(audio, **options):
            sizes.append(len(pipeline.vad_model.stretches))
            if not fits(sizes):
                raise RuntimeError(text)
            return real(audio, **options)

        monkeypatch.setattr(pipeline, "transcribe", transcribe)
        return sizes, written(path, models_dir=str(models), device="cpu")["section"]

    return write


def test_too_little_memory_takes_half_as_many_and_loses_nothing(breaking, monkeypatch):
    monkeypatch.setattr(whisper.Sound, "stretches", lambda _, speech: pieces(speech))
    sizes, section = breaking(FULL, lambda sizes: sizes[-1] <= 2)
    assert sizes == [4, 2, 2]
    starts = [word["start"] for word in section["words"]]
    assert starts and starts == sorted(starts)


def test_one_that_does_not_fit_and_a_card_that_is_gone_are_told_apart(breaking):
    for text, code in ((FULL, "out_of_memory"), (GONE, "gpu_lost")):
        with pytest.raises(EngineError) as failed:
            breaking(text, lambda _: False)
        assert (failed.value.code, failed.value.retry) == (code, True)


def test_another_error_stays_what_it_is(breaking):
    with pytest.raises(RuntimeError, match="tensors"):
        breaking("Sizes of tensors must match", lambda _: False)


def pieces(speech: list[dict]) -> list[dict]:
    """The speech in four parts."""
    start, step = speech[0]["start"], (speech[-1]["end"] - speech[0]["start"]) / 4
    return [{"start": start + n * step, "end": start + (n + 1) * step} for n in range(4)]
