"""What a training was, kept in MLflow: parameters, metrics, confusion, calibration, the weights.

By itself in a database of its own, `var/mlflow/mlflow.db` (SQLite); at a server where
MLFLOW_TRACKING_URI names one. A training needs none of it.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

from workers.training.trainers import Judged, Made


def keep(
    name: str, made: Made, judged: dict[str, Judged], *,
    version: int, sha256: str, commit: str, var_dir: Path, address: str = "",
) -> str:  # fmt: skip
    """Log one training, at the server `address` where one is given; in words where it stands.

    Never raises: a tracker that is away must not cost a training its result.
    """
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    try:
        import mlflow
        from mlflow import MlflowClient
    except ImportError:
        return (
            "MLflow is not installed, so this training stands in the registry alone "
            "(requirements/training.in; docs/training.md)."
        )
    folder = var_dir / "mlflow"
    try:
        if not address:
            folder.mkdir(parents=True, exist_ok=True)
        uri = address or f"sqlite:///{folder / 'mlflow.db'}"
        client = MlflowClient(uri)
        experiment = _experiment(client, f"rostrum {name}", None if address else folder)
        mlflow.set_tracking_uri(uri)
        with mlflow.start_run(experiment_id=experiment, run_name=f"{name} {version}") as run:
            _log(mlflow, name, made, judged, version, sha256, commit)
        place = "the store of MLFLOW_TRACKING_URI" if address else uri
        return f"MLflow: run {run.info.run_id} in {place}"
    except Exception as error:  # of any kind: database, network, a server's refusal
        why = (str(error).splitlines() or [type(error).__name__])[0]
        return f"MLflow could not keep this training: {why[:200]}"


def _experiment(client: Any, name: str, folder: Path | None) -> str:
    found = client.get_experiment_by_name(name)
    if found is not None:
        return str(found.experiment_id)
    place = (folder / "artifacts" / name.replace(" ", "-")).as_uri() if folder else None
    return str(client.create_experiment(name, artifact_location=place))


def _log(
    mlflow: Any, name: str, made: Made, judged: dict[str, Judged],
    version: int, sha256: str, commit: str,
) -> None:  # fmt: skip
    mlflow.set_tags({"version": version, "sha256": sha256, "commit": commit})
    mlflow.log_params(made.parameters)
    mlflow.log_metrics(made.metrics)
    for step, loss in enumerate(made.losses):
        mlflow.log_metric("loss", loss, step=step)
    for who, found in judged.items():
        mine = {found.metric: found.figure, "n": found.n, **found.more}
        if found.ece is not None:
            mine["ece"] = found.ece
        mlflow.log_metrics({f"held_out.{who}.{key}": value for key, value in mine.items()})
        if found.confusion is not None:
            mlflow.log_dict(found.confusion, f"confusion/{who}.json")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}-{version}.weights"
        path.write_bytes(made.data)
        mlflow.log_artifact(str(path), "weights")
