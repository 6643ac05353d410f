"""Every filter of the list, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from service.actors import Actor
from service.app import create_app
from service.auth.callers import LOCAL, Caller
from service.auth.roles import SCOPES_OF
from service.auth.web import get_caller
from service.deps import get_now
from service.settings import Settings

PATH = "/v1/dispositions"
NOW = datetime.fromisoformat("2026-11-24T09:30:00+07:00")
UNIT = "Dinas Pekerjaan Umum dan Tata Ruang"
REPORTS: dict[str, dict[str, Any]] = {
    "lampu": {"isi": "Lampu jalan padam di depan balai", "judul": "Penerangan"},
    "jembatan": {"isi": "Jembatan GANTUNG putus 100% total_rusak"},
    "ragu": {"isi": "Air ragu keruh", "region": "32.04"},
    "diuji": {"isi": "Trotoar diuji", "source": "wa"},
    "rahasia": {"isi": "Kepala kantor minta uang balai", "secret": True},
}


class VariedScorer:
    """Gives the fake scorer's answers another place and reason by the words of the text."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner
        self.ruleset, self.versions, self.check = inner.ruleset, inner.versions, inner.check

    def score(self, complaints: Sequence[Any], **options: Any) -> Any:
        answers = self.inner.score(complaints, **options)
        for complaint, answer in zip(complaints, answers, strict=True):
            if "Jembatan" in complaint.isi:
                answer["region"]["code"] = "32"
                answer["flags"].append(note("emergency"))
            if "ragu" in complaint.isi:
                answer["review_reasons"] = [note("agency_uncertain"), note("place_missing")]
            if "diuji" in complaint.isi:
                answer["review_reasons"] = [note("audit_sample")]
        return answers


def note(code: str) -> dict[str, Any]:
    return {"code": code, "detail": None, "message": "Pesan."}


@pytest.fixture
def app(database_url: str, scorer: Any) -> FastAPI:
    app = create_app(Settings(database_url=database_url), load=lambda _: VariedScorer(scorer))
    app.dependency_overrides[get_now] = lambda: NOW
    app.dependency_overrides[get_caller] = lambda: LOCAL
    return app


@pytest.fixture
def filled(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app) as client:
        for name, body in REPORTS.items():
            answer = client.post(PATH, json={**body, "tracking_id": name})
            assert answer.status_code == 201, answer.text
        yield client


def names(client: TestClient, **query: Any) -> set[str]:
    answer = client.get(PATH, params=query)
    assert answer.status_code == 200, answer.text
    return {row["tracking_id"] for row in answer.json()["items"]}


FILTERS: list[tuple[dict[str, str], str]] = [
    ({}, "lampu jembatan ragu diuji rahasia"),
    ({"status": "in_review"}, "ragu"),
    ({"decision": "review"}, "ragu"),
    ({"region": "32"}, "lampu jembatan ragu diuji rahasia"),
    ({"region": "32.04"}, "lampu ragu diuji rahasia"),
    ({"region": "3"}, ""),
    ({"region": "3_"}, ""),
    ({"flag": "emergency"}, "jembatan"),
    ({"reason": "agency_uncertain"}, "ragu"),
    ({"reason": "place_missing"}, "ragu"),
    ({"reason": "audit_sample"}, "diuji"),
    ({"reason": "emergency"}, ""),
    ({"source": "wa"}, "diuji"),
    ({"words": "lampu"}, "lampu"),
    ({"words": "padam LAMPU"}, "lampu"),
    ({"words": "penerangan"}, "lampu"),
    ({"words": "lampu penerangan"}, "lampu"),
    ({"words": "lampu gantung"}, ""),
    ({"words": "gantung"}, "jembatan"),
    ({"words": "100%"}, "jembatan"),
    ({"words": "total_rusak"}, "jembatan"),
    ({"words": "%"}, "jembatan"),
    ({"words": "balai"}, "lampu rahasia"),
    ({"words": "balai", "status": "disposed"}, "lampu rahasia"),
    ({"words": "balai", "decision": "review"}, ""),
    ({"due_before": "2026-12-15", "due_after": "2026-12-13"}, "lampu jembatan ragu diuji rahasia"),
    ({"due_before": "2026-12-14"}, ""),
    ({"due_after": "2026-12-14"}, ""),
    ({"agency": "PEMDA-32.04", "unit": UNIT, "topic": "jalan_jembatan", "flag": "emergency"},
     "jembatan"),
]  # fmt: skip


