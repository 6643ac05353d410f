from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from service.actors import Actor
from service.auth.callers import Caller
from service.auth.web import get_caller

PATH = "/v1/dispositions"


@pytest.fixture
def review(client: TestClient) -> dict[str, Any]:
    return dict(client.post(PATH, json={"isi": "Lampu padam ragu", "tracking_id": "7"}).json())


def act(client: TestClient, disposition: dict[str, Any], action: str, **body: Any) -> Any:
    version = body.pop("version", disposition["version"])
    path = f"{PATH}/{disposition['id']}/actions"
    return client.post(path, json={"action": action, "version": version, **body})


def test_an_action_answers_with_the_new_state_beside_the_proposal(
    client: TestClient, review: dict[str, Any]
) -> None:
    response = act(
        client,
        review,
        "change",
        reason="wrong_agency",
        changes={"agency": "KEMENPU"},
        note="hubungi 081234567890",
    )

    assert response.status_code == 200
    found = response.json()
    assert found["agency"]["code"] == "PEMDA-32.04"
    assert (found["current"]["agency"], found["current"]["level"]) == ("KEMENPU", "PUSAT")
    assert (found["status"], found["version"]) == ("disposed", 2)
    assert found["lapor_status"] == "Terdisposisi Belum Ditindaklanjuti"
    assert found["history"][0]["note"] == "hubungi [TELEPON]"
    assert client.get(f"{PATH}/{review['id']}").json() == found


def test_a_stale_action_is_a_conflict_and_changes_nothing(
    client: TestClient, review: dict[str, Any]
) -> None:
    act(client, review, "accept")

    response = act(client, review, "archive", reason="unclear")

    assert response.status_code == 409
    assert response.json()["type"] == "urn:disposisi:problem:stale-version"
    assert client.get(f"{PATH}/{review['id']}").json()["version"] == 2


def test_what_the_status_forbids_is_a_conflict(client: TestClient, review: dict[str, Any]) -> None:
    response = act(client, review, "close", reason="by_admin")

    assert response.status_code == 409
    assert response.json()["type"] == "urn:disposisi:problem:action-not-possible"


def test_what_others_may_do_is_forbidden(
    app: FastAPI, client: TestClient, review: dict[str, Any]
) -> None:
    key = Actor(kind="key", id="lapor", scopes=frozenset({"act"}))
    app.dependency_overrides[get_caller] = lambda: Caller(actor=key)

    response = act(client, review, "accept")

    assert response.status_code == 403
    assert response.json()["type"] == "urn:disposisi:problem:action-forbidden"


def test_a_foreign_record_answers_like_none(
    app: FastAPI, client: TestClient, review: dict[str, Any]
) -> None:
    scopes = frozenset({"act", "read"})
    admin = Actor(kind="person", id="f", role="admin_instansi", agency="KEMENPU", scopes=scopes)
    app.dependency_overrides[get_caller] = lambda: Caller(actor=admin)

    foreign = client.get(f"{PATH}/{review['id']}")
    unknown = client.get(f"{PATH}/019ab3c0-0000-7000-8000-000000000000")

    assert foreign.status_code == unknown.status_code == 404
    assert foreign.json() == unknown.json()
    assert act(client, review, "note", note="x").status_code == 404
    assert client.get(PATH).json() == {"items": [], "next_cursor": None}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        pytest.param({"action": "delete"}, "action", id="unknown-action"),
        pytest.param({"action": "archive"}, "reason", id="no-reason"),
        pytest.param({"action": "archive", "reason": "MARKAH"}, "reason", id="other-reason"),
        pytest.param({"action": "note"}, "note", id="empty-note"),
        pytest.param({"action": "note", "note": "\x07"}, "note", id="control-character"),
        pytest.param({"action": "note", "note": "x", "nama": "MARKAH"}, "nama", id="unknown-field"),
        pytest.param({"action": "accept", "version": "1"}, "version", id="version-as-text"),
        pytest.param(
            {"action": "change", "reason": "wrong_kind", "changes": {"kind": "MARKAH"}},
            "changes.kind",
            id="kind",
        ),
        pytest.param(
            {"action": "change", "reason": "wrong_topic", "changes": {"topic": "MARKAH"}},
            "changes.topic",
            id="topic",
        ),
        pytest.param(
            {"action": "change", "reason": "wrong_level", "changes": {"level": "MARKAH"}},
            "changes.level",
            id="level",
        ),
        pytest.param(
            {"action": "change", "reason": "wrong_place", "changes": {"region": "MARKAH"}},
            "changes.region",
            id="region",
        ),
        pytest.param(
            {"action": "change", "reason": "wrong_agency", "changes": {"agency": "MARKAH"}},
            "changes.agency",
            id="agency",
        ),
        pytest.param({"action": "transfer", "agency": "MARKAH"}, "agency", id="transfer"),
    ],
)
def test_what_cannot_be_used_is_named_and_not_repeated(
    body: dict[str, Any], field: str, client: TestClient, review: dict[str, Any]
) -> None:
    response = act(client, review, **body)

    assert response.status_code == 422
    assert [error["field"] for error in response.json()["errors"]] == [field]
    assert "MARKAH" not in response.text


def test_a_list_is_filtered_and_goes_on_at_its_cursor(client: TestClient) -> None:
    for i in range(3):
        client.post(PATH, json={"isi": f"Lampu {i} padam"})
    client.post(PATH, json={"isi": "Lampu ragu"})

    first = client.get(PATH, params={"status": "disposed", "limit": 2}).json()
    rest = client.get(
        PATH, params={"status": "disposed", "limit": 2, "cursor": first["next_cursor"]}
    ).json()

    assert (len(first["items"]), len(rest["items"])) == (2, 1)
    assert rest["next_cursor"] is None
    assert client.get(PATH, params={"due_before": "2026-12-14"}).json()["items"] == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"status": "MARKAH"}, "status"),
        ({"flag": "MARKAH"}, "flag"),
        ({"cursor": "MARKAH"}, "cursor"),
        ({"cursor": "\x00é"}, "cursor"),
        ({"limit": "0"}, "limit"),
        ({"limit": "201"}, "limit"),
        ({"due_before": "MARKAH"}, "due_before"),
        ({"decision": "MARKAH"}, "decision"),
        ({"group": "MARKAH"}, "group"),
    ],
    ids=str,
)
def test_a_filter_that_cannot_be_used_is_named(
    query: dict[str, str], field: str, client: TestClient
) -> None:
    response = client.get(PATH, params=query)

    assert response.status_code == 422
    assert response.json()["errors"][0]["field"] == field
    assert "MARKAH" not in response.text


def test_the_training_export_is_read_by_the_classifier(
    client: TestClient, review: dict[str, Any], tmp_path: Path
) -> None:
    from classifier.dataset import read_examples

    act(client, review, "change", reason="wrong_topic", changes={"topic": "drainase_banjir"})

    response = client.get("/v1/exports/training", params={"since": "2026-11-24"})

    assert response.headers["content-type"].startswith("application/jsonl")
    [line] = response.text.splitlines()
    assert json.loads(line)["machine"]["topic"] == "jalan_jembatan"
    path = tmp_path / "koreksi.jsonl"
    path.write_text(response.text, encoding="utf-8")
    [example] = read_examples([path]).to_dict("records")
    assert (example["text"], example["topic"], example["kind"]) == (
        "Lampu padam ragu",
        "drainase_banjir",
        None,
    )
    assert client.get("/v1/exports/training", params={"since": "2026-11-25"}).text == ""
