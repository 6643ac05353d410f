"""Who opens the masked text of a complaint, with and without a reason."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select

from service.actors import Actor
from service.auth.callers import LOCAL, Caller
from service.auth.roles import SCOPES_OF
from service.auth.web import get_caller
from service.store import schema

PATH = "/v1/dispositions"
UNIT = "Dinas Pekerjaan Umum dan Tata Ruang"  # what the fake scorer of conftest answers
ISI = "Kepala kantor Soreang meminta uang, hubungi 081234567890"
MASKED = "Kepala kantor Soreang meminta uang, hubungi [TELEPON]"


def person(role: str, agency: str | None = None, unit: str | None = None) -> Actor:
    return Actor(kind="person", id="1", role=role, agency=agency, unit=unit, scopes=SCOPES_OF[role])


def key(agency: str | None = None, *scopes: str) -> Actor:
    return Actor(kind="key", id="k", agency=agency, scopes=frozenset(scopes or {"read"}))


# Status without a reason, and with one.
MATRIX: dict[str, tuple[Actor, int, int]] = {
    "national": (person("admin_nasional"), 200, 200),
    "handling-unit": (person("pejabat_penghubung", "PEMDA-32.04", UNIT), 200, 200),
    "other-unit": (person("pejabat_penghubung", "PEMDA-32.04", "Dinas Perhubungan"), 404, 404),
    "agency": (person("admin_instansi", "PEMDA-32.04"), 403, 200),
    "its-province": (person("admin_instansi", "PEMDA-32"), 403, 200),
    "other-agency": (person("admin_instansi", "PEMDA-33"), 404, 404),
    "auditor": (person("auditor"), 403, 200),
    "pembina": (person("pembina"), 403, 403),  # lacks the scope
    "engineer": (person("ml_engineer"), 403, 403),  # lacks the scope
    "key": (key(), 403, 200),
    "key-of-the-region": (key("PEMDA-32.04"), 403, 200),
    "key-of-another-region": (key("PEMDA-33"), 404, 404),
    "key-without-read": (key(None, "score"), 403, 403),
}


@pytest.fixture
def protected(client: TestClient) -> str:
    answer = client.post(PATH, json={"isi": ISI, "judul": "Pungutan", "secret": True})
    return str(answer.json()["id"])


def open_as(app: FastAPI, client: TestClient, actor: Actor, text_id: str, **body: Any) -> Any:
    app.dependency_overrides[get_caller] = lambda: Caller(actor=actor)
    try:
        return client.post(f"{PATH}/{text_id}/openings", json=body)
    finally:
        app.dependency_overrides[get_caller] = lambda: LOCAL


def openings(app: FastAPI) -> list[Any]:
    with app.state.store.engine.connect() as connection:
        return list(connection.execute(select(schema.opening)))


@pytest.mark.parametrize(("actor", "bare", "reasoned"), MATRIX.values(), ids=MATRIX)
def test_a_protected_text_opens_to_its_handlers_and_for_a_reason(
    actor: Actor, bare: int, reasoned: int, app: FastAPI, client: TestClient, protected: str
) -> None:
    without = open_as(app, client, actor, protected)
    recorded_without = len(openings(app))
    given = open_as(app, client, actor, protected, reason="Diminta pengadilan")

    assert (without.status_code, given.status_code) == (bare, reasoned)
    assert recorded_without == 0
    assert len(openings(app)) == (1 if (bare, reasoned) == (403, 200) else 0)
    for answer in (without, given):
        if answer.status_code == 200:
            assert answer.json() == {"judul": "Pungutan", "isi": MASKED, "erased": False}
        else:
            assert answer.headers["content-type"] == "application/problem+json"
            assert "Soreang" not in answer.text
    if (bare, reasoned) == (403, 200):
        assert without.json()["type"] == "urn:disposisi:problem:reason-required"


def test_a_foreign_text_answers_like_none(app: FastAPI, client: TestClient, protected: str) -> None:
    actor = person("admin_instansi", "PEMDA-33")

    foreign = open_as(app, client, actor, protected, reason="x")
    unknown = open_as(app, client, actor, "019ab3c0-0000-7000-8000-000000000000", reason="x")
    no_id = open_as(app, client, actor, "bukan-id", reason="x")

    assert foreign.status_code == unknown.status_code == no_id.status_code == 404
    assert foreign.json() == unknown.json() == no_id.json()


def test_the_reason_is_masked_and_becomes_a_link_of_the_chain(
    app: FastAPI, client: TestClient, protected: str
) -> None:
    open_as(app, client, person("auditor"), protected, reason=" Diminta 081234567890 ")

    [row] = openings(app)
    with app.state.store.engine.connect() as connection:
        events = connection.execute(select(schema.audit.c.event, schema.audit.c.record_id)).all()
    assert row.reason == "Diminta [TELEPON]"
    assert ("opening", row.id) in [tuple(event) for event in events]


def test_an_open_text_needs_no_reason_and_is_not_recorded(app: FastAPI, client: TestClient) -> None:
    plain = client.post(PATH, json={"isi": "Lampu padam"}).json()["id"]

    answer = open_as(app, client, person("auditor"), plain)

    assert answer.json() == {"judul": "", "isi": "Lampu padam", "erased": False}
    assert openings(app) == []


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"reason": "MARKAH\x00"}, id="control-character"),
        pytest.param({"reason": "MARKAH" + "x" * 500}, id="long"),
        pytest.param({"reason": ["MARKAH"]}, id="list"),
        pytest.param({"alasan": "MARKAH"}, id="unknown-field"),
    ],
)
def test_a_reason_that_cannot_be_kept_is_refused_and_not_repeated(
    body: dict[str, Any], client: TestClient, protected: str
) -> None:
    answer = client.post(f"{PATH}/{protected}/openings", json=body)

    assert answer.status_code == 422
    assert "MARKAH" not in answer.text


def test_a_blank_reason_is_none(app: FastAPI, client: TestClient, protected: str) -> None:
    assert open_as(app, client, person("auditor"), protected, reason="  ").status_code == 403
