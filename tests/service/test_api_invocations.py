"""``/invocations`` answers as ``mlflow models serve`` would with the same model."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fastapi.testclient import TestClient

from service.score_rows import INPUTS, OUTPUTS

PATH = "/invocations"
ROWS: list[dict[str, Any]] = [
    {"isi": "Lampu padam", "judul": "Penerangan", "received_at": None, "region": None},
    {"isi": "  ", "judul": None, "received_at": None, "region": None},
    {"isi": "Jalan ragu", "judul": None, "received_at": "2026-11-24T09:30:00+07:00",
     "region": "32.04"},
]  # fmt: skip
SPLIT = {"columns": list(INPUTS), "data": [[row[name] for name in INPUTS] for row in ROWS]}
FORMS: dict[str, dict[str, Any]] = {
    "split": {"dataframe_split": SPLIT},
    "split-with-index": {"dataframe_split": {**SPLIT, "index": [7, 8, 9]}},
    "records": {"dataframe_records": ROWS},
    "inputs-by-column": {"inputs": {name: [row[name] for row in ROWS] for name in INPUTS}},
    "inputs-by-row": {"inputs": ROWS},
    "instances": {"instances": ROWS},
}


@pytest.mark.parametrize("body", FORMS.values(), ids=FORMS)
def test_every_form_of_mlflow_gives_one_prediction_a_row(
    body: dict[str, Any], client: TestClient
) -> None:
    answer = client.post(PATH, json=body)

    assert answer.status_code == 200, answer.text
    assert answer.json().keys() == {"predictions"}
    first, bad, last = answer.json()["predictions"]
    assert first.keys() == set(OUTPUTS)
    assert (first["category"], first["agency_code"]) == ("non_supervisory", "PEMDA-32.04")
    assert (first["decision"], last["decision"]) == ("auto", "review")
    assert json.loads(last["disposition"])["sla"]["starts_on"] == "2026-11-24"
    assert {bad[name] for name in OUTPUTS[:-1]} == {None}
    assert json.loads(bad["disposition"])["error"]["field"] == "isi"


def test_a_row_without_a_moment_of_receipt_has_no_first_day_unless_one_is_given(
    client: TestClient, scorer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[Any] = []
    score = scorer.score
    monkeypatch.setattr(
        scorer, "score", lambda *a, **options: given.append(options) or score(*a, **options)
    )

    client.post(PATH, json={"instances": [{"isi": "x"}]})
    body = {"instances": [{"isi": "x"}], "params": {"received_on": "2026-11-23"}}
    assert client.post(PATH, json=body).status_code == 200

    assert [str(options["received_on"]) for options in given] == ["None", "2026-11-23"]
    assert all("assume_now" not in options for options in given)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        pytest.param({}, "body", id="nothing"),
        pytest.param({"inputs": ROWS, "instances": ROWS}, "body", id="two-forms"),
        pytest.param({"inputs": None}, "body", id="null"),
        pytest.param({"dataframe_split": {"columns": ["isi"]}}, "dataframe_split.data", id="cut"),
        pytest.param(
            {"dataframe_split": {"columns": ["isi"], "data": [["MARKAH", "MARKAH"]]}},
            "dataframe_split.data.0",
            id="more-cells-than-columns",
        ),
        pytest.param(
            {"dataframe_split": {"columns": ["isi", "isi"], "data": [["MARKAH", "MARKAH"]]}},
            "dataframe_split.columns",
            id="a-column-twice",
        ),
        pytest.param({"inputs": {"isi": ["MARKAH"], "judul": []}}, "inputs", id="uneven-columns"),
        pytest.param({"inputs": ["MARKAH"]}, "inputs.0", id="bare-text"),
        pytest.param({"instances": ["MARKAH"]}, "instances.0", id="text-as-row"),
        pytest.param(
            {"dataframe_records": [{"isi": "x", "nik": "MARKAH"}]},
            "dataframe_records.nik",
            id="identity",
        ),
        pytest.param(
            {"dataframe_records": [{"isi": "x", "MARKAH kata": 1}]},
            "dataframe_records.(field)",
            id="text-as-column",
        ),
        pytest.param({"instances": [{"isi": "x"}] * 1001}, "instances", id="too-many"),
        pytest.param(
            {"instances": [], "params": {"received_on": "MARKAH"}}, "params.received_on", id="day"
        ),
        pytest.param({"instances": [], "params": {"suhu": 1}}, "params.suhu", id="parameter"),
    ],
)
def test_what_is_no_table_of_complaints_is_refused_and_not_repeated(
    body: dict[str, Any], field: str, client: TestClient
) -> None:
    answer = client.post(PATH, json=body)

    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert "MARKAH" not in answer.text


def test_an_empty_table_has_no_predictions(client: TestClient) -> None:
    assert client.post(PATH, json={"instances": []}).json() == {"predictions": []}
    assert client.post(PATH, json={"inputs": {}}).json() == {"predictions": []}


def test_a_table_may_have_eight_mebibytes(client: TestClient) -> None:
    rows = [{"isi": "x" * 20_000}] * 300

    assert client.post(PATH, json={"instances": rows}).status_code == 200
    assert client.post(PATH, json={"instances": rows * 2}).status_code == 413
