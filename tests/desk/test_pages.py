"""What pages answer where no browser is needed to see it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient

from service.app import create_app
from service.deps import get_now
from service.scoring import Scorer
from service.settings import Settings

LETTER = {"saluran": "Surat", "isi": "Air PDAM keruh di Bandung, sudah seminggu.", "kunci": "a"}


@pytest.fixture
def client(scorer: Scorer, tmp_path: Path) -> Iterator[TestClient]:
    """Whoever sits at a machine that has no users yet."""
    app = create_app(
        Settings(database_url=f"sqlite:///{tmp_path / 'uji.sqlite3'}"), load=lambda _: scorer
    )
    here = {"base_url": "http://127.0.0.1:8000", "client": ("127.0.0.1", 5000)}
    with TestClient(app, follow_redirects=False, **here) as client:  # type: ignore[arg-type]
        yield client


@pytest.fixture
def enter(client: TestClient) -> Callable[..., str]:
    """Enter a letter that waits; returns the address of its page."""

    def enter_(**fields: str) -> str:
        today = re.search(r'name="diterima"[^>]*value="([^"]+)"', client.get("/entri").text)
        assert today is not None
        answer = client.post("/entri", data={**LETTER, "diterima": today[1], **fields})
        assert answer.status_code == 303, answer.text
        return str(answer.headers["location"])

    return enter_


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        pytest.param({"isi": " "}, "Tulis isi laporan", id="no-text"),
        pytest.param({"saluran": "Merpati"}, "Pilih saluran", id="channel"),
        pytest.param({"diterima": "2999-01-01"}, "tidak di masa depan", id="future"),
        pytest.param({"diterima": "kemarin"}, "tidak di masa depan", id="no-day"),
        pytest.param({"region": "99.99"}, "Wilayah itu tidak ada", id="region"),
    ],
)
def test_a_letter_that_cannot_be_read_says_why_and_keeps_what_was_typed(
    fields: dict[str, str], message: str, client: TestClient
) -> None:
    data = {**LETTER, "diterima": "2026-11-02", "judul": "Tetap di sini", **fields}

    answer = client.post("/entri", data=data)

    assert answer.status_code == 422
    assert message in answer.text
    assert "Tetap di sini" in answer.text


@pytest.mark.parametrize(
    ("what", "words", "code"),
    [
        pytest.param("topik", "air minum", "air_minum", id="topic"),
        pytest.param("wilayah", "kota kediri", "35.71", id="region"),
        pytest.param("instansi", "kota kediri", "PEMDA-35.71", id="body"),
    ],
)
def test_searches_find_by_a_few_letters(
    what: str, words: str, code: str, client: TestClient
) -> None:
    assert f'value="{code}"' in client.get(f"/cari/{what}", params={"cari": words}).text
    assert "Tidak ditemukan" in client.get(f"/cari/{what}", params={"cari": "qzx"}).text
    assert client.get("/cari/orang", params={"cari": words}).status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        pytest.param("GET", f"/aduan/{uuid4()}", 404, id="unknown-complaint"),
        pytest.param("GET", "/aduan/bukan-id", 404, id="no-id"),
        pytest.param("POST", f"/aduan/{uuid4()}/terima", 404, id="unknown-to-accept"),
        pytest.param("POST", f"/aduan/{uuid4()}/hapus", 404, id="unknown-action"),
        pytest.param("GET", "/meja?tenggat=besok", 422, id="unknown-filter"),
        pytest.param("POST", "/urungkan", 409, id="nothing-to-undo"),
        pytest.param("POST", "/meja/terima-bersama", 422, id="no-group"),
    ],
)
def test_what_cannot_be_done_is_told_as_a_page(
    method: str, path: str, status: int, client: TestClient
) -> None:
    answer = client.request(method, path)

    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")
    assert "<h1>Tidak dapat" in answer.text


def test_a_part_of_a_page_gets_a_notice_and_not_a_page(client: TestClient) -> None:
    answer = client.get(f"/aduan/{uuid4()}", headers={"HX-Request": "true"})

    assert answer.status_code == 404
    assert answer.text.startswith('<div class="notice')


def test_an_unexpected_error_is_a_page_without_its_text(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> Any:
        msg = "kata warga"
        raise RuntimeError(msg)

    client.app.dependency_overrides[get_now] = fail  # type: ignore[attr-defined]  # it is ours

    answer = client.get("/meja")

    assert answer.status_code == 500
    assert "kata warga" not in answer.text + caplog.text


def test_nothing_is_accepted_before_a_body_is_chosen(
    client: TestClient, enter: Callable[..., str]
) -> None:
    page = enter()

    answer = client.post(f"{page}/terima", data={"version": "1"})

    assert answer.status_code == 422
    assert "Pilih instansi" in answer.text
    assert '<details id="ubah" class="act" open>' in answer.text


def test_what_the_status_forbids_is_told_and_the_state_is_shown(
    client: TestClient, enter: Callable[..., str]
) -> None:
    page = enter()

    answer = client.post(f"{page}/tutup", data={"version": "1", "reason": "by_admin"})

    assert answer.status_code == 409
    assert "tidak mungkin" in answer.text


def test_saved_filters_are_deleted(client: TestClient) -> None:
    client.post("/meja/simpan", data={"nama": "Lewat", "query": "tenggat=lewat"})
    page = client.get("/meja").text
    found = re.search(r'name="id" value="([^"]+)"', page)
    assert found is not None

    client.post("/meja/hapus", data={"id": found[1], "query": ""})

    assert ">Lewat<" in page
    assert ">Lewat<" not in client.get("/meja").text


def test_the_page_of_a_complaint_that_was_changed_meanwhile_says_so(
    client: TestClient, enter: Callable[..., str]
) -> None:
    page = enter()
    client.post(f"{page}/catat", data={"version": "1", "note": "periksa"})

    assert "baru saja diubah" in client.get(f"{page}/siapa", params={"versi": "1"}).text
    assert "baru saja diubah" not in client.get(f"{page}/siapa", params={"versi": "2"}).text
