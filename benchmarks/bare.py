"""The engines' own functions on a file, with nothing of the pipeline around them.

No database, claims, leases, storage, cache, progress or artifacts kept: each engine is called
with its inputs at hand. The order and parallelism are the workers' (their lanes, the same threads
and niceness), so that the difference is the pipeline's alone.
"""

from __future__ import annotations

import importlib
import importlib.util
import multiprocessing
import os
import threading
import time
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from analysis.graph import ON_REQUEST, STAGES, Stage, needs_within
from analysis.services.inputs import ancestors
from workers.engines.types import MediaInput, StageJob, StageOutput, StageSettings
from workers.pool import BACKGROUND_NICE, NICE
from workers.stages import ENGINES

LOOK_S = 0.25
MB = 1024 * 1024


@dataclass
class Timing:
    """Seconds and peak resident memory (MB); `result_s`: until all that the result waits for."""

    result_s: float = 0.0
    all_s: float = 0.0
    peak_mb: float = 0.0
    stages: dict[str, float] = field(default_factory=dict)
    stage_peak_mb: dict[str, float] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)


class Memory:
    """Samples the resident memory of this process's children while it is open."""

    def __init__(self) -> None:
        self.peak_mb = 0.0
        self.by_stage: dict[str, float] = {}
        self.running: dict[str, int] = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)

    def __enter__(self) -> Memory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _sample(self) -> None:
        here = psutil.Process()
        while not self._over.wait(LOOK_S):
            sizes: dict[int, int] = {}
            for child in here.children(recursive=True):
                try:
                    sizes[child.pid] = child.memory_info().rss
                except psutil.Error:
                    continue
            self.peak_mb = max(self.peak_mb, sum(sizes.values()) / MB)
            for stage, pid in list(self.running.items()):
                size = sizes.get(pid, 0) / MB
                self.by_stage[stage] = max(self.by_stage.get(stage, 0.0), size)


def available() -> frozenset[str]:
    """Stages that have an engine in this checkout; a clip is none."""
    names = (name for name in STAGES if name in ENGINES and _spec(ENGINES[name].partition(":")[0]))
    return frozenset(names) - ON_REQUEST


def _spec(module: str) -> Any:
    return importlib.util.find_spec(module)


def run(media: Path, settings: StageSettings, folder: Path) -> Timing:
    """Every stage on `media`, each in the lane of its queue."""
    names = available()
    timing = Timing()
    done: dict[str, StageOutput] = {}
    lanes = {STAGES[name].lane: _lane(STAGES[name]) for name in names}
    background = {name for name in names if STAGES[name].priority < 0}
    waiting, running = set(names), dict[Future[Any], str]()
    began = time.monotonic()
    with Memory() as memory:
        while waiting or running:
            busy = {STAGES[stage].lane for stage in running.values()}
            for stage in sorted(waiting, key=lambda name: -STAGES[name].priority):
                settled = set(done) | set(timing.failed)
                if STAGES[stage].lane in busy or not needs_within(stage, names) <= settled:
                    continue
                busy.add(STAGES[stage].lane)
                waiting.discard(stage)
                job = _job(stage, media, settings, folder, done, names)
                lane = lanes[STAGES[stage].lane]
                memory.running[stage] = lane.submit(os.getpid).result()
                running[lane.submit(_work, ENGINES[stage], job)] = stage
            ended, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in ended:
                stage = running.pop(future)
                memory.running.pop(stage, None)
                _settle(stage, future, timing, done)
            if not timing.result_s and not (waiting | set(running.values())) - background:
                timing.result_s = time.monotonic() - began
    timing.all_s = time.monotonic() - began
    timing.peak_mb, timing.stage_peak_mb = memory.peak_mb, memory.by_stage
    for lane in lanes.values():
        lane.shutdown()
    return timing


def _settle(stage: str, future: Future[Any], timing: Timing, done: dict[str, StageOutput]) -> None:
    try:
        done[stage], timing.stages[stage] = future.result()
    except Exception as error:
        timing.failed[stage] = repr(error)


def _lane(stage: Stage) -> ProcessPoolExecutor:
    cores = os.cpu_count() or 1
    threads = cores if stage.queue == "gpu" else max(1, cores // 2)
    nice = BACKGROUND_NICE if stage.priority < 0 else NICE
    return ProcessPoolExecutor(
        1, multiprocessing.get_context("spawn"), initializer=_prepare, initargs=(threads, nice)
    )


def _prepare(threads: int, nice: int) -> None:
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = str(threads)
    os.nice(nice)


def _work(engine: str, job: StageJob) -> tuple[StageOutput, float]:
    began = time.monotonic()
    module, _, function = engine.partition(":")
    output = getattr(importlib.import_module(module), function)(job, lambda *a, **k: None)
    return output, time.monotonic() - began


def _job(
    stage: str,
    media: Path,
    settings: StageSettings,
    folder: Path,
    done: dict[str, StageOutput],
    names: frozenset[str],
) -> StageJob:
    before = [name for name in ancestors(stage, names) if name in done]
    workdir = folder / stage
    workdir.mkdir()
    return StageJob(
        stage=stage,
        media=[MediaInput(role="camera", path=str(media), filename=media.name, capture={})],
        upstream={name: done[name]["section"] for name in before},
        artifacts={
            made["kind"]: made["path"] for name in before for made in done[name]["artifacts"]
        },
        settings=settings,
        workdir=str(workdir),
    )