def test_a_list_holds_what_every_filter_says(filled: TestClient) -> None:
    found = [(query, names(filled, **query)) for query, _ in FILTERS]

    assert found == [(query, set(expected.split())) for query, expected in FILTERS]


def test_words_do_not_tell_what_a_protected_text_says(filled: TestClient, app: FastAPI) -> None:
    def seen(role: str, unit: str | None = None) -> set[str]:
        agency = None if role == "auditor" else "PEMDA-32.04"
        actor = Actor(
            kind="person", id="1", role=role, agency=agency, unit=unit, scopes=SCOPES_OF[role]
        )
        app.dependency_overrides[get_caller] = lambda: Caller(actor=actor)
        return names(filled, words="balai")

    assert seen("auditor") == {"lampu"}
    assert seen("admin_instansi") == {"lampu"}  # its unit handles it
    assert seen("pejabat_penghubung", UNIT) == {"lampu", "rahasia"}
    assert seen("admin_nasional") == {"lampu", "rahasia"}

    key = Actor(kind="key", id="lapor", scopes=frozenset({"read"}))
    app.dependency_overrides[get_caller] = lambda: Caller(actor=key)
    assert names(filled, words="balai") == {"lampu"}
    assert names(filled) == set(REPORTS)


def test_pages_under_a_filter_hold_every_row_once(filled: TestClient) -> None:
    rows, cursor = [], None
    for _ in range(3):
        page = filled.get(PATH, params={"words": "a", "limit": 2, "cursor": cursor} if cursor else
                          {"words": "a", "limit": 2}).json()  # fmt: skip
        rows += [row["tracking_id"] for row in page["items"]]
        cursor = page["next_cursor"]

    assert cursor is None
    assert rows == ["rahasia", "diuji", "ragu", "jembatan", "lampu"]


REFUSED: list[tuple[dict[str, str], str]] = [
    ({"statuss": "MARKAH"}, "statuss"),
    ({"MARKAH kata": "1"}, "(field)"),
    ({"status": "MARKAH"}, "status"),
    ({"flag": "MARKAH"}, "flag"),
    ({"reason": "MARKAH"}, "reason"),
    ({"decision": "MARKAH"}, "decision"),
    ({"words": "   "}, "words"),
    ({"words": "a " * 11}, "words"),
    ({"words": "MARKAH" + "x" * 200}, "words"),
    ({"words": "MARKAH\x00"}, "words"),
    ({"agency": "MARKAH\x00"}, "agency"),
    ({"unit": "MARKAH\x00"}, "unit"),
    ({"region": "\x00"}, "region"),
    ({"source": "\x01"}, "source"),
    ({"due_before": "MARKAH"}, "due_before"),
    ({"due_after": "2026-02-30"}, "due_after"),
    ({"group": "MARKAH"}, "group"),
    ({"limit": "0"}, "limit"),
    ({"limit": "201"}, "limit"),
    ({"limit": "9" * 5000}, "limit"),
    ({"cursor": "MARKAH"}, "cursor"),
    ({"cursor": "czE4MDAwMDAwMDAwMDAwMDAwMDAwMDAw"}, "cursor"),
    ({"cursor": "é"}, "cursor"),
]


def test_a_filter_that_cannot_be_used_is_named(client: TestClient) -> None:
    for query, field in REFUSED:
        answer = client.get(PATH, params=query)

        assert answer.status_code == 422, query
        assert [error["field"] for error in answer.json()["errors"]] == [field]
        assert "MARKAH" not in answer.text
