"""Train, judge, promote, roll back; and weights that are missing, truncated or of another kind."""

from __future__ import annotations

import json
import sys
import types
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from workers.engines import trained
from workers.engines.trained import Loaded, Manifest, Unusable, packed, unpacked
from workers.stages import engine_version
from workers.training import registry
from workers.training.trainers import TRAINERS, Judged, Made

NAME = "made"
BASE = packed(NAME, 1, {"figure": np.array(0.5)})


def parse(data: bytes) -> float:
    return float(unpacked(data, NAME, 1)["figure"])


def trainer(figure: Callable[[int], float] = lambda seed: seed / 10) -> types.ModuleType:
    """A model that is as good as its seed."""
    module = types.ModuleType("tests.made_trainer")

    def train(*, seed: int, device: str, quick: bool, tell: Callable[[str], None]) -> Made:
        return Made(packed(NAME, 1, {"figure": np.array(figure(seed))}), {"seed": seed})

    def judge(versions: dict[str, bytes | None], *, quick: bool) -> dict[str, Judged]:
        return {
            who: Judged(0.3 if data is None else parse(data), "macro_f1", 7, 0.1,
                        {"a": {"a": 6, "b": 1}, "b": {"a": 0, "b": 0}})
            for who, data in versions.items()
        }  # fmt: skip

    vars(module).update(FORMAT=1, train=train, judge=judge, shipped=lambda: BASE)
    return module


@pytest.fixture
def root(settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    settings.MODELS_DIR, settings.VAR_DIR = tmp_path / "models", tmp_path
    monkeypatch.setitem(TRAINERS, NAME, "tests.made_trainer")
    monkeypatch.setitem(sys.modules, "tests.made_trainer", trainer())
    monkeypatch.setitem(sys.modules, "mlflow", None)
    return settings.MODELS_DIR


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    path = tmp_path / "made-1.npz"
    path.write_bytes(BASE)
    return path


def told(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def in_use(root: Path, shipped: Path | None) -> Loaded[float]:
    return trained.load(NAME, shipped, {"models_dir": str(root)}, parse)


def test_it_works(root: Path, shipped: Path) -> None:
    assert in_use(root, shipped) == Loaded(0.5, "made 1")
    assert "candidate 2 of made" in told("train", NAME, "--seed", "8")
    assert in_use(root, shipped).name == "made 1", "a candidate is used by nobody"
    assert "0.8000" in told("models", "evaluate", NAME, "2")
    assert "made 2 is in production" in told("models", "promote", NAME)
    assert in_use(root, shipped) == Loaded(0.8, "made 2")
    assert "made 1 is in production again" in told("models", "rollback", NAME, "--why", "odd")
    assert in_use(root, shipped) == Loaded(0.5, "made 1")
    lines = [line for line in told("models", "list").splitlines() if line.startswith(NAME)]
    assert ["production" in lines[0], "archived" in lines[1]] == [True, True]


@pytest.mark.parametrize("seed", [4, 5])
def test_no_version_is_promoted_that_is_no_better(root: Path, shipped: Path, seed: int) -> None:
    told("train", NAME, "--seed", str(seed))
    with pytest.raises(CommandError, match="not better"):
        told("models", "promote", NAME)
    with pytest.raises(CommandError, match="not better"):
        told("models", "promote", NAME, "--force", "  ")
    assert in_use(root, shipped).name == "made 1"
    told("models", "promote", NAME, "--force", "for a trial")
    assert in_use(root, shipped).name == "made 2"
    kept = json.loads((root / "trained" / NAME / "manifest.json").read_text())["steps"]
    assert [step["why"] for step in kept] == ["for a trial"]


def test_the_unknown_is_refused_in_one_line(root: Path) -> None:
    with pytest.raises(CommandError, match="no candidate of made"):
        told("models", "promote", NAME)
    with pytest.raises(CommandError, match="no version 7"):
        told("models", "promote", NAME, "7")
    with pytest.raises(CommandError, match="nothing to go back to"):
        told("models", "rollback", NAME)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:40])


