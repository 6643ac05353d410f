from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from service.app import create_app
from service.settings import Settings, SettingsError
from service.store.errors import StoreError, StoreUnavailableError


def test_a_started_service_is_alive_and_ready(client: TestClient) -> None:
    assert client.get("/livez").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ok"}
    assert client.get("/ping").status_code == 200


def test_before_model_and_rules_are_loaded_the_service_is_alive_but_not_ready(
    app: FastAPI,
) -> None:
    client = TestClient(app)  # without start-up

    assert client.get("/livez").status_code == 200
    ready = client.get("/readyz")
    assert ready.status_code == 503
    assert ready.headers["retry-after"] == "1"
    assert client.post("/v1/classifications", json={"isi": "x"}).status_code == 503


def test_without_its_database_the_service_is_not_ready_until_it_is_back(
    app: FastAPI, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone() -> None:
        raise StoreUnavailableError

    with monkeypatch.context() as patch:
        patch.setattr(app.state.store, "ping", gone)
        response = client.get("/readyz")

    assert response.status_code == 503
    assert response.headers["retry-after"] == "5"
    assert response.json()["type"] == "urn:disposisi:problem:store-unavailable"
    assert client.get("/readyz").status_code == 200


def test_the_version_names_everything_that_an_answer_is_made_with(client: TestClient) -> None:
    answer = client.get("/version").json()

    assert answer == {"disposisi": "0.1.0", "model": "m1", "rules": "r1", "calendar": "c1"}


def test_a_region_that_is_in_no_table_stops_the_start(tmp_path: Path, scorer: Any) -> None:
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'uji.sqlite3'}", region="99")
    app = create_app(settings, load=lambda _: scorer)

    with pytest.raises(SettingsError, match="DISPOSISI_REGION: expected a code"), TestClient(app):
        pass


def test_a_model_that_cannot_be_loaded_stops_the_start(settings: Settings) -> None:
    def load(settings: Settings) -> Any:
        msg = "no model"
        raise FileNotFoundError(msg)

    app = create_app(settings, load=load)

    with pytest.raises(FileNotFoundError, match="no model"), TestClient(app):
        pass


def test_a_database_that_cannot_be_opened_stops_the_start(tmp_path: Path, scorer: Any) -> None:
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'tiada' / 'uji.sqlite3'}")
    app = create_app(settings, load=lambda _: scorer)

    with pytest.raises(StoreError, match="cannot be opened: unable to open"), TestClient(app):
        pass


def test_the_application_reads_the_environment_when_it_gets_no_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scorer: Any
) -> None:
    monkeypatch.setenv("DISPOSISI_DATABASE_URL", f"sqlite:///{tmp_path / 'lain.sqlite3'}")

    with TestClient(create_app(load=lambda _: scorer)):
        pass

    assert (tmp_path / "lain.sqlite3").exists()


@pytest.mark.parametrize(
    "path", ["/livez", "/docs", "/openapi.json", "/static/docs.js", "/nowhere", "/v1/dispositions"]
)
def test_every_answer_carries_the_security_headers(path: str, client: TestClient) -> None:
    headers = client.get(path).headers

    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self';")
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == ("no-cache" if "/static/" in path else "no-store")


def test_the_docs_need_no_other_server_and_no_inline_script(client: TestClient) -> None:
    page = client.get("/docs").text
    wanted = re.findall(r'(?:src|href)="([^"]+)"', page)

    assert not re.search(r"<script(?![^>]* src=)", page)
    assert not [address for address in wanted if "//" in address]
    for address in wanted:
        if not address.startswith("data:"):
            assert client.get(f"/{address}").status_code == 200
    assert "url(http" not in client.get("/static/swagger-ui/swagger-ui.css").text


def references(node: Any) -> set[str]:
    if isinstance(node, dict):
        own = {node["$ref"]} if isinstance(node.get("$ref"), str) else set()
        return own.union(*(references(value) for value in node.values()))
    if isinstance(node, list):
        return set().union(*(references(value) for value in node))
    return set()


def test_the_openapi_document_is_whole_and_names_problems(client: TestClient) -> None:
    document = client.get("/openapi.json").json()

    schemas = document["components"]["schemas"]
    assert document["openapi"].startswith("3.1")
    parts = {f"#/components/{kind}/{n}" for kind, c in document["components"].items() for n in c}
    assert set(references(document)) <= parts
    assert schemas["ComplaintIn"]["additionalProperties"] is False
    for path in document["paths"].values():
        for operation in path.values():
            assert operation["operationId"]
            for status, response in operation["responses"].items():
                if status >= "400":
                    assert list(response["content"]) == ["application/problem+json"]


def test_the_examples_of_the_docs_are_accepted(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]

    for path in ("/v1/classifications", "/v1/dispositions", "/invocations"):
        [media] = paths[path]["post"]["requestBody"]["content"].values()
        for example in media["examples"].values():
            response = client.post(path, json=example["value"])
            assert response.status_code in {200, 201}, response.text
