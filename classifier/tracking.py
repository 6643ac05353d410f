"""Runs, metrics and the registry: the only import of MLflow in this package.

MLflow is imported inside the functions: whoever only asks whether it is there does not wait for it.
"""

from __future__ import annotations

import math
import os
import re
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from classifier.errors import TrackingError

EXPERIMENT = REGISTERED_MODEL = "disposisi"
CHAMPION = "champion"  # an alias: stages are deprecated
DEFAULT_FILE = "mlflow.db"
MODEL_ID_TAG = "disposisi.model_id"
HOW_TO_INSTALL = "pip install 'disposisi[train]'"

_MAX_PARAM_CHARS = 500
_NOT_IN_A_NAME = re.compile(r"[^\w./ -]")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelToLog:
    """A model as MLflow takes it; the caller knows what stands in it.

    Attributes
    ----------
    code : Path
        File that sets a ``PythonModel`` when it is run: MLflow keeps the file, no pickle.
    folder : Path
        Model folder; ``code`` finds it as the artifact ``model``.
    signature, input_example : object
        See ``mlflow.pyfunc.log_model``.
    requirements : tuple of str
        What must be installed to load it.
    """

    code: Path
    folder: Path
    signature: Any
    input_example: Any
    requirements: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What is known of one training.

    Attributes
    ----------
    name : str
        Id of the model.
    params : mapping
        Configuration and data; nested keys are joined by ``.``.
    metrics : mapping
        Nested mappings of numbers; anything else in it is left out.
    texts : mapping
        File name -> content, such as the card.
    pictures : mapping
        Name without suffix -> figure of matplotlib.
    """

    name: str
    params: Mapping[str, Any]
    metrics: Mapping[str, Any]
    texts: Mapping[str, str] = field(default_factory=dict)
    pictures: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """Where a run was logged.

    Attributes
    ----------
    tracking_uri, run_id, model_uri, version : str
        ``model_uri`` loads with ``mlflow.pyfunc.load_model``; ``version`` is the registry's.
    """

    tracking_uri: str
    run_id: str
    model_uri: str
    version: str


def is_installed() -> bool:
    """Return whether runs can be logged here."""
    return find_spec("mlflow") is not None


def refuse_telemetry() -> None:
    """Keep MLflow from reporting its use to its makers; counts only before it is imported."""
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")


def tracking_uri(folder: Path) -> str:
    """Return ``MLFLOW_TRACKING_URI``, or else a SQLite file in a folder."""
    return os.environ.get("MLFLOW_TRACKING_URI") or f"sqlite:///{folder.resolve() / DEFAULT_FILE}"


def has_registry(folder: Path) -> bool:
    """Return whether there is a registry to ask: a named one, or the file in a folder."""
    named = os.environ.get("MLFLOW_TRACKING_URI") or os.environ.get("MLFLOW_REGISTRY_URI")
    return is_installed() and (bool(named) or (folder / DEFAULT_FILE).is_file())


def log_run(run: Run, model: ModelToLog, *, uri: str) -> Logged:
    """Log a run with its model, and register the model as the next version of ``disposisi``.

    Raises
    ------
    TrackingError
        If the server or file cannot be used.
    """
    with _mlflow(uri) as mlflow:
        mlflow.set_experiment(EXPERIMENT)
        with mlflow.start_run(run_name=run.name, tags={MODEL_ID_TAG: run.name}) as active:
            mlflow.log_params(dict(_params(run.params)))
            mlflow.log_metrics(dict(_numbers(run.metrics)))
            for name, text in run.texts.items():
                mlflow.log_text(text, name)
            for name, figure in run.pictures.items():
                mlflow.log_figure(figure, f"pictures/{name}.png")
            logged = mlflow.pyfunc.log_model(
                name="model",
                python_model=str(model.code),
                artifacts={"model": str(model.folder)},
                signature=model.signature,
                input_example=model.input_example,
                pip_requirements=list(model.requirements),
                registered_model_name=REGISTERED_MODEL,
            )
        version = str(logged.registered_model_version)
        client = mlflow.MlflowClient()
        client.set_model_version_tag(REGISTERED_MODEL, version, MODEL_ID_TAG, run.name)
    return Logged(
        tracking_uri=uri, run_id=active.info.run_id, model_uri=logged.model_uri, version=version
    )


def set_champion(model_id: str, *, uri: str) -> str | None:
    """Point the registry's alias at a model; return its version, or None where it is unknown.

    Raises
    ------
    TrackingError
        If the registry cannot be used.
    """
    with _mlflow(uri) as mlflow:
        version = _version_of(mlflow, model_id)
        if version is not None:
            mlflow.MlflowClient().set_registered_model_alias(REGISTERED_MODEL, CHAMPION, version)
    return version


def fetch_model(model_id: str, into: Path, *, uri: str) -> Path | None:
    """Download the folder of a registered model; None where the registry has no such model.

    Parameters
    ----------
    into : Path
        An empty folder.

    Raises
    ------
    TrackingError
        If the registry cannot be used.
    """
    with _mlflow(uri) as mlflow:
        version = _version_of(mlflow, model_id)
        if version is None:
            return None
        path = mlflow.artifacts.download_artifacts(
            artifact_uri=f"models:/{REGISTERED_MODEL}/{version}", dst_path=str(into)
        )
    return Path(path) / "artifacts" / model_id


def flatten(values: Mapping[str, Any], *, above: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the leaves of nested mappings under their joined keys.

    Examples
    --------
    >>> list(flatten({"config": {"C": 0.5}, "rows": 3}))
    [('config.C', 0.5), ('rows', 3)]
    """
    for key, value in values.items():
        name = f"{above}.{key}" if above else str(key)
        if isinstance(value, Mapping):
            yield from flatten(value, above=name)
        else:
            yield name, value


def _params(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in flatten(values):
        yield _NOT_IN_A_NAME.sub("_", name), str(value)[:_MAX_PARAM_CHARS]


def _numbers(values: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    for name, value in flatten(values):
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if is_number and math.isfinite(value):
            yield _NOT_IN_A_NAME.sub("_", name), float(value)


def _version_of(mlflow: Any, model_id: str) -> str | None:
    wanted = f"name = '{REGISTERED_MODEL}'"
    found = mlflow.MlflowClient().search_model_versions(wanted)
    numbers = [int(v.version) for v in found if v.tags.get(MODEL_ID_TAG) == model_id]
    return str(max(numbers)) if numbers else None


@contextmanager
def _mlflow(uri: str) -> Iterator[Any]:
    """Give MLflow pointed at a server; what it raises becomes a ``TrackingError``."""
    refuse_telemetry()
    with _quiet():
        import mlflow
        import mlflow.pyfunc
        from mlflow.exceptions import MlflowException

    try:
        with _quiet():
            mlflow.set_tracking_uri(uri)
            yield mlflow
    except (MlflowException, OSError, ImportError) as error:
        # The address may hold a password.
        msg = f"MLflow: {type(error).__name__}: {str(error).replace(uri, 'the tracking URI')}"
        raise TrackingError(msg) from error


@contextmanager
def _quiet() -> Iterator[None]:
    """Silence what MLflow 3.17 makes its libraries say; nobody here can act on it."""
    with warnings.catch_warnings():
        # Of SQLAlchemy 2.1, on mapping MLflow's own tables.
        warnings.filterwarnings("ignore", message="The ``noload`` loader strategy is deprecated")
        # Of pandas 3.1, on looking at the columns of the input example.
        warnings.filterwarnings("ignore", message="Operation with range is deprecated")
        yield