@pytest.mark.parametrize(("spoil", "problem"), [(cut, "truncated"), (Path.unlink, "missing")])
def test_spoilt_weights_leave_what_ships_in_use_and_say_so(
    root: Path, shipped: Path, spoil: Callable[[Path], None], problem: str,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    told("train", NAME, "--seed", "9")
    told("models", "promote", NAME)
    spoil(root / "trained" / NAME / "made-2.weights")
    found = in_use(root, shipped)
    assert (found.value, found.name) == (0.5, "made 1 for 2")
    assert problem in found.problem and problem in caplog.text
    assert problem in told("models", "list")
    with pytest.raises(CommandError, match=problem):
        told("models", "evaluate", NAME, "2")
    told("models", "rollback", NAME)
    assert in_use(root, shipped) == Loaded(0.5, "made 1")


def test_weights_of_another_version_leave_what_ships_in_use(
    root: Path, shipped: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told("train", NAME, "--seed", "9")
    told("models", "promote", NAME)
    found = trained.load(
        NAME, shipped, {"models_dir": str(root)},
        lambda data: float(unpacked(data, NAME, 1 if data == BASE else 2)["figure"]),
    )  # fmt: skip
    assert (found.value, found.name) == (0.5, "made 1 for 2")
    assert "another version" in found.problem


def test_without_any_weights_the_rule_is_used(root: Path, shipped: Path) -> None:
    cut(shipped)
    assert in_use(root, shipped).value is None
    assert in_use(root, shipped).name == "made by rule"


@pytest.mark.parametrize(
    "content",
    [
        "{",
        "[]",
        '{"schema": 9}',
        '{"schema": 1, "versions": 3}',
        '{"schema": 1, "versions": [{}], "steps": []}',
        '{"schema": 1, "versions": [3], "steps": []}',
    ],
)
def test_a_damaged_manifest_leaves_what_ships_in_use(
    root: Path, shipped: Path, content: str
) -> None:
    told("train", NAME)
    path = root / "trained" / NAME / "manifest.json"
    path.write_text(content)
    assert "manifest" in trained.production(root)[NAME]["problem"]
    assert in_use(root, shipped).value == 0.5
    assert "manifest" in in_use(root, shipped).problem
    assert "manifest" in told("models", "list")
    with pytest.raises(CommandError, match="manifest"):
        told("models", "promote", NAME, "2")
    assert path.read_text() == content, "what may be brought back is not written over"


def test_results_are_kept_under_the_version_that_made_them(root: Path) -> None:
    """A candidate changes no result; a promotion and a rollback do."""

    def version() -> str:
        return engine_version(root, trained.production(root))

    root.mkdir()
    first = version()
    told("train", NAME, "--seed", "8")
    assert version() == first
    told("models", "promote", NAME)
    second = version()
    told("train", NAME, "--seed", "9")
    told("models", "promote", NAME)
    assert len({first, second, version()}) == 3
    told("models", "rollback", NAME)
    assert version() == second


def test_what_a_worker_read_stands_whoever_promotes_meanwhile(root: Path, shipped: Path) -> None:
    told("train", NAME, "--seed", "8")
    read = {"models_dir": str(root), "trained": trained.production(root)}
    told("models", "promote", NAME)
    assert trained.load(NAME, shipped, read, parse).name == "made 1"


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(st.integers(2, 5), st.none()), max_size=12))
def test_one_version_is_in_production_and_a_rollback_undoes_one_promotion(
    asked: list[int | None],
) -> None:
    """None: a rollback."""
    stack, steps = [1], []
    for version in asked:
        if version is not None:
            stack.append(version)
        elif len(stack) > 1:
            stack.pop()
        steps.append({"did": "promoted" if version else "rolled_back", "version": version or 0})
    manifest = Manifest([{"version": n} for n in range(2, 6)], steps)
    assert manifest.line == stack
    states = [manifest.state(n) for n in range(1, 6)]
    assert states.count("production") == 1 and states[stack[-1] - 1] == "production"
    assert [n for n in range(2, 6) if states[n - 1] == "candidate"] == [
        n for n in range(2, 6) if n not in asked
    ]


def test_the_same_arrays_make_the_same_file() -> None:
    assert packed(NAME, 1, {"figure": np.array(0.5)}) == BASE
    with pytest.raises(Unusable, match="another version"):
        unpacked(BASE, NAME, 2)
    with pytest.raises(Unusable, match="damaged"):
        unpacked(BASE[:100], NAME, 1)


def test_a_training_without_mlflow_says_so(root: Path) -> None:
    assert "MLflow is not installed" in told("train", NAME)


def test_a_version_judged_against_what_was_replaced_meanwhile_is_not_promoted(root: Path) -> None:
    told("train", NAME, "--seed", "8")
    worse, better = (Judged(figure, "macro_f1", 7, 0.1, {}) for figure in (0.1, 0.9))
    with pytest.raises(registry.Refused, match="meanwhile"):
        registry.promote(root, NAME, 2, judged_over=3, mine=better, theirs=worse)
