"""The same figures over kinds of complaints, and the office's own label beside ours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from service.left_out import PartAnswers

MIN_SLICE = 30  # complaints; a share of fewer says little
_LAPOR = {"information": "Permintaan Informasi", "aspiration": "Aspirasi"}
_LENGTHS = (0, 15, 30, 60, 100)  # words


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """Shares of right answers over complaints that have something in common.

    Attributes
    ----------
    by, value : str
        Such as ``source_category`` and the category's name.
    rows : int
    category, topic, agency : float or None
        None where no complaint carries the label.
    """

    by: str
    value: str
    rows: int
    category: float | None
    topic: float | None
    agency: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeLabels:
    """How the label that the office once gave compares with reading; never trained on.

    Attributes
    ----------
    rows : int
        Complaints with a label of the office.
    office, model : float
        Shares of them where the office's label, and the model's, is that of the reading.
    counts : dict
        Label of the reading -> label of the office -> complaints.
    """

    rows: int
    office: float
    model: float
    counts: dict[str, dict[str, int]]


def slices_of(found: PartAnswers) -> Iterator[Slice]:
    """Yield the figures by source, category of the source, and length in words."""
    lengths = [_length(len(text.split())) for text in found.frame["text"]]
    kinds = {
        "source": found.frame["source"],
        "source_category": found.frame["source_category"],
        "words": pd.Series(lengths, index=found.frame.index),
    }
    for by, values in kinds.items():
        for value in sorted({v for v in values if v is not None}):
            rows = found.checks[values.eq(value).to_numpy()]
            if len(rows) >= MIN_SLICE:
                yield Slice(
                    by=by,
                    value=str(value),
                    rows=len(rows),
                    category=_share(rows, "category", "labelled"),
                    topic=_share(rows, "topic", "topic_known"),
                    agency=_share(rows, "agency", "known"),
                )


def office_labels(found: PartAnswers) -> OfficeLabels | None:
    """Return the office's labels beside ours, or None where the part has none."""
    office = found.frame["office_label"]
    rows = office.notna().to_numpy() & found.checks["labelled"].to_numpy(dtype=np.bool_)
    if not rows.any():
        return None
    read = np.array(
        [
            lapor_label(kind, misconduct)
            for kind, misconduct in zip(
                found.frame["kind"][rows], found.frame["misconduct"][rows], strict=True
            )
        ]
    )
    given = office[rows].to_numpy(dtype=object)
    table = pd.crosstab(read, given)
    return OfficeLabels(
        rows=int(rows.sum()),
        office=round(float((read == given).mean()), 4),
        model=round(float((read == found.checks["lapor"][rows].to_numpy()).mean()), 4),
        counts={
            str(label): {str(name): int(n) for name, n in row.items()}
            for label, row in table.to_dict("index").items()
        },
    )


def lapor_label(kind: str, misconduct: bool) -> str:
    """Return the label that LAPOR! has for a reading, as dispositions give it."""
    if kind in _LAPOR:
        return _LAPOR[kind]
    return f"Pengaduan {'' if misconduct else 'Tidak '}Berkadar Pengawasan"


def _length(words: int) -> str:
    low = max(edge for edge in _LENGTHS if edge <= words)
    higher = [edge for edge in _LENGTHS if edge > words]
    return f"{low:>3} to {higher[0] - 1:>3}" if higher else f"{low:>3} and more"


def _share(rows: pd.DataFrame, right: str, known: str) -> float | None:
    labelled = rows[rows[known].astype(bool)]
    return round(float(labelled[right].mean()), 4) if len(labelled) else None
