from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from service.app import create_app
from service.auth.callers import COOKIE
from service.desk.login import own_path
from service.scoring import Scorer
from service.settings import Settings

PASSWORD = "lima-bunga-di-taman-42"  # noqa: S105  # invented
HERE = "http://127.0.0.1:8000"


@pytest.fixture
def make_app(scorer: Scorer, tmp_path: Path) -> Callable[..., FastAPI]:
    def make(**settings: Any) -> FastAPI:
        url = f"sqlite:///{tmp_path / 'uji.sqlite3'}"
        return create_app(Settings(database_url=url, **settings), load=lambda _: scorer)

    return make


@pytest.fixture
def here(make_app: Callable[..., FastAPI]) -> Iterator[TestClient]:
    """A browser on the machine itself, before there is any user."""
    with TestClient(make_app(), base_url=HERE, client=("127.0.0.1", 5000)) as client:
        yield client


def set_up(client: TestClient, **fields: str) -> Any:
    values = {"login": "ayu", "password": PASSWORD, "again": PASSWORD} | fields
    return client.post("/siapkan", data=values, follow_redirects=False)


def test_the_first_admin_is_created_and_is_let_in(here: TestClient) -> None:
    answer = set_up(here)

    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert COOKIE in answer.cookies
    assert "Admin Nasional" in here.get("/").text


def test_without_any_user_this_machine_works_and_is_told_to_create_one(here: TestClient) -> None:
    page = here.get("/meja")

    assert page.status_code == 200
    assert "Buat admin pertama" in page.text
    assert "Keluar" not in page.text


def test_there_is_one_first_admin_only(here: TestClient) -> None:
    set_up(here)

    assert set_up(here, login="budi").status_code == 403
    assert here.get("/siapkan").status_code == 403


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        pytest.param({"again": "lain"}, "tidak sama", id="two-passwords"),
        pytest.param({"password": "pendek", "again": "pendek"}, "12 sampai 256", id="weak"),
        pytest.param({"login": "A B"}, "Nama pengguna", id="login"),
    ],
)
def test_a_set_up_that_cannot_be_used_says_why(
    fields: dict[str, str], message: str, here: TestClient
) -> None:
    answer = set_up(here, **fields)

    assert answer.status_code == 422
    assert message in answer.text


def test_nobody_else_sets_up_the_first_admin(make_app: Callable[..., FastAPI]) -> None:
    with TestClient(make_app(auth="on"), client=("10.0.0.9", 5000)) as stranger:
        assert stranger.get("/siapkan").status_code == 403
        assert set_up(stranger).status_code == 403


def test_a_stranger_comes_back_to_the_page_that_he_asked_for(here: TestClient) -> None:
    set_up(here)
    here.cookies.clear()

    answer = here.get("/", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/masuk")
    wrong = here.post("/masuk", data={"login": "ayu", "password": "bukan-kata-sandi"})
    assert wrong.status_code == 401
    assert "keliru" in wrong.text
    values = {"login": "ayu", "password": PASSWORD, "tujuan": "/meja?flag=emergency"}
    right = here.post("/masuk", data=values, follow_redirects=False)

    assert right.headers["location"] == "/meja?flag=emergency"


def test_a_form_of_another_site_does_not_log_anybody_in(here: TestClient) -> None:
    set_up(here)
    values = {"login": "ayu", "password": PASSWORD}

    answer = here.post("/masuk", data=values, headers={"origin": "https://lain.example"})

    assert answer.status_code == 403


def test_logging_out_needs_the_token_of_the_form(here: TestClient) -> None:
    set_up(here)

    assert here.post("/keluar").status_code == 403
    assert here.get("/", follow_redirects=False).status_code in {200, 303}


def test_too_many_wrong_passwords_are_told_to_wait(here: TestClient) -> None:
    set_up(here)
    for _ in range(5):
        here.post("/masuk", data={"login": "ayu", "password": "salah-salah-saja"})

    answer = here.post("/masuk", data={"login": "ayu", "password": PASSWORD})

    assert answer.status_code == 429
    assert "15 menit" in answer.text


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil", "/a\nb", ""]
)
def test_login_leads_to_no_other_site(target: str) -> None:
    assert own_path(target) == "/"


def test_a_browser_logs_in_and_out(server: Any, browser: Any) -> None:
    server.add_person("ayu", "admin_nasional")

    browser.go("/masuk")
    browser.show("masuk")
    browser.log_in("ayu")
    browser.page.click("text=Keluar")

    browser.page.wait_for_url("**/masuk")
