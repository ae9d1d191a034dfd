"""The history of each figure: a line a kept run in workers/training/history/SUITE.jsonl."""

from __future__ import annotations

import json
import subprocess
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from workers.training.evaluation.places import ROOT
from workers.training.evaluation.types import Figure, Part, Report

FOLDER = ROOT / "workers" / "training" / "history"


@dataclass(frozen=True)
class Kept:
    """One run as it was kept. `date` is UTC (ISO 8601), `commit` ends in + with changes upon it."""

    suite: str
    date: str
    commit: str
    part: Part
    engine: str
    figures: list[Figure]


def kept(report: Report, commit: str) -> Kept:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return Kept(report.suite, now, commit, report.part, report.engine, report.figures)


def append(run: Kept) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    file = FOLDER / f"{run.suite}.jsonl"
    with file.open("a", encoding="utf-8") as out:
        out.write(json.dumps(asdict(run), ensure_ascii=False) + "\n")


def read() -> dict[str, list[Kept]]:
    """Every kept run by suite, the oldest first."""
    return {
        file.stem: [
            _kept(json.loads(line))
            for line in file.read_text(encoding="utf-8").splitlines()
            if line.strip()
        ]
        for file in sorted(FOLDER.glob("*.jsonl"))
    }


def _kept(record: dict[str, Any]) -> Kept:
    return Kept(**{**record, "figures": [Figure(**figure) for figure in record["figures"]]})


def current_commit() -> str:
    """Short hash of the code that runs, with a + where files differ from it; empty without git."""
    try:
        commit = _git("rev-parse", "--short", "HEAD")
        return commit + ("+" if _git("status", "--porcelain") else "")
    except (OSError, subprocess.CalledProcessError):
        return ""


def _git(*arguments: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(ROOT), *arguments], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()
