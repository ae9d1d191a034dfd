"""`bin/rostrum evaluate` and its suites, each on its small fixed part."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from workers.models import EvaluationRun
from workers.training.evaluation import SUITES, cases, history, run
from workers.training.evaluation.types import Figure, Outcome, Part, Report, Unavailable

pytestmark = pytest.mark.django_db
SPOKEN = "What nobody may read in a table."


def evaluate(part: Part) -> Report:
    return Report(
        "made", part, "engine 1",
        [Figure("f1", 0.9, target=0.95, n=20), Figure("late", 0.012, "s", 0.05, "lower", 3)],
        [Outcome("case-1", SPOKEN, "nothing", "missed"), Outcome("case-2", "a", "a")],
        {"a": {"a": 3, "b": 1}, "b": {"a": 0, "b": 2}},
    )  # fmt: skip


def without_machine(part: Part) -> Report:
    raise Unavailable("it has no voice")


@pytest.fixture(autouse=True)
def kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Two suites more, and the history in a folder of its own."""
    monkeypatch.setitem(SUITES, "made", f"{__name__}:evaluate")
    monkeypatch.setitem(SUITES, "mute", f"{__name__}:without_machine")
    monkeypatch.setattr(history, "FOLDER", tmp_path / "history")
    return tmp_path / "history"


def evaluated(*arguments: str) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("evaluate", *arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_it_works():
    out, _ = evaluated("--suite", "made")
    f1 = next(line for line in out.splitlines() if "f1" in line)
    assert all(shown in f1 for shown in ("≥ 0.950", "0.900", "0.050", "20"))
    assert "≤ 0.05 s" in out
    assert "taken for" in out
    assert "case-1" in out
    assert "case-2" not in out, "only what went wrong"


def test_no_held_out_case_is_shown_or_written(tmp_path: Path):
    file = tmp_path / "reports.json"
    out, _ = evaluated("--suite", "made", "--part", "heldout", "--cases", "99", "--json", str(file))
    assert "0.900" in out
    assert "nobody may read" not in out + file.read_text()


def test_json_holds_figures_and_cases(tmp_path: Path):
    evaluated("--suite", "made", "--json", str(tmp_path / "reports.json"))
    (report,) = json.loads((tmp_path / "reports.json").read_text())["reports"]
    assert report["figures"][0] == {
        "name": "f1", "value": 0.9, "unit": "ratio", "target": 0.95, "better": "higher", "n": 20,
        "note": "",
    }  # fmt: skip
    assert report["outcomes"][0]["error"] == "missed"


def test_each_run_is_remembered_by_this_installation():
    evaluated("--suite", "made", "--part", "heldout")
    run = EvaluationRun.objects.get()
    assert (run.suite, run.part, run.engine) == ("made", "heldout", "engine 1")
    assert [Figure(**figure) for figure in run.figures] == evaluate("heldout").figures


def test_nothing_is_kept_unless_asked(kept: Path):
    evaluated("--suite", "made")
    assert history.read() == {}


def test_the_history_of_each_figure_is_kept():
    evaluated("--suite", "made", "--keep")
    evaluated("--suite", "made", "--part", "heldout", "--keep")
    runs = history.read()["made"]
    assert [run.part for run in runs] == ["dev", "heldout"]
    assert runs[1].figures == evaluate("heldout").figures
    assert runs[0].commit
    assert runs[0].engine == "engine 1"


def test_the_committed_history_can_be_read(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.undo()
    assert all(run.figures for runs in history.read().values() for run in runs)


def test_a_suite_that_cannot_run_here_says_why_and_others_go_on():
    out, err = evaluated("--suite", "mute", "made")
    assert "mute: not on this machine: it has no voice." in err
    assert "case-1" in out
    with pytest.raises(CommandError):
        evaluated("--suite", "mute")


def test_a_changed_held_out_file_stops_the_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    (tmp_path / "language").mkdir()
    (tmp_path / "language" / "clauses.jsonl").write_text("{}")
    monkeypatch.setattr(cases, "HELDOUT", tmp_path)
    with pytest.raises(CommandError, match="not the held-out file that was committed"):
        evaluated("--suite", "pauses", "--part", "heldout")


@pytest.mark.parametrize("suite", sorted(SUITES))
def test_every_suite_runs_on_its_small_part(suite: str):
    try:
        report = run(suite, "small")
    except Unavailable as missing:
        pytest.skip(str(missing))
    assert report.engine
    assert {figure.name for figure in report.figures if figure.value is None} == {
        figure.name for figure in report.figures if figure.value is None and figure.note
    }, "what cannot be had says why"
    assert len({figure.name for figure in report.figures}) == len(report.figures)
    assert any(figure.target is not None for figure in report.figures)
    assert report.outcomes
