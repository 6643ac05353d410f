from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from service.store import schema

PATH = "/v1/dispositions"


def count(app: FastAPI, table: Any) -> int:
    with app.state.store._engine.connect() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def test_a_stored_disposition_can_be_read_at_its_location(client: TestClient) -> None:
    created = client.post(PATH, json={"isi": "Lampu jalan padam", "source": "lapor"})

    assert created.status_code == 201
    disposition = created.json()
    assert UUID(disposition["id"]).version == 7
    assert created.headers["location"] == f"{PATH}/{disposition['id']}"
    assert disposition["source"] == "lapor"
    assert disposition["version"] == 1
    assert disposition["created_at"] == disposition["updated_at"] == "2026-11-24T02:30:00.000Z"
    assert client.get(created.headers["location"]).json() == disposition


@pytest.mark.parametrize(
    ("isi", "status"),
    [
        pytest.param("Lampu padam", "disposed", id="clear"),
        pytest.param("Lampu padam ragu", "in_review", id="doubtful"),
    ],
)
def test_the_status_follows_the_decision(isi: str, status: str, client: TestClient) -> None:
    assert client.post(PATH, json={"isi": isi}).json()["status"] == status


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        pytest.param({"isi": "Lampu padam", "tracking_id": "5"}, {}, id="tracking-id"),
        pytest.param({"isi": "Lampu padam"}, {"Idempotency-Key": "k-1"}, id="header"),
        pytest.param(
            {"isi": "Lampu padam", "tracking_id": "5"}, {"Idempotency-Key": "k-1"}, id="both"
        ),
    ],
)
def test_the_same_again_gives_the_first_answer(
    body: dict[str, Any], headers: dict[str, str], client: TestClient, app: FastAPI, scorer: Any
) -> None:
    first = client.post(PATH, json=body, headers=headers)
    again = client.post(PATH, json=body, headers=headers)

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    assert again.headers["location"] == first.headers["location"]
    assert count(app, schema.complaint) == 1
    assert scorer.calls == 1


def test_white_space_around_the_text_makes_no_other_complaint(client: TestClient) -> None:
    first = client.post(PATH, json={"isi": "Lampu padam", "tracking_id": "5"})
    again = client.post(PATH, json={"isi": " Lampu padam\n", "judul": "", "tracking_id": "5"})

    assert again.status_code == 200
    assert again.json()["id"] == first.json()["id"]


@pytest.mark.parametrize(
    ("body", "headers", "name"),
    [
        pytest.param({"tracking_id": "5"}, {}, "source and tracking_id", id="tracking-id"),
        pytest.param({}, {"Idempotency-Key": "k-1"}, "Idempotency-Key", id="header"),
    ],
)
def test_a_key_used_for_another_complaint_is_a_conflict(
    body: dict[str, Any], headers: dict[str, str], name: str, client: TestClient, app: FastAPI
) -> None:
    client.post(PATH, json={"isi": "Lampu padam", **body}, headers=headers)
    response = client.post(PATH, json={"isi": "Jalan MARKAH rusak", **body}, headers=headers)

    assert response.status_code == 409
    problem = response.json()
    assert problem["type"] == "urn:disposisi:problem:key-conflict"
    assert problem["detail"] == f"{name}: already used for another complaint"
    assert "MARKAH" not in response.text
    assert count(app, schema.complaint) == 1


def test_one_tracking_id_of_two_sources_makes_two_records(client: TestClient) -> None:
    ids = {
        client.post(PATH, json={"isi": "Lampu", "tracking_id": "5", "source": s}).json()["id"]
        for s in ("lapor", "qlue")
    }

    assert len(ids) == 2


def test_without_any_key_every_post_is_a_new_record(client: TestClient, app: FastAPI) -> None:
    statuses = {client.post(PATH, json={"isi": "Lampu padam"}).status_code for _ in range(2)}

    assert statuses == {201}
    assert count(app, schema.complaint) == 2


@pytest.mark.parametrize("key", ["", "dua kata", "k" * 256, "é"], ids=repr)
def test_an_idempotency_key_is_visible_ascii(key: str, client: TestClient) -> None:
    headers = {b"Idempotency-Key": key.encode("latin-1")}

    response = client.post(PATH, json={"isi": "Lampu"}, headers=headers)

    assert response.status_code == 422
    assert response.json()["errors"][0]["field"] == "Idempotency-Key"


def test_fifty_parallel_identical_posts_make_one_record(client: TestClient, app: FastAPI) -> None:
    body = {"isi": "Lampu jalan padam", "tracking_id": "50"}

    with ThreadPoolExecutor(50) as pool:
        responses = list(
            pool.map(
                lambda _: client.post(PATH, json=body, headers={"Idempotency-Key": "k"}), range(50)
            )
        )

    assert sorted(r.status_code for r in responses) == [200] * 49 + [201]
    assert len({r.content for r in responses}) == 1
    assert [count(app, t) for t in (schema.complaint, schema.proposal, schema.used_key)] == [
        1,
        1,
        2,
    ]


@pytest.mark.parametrize(
    "unknown", ["019ab3c0-0000-7000-8000-000000000000", "MARKAH", "1", "%00", "a%2Fb"]
)
def test_an_id_that_is_none_is_not_found(unknown: str, client: TestClient) -> None:
    response = client.get(f"{PATH}/{unknown}")

    assert response.status_code == 404
    assert "MARKAH" not in response.text


def test_nothing_is_stored_of_a_complaint_that_is_refused(client: TestClient, app: FastAPI) -> None:
    client.post(PATH, json={"isi": "Lampu padam", "region": "99.99"})

    assert count(app, schema.complaint) == 0


def test_without_its_database_a_post_is_refused_and_says_when_to_come_again(
    client: TestClient, app: FastAPI, caplog: pytest.LogCaptureFixture
) -> None:
    engine = app.state.store._engine
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1")  # a disk without room

    response = client.post(PATH, json={"isi": "Lampu MARKAH padam " * 500})

    assert response.status_code == 503
    assert response.headers["retry-after"] == "5"
    assert "MARKAH" not in response.text + caplog.text
    assert "the database does not answer: OperationalError" in caplog.text
