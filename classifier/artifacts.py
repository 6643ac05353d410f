"""A model is a folder: arrays, a manifest with their hash, and a card."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError, version
from io import BytesIO
from pathlib import Path
from typing import Any

import joblib
import numpy as np
from joblib.numpy_pickle import NumpyUnpickler

from classifier.calibration import Calibration, RiskPoint
from classifier.errors import ModelError
from classifier.features import Vocabulary
from classifier.heads import LinearHeads
from classifier.labels import HEADS, YES_NO
from classifier.predict import Model
from classifier.signals import lexicon

FORMAT = 3
MODEL_FILE, MANIFEST_FILE, CARD_FILE = "model.joblib", "manifest.json", "card.md"
CHAMPION_FILE = "CHAMPION"
SHIPPED = Path(__file__).parent / "shipped"  # the copy that the wheel carries
CHECKOUT_MODELS = Path(__file__).parents[1] / "models"

# All that a model file may name. A model is arrays and strings: nothing here can run anything.
_ALLOWED = {
    ("joblib.numpy_pickle", "NumpyArrayWrapper"),
    ("numpy", "ndarray"),
    ("numpy", "dtype"),
    ("numpy.dtypes", "Float32DType"),
    ("numpy.dtypes", "Float64DType"),
    ("numpy.dtypes", "Int64DType"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What is known of a model without loading it.

    Attributes
    ----------
    format : int
        Layout of the model file.
    id : str
        Name of the folder.
    created_at : str
        ISO 8601, UTC.
    sha256 : str
        Of the model file. Proves that it is unchanged since it was saved; it is no signature.
    versions : dict
        Of Python and the libraries that trained it.
    data : dict
        Fingerprint and counts of the training data.
    config : dict
        How it was trained.
    metrics : dict
        Measured on held-out groups.
    risk : tuple of RiskPoint
        End to end, from strict to loose; empty where it was not measured.
    confidence : dict
        Weights of the service that make an end-to-end probability honest; empty likewise.
    category_weights : dict
        How much the chance of each class counts when one is proposed; 1 where it is missing.
    """

    format: int
    id: str
    created_at: str
    sha256: str
    versions: dict[str, str]
    data: dict[str, Any]
    config: dict[str, Any]
    metrics: dict[str, Any]
    risk: tuple[RiskPoint, ...] = ()
    confidence: dict[str, float] = field(default_factory=dict)
    category_weights: dict[str, float] = field(default_factory=dict)


def save_model(folder: Path, model: Model, *, manifest: Mapping[str, Any]) -> Manifest:
    """Write a new model folder; an existing one is never overwritten.

    Parameters
    ----------
    manifest : mapping
        Everything of ``Manifest`` but format, id, hash and versions.

    Raises
    ------
    ModelError
        If the folder exists.
    """
    try:
        folder.mkdir(parents=True, exist_ok=False)
    except FileExistsError as error:
        msg = f"{folder}: exists, and a model is never overwritten"
        raise ModelError(msg) from error
    joblib.dump(_arrays_of(model), folder / MODEL_FILE, compress=("gzip", 6))
    full = Manifest(
        format=FORMAT,
        id=folder.name,
        sha256=_sha256((folder / MODEL_FILE).read_bytes()),
        versions={name: version(name) for name in ("scikit-learn", "numpy", "PySastrawi")},
        **manifest,
    )
    text = json.dumps(asdict(full), indent=1, ensure_ascii=False)
    (folder / MANIFEST_FILE).write_text(text + "\n", encoding="utf-8")
    return full


