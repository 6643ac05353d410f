from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import mlflow
import pandas as pd
import pytest
from fastapi.testclient import TestClient
from mlflow.pyfunc import scoring_server

from classifier import tracking
from classifier.artifacts import find_model, read_manifest
from classifier.errors import TrackingError
from classifier.tracking import Logged, Run, fetch_model, log_run, set_champion
from service.app import create_app
from service.auth.callers import LOCAL
from service.auth.web import get_caller
from service.complaint import parse_complaint
from service.loading import load_scorer
from service.mlflow_model import INPUTS, OUTPUTS, answer_table, model_to_log
from service.scoring import Scorer
from service.settings import Settings

NOW = datetime(2026, 11, 24, 2, 30, tzinfo=UTC)
THREE = [
    {
        "isi": "Lampu jalan mati di Kota Kediri",
        "judul": "Penerangan",
        "received_at": "2026-11-24T09:30:00+07:00",
        "region": None,
    },
    {"isi": "Jalan berlubang", "judul": None, "received_at": None, "region": "32.04"},
    {"isi": "Syarat membuat KTP apa saja?", "judul": None, "received_at": None, "region": None},
]


@pytest.fixture(scope="module")
def uri(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A local SQLite file; MLflow puts the artifacts beside the working directory."""
    folder = tmp_path_factory.mktemp("mlflow")
    before = Path.cwd()
    os.chdir(folder)
    yield f"sqlite:///{folder / 'mlflow.db'}"
    os.chdir(before)
    mlflow.set_tracking_uri("")


@pytest.fixture(scope="module")
def logged(uri: str) -> Logged:
    folder = find_model()
    run = Run(
        name=folder.name,
        params={"config": {"C": 0.5}, "data": {"by_source": {"kanal: wa?": 3}}},
        metrics=read_manifest(folder).metrics,
        texts={"card.md": "# Kartu\n"},
    )
    return log_run(run, model_to_log(folder), uri=uri)


@pytest.fixture(scope="module")
def loaded(logged: Logged) -> Any:
    return mlflow.pyfunc.load_model(logged.model_uri)


@pytest.fixture(scope="module")
def scorer() -> Scorer:
    return load_scorer()


def test_three_rows_give_three_rows_equal_to_the_scorer(loaded: Any, scorer: Scorer) -> None:
    complaints = [parse_complaint(row, timezone=None, source="mlflow") for row in THREE]
    expected = scorer.score(complaints, today=datetime.now(UTC).date())

    answers = loaded.predict(pd.DataFrame(THREE))

    assert list(answers.columns) == list(OUTPUTS)
    assert [json.loads(text) for text in answers["disposition"]] == expected
    assert list(answers["category"]) == [answer["category"] for answer in expected]
    assert list(answers["agency_code"]) == [answer["agency"]["code"] for answer in expected]
    assert list(answers["unit"]) == [answer["agency"]["unit"] for answer in expected]
    assert list(answers["due_on"]) == [answer["sla"]["due_on"] for answer in expected]
    assert list(answers["decision"]) == [answer["decision"] for answer in expected]


COLUMNS = {name: [row[name] for row in THREE] for name in INPUTS}
ROWS = [[row[name] for name in INPUTS] for row in THREE]
BODIES: dict[str, dict[str, Any]] = {
    "split": {"dataframe_split": {"columns": list(INPUTS), "data": ROWS}},
    "records": {"dataframe_records": THREE, "params": {"received_on": "2026-11-25"}},
    # Without None: MLflow's server reads it as the word "None" in this form alone.
    "inputs": {"inputs": {"isi": COLUMNS["isi"], "judul": ["Penerangan", "Jalan", "KTP"]}},
    "instances": {"instances": [{"isi": text} for text in COLUMNS["isi"]]},
}


@pytest.fixture(scope="module")
def servers(
    loaded: Any, scorer: Scorer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[TestClient, TestClient]]:
    """MLflow's own server over the logged model, and ours over the same one."""
    serving = mlflow.environment_variables._MLFLOW_IS_IN_SERVING_ENVIRONMENT.name
    file = tmp_path_factory.mktemp("layanan") / "uji.sqlite3"
    ours = create_app(Settings(database_url=f"sqlite:///{file}"), load=lambda _: scorer)
    ours.dependency_overrides[get_caller] = lambda: LOCAL
    with TestClient(ours) as client:
        yield TestClient(scoring_server.init(loaded)), client
    os.environ.pop(serving, None)  # MLflow leaves it behind


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_our_invocations_answer_as_mlflows_own_server_does(
    body: dict[str, Any], servers: tuple[TestClient, TestClient]
) -> None:
    theirs, ours = (server.post("/invocations", json=body) for server in servers)

    assert (theirs.status_code, ours.status_code) == (200, 200), (theirs.text, ours.text)
    assert ours.json() == theirs.json()


def test_only_a_complaint_with_a_moment_of_receipt_gets_a_deadline(loaded: Any) -> None:
    answers = loaded.predict(pd.DataFrame(THREE))

    assert list(answers["due_on"]) == ["2026-12-14", None, None]


def test_a_day_of_receipt_may_be_given_for_all_that_name_none(loaded: Any) -> None:
    answers = loaded.predict(pd.DataFrame(THREE), params={"received_on": "2026-11-25"})

    assert list(answers["due_on"]) == ["2026-12-14", "2026-12-15", "2026-12-02"]


def test_optional_columns_may_be_none_in_every_row(loaded: Any) -> None:
    table = pd.DataFrame(
        {"isi": ["Lampu jalan mati"] * 3, "judul": None, "received_at": None, "region": None}
    )

    assert len(loaded.predict(table)) == 3


def test_optional_columns_may_be_absent(loaded: Any) -> None:
    alone = loaded.predict(pd.DataFrame({"isi": [row["isi"] for row in THREE]}))

    assert len(alone) == 3
    assert alone["category"].notna().all()


def test_a_table_without_isi_is_refused(loaded: Any) -> None:
    with pytest.raises(mlflow.exceptions.MlflowException, match=r"missing inputs \['isi'\]"):
        loaded.predict(pd.DataFrame({"judul": ["Penerangan"]}))


def test_the_signature_requires_isi_alone(logged: Logged) -> None:
    signature = mlflow.models.get_model_info(logged.model_uri).signature

    assert signature is not None
    assert [column.name for column in signature.inputs] == list(INPUTS)
    assert [column.name for column in signature.inputs if column.required] == ["isi"]


def test_an_unreadable_row_keeps_its_place_and_never_costs_the_others_theirs(
    scorer: Scorer,
) -> None:
    table = pd.DataFrame(
        [
            {"isi": "Lampu jalan mati", "region": "99.99"},
            {"isi": float("nan"), "region": None},
            {"isi": "Lampu jalan mati", "region": None, "received_at": "2026-11-24T09:30:00"},
            {"isi": "Lampu jalan mati", "region": None},
        ],
        index=[7, 3, 5, 4],
    )

    answers = answer_table(scorer, table, now=NOW)

    assert list(answers.index) == [7, 3, 5, 4]
    assert list(answers["category"].isna()) == [True, True, True, False]
    errors = [json.loads(text)["error"]["field"] for text in answers["disposition"][:3]]
    assert errors == ["region", "isi", "received_at"]


def test_an_empty_table_gives_an_empty_one(scorer: Scorer) -> None:
    answers = answer_table(scorer, pd.DataFrame({"isi": []}), now=NOW)

    assert answers.shape == (0, len(OUTPUTS))


def test_a_run_holds_parameters_metrics_and_the_card(logged: Logged) -> None:
    run = mlflow.MlflowClient(logged.tracking_uri).get_run(logged.run_id)

    assert run.data.params == {"config.C": "0.5", "data.by_source.kanal_ wa_": "3"}
    assert run.data.metrics["end_to_end.category_accuracy"] > 0.8
    assert mlflow.artifacts.load_text(f"runs:/{logged.run_id}/card.md") == "# Kartu\n"


def test_nothing_is_installed_by_our_own_name_from_a_public_index() -> None:
    requirements = model_to_log(find_model()).requirements

    assert not [line for line in requirements if line.startswith("disposisi")]
    assert any(line.startswith("scikit-learn==1.9") for line in requirements)


def test_the_alias_follows_the_model_that_is_promoted(logged: Logged, uri: str) -> None:
    version = set_champion(find_model().name, uri=uri)

    assert version == logged.version
    client = mlflow.MlflowClient(uri)
    assert client.get_model_version_by_alias("disposisi", "champion").version == int(logged.version)


def test_a_model_that_the_registry_does_not_know_moves_no_alias(logged: Logged, uri: str) -> None:
    assert set_champion("tidak-ada", uri=uri) is None


def test_a_registered_model_comes_back_as_the_folder_it_was(
    logged: Logged, uri: str, tmp_path: Path
) -> None:
    folder = fetch_model(find_model().name, tmp_path, uri=uri)

    assert folder is not None
    assert read_manifest(folder) == read_manifest(find_model())
    assert fetch_model("tidak-ada", tmp_path, uri=uri) is None


def test_a_server_that_cannot_be_used_is_said_without_its_address() -> None:
    with pytest.raises(TrackingError, match="MLflow: ") as caught:
        set_champion("m1", uri="tidakada://rahasia")

    assert "rahasia" not in str(caught.value)


def test_a_fresh_process_elsewhere_loads_the_model(logged: Logged, tmp_path: Path) -> None:
    code = (
        "import sys, mlflow, pandas as pd; mlflow.set_tracking_uri(sys.argv[1]);"
        "model = mlflow.pyfunc.load_model(sys.argv[2]);"
        "print(*model.predict(pd.DataFrame({'isi': ['Lampu jalan mati'] * 3}))['category'])"
    )

    done = subprocess.run(
        [sys.executable, "-c", code, logged.tracking_uri, logged.model_uri],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.stdout.split() == ["non_supervisory"] * 3, done.stderr


def test_the_default_place_is_a_file_in_the_folder_and_the_environment_beats_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)

    assert tracking.tracking_uri(tmp_path) == f"sqlite:///{tmp_path / 'mlflow.db'}"
    assert not tracking.has_registry(tmp_path)

    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://mlflow.example")

    assert tracking.tracking_uri(tmp_path) == "http://mlflow.example"
    assert tracking.has_registry(tmp_path)
