"""The evaluation as files: every figure as JSON, and pictures."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from classifier import pictures
from classifier.calibration import risk_curve
from classifier.train import labels_of
from service.evaluation import PartResult, category_answers
from service.evaluation_bars import bars, baseline
from service.left_out import PartAnswers

if TYPE_CHECKING:
    from matplotlib.figure import Figure

RESULT_FILE = "evaluation.json"


def as_json(results: Sequence[PartResult]) -> str:
    """Return every figure; what is not defined is null."""
    plain = baseline()
    whole = {
        "parts": [asdict(found) | {"baseline": plain.get(found.name)} for found in results],
        "bars": [asdict(bar) for bar in bars(results)],
    }
    return json.dumps(_without_nan(whole), indent=1, ensure_ascii=False)


def write_pictures(folder: Path, found: PartAnswers) -> list[Path]:
    """Write the confusion of every question and class, and error over coverage, as PNG files."""
    name = re.sub(r"[^a-z0-9]+", "-", found.name.lower()).strip("-")
    paths = []
    for title, figure in _pictures(found):
        path = folder / f"{name}-{title}.png"
        path.write_bytes(pictures.png(figure))
        paths.append(path)
    return paths


def _pictures(found: PartAnswers) -> Iterator[tuple[str, Figure]]:
    yield from pictures.head_pictures(found.predictions, labels_of(found.frame)).items()
    classes = category_answers(found.checks)
    counts = pictures.confusion_counts(
        classes.truth, classes.answer, n_classes=len(classes.classes)
    )
    title = f"class: {len(classes.truth):,} held-out complaints"
    yield "confusion-class", pictures.confusion_picture(counts, classes.classes, title=title)
    may_go = found.automatic(0.0)
    curve = risk_curve(found.sureness[may_go], found.right[may_go])
    yield (
        "risk-coverage",
        pictures.risk_picture(curve, eligible=int(may_go.sum()), title=found.name),
    )


def _without_nan(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nan(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nan(inner) for inner in value]
    return None if isinstance(value, float) and math.isnan(value) else value
