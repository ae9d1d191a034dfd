"""The product's own stages on one recording, in this process, as a worker's child runs them."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import Any

from workers.engines.types import (
    MediaInput,
    Part,
    Scenario,
    SourceTranscript,
    StageJob,
    StageOutput,
    StageSettings,
)

SOUND = ("audio", "prosody", "transcribe", "fluency")


def quiet(ratio: float, **_: Any) -> None:
    """A stage's report that nobody reads."""


class Recording:
    """`with Recording(path, ...) as r: r.run("audio", "transcribe")["transcribe"]["section"]`.

    Each stage sees the results and artifacts of those before it. `text` is a transcript that came
    with the recording; without it the words are recognised.
    """

    def __init__(
        self, path: Path | None, *, text: str | None = None, question: str = "",
        job_description: str = "", language: str = "auto", scenario: Scenario | None = None,
        **engines: Any,
    ) -> None:  # fmt: skip
        self.folder = Path(tempfile.mkdtemp(prefix="evaluate-"))
        self.outputs: dict[str, StageOutput] = {}
        self._media: list[MediaInput] = []
        if path is not None:
            self._media.append(
                MediaInput(role="audio", path=str(path), filename=path.name, capture={})
            )
        source = SourceTranscript(kind="attached", format="txt", text=text or "")
        self._settings = StageSettings(
            scenario=scenario or ("interview" if question else "free"), language=language, title="",
            parts=[Part(id="1", question=question, start=None, end=None)], job_title="",
            job_description=job_description, transcript=source if text is not None else None,
            speaker=None, engines=engines,
        )  # fmt: skip

    def __enter__(self) -> Recording:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def run(self, *stages: str) -> dict[str, StageOutput]:
        """Run `stages` in order; returns the outputs of all that ran."""
        for stage in stages:
            self.outputs[stage] = import_module(f"workers.engines.{stage}").run(
                self.job(stage), quiet
            )
        return self.outputs

    def job(self, stage: str, **settings: Any) -> StageJob:
        """What `stage` is given now; `settings` change the recording's own."""
        workdir = self.folder / stage
        workdir.mkdir(exist_ok=True)
        return StageJob(
            stage=stage, media=self._media, upstream=self._sections(),
            artifacts=self._artifacts(), workdir=str(workdir),
            settings=StageSettings(**(self._settings | settings)),  # type: ignore[typeddict-item]
        )  # fmt: skip

    def _sections(self) -> dict[str, dict[str, Any]]:
        return {stage: output["section"] for stage, output in self.outputs.items()}

    def _artifacts(self) -> dict[str, str]:
        return {
            item["kind"]: item["path"]
            for output in self.outputs.values()
            for item in output["artifacts"]
        }


def sections(
    path: Path | None, stages: Sequence[str] = SOUND, **given: Any
) -> dict[str, dict[str, Any]]:
    """The sections of the result document that `stages` make of a recording."""
    with Recording(path, **given) as recording:
        return {stage: output["section"] for stage, output in recording.run(*stages).items()}