def write_card(folder: Path, card: str) -> None:
    """Put the card beside its model."""
    (folder / CARD_FILE).write_text(card, encoding="utf-8")


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest of a model folder.

    Raises
    ------
    ModelError
        If it is missing, no JSON, or has other keys.
    """
    path = folder / MANIFEST_FILE
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        values["risk"] = tuple(RiskPoint(**point) for point in values["risk"])
        return Manifest(**values)
    except (OSError, ValueError, TypeError, KeyError) as error:
        message = f"{path}: expected the manifest of a model, got {type(error).__name__}"
        raise ModelError(message) from error


def load_model(folder: Path) -> tuple[Model, Manifest]:
    """Return a model after its format, hash and versions are checked.

    Raises
    ------
    ModelError
        If anything differs from the manifest, or the file names anything but arrays.
    """
    manifest = read_manifest(folder)
    path = folder / MODEL_FILE
    if manifest.format != FORMAT:
        msg = f"{path}: expected format {FORMAT}, got {manifest.format}"
        raise ModelError(msg)
    _check_versions(folder, manifest)
    try:
        data = path.read_bytes()
    except OSError as error:
        msg = f"{path}: cannot be read ({type(error).__name__})"
        raise ModelError(msg) from error
    if (found := _sha256(data)) != manifest.sha256:
        msg = f"{path}: sha256 {found[:12]}, the manifest says {manifest.sha256[:12]}"
        raise ModelError(msg)
    with gzip.open(BytesIO(data)) as stream:
        arrays = _ArrayUnpickler(str(path), stream, True).load()
    return _model_of(arrays, path), manifest


def find_model(*, model: Path | None = None, models: Path | None = None) -> Path:
    """Return the folder of the model in use.

    Parameters
    ----------
    model : Path, optional
        A folder that was asked for.
    models : Path, optional
        A folder with ``CHAMPION``; without it the checkout's, then the wheel's copy.

    Raises
    ------
    ModelError
        If none is found; says where was looked.
    """
    if model is not None:
        return model
    places = [models] if models else [CHECKOUT_MODELS, SHIPPED]
    for place in places:
        if (place / CHAMPION_FILE).is_file():
            return place / (place / CHAMPION_FILE).read_text(encoding="utf-8").strip()
    looked = ", ".join(str(place / CHAMPION_FILE) for place in places)
    msg = f"no model: looked for {looked}; train one with 'disposisi train'"
    raise ModelError(msg)


class _ArrayUnpickler(NumpyUnpickler):  # type: ignore[misc]  # joblib has no types
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in _ALLOWED:
            msg = f"{self.filename}: expected arrays and strings, got {module}.{name}"
            raise ModelError(msg)
        return super().find_class(module, name)


def _check_versions(folder: Path, manifest: Manifest) -> None:
    trained = manifest.versions.get("scikit-learn", "unknown")
    try:
        here = version("scikit-learn")
    except PackageNotFoundError:
        here = "none"
    if trained.split(".")[:2] != here.split(".")[:2]:
        message = f"{folder.name} was trained with scikit-learn {trained}, this is {here}"
        msg = f"{message}: retrain it or install that version"
        raise ModelError(msg)


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _arrays_of(model: Model) -> dict[str, Any]:
    vocabulary = model.vocabulary
    return {
        "heads": {head: list(classes) for head, classes in HEADS.items()},
        "words": "\n".join(vocabulary.words),
        "word_reports": vocabulary.word_reports,
        "pairs": vocabulary.pairs,
        "pair_reports": vocabulary.pair_reports,
        "idf": vocabulary.idf,
        "weights": model.heads.weights,
        "bias": model.heads.bias,
        "scale": model.calibration.scale,
        "shift": model.calibration.shift,
        "sureness": model.calibration.sureness,
        "conditional": model.calibration.conditional,
        "signals": lexicon().digest,
        "misconduct_threshold": float(model.misconduct_threshold),
        "yes_from": {head: float(model.yes_from[head]) for head in YES_NO},
    }


def _model_of(arrays: dict[str, Any], path: Path) -> Model:
    if arrays["heads"] != {head: list(classes) for head, classes in HEADS.items()}:
        msg = f"{path}: was trained for other questions or topics: retrain it"
        raise ModelError(msg)
    if arrays["signals"] != lexicon().digest:
        msg = f"{path}: was trained with another classifier/data/signals.csv: retrain it"
        raise ModelError(msg)
    return Model(
        vocabulary=Vocabulary(
            words=tuple(arrays["words"].split("\n")),
            word_reports=arrays["word_reports"],
            pairs=arrays["pairs"],
            pair_reports=arrays["pair_reports"],
            idf=arrays["idf"],
        ),
        heads=LinearHeads(weights=np.ascontiguousarray(arrays["weights"]), bias=arrays["bias"]),
        calibration=Calibration(
            scale=arrays["scale"],
            shift=arrays["shift"],
            sureness=arrays["sureness"],
            conditional=arrays["conditional"],
        ),
        misconduct_threshold=arrays["misconduct_threshold"],
        yes_from=arrays["yes_from"],
    )
