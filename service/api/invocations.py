"""MLflow's scoring protocol, for clients that speak it; no MLflow is needed here."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response
from typing_extensions import TypedDict

from service.api.answers import REFUSALS, json_response, require_json
from service.api.schemas import MAX_BATCH
from service.auth.callers import Caller
from service.auth.web import requires
from service.complaint import InputError
from service.deps import Now, ScoringDep
from service.problems import plain_name
from service.score_rows import INPUTS, OUTPUTS, score_rows

PATH = "/invocations"
BATCH_HEAD = re.compile(rb"")  # every body is a table

router = APIRouter(tags=["mlflow"], dependencies=[Depends(require_json)])

_Rows = Annotated[list[Any], Field(max_length=MAX_BATCH)]
_Record = dict[str, Any]


class SplitIn(BaseModel):
    """A table as pandas' ``to_dict(orient="split")`` gives it."""

    model_config = ConfigDict(extra="forbid")

    columns: list[str]
    data: Annotated[list[list[Any]], Field(max_length=MAX_BATCH)]
    index: Annotated[list[Any] | None, Field(description="Not used.")] = None


class ParamsIn(BaseModel):
    """MLflow's parameters."""

    model_config = ConfigDict(extra="forbid")

    received_on: Annotated[
        date | None, Field(description="Day of receipt where a row has no received_at.")
    ] = None


class InvocationIn(BaseModel):
    """A table of up to 1,000 complaints, in one of MLflow's forms.

    Columns: ``isi`` and perhaps ``judul``, ``received_at``, ``region``; others are refused.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "oneOf": [
                {"required": [form]}
                for form in ("dataframe_split", "dataframe_records", "inputs", "instances")
            ]
        },
    )

    dataframe_split: Annotated[SplitIn | None, Field(description="Columns and rows.")] = None
    dataframe_records: Annotated[
        list[_Record] | None, Field(max_length=MAX_BATCH, description="One object a row.")
    ] = None
    inputs: Annotated[
        _Rows | dict[str, _Rows] | None,
        Field(description="A list of cells by column, or one object a row."),
    ] = None
    instances: Annotated[
        list[_Record] | None, Field(max_length=MAX_BATCH, description="One object a row.")
    ] = None
    params: ParamsIn = ParamsIn()

    def rows(self) -> list[Mapping[str, Any]]:
        """Return the rows of the one form that is given.

        Raises
        ------
        InputError
            If none or several are given, rows differ in length, or a column is unknown.
        """
        forms = [
            (name, value)
            for name in ("dataframe_split", "dataframe_records", "inputs", "instances")
            if (value := getattr(self, name)) is not None
        ]
        if len(forms) != 1:
            problem = "expected one of dataframe_split, dataframe_records, inputs and instances"
            raise InputError(field="body", problem=problem)
        [(name, value)] = forms
        rows = _split(value) if isinstance(value, SplitIn) else _rows(name, value)
        _check_columns(name, rows)
        return rows


class PredictionOut(TypedDict):
    """The columns of the MLflow model; ``disposition`` is the whole answer as JSON.

    A row that cannot be read has null everywhere else, and ``{"error": ...}`` there.
    """

    category: str | None
    agency_code: str | None
    unit: str | None
    due_on: str | None
    decision: str | None
    disposition: str


class PredictionsOut(TypedDict):
    """One prediction for each row, in order."""

    predictions: list[PredictionOut]


@router.post(PATH, response_model=PredictionsOut, responses=REFUSALS)
def invoke(
    body: InvocationIn,
    scorer: ScoringDep,
    now: Now,
    _: Annotated[Caller, requires("score")],
) -> Response:
    """Score a table as ``mlflow models serve`` does; nothing is stored.

    A row without ``received_at`` gets a deadline only where ``params.received_on`` is given.
    """
    cells = score_rows(scorer, body.rows(), now=now, received_on=body.params.received_on)
    return json_response({"predictions": [dict(zip(OUTPUTS, row, strict=True)) for row in cells]})


def _split(table: SplitIn) -> list[Mapping[str, Any]]:
    width = len(table.columns)
    for i, row in enumerate(table.data):
        if len(row) != width:
            problem = f"expected {width:,} cells, as there are columns, got {len(row):,}"
            raise InputError(field=f"dataframe_split.data.{i}", problem=problem)
    if len(set(table.columns)) != width:
        raise InputError(field="dataframe_split.columns", problem="expected each column once")
    return [dict(zip(table.columns, row, strict=True)) for row in table.data]


def _rows(name: str, value: Sequence[Any] | Mapping[str, Sequence[Any]]) -> list[Mapping[str, Any]]:
    if isinstance(value, Mapping):
        lengths = {len(column) for column in value.values()}
        if len(lengths) > 1:
            raise InputError(field=name, problem="expected columns of one length")
        return [dict(zip(value, cells, strict=True)) for cells in zip(*value.values(), strict=True)]
    for i, row in enumerate(value):
        if not isinstance(row, Mapping):
            problem = f"expected an object, got {type(row).__name__}"
            raise InputError(field=f"{name}.{i}", problem=problem)
    return list(value)


def _check_columns(name: str, rows: Sequence[Mapping[str, Any]]) -> None:
    for row in rows:
        for column in row:
            if column not in INPUTS:
                problem = f"unknown column; expected {', '.join(INPUTS)}"
                raise InputError(field=f"{name}.{plain_name(column)}", problem=problem)
