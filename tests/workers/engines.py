"""Engines for tests of the machinery, run in a real engine process.

How one behaves is said by the title of the session: `prosody=crash,body=sleep:30`, or `*=…` for
every stage. Without a word on its stage it gives the least that is a result.
"""

from __future__ import annotations

import ctypes
import os
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from analysis.graph import STAGES
from tests.analysis.sections import SECTIONS
from workers.engines.types import EngineError, Report, StageJob, StageOutput

ENGINES = dict.fromkeys(set(STAGES) - {"notify"}, "tests.workers.engines:run")


def run(job: StageJob, report: Report) -> StageOutput:
    said = dict(
        part.partition("=")[::2] for part in job["settings"]["title"].split(",") if "=" in part
    )
    _behave(said.get(job["stage"], said.get("*", "")), job, report)
    workdir = Path(job["workdir"])
    artifacts = []
    if job["stage"] in {"audio", "rendition"}:
        path = workdir / f"{job['stage']}.bin"
        path.write_bytes(b"".join(Path(m["path"]).read_bytes() for m in job["media"]))
        kind = {"audio": "audio", "rendition": "rendition"}[job["stage"]]
        artifacts.append({"kind": kind, "path": str(path), "content_type": "audio/flac"})
    report(1.0)
    return StageOutput(
        section=SECTIONS.get(job["stage"], {}),
        withheld=[],
        artifacts=artifacts,
        engine=f"test {os.getpid()}",
        model="",
        passing=said.get(job["stage"]) == "passing",
    )


def _behave(how: str, job: StageJob, report: Report) -> None:
    verb, _, value = how.partition(":")
    if verb:
        WAYS[verb](value, job, report)


def _block(seconds: str, *_: Any) -> None:
    """As native code that holds the interpreter: no thread of this process runs."""
    ctypes.PyDLL(None).sleep(int(seconds))


def _block_once(place: str, job: StageJob, _report: Report) -> None:
    """Block at a stage's first attempt, which leaves a file in this folder; pass at the second."""
    flag = Path(place) / job["stage"]
    if not flag.exists():
        flag.touch()
        _block("300")


def _refuse(code: str, *_: Any) -> None:
    raise EngineError(code, "It cannot be measured.", detail="why")


def _lose_gpu(most: str, *_: Any) -> None:
    """As an engine process whose graphics card went, `most` times; each time another process."""
    place = Path(most.partition("@")[2])
    if len(list(place.iterdir())) < int(most.partition("@")[0]):
        (place / str(os.getpid())).touch()
        raise EngineError("gpu_lost", "The card is gone.", detail="CUDA failed", retry=True)


def _bug(*_: Any) -> None:
    raise KeyError("nothing here")


def _not_a_number(_value: str, job: StageJob, _report: Report) -> None:
    SECTIONS[job["stage"]] = {"pitch": float("nan")}


def _fill_memory(blocks: str, *_: Any) -> None:
    _held = [bytearray(64 * 1024 * 1024) for _ in range(int(blocks))]
    time.sleep(60)


def _connect(address: str, *_: Any) -> None:
    host, _slash, port = address.partition("/")
    socket.create_connection((host, int(port)), timeout=5).close()


def _talk(words: str, _job: StageJob, report: Report) -> None:
    for n in range(int(words)):
        word = {"text": f"w{n}", "start": n, "end": n + 0.5, "confidence": 1, "speaker": None}
        report(n / int(words), message=f"Word {n}", words=[word])
        time.sleep(0.02)


def _need_secrets(name: str, *_: Any) -> None:
    raise EngineError("found" if name in os.environ else "nothing", "", detail=name)


WAYS: dict[str, Callable[[str, StageJob, Report], None]] = {
    "sleep": lambda seconds, *_: time.sleep(float(seconds)),
    "block": _block,
    "once": _block_once,
    "crash": lambda *_: ctypes.string_at(0),
    "error": _refuse,
    "lose_gpu": _lose_gpu,
    "bug": _bug,
    "nan": _not_a_number,
    "memory": _fill_memory,
    "connect": _connect,
    "talk": _talk,
    "environment": _need_secrets,
    "passing": lambda *_: None,
}
