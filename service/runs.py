"""Log a training to MLflow, where it is installed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from classifier import pictures, tracking
from classifier.artifacts import Manifest
from classifier.calibration import choose_threshold
from service.training import Training

_TOLERATED_ERRORS = (0.02, 0.05, 0.1)


def log_training(training: Training, *, folder: Path) -> str:
    """Log a training and return a line that says where, or that it was not logged and why.

    Parameters
    ----------
    folder : Path
        Where the tracking file stands if ``MLFLOW_TRACKING_URI`` names no other place.

    Raises
    ------
    TrackingError
        If the named place cannot be used.
    """
    if not tracking.is_installed():
        return f"the run was not logged: MLflow is not installed; {tracking.HOW_TO_INSTALL}"
    tracking.refuse_telemetry()
    from service.mlflow_model import model_to_log

    uri = tracking.tracking_uri(folder)
    logged = tracking.log_run(run_of(training), model_to_log(training.folder), uri=uri)
    return f"logged run {logged.run_id}, version {logged.version} of {tracking.REGISTERED_MODEL}"


def run_of(training: Training) -> tracking.Run:
    """Return what is logged of a training."""
    manifest = training.manifest
    return tracking.Run(
        name=manifest.id,
        params={"config": manifest.config, "data": manifest.data, "versions": manifest.versions},
        metrics=manifest.metrics | {"automatic": _automatic(manifest)},
        texts={"card.md": training.card},
        pictures=_pictures(training) if pictures.can_draw() else {},
    )


def _automatic(manifest: Manifest) -> dict[str, dict[str, float]]:
    """Return for each tolerated error the share of eligible answers that go out, and its error."""
    eligible = _eligible(manifest)
    found = {}
    for error in _TOLERATED_ERRORS:
        chosen = choose_threshold(manifest.risk, tolerated_error=error)
        point = next((p for p in manifest.risk if p.threshold == chosen), None)
        found[f"error_{error:g}"] = {
            "coverage": point.automatic / max(eligible, 1) if point else 0.0,
            "realised_error": point.wrong / point.automatic if point else 0.0,
        }
    return found


def _pictures(training: Training) -> dict[str, Any]:
    manifest = training.manifest
    found = pictures.head_pictures(training.trained.held_out, training.trained.labels)
    found["risk-coverage"] = pictures.risk_picture(
        manifest.risk, eligible=_eligible(manifest), title="Automatic answers"
    )
    return found


def _eligible(manifest: Manifest) -> int:
    return int(manifest.metrics["end_to_end"]["rows_that_may_go_out"])
