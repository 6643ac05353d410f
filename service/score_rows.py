"""A table of complaints in, one flat row out for each: what MLflow's two ways in have in common."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Final, Protocol

from rules.workdays import OutsideCalendarError
from service.complaint import Complaint, InputError, parse_complaint
from service.disposition import Disposition

INPUTS: Final = ("isi", "judul", "received_at", "region")
OUTPUTS: Final = ("category", "agency_code", "unit", "due_on", "decision", "disposition")


class RowScorer(Protocol):
    """Model and rules, as far as rows need them."""

    def check(self, complaint: Complaint) -> None:
        """Refuse with ``InputError`` what no rule can answer."""
        ...

    def score(
        self, complaints: Sequence[Complaint], *, today: date, received_on: date | None = None
    ) -> list[Disposition]:
        """Return one disposition for each complaint, in order."""
        ...


def score_rows(
    scorer: RowScorer,
    rows: Sequence[Mapping[str, object]],
    *,
    now: datetime,
    received_on: date | None = None,
) -> list[tuple[str | None, ...]]:
    """Return the cells of ``OUTPUTS`` for each row, in order.

    A complaint that cannot be read has None in every column but the last, which holds
    ``{"error": ...}`` as JSON: one bad row never costs the others their answer.

    Parameters
    ----------
    rows : sequence of mapping
        Cells by name of ``INPUTS``; None and missing are "not given".
    now : datetime
        Its day says whose rules count for a complaint without ``received_at``.
    received_on : date, optional
        Day of receipt of such complaints; without it they get no ``due_on``.
    """
    readings = [_read(scorer, row) for row in rows]
    complaints = [reading for reading in readings if isinstance(reading, Complaint)]
    answers = iter(scorer.score(complaints, today=now.date(), received_on=received_on))
    return [
        _cells(next(answers)) if isinstance(reading, Complaint) else _error_cells(reading)
        for reading in readings
    ]


def _read(scorer: RowScorer, row: Mapping[str, object]) -> Complaint | InputError:
    try:
        complaint = parse_complaint(row, timezone=None, source="mlflow")
        scorer.check(complaint)
    except InputError as error:
        return error
    except OutsideCalendarError as error:
        return InputError("received_at", str(error))
    return complaint


def _cells(answer: Disposition) -> tuple[str | None, ...]:
    return (
        answer["category"],
        answer["agency"]["code"],
        answer["agency"]["unit"],
        answer["sla"]["due_on"],
        answer["decision"],
        json.dumps(answer, ensure_ascii=False),
    )


def _error_cells(error: InputError) -> tuple[str | None, ...]:
    said = json.dumps({"error": {"problem": error.problem, "field": error.field}})
    return (*[None] * (len(OUTPUTS) - 1), said)
