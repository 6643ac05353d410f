"""Codes and their names, the rules and the models in use: with the shipped rules and model."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from service.actors import Actor
from service.app import create_app
from service.auth.callers import LOCAL, Caller
from service.auth.web import get_caller
from service.deps import get_now
from service.loading import load_scorer
from service.settings import Settings

NOW = datetime.fromisoformat("2026-11-24T09:30:00+07:00")
LISTS = ("/v1/agencies", "/v1/topics", "/v1/regions", "/v1/models")
KEPT = (*LISTS, "/v1/agencies/PU", "/v1/regions/32.04", "/v1/rules", "/v1/models/current")


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    file = tmp_path_factory.mktemp("acuan") / "uji.sqlite3"
    app = create_app(Settings(database_url=f"sqlite:///{file}"), load=lambda _: load_scorer())
    app.dependency_overrides[get_now] = lambda: NOW
    app.dependency_overrides[get_caller] = lambda: LOCAL
    with TestClient(app) as client:
        yield client


def everything(client: TestClient, path: str, **query: Any) -> list[dict[str, Any]]:
    """Follow the cursor to the end."""
    found: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while True:
        page = client.get(path, params={**query, **cursor}).json()
        found += page["items"]
        if page["next_cursor"] is None:
            return found
        cursor = {"cursor": page["next_cursor"]}


def codes(client: TestClient, path: str, **query: Any) -> list[str]:
    return [item["code"] for item in everything(client, path, **query)]


def test_pages_of_any_size_hold_every_code_once_and_in_order(client: TestClient) -> None:
    whole = codes(client, "/v1/agencies", limit=1000)

    assert len(whole) > 600
    assert whole == sorted(set(whole))
    assert codes(client, "/v1/agencies", limit=97) == whole


def test_an_agency_is_found_by_any_of_its_names(client: TestClient) -> None:
    assert "PU" in codes(client, "/v1/agencies", q="pekerjaan umum", level="PUSAT")
    assert codes(client, "/v1/agencies", q="pemkab bandung barat") == ["PEMDA-32.17"]
    assert codes(client, "/v1/agencies", q="pemda-32.04") == ["PEMDA-32.04"]
    assert codes(client, "/v1/agencies", q="tiada lembaga ini") == []


def test_agencies_are_filtered_by_level_connection_and_day(client: TestClient) -> None:
    provinces = everything(client, "/v1/agencies", level="PROV")
    whole = everything(client, "/v1/agencies", limit=1000)
    connected = everything(client, "/v1/agencies", connected="true", limit=1000)
    on = {day: set(codes(client, "/v1/agencies", on=day, limit=1000)) for day in
          ("2023-01-01", "2026-11-24")}  # fmt: skip

    assert len(provinces) == 38
    assert {agency["level"] for agency in provinces} == {"PROV"}
    assert connected == [agency for agency in whole if agency["connected"] is True]
    assert codes(client, "/v1/agencies", external_id="12838") == ["PEMDA-13.71"]
    assert on["2023-01-01"] - on["2026-11-24"]
    assert on["2026-11-24"] == set(codes(client, "/v1/agencies", limit=1000))


def test_a_former_agency_is_still_told_with_its_successor(client: TestClient) -> None:
    old = set(codes(client, "/v1/agencies", on="2023-01-01", limit=1000))
    [former, *_] = sorted(old - set(codes(client, "/v1/agencies", limit=1000)))

    told = client.get(f"/v1/agencies/{former}").json()

    assert told["valid_until"] <= "2026-11-24"
    assert told["code"] == former


def test_topics_have_names_and_lapors_categories(client: TestClient) -> None:
    topics = everything(client, "/v1/topics")

    assert {topic["code"] for topic in topics} >= {"jalan_jembatan", "drainase_banjir"}
    assert all(topic["name"] for topic in topics)
    assert any(topic["lapor_categories"] for topic in topics)
    assert "jalan_jembatan" in codes(client, "/v1/topics", q="jalan jembatan")


def test_places_are_found_by_name_parent_and_kind(client: TestClient) -> None:
    in_west_java = everything(client, "/v1/regions", parent="32")

    assert len(everything(client, "/v1/regions", kind="province")) == 38
    assert {region["kind"] for region in in_west_java} == {"regency", "city"}
    assert len(everything(client, "/v1/regions", kind=["regency", "city", "admin_city"])) == 514
    assert codes(client, "/v1/regions", q="kabupaten bandung barat") == ["32.17"]
    assert client.get("/v1/regions/32.04").json() == {
        "code": "32.04",
        "name": "Kabupaten Bandung",
        "kind": "regency",
        "parent": "32",
        "zone": "Asia/Jakarta",
    }


def test_the_rules_tell_their_version_regulation_and_lint(client: TestClient) -> None:
    rules = client.get("/v1/rules").json()
    before = client.get("/v1/rules", params={"on": "1999-01-01"}).json()

    assert rules["version"] == client.get("/version").json()["rules"]
    assert rules["regulation"] == "permenpan-62-2018"
    days = {x["category"]: x["working_days"] for x in rules["regulations"][0]["limits"]}
    assert days == {"information": 5, "non_supervisory": 14, "field_inspection": 60}
    assert {table["name"] for table in rules["tables"]} >= {"category", "routing", "review"}
    assert all(table["in_force"] <= table["rows"] for table in rules["tables"])
    assert rules["lint"]["errors"] == 0
    assert len(rules["lint"]["findings"]) == min(100, rules["lint"]["warnings"])
    assert before["regulation"] is None


def test_every_row_that_an_answer_names_can_be_read(client: TestClient) -> None:
    body = {"isi": "Jalan berlubang di depan pasar Soreang Kabupaten Bandung"}
    explanation = client.post("/v1/classifications", json=body).json()["explanation"]
    named = explanation["rules"] + explanation["near_misses"]

    assert len(named) >= 2
    for mention in named:
        [*_, row] = client.get(f"/v1/rules/{mention['row']}").json()["items"]
        assert (row["id"], row["table"]) == (mention["row"], mention["table"])
        assert row["reference"]


def test_the_model_in_use_is_told_with_what_it_may_do_alone(client: TestClient) -> None:
    current = client.get("/v1/models/current").json()
    listed = [model for model in everything(client, "/v1/models") if model["in_use"]]

    assert current["code"] == client.get("/version").json()["model"]
    assert [model["code"] for model in listed] == [current["code"]]
    assert 0 < current["threshold"] <= 1.01
    assert current["risk"][0].keys() == {"threshold", "automatic", "wrong", "bound"}
    assert "by_source" not in str(current)


def test_a_broken_model_beside_it_hides_no_other(client: TestClient, tmp_path: Path) -> None:
    code = client.get("/v1/models/current").json()["code"]
    (tmp_path / "CHAMPION").write_text(code, encoding="utf-8")
    (tmp_path / "rusak").mkdir()
    (tmp_path / "rusak" / "manifest.json").write_text("{", encoding="utf-8")
    state: Any = client.app.state  # type: ignore[attr-defined]  # Starlette's test client has it
    before = state.settings

    state.settings = before.model_copy(update={"models_dir": tmp_path})
    try:
        assert codes(client, "/v1/models") == [code]
    finally:
        state.settings = before


@pytest.mark.parametrize(
    "path", ["/v1/agencies/TIADA", "/v1/regions/99.99", "/v1/rules/TIADA-1", "/v1/agencies/%00"]
)
def test_an_unknown_code_is_a_problem_that_does_not_repeat_it(
    path: str, client: TestClient
) -> None:
    answer = client.get(path)

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert "TIADA" not in answer.text


@pytest.mark.parametrize("path", KEPT)
def test_an_answer_that_has_not_changed_is_not_sent_again(path: str, client: TestClient) -> None:
    first = client.get(path)
    etag = first.headers["etag"]

    again = client.get(path, headers={"if-none-match": f'"lain", W/{etag}'})
    other = client.get(path, headers={"if-none-match": '"lain"'})

    assert first.headers["cache-control"] == "private, max-age=60"
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == etag
    assert (other.status_code, other.json()) == (200, first.json())


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize(
    "query",
    [{"cursor": "MARKAH!"}, {"cursor": "_"}, {"limit": "0"}, {"limit": "1001"}, {"qq": "MARKAH"}],
)
def test_a_page_that_cannot_be_is_refused(
    path: str, query: dict[str, str], client: TestClient
) -> None:
    answer = client.get(path, params=query)

    assert answer.status_code == 422
    assert "MARKAH" not in answer.text


@pytest.mark.parametrize(("scope", "status"), [("read", 200), ("score", 200), ("export", 403)])
def test_whoever_scores_or_reads_may_ask_for_names(
    scope: str, status: int, client: TestClient
) -> None:
    app: Any = client.app
    key = Actor(kind="key", id="k", scopes=frozenset({scope}))
    app.dependency_overrides[get_caller] = lambda: Caller(actor=key)
    try:
        found = {client.get(path).status_code for path in KEPT}
    finally:
        app.dependency_overrides[get_caller] = lambda: LOCAL

    assert found == {status}
