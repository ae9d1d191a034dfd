"""Running the speech engines on a file, as the engine child would."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from workers.engines import audio, probe, rendition, transcribe
from workers.engines.types import (
    MediaInput,
    SourceTranscript,
    StageJob,
    StageOutput,
    StageSettings,
    Word,
)

ROOM = tempfile.TemporaryDirectory(prefix="rostrum-jobs-")  # gone when the tests end


class Seen:
    """A `report` that keeps what it was told, and holds it to the contract."""

    def __init__(self) -> None:
        self.ratios: list[float] = []
        self.words: list[Word] = []

    def __call__(self, ratio: float, *, message: str = "", words: list[Word] | None = None) -> None:
        assert 0 <= ratio <= 1
        self.ratios.append(ratio)
        self.words += words or []


def job(path: Path | None, stage: str, **engines: Any) -> StageJob:
    media: list[MediaInput] = []
    if path is not None:
        media.append(MediaInput(role="camera", path=str(path), filename=path.name, capture={}))
    settings = StageSettings(
        scenario="free", language="auto", title="", parts=[], job_title="", job_description="",
        transcript=None, speaker=None, engines=engines,
    )  # fmt: skip
    return StageJob(
        stage=stage, media=media, upstream={}, artifacts={}, settings=settings,
        workdir=tempfile.mkdtemp(dir=ROOM.name),
    )  # fmt: skip


def probed(path: Path, **engines: Any) -> dict[str, Any]:
    return probe.run(job(path, "probe", **engines), Seen())["section"]


def listened(path: Path) -> StageOutput:
    return audio.run(job(path, "audio"), Seen())


def played(path: Path) -> StageOutput:
    work = job(path, "rendition")
    work["upstream"]["probe"] = probed(path)
    return rendition.run(work, Seen())


def written(
    path: Path | None,
    text: SourceTranscript | None = None,
    seen: Seen | None = None,
    *,
    job_description: str = "",
    **engines: Any,
) -> StageOutput:
    work = job(path, "transcribe", **engines)
    work["settings"]["transcript"] = text
    work["settings"]["job_description"] = job_description
    if path is not None:
        heard = listened(path)
        work["upstream"]["audio"] = heard["section"]
        work["artifacts"]["audio"] = artifact(heard, "audio")
    return transcribe.run(work, seen or Seen())


def artifact(output: StageOutput, kind: str) -> str:
    return next(item["path"] for item in output["artifacts"] if item["kind"] == kind)


def attached(text: str, format: Any = "txt", kind: Any = "attached") -> SourceTranscript:
    return SourceTranscript(kind=kind, format=format, text=text)
