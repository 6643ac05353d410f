"""Figures of left-out parts, kept beside the model that was made the same way."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from classifier.errors import ModelError
from service.evaluation import PartResult

LEFT_OUT_FILE = "left_out.json"
_FIGURES = (
    "category_accuracy",
    "category_macro_f1",
    "topic_accuracy",
    "topic_macro_f1",
    "misconduct_macro_f1",
    "misconduct_recall",
    "misconduct_caught",
    "inspection_macro_f1",
    "level",
    "agency",
    "among_three",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """What is told of one part on the card.

    Attributes
    ----------
    name : str
    rows : int
    figures, errors : dict of str to float
        And their bootstrap standard errors.
    calibration, perfect : dict of str to float
        Of each question; see ``CalibrationScore``.
    automatic : tuple of dict
        See ``evaluation.Automatic``.
    changed : dict of str to float
        See ``robustness.BARS``.
    """

    name: str
    rows: int
    figures: dict[str, float]
    errors: dict[str, float]
    calibration: dict[str, float]
    perfect: dict[str, float]
    automatic: tuple[dict[str, Any], ...]
    changed: dict[str, float]

    @classmethod
    def of(cls, found: PartResult) -> LeftOut:
        """Return what is told of a part; nothing that its complaints or their source wrote."""
        return cls(
            name=found.name,
            rows=found.rows,
            figures={name: found.figures[name].value for name in _FIGURES},
            errors={name: found.figures[name].error for name in _FIGURES},
            calibration={h: q.calibration.error for h, q in found.questions.items()},
            perfect={h: q.calibration.perfect for h, q in found.questions.items()},
            automatic=tuple(asdict(one) for one in found.automatic),
            changed=dict(found.changed),
        )


def write_left_out(folder: Path, results: Sequence[PartResult], *, model_sha256: str) -> None:
    """Keep the figures beside the model that they are told of."""
    parts = [asdict(LeftOut.of(found)) for found in results]
    whole = {"model_sha256": model_sha256, "parts": parts}
    (folder / LEFT_OUT_FILE).write_text(json.dumps(whole, indent=1) + "\n", encoding="utf-8")


def read_left_out(folder: Path, *, model_sha256: str) -> list[LeftOut]:
    """Return the figures that stand beside a model; none where it was not measured.

    Raises
    ------
    ModelError
        If they are damaged or of another model.
    """
    path = folder / LEFT_OUT_FILE
    if not path.is_file():
        return []
    try:
        whole = json.loads(path.read_text(encoding="utf-8"))
        of_model = whole["model_sha256"]
        parts = [LeftOut(**{**p, "automatic": tuple(p["automatic"])}) for p in whole["parts"]]
    except (ValueError, TypeError, KeyError) as error:
        msg = f"{path}: expected the figures of left-out parts, got {type(error).__name__}"
        raise ModelError(msg) from error
    if of_model != model_sha256:
        msg = f"{path}: is of another model: run 'disposisi evaluate --model ID' again"
        raise ModelError(msg)
    return parts
