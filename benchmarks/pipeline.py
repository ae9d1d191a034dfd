"""The whole pipeline against the bare engines, on the same file in the same run.

    python -m benchmarks.pipeline [--lengths 10 120 600 3600] [--rounds 3] [--bare-up-to 600]

Needs the database and Redis of the settings, and no worker beside it. Prints a table and keeps it
in benchmarks/results/. Read the ratios: `of length` is time to the result over the recording's
length, `overhead` what the pipeline adds to the engines, import times included on both sides. On
a busy machine only the median of several rounds says anything.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import tempfile
import time
import uuid
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.conf import settings as site  # noqa: E402
from rich.console import Console  # noqa: E402
from rich.table import Table  # noqa: E402

from analysis.models import AnalysisRun, StageRun  # noqa: E402
from benchmarks import bare, talk  # noqa: E402
from benchmarks.bare import Memory, Timing  # noqa: E402
from coaching.accounts.models import User  # noqa: E402
from sessions.services import create_session, purge_session  # noqa: E402
from sessions.services.recordings import add_file  # noqa: E402
from workers.inprocess import drain  # noqa: E402

RESULTS = Path(__file__).parent / "results"
LENGTHS = (10, 120, 600, 3600)
QUESTION = "Tell me about a time you had a conflict with a colleague."


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--lengths", type=int, nargs="+", default=LENGTHS, help="seconds")
    parser.add_argument("--rounds", type=int, default=1, help="keep the median round of each")
    parser.add_argument(
        "--bare-up-to",
        type=int,
        default=3600,
        help="seconds; longer ones through the pipeline alone",
    )
    parser.add_argument("--keep", default="pipeline", help="name of the file in results/")
    options = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory(dir=site.VAR_DIR) as folder:
        for length in options.lengths:
            rounds = [
                measure(Path(folder), length, with_bare=length <= options.bare_up_to)
                for _ in range(options.rounds)
            ]
            rows.append(median(rounds))
            show(rows)
            keep(options.keep, rows)


def median(rounds: list[dict[str, Any]]) -> dict[str, Any]:
    """The round whose overhead is the (lower) median, with the overheads of all."""
    ranked = sorted(rounds, key=lambda row: float(row.get("overhead", row["of_length"])))
    middle = ranked[(len(ranked) - 1) // 2]
    if "overhead" not in middle:
        return middle
    return middle | {"overheads": [row["overhead"] for row in ranked]}


def measure(folder: Path, length: int, *, with_bare: bool) -> dict[str, Any]:
    """One row: the pipeline, then the bare engines with the settings the pipeline used."""
    media = talk.make(folder, length)
    pipeline, settings = through_pipeline(media)
    row = {
        "length_s": length,
        "size_bytes": media.stat().st_size,
        "of_length": round(pipeline.result_s / length, 3),
        "pipeline": asdict(pipeline),
    }
    if not with_bare:
        return row
    with tempfile.TemporaryDirectory(dir=folder) as work:
        alone = bare.run(media, settings, Path(work))
    return row | {
        "overhead": round(pipeline.result_s / alone.result_s - 1, 3),
        "stage_overhead": round(
            sum(pipeline.stages[name] for name in alone.stages if name in pipeline.stages)
            / sum(alone.stages[name] for name in alone.stages if name in pipeline.stages)
            - 1,
            3,
        ),
        "bare": asdict(alone),
    }


def through_pipeline(media: Path) -> tuple[Timing, Any]:
    """A session of a new learner's, from the stored file to the last settled stage."""
    owner = User.objects.create_user(f"benchmark-{uuid.uuid4().hex}@example.org")
    session = create_session(owner=owner, kind="interview", title="Benchmark", question=QUESTION)
    try:
        with media.open("rb") as file:
            size = media.stat().st_size
            add_file(session=session, file=file, filename=media.name, length=size)
        run = AnalysisRun.objects.get(session=session)
        timing = _drained(run)
        run.refresh_from_db()
        chosen = {"models_dir": str(site.MODELS_DIR), "device": site.DEVICE}
        return timing, run.settings | {"engines": run.settings["engines"] | chosen}
    finally:
        purge_session(session=session)
        owner.delete()


def _drained(run: AnalysisRun) -> Timing:
    timing = Timing()
    began = time.monotonic()

    def watch(run: AnalysisRun) -> None:
        if run.is_settled and not timing.result_s:
            timing.result_s = time.monotonic() - began

    with Memory() as memory:
        run = drain(run, watch=watch)
    timing.all_s = time.monotonic() - began
    settled = run.finished_at or datetime.now(UTC)
    stages = list(run.stages.all())
    first = min(stage.started_at for stage in stages if stage.started_at)
    timing.result_s = (settled - first).total_seconds()
    timing.peak_mb = memory.peak_mb
    for stage in stages:
        if stage.state == StageRun.State.DONE and stage.elapsed_s is not None:
            timing.stages[stage.name] = stage.elapsed_s
        elif stage.state == StageRun.State.FAILED:
            timing.failed[stage.name] = stage.error_detail.strip()[-300:] or stage.error_code
    return timing


def show(rows: list[dict[str, Any]]) -> None:
    table = Table(title="Pipeline against bare engines (seconds)")
    for name in ("length", "result", "of length", "bare", "overhead", "all", "peak MB"):
        table.add_column(name, justify="right")
    for row in rows:
        pipeline, alone = row["pipeline"], row.get("bare")
        table.add_row(
            f"{row['length_s']}",
            f"{pipeline['result_s']:.1f}",
            f"{row['of_length']:.2f}",
            f"{alone['result_s']:.1f}" if alone else "not run",
            f"{row['overhead']:+.1%}" if alone else "",
            f"{pipeline['all_s']:.1f}",
            f"{pipeline['peak_mb']:.0f}",
        )
    stages = Table(title="By stage: pipeline / bare seconds, peak MB of the bare engine's process")
    stages.add_column("stage")
    for row in rows:
        stages.add_column(f"{row['length_s']} s", justify="right")
    for name in rows[0]["pipeline"]["stages"]:
        stages.add_row(name, *(_cell(row, name) for row in rows))
    console = Console(width=120)
    console.print(table, stages)
    for row in rows:
        for which in ("pipeline", "bare"):
            if which in row and row[which]["failed"]:
                console.print(f"{row['length_s']} s, {which}: failed {row[which]['failed']}")


def _cell(row: dict[str, Any], name: str) -> str:
    pipeline = row["pipeline"]["stages"].get(name)
    if pipeline is None:
        return "failed"
    alone = row["bare"]["stages"].get(name) if "bare" in row else None
    if alone is None:
        return f"{pipeline:.1f}"
    peak = row["bare"]["stage_peak_mb"].get(name, 0.0)
    return f"{pipeline:.1f} / {alone:.1f}, {peak:.0f}"


def keep(name: str, rows: list[dict[str, Any]]) -> None:
    """The rows with the machine they were measured on, as JSON."""
    RESULTS.mkdir(exist_ok=True)
    found = {
        "benchmark": "pipeline",
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {
            "cores": os.cpu_count(),
            "system": platform.platform(),
            "python": platform.python_version(),
            "load": os.getloadavg(),
        },
        "picture": talk.picture_kind(),
        "rows": rows,
    }
    (RESULTS / f"{name}.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
