"""The scorer as an MLflow model: a table of complaints in, one disposition a row out.

MLflow keeps this file and runs it when the model is loaded ("models from code"), so a logged model
holds no pickle of ours. The distribution ``disposisi`` must be installed where it is loaded; a
checkout is not needed.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from importlib.metadata import requires, version
from pathlib import Path
from typing import Any

import pandas as pd
from mlflow.models import ModelSignature, set_model
from mlflow.pyfunc.model import PythonModel, PythonModelContext
from mlflow.types.schema import ColSpec, ParamSchema, ParamSpec, Schema

from classifier.tracking import ModelToLog
from service.loading import load_scorer
from service.score_rows import INPUTS, OUTPUTS, score_rows
from service.scoring import Scorer
from service.settings import load_settings


class DispositionModel(PythonModel):
    """Scores as command line and API do; rules and settings are those of the place it runs in."""

    def load_context(self, context: PythonModelContext) -> None:
        """Load the model folder that was logged, and the rules that are installed."""
        folder = Path(context.artifacts["model"])
        self.scorer = load_scorer(load_settings().model_copy(update={"model": folder}))

    def predict(
        self,
        context: PythonModelContext,
        model_input: pd.DataFrame,
        params: dict[str, Any] | None = None,
    ) -> pd.DataFrame:
        """Return one row for each row, in order and with its index.

        A complaint that cannot be read has None in every column, and ``disposition`` holds
        ``{"error": ...}``: one bad row never costs the others their answer. The parameter
        ``received_on``, a day, is that of complaints without ``received_at``; ``today`` is the day
        whose rules count for them, by default that of the call.

        Raises
        ------
        ValueError
            If a parameter is no ISO 8601 day.
        """
        received_on, today = _day(params, "received_on"), _day(params, "today")
        now = datetime.combine(today, time(), UTC) if today else datetime.now(UTC)
        return answer_table(self.scorer, model_input, now=now, received_on=received_on)


def answer_table(
    scorer: Scorer, table: pd.DataFrame, *, now: datetime, received_on: date | None = None
) -> pd.DataFrame:
    """Return the columns ``OUTPUTS`` for a table with ``isi`` and perhaps others of ``INPUTS``.

    Parameters
    ----------
    now : datetime
        Its day says whose rules count for a complaint without ``received_at``.
    received_on : date, optional
        Day of receipt of such complaints; without it they get no ``due_on``.
    """
    names = [name for name in INPUTS if name in table]
    rows = [
        {str(name): None if pd.isna(value) else value for name, value in row.items()}
        for row in table[names].astype(object).to_dict("records")
    ]
    cells = score_rows(scorer, rows, now=now, received_on=received_on)
    return pd.DataFrame(cells, columns=list(OUTPUTS), index=table.index, dtype=object)


def model_to_log(folder: Path) -> ModelToLog:
    """Return what MLflow needs to keep a model folder as a model of its own."""
    needed = [line for line in requires("disposisi") or () if "extra ==" not in line]
    return ModelToLog(
        code=Path(__file__),
        folder=folder,
        signature=ModelSignature(
            inputs=Schema([ColSpec("string", name, required=name == "isi") for name in INPUTS]),
            outputs=Schema([ColSpec("string", name, required=False) for name in OUTPUTS]),
            params=ParamSchema(
                [ParamSpec("received_on", "string", ""), ParamSpec("today", "string", "")]
            ),
        ),
        input_example=pd.DataFrame(
            {
                "isi": ["Lampu jalan mati di Kota Kediri", "Syarat membuat KTP apa saja?"],
                "judul": [None, "Bertanya"],
                "received_at": [None, "2026-11-24T09:30:00+07:00"],
                "region": [None, "32.04"],
            }
        ),
        # Not "disposisi" itself: it is on no public index, and whoever took the name there would
        # be installed. Its wheel is installed beforehand.
        requirements=(f"mlflow=={version('mlflow')}", *needed),
    )


def _day(params: dict[str, Any] | None, name: str) -> date | None:
    given = str((params or {}).get(name) or "")
    return date.fromisoformat(given) if given else None


set_model(DispositionModel())  # what MLflow asks of a file that is a model
