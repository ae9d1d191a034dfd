"""Training for real, on little: the same seed, the same weights; and what MLflow keeps of one."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from workers.engines.body import net
from workers.engines.fluency import repair_model
from workers.engines.trained import Unusable
from workers.training import tracking
from workers.training.draws import HELD_OUT, INSIDE, STRANGERS
from workers.training.net import Examples, fitted, temperature
from workers.training.speech import faults
from workers.training.suites.disfluency import counted
from workers.training.trainers import Judged, Made, trainer
from workers.training.trainers import clarity as clarity_trainer
from workers.training.trainers import disfluency as disfluency_trainer
from workers.training.trainers import gesture as gesture_trainer
from workers.training.trainers import posture as posture_trainer


def examples(seed: int, count: int = 200) -> Examples:
    """Windows that rise or fall."""
    chance = np.random.default_rng(seed)
    labels = chance.integers(0, 2, count)
    way = np.linspace(-1, 1, 10)[:, None] * np.ones((1, 3))
    windows = np.where(labels[:, None, None] == 1, way, -way) + chance.normal(
        0, 0.3, (count, 10, 3)
    )
    return Examples(windows, labels)


def test_the_network_without_torch_says_what_was_trained_with_it() -> None:
    data, losses = fitted("made", examples(0), examples(1), seed=0, rounds=10)
    weights = net.parsed(data, "made", 3, 2)
    new = examples(2)
    assert losses[-1] < losses[0]
    assert (net.chances(weights, new.windows).argmax(axis=1) == new.labels).mean() > 0.95


def test_the_same_seed_makes_the_same_file_and_another_another() -> None:
    first, second, other = (
        fitted("made", examples(0), examples(1), seed=seed, rounds=2)[0] for seed in (0, 0, 1)
    )
    assert first == second != other


def test_a_temperature_cools_what_is_too_sure() -> None:
    right = np.array([0] * 8 + [1] * 2)
    sure = np.tile([9.0, 0.0], (10, 1))
    assert temperature(sure, right) > 3


def test_a_quick_training_of_posture_can_be_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posture_trainer.STUDY, "quick", (4, 4, 2))
    said: list[str] = []
    one = trainer("posture")
    made = one.train(seed=1, device="cpu", quick=True, tell=said.append)
    judged = one.judge({"candidate": made.data, "rule": None}, quick=True)
    assert judged["candidate"].n == judged["rule"].n > 0
    assert 0 <= judged["candidate"].figure <= 1
    assert made.parameters["seed"] == 1 and "windows" in said[-1]


def test_mlflow_keeps_parameters_figures_confusion_and_weights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "environ", os.environ.copy())
    made = Made(b"weights", {"seed": 3}, {"loss": 0.2}, [0.5, 0.2])
    judged = {"candidate": Judged(0.8, "macro_f1", 9, 0.04, {"a": {"a": 9}})}
    said = tracking.keep("made", made, judged, version=2, sha256="ab", commit="c1",
                         var_dir=tmp_path)  # fmt: skip
    from mlflow import MlflowClient

    client = MlflowClient(f"sqlite:///{tmp_path}/mlflow/mlflow.db")
    [run] = client.search_runs([client.get_experiment_by_name("rostrum made").experiment_id])
    assert run.info.run_id in said
    assert run.data.params["seed"] == "3" and run.data.tags["commit"] == "c1"
    assert run.data.metrics["held_out.candidate.macro_f1"] == 0.8
    assert run.data.metrics["held_out.candidate.ece"] == 0.04
    assert [one.value for one in client.get_metric_history(run.info.run_id, "loss")][-1] == 0.2
    files = {path.name for path in (tmp_path / "mlflow" / "artifacts").rglob("*")}
    assert {"candidate.json", "made-2.weights"} <= files


def test_a_tracker_that_is_away_costs_a_training_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mlflow").write_text("no folder")
    said = tracking.keep("made", Made(b"", {}), {}, version=2, sha256="", commit="",
                         var_dir=tmp_path)  # fmt: skip
    assert "MLflow" in said and "run " not in said


def test_a_quick_training_of_gestures_can_be_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gesture_trainer.STUDY, "quick", (2, 2, 2))
    made = gesture_trainer.train(seed=1, device="cpu", quick=True, tell=lambda line: None)
    judged = gesture_trainer.judge({"candidate": made.data, "rule": None}, quick=True)
    assert judged["candidate"].n == judged["rule"].n > 0
    assert judged["rule"].figure > 0.4


def test_a_network_tells_values_beside_its_labels() -> None:
    learn, check = (
        Examples(
            one.windows, one.labels, np.stack([3.0 * one.labels + 1, 5.0 - one.labels], axis=1)
        )
        for one in (examples(0), examples(1))
    )
    data, _ = fitted("made", learn, check, seed=0, rounds=200)
    weights = net.parsed(data, "made", 3, 4)
    new = examples(2)
    assert (net.chances(weights, new.windows, 2).argmax(axis=1) == new.labels).mean() > 0.95
    told = net.outputs(weights, new.windows)[:, 2:]
    for label, values in ((0, (1, 5)), (1, (4, 4))):
        assert told[new.labels == label].mean(axis=0) == pytest.approx(values, abs=0.7)


def test_a_quick_training_of_clarity_can_be_judged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(faults, "made_dir", lambda name: tmp_path)
    monkeypatch.setattr(
        faults, "SPEAKERS", {INSIDE: ("slt", "rms"), STRANGERS: ("rms",), HELD_OUT: ("awb",)}
    )
    monkeypatch.setattr(clarity_trainer.STUDY, "quick", (8, 3, 4))
    made = clarity_trainer.train(seed=0, device="cpu", quick=True, tell=lambda line: None)
    judged = clarity_trainer.judge({"candidate": made.data, "rule": None}, quick=True)
    assert judged["candidate"].n == judged["rule"].n == 4
    assert {"variation_db.error", "audible.error"} < judged["candidate"].more.keys()
    assert judged["rule"].more["audible.error"] < 0.5


def test_repairs_are_found_by_the_weights_that_are_used() -> None:
    shipped = disfluency_trainer.shipped()
    judged = disfluency_trainer.judge({"production": shipped, "rule": None}, quick=True)
    assert judged["production"].figure > judged["rule"].figure
    with repair_model.using({}):
        without = counted("small")
    assert without.right < counted("small").right, "without weights only repetitions are found"


@pytest.mark.parametrize("spoilt", [b"{", b"[]", b'{"format": 9, "weights": {}}'])
def test_spoilt_weights_of_repairs_are_unusable(spoilt: bytes) -> None:
    with pytest.raises(Unusable):
        repair_model.parsed(spoilt)
