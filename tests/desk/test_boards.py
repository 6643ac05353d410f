"""Dashboard, rules, model: each role sees its figures, and the stop button stops."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import func, select

from service.actors import Actor
from service.demo.filling import fill
from service.deps import JAKARTA
from service.scoring import Scorer
from service.store.accounts import AccountStore
from service.store.repository import Store, open_store
from service.store.schema import complaint, standing
from service.store.visibility import visible_to

PHONE = {"width": 360, "height": 740}
ALICE = "<img src=x onerror='window.kena = 1'>"


@pytest.fixture(scope="module")
def filled(
    scorer: Scorer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Store, dict[str, str]]]:
    file = tmp_path_factory.mktemp("demo") / "demo.sqlite3"
    with open_store(f"sqlite:///{file}") as store:
        logins = fill(store, scorer, now=datetime.now(JAKARTA), size=90)
        yield store, {one.login: one.password for one in logins}


@pytest.fixture
def enter(
    filled: tuple[Store, dict[str, str]],
    server: Any,
    running: tuple[FastAPI, str],
    open_browser: Callable[..., Any],
) -> Callable[..., Any]:
    """Open a browser over the demo and log somebody in."""
    store, passwords = filled
    app, _ = running
    app.state.store, app.state.accounts = store, AccountStore(store)  # `server` puts them back

    def enter_(login: str, path: str, **options: Any) -> Any:
        browser = open_browser(**options)
        browser.go("/masuk")
        browser.page.fill("#login", login)
        browser.page.fill("#password", passwords[login])
        browser.page.press("#password", "Enter")
        browser.page.wait_for_url(lambda url: "/masuk" not in url)
        browser.go(path)
        return browser

    return enter_


def seen_by(store: Store, **fields: Any) -> int:
    """Count what somebody may see, by the row filters alone."""
    actor = Actor(kind="person", id="1", **fields)
    with store.reading() as connection:
        query = select(func.count()).select_from(standing).where(visible_to(actor))
        return int(connection.execute(query).scalar_one())


def number(browser: Any) -> int:
    return int(browser.page.inner_text(".figure .big >> nth=0").replace(".", ""))


def test_each_tier_sees_the_figures_of_its_own(
    enter: Callable[..., Any], filled: tuple[Store, dict[str, str]]
) -> None:
    store, _ = filled
    bandung = "PEMDA-32.04"
    expected = {
        "nasional": seen_by(store, role="admin_nasional"),
        "pembina-koordinasi": seen_by(store, role="pembina", agency="KEMENKO_PMK"),
        "pembina-provinsi": seen_by(store, role="pembina", agency="PEMDA-32"),
        "instansi": seen_by(store, role="admin_instansi", agency=bandung),
    }

    found, names = {}, {}
    for login in expected:
        browser = enter(login, "/dasbor?periode=365")
        found[login] = number(browser)
        names[login] = browser.page.inner_text(".page-head .tally b")
        if login == "nasional":
            browser.show("dasbor")
        if login == "instansi":
            browser.show("dasbor-instansi")

    assert found == expected
    assert found["nasional"] == 90
    assert 0 < found["instansi"] <= found["pembina-provinsi"] < found["nasional"]
    assert names["nasional"] == "Nasional"
    assert "dikoordinasikan" in names["pembina-koordinasi"]
    assert names["pembina-provinsi"].startswith("Pemerintah Provinsi Jawa Barat beserta")
    assert names["instansi"] == "Pemerintah Kabupaten Bandung"


def test_the_filters_of_the_dashboard_live_in_the_address(enter: Callable[..., Any]) -> None:
    browser = enter("nasional", "/dasbor", viewport=PHONE)
    browser.show("dasbor-telepon")
    browser.page.select_option("#periode", "365")
    browser.page.click("text=Tampilkan")
    browser.page.wait_for_url("**periode=365*")
    whole = number(browser)
    browser.page.click("#h-badan ~ .table-wrap a >> nth=0")
    browser.page.wait_for_url("**instansi=*")
    part = number(browser)
    browser.page.reload()
    again = number(browser)
    broken = browser.page.request.get(f"{browser.server.url}/dasbor?periode=kapan")
    halves = browser.page.request.get(f"{browser.server.url}/dasbor?dari=2026-01-01")

    assert 0 < part < whole
    assert again == part
    assert broken.status == halves.status == 422
    assert "90 hari terakhir" in broken.text()


def test_the_unit_and_the_engineer_find_their_pages(enter: Callable[..., Any]) -> None:
    unit = enter("unit", "/dasbor")
    in_unit = unit.page.inner_text(".page-head .tally b")
    of_unit = unit.page.locator(".main-nav a").all_inner_texts()
    engineer = enter("insinyur", "/model")
    of_engineer = engineer.page.locator(".main-nav a").all_inner_texts()
    refused = engineer.page.request.get(f"{engineer.server.url}/dasbor").status

    assert in_unit.endswith("Pemerintah Kabupaten Bandung")
    assert of_unit == ["Aduan Instansi", "Peringatan", "Dasbor", "Aturan"]
    assert of_engineer == ["Aturan", "Model"]
    assert engineer.page.locator(".switch form").count() == 0
    assert refused == 403


def test_notices_are_seen_by_whoever_sees_the_complaint(enter: Callable[..., Any]) -> None:
    nation = enter("nasional", "/peringatan")
    nation.check_access()
    nation.show("peringatan")
    nation.go("/peringatan?jenis=overdue")
    kinds = set(nation.page.locator(".item-due .tag").all_inner_texts())
    agency = enter("instansi", "/peringatan")
    bodies = set(agency.page.locator(".item-to p").all_inner_texts())
    overseer = enter("pembina", "/peringatan")

    assert kinds == {"Lewat batas"}
    assert all(body.startswith("Pemerintah Kabupaten Bandung") for body in bodies), bodies
    assert bodies
    assert overseer.page.locator(".item").count() > 0
    assert overseer.page.locator(".item a[href^='/aduan/']").count() == 0


def test_rules_are_found_by_agency_and_by_topic(enter: Callable[..., Any]) -> None:
    browser = enter("auditor", "/aturan")
    browser.show("aturan")
    notice = browser.page.inner_text(".awaited")
    browser.page.fill("#cari", "bpjs kesehatan")
    browser.page.press("#cari", "Enter")
    browser.page.wait_for_url("**cari=bpjs*")
    rows = browser.page.locator("li.rule").all_inner_texts()
    browser.page.fill("#cari", "")
    browser.page.select_option("#topik", "listrik")
    browser.page.click("text=Cari >> nth=-1")
    browser.page.wait_for_url("**topik=listrik*")
    of_topic = browser.page.locator("li.rule").all_inner_texts()
    nothing = browser.page.request.get(f"{browser.server.url}/aturan?cari={ALICE}").text()
    tried = browser.page.request.get(f"{browser.server.url}/aturan/coba").status

    assert "Permen PANRB 5/2025" in notice
    assert rows
    assert all("bpjs kesehatan" in row.casefold() for row in rows)
    assert any("PLN" in row for row in of_topic)
    assert ALICE not in nothing
    assert tried == 403  # an auditor reads and does not score


def test_a_text_shows_its_whole_way_and_leaves_nothing_behind(
    enter: Callable[..., Any], filled: tuple[Store, dict[str, str]]
) -> None:
    store, _ = filled

    def count() -> int:
        with store.reading() as connection:
            query = select(func.count()).select_from(complaint)
            return int(connection.execute(query).scalar_one())

    before = count()
    browser = enter("nasional", "/aturan/coba", viewport=PHONE)
    browser.page.fill(
        "#isi",
        "Petugas kelurahan minta uang 500 ribu untuk urus KTP di Kabupaten Bandung, "
        f"hubungi 0812-3456-7890. {ALICE}",
    )
    browser.page.click("text=Lihat jalannya")
    browser.page.wait_for_selector(".steps")
    browser.show("coba-teks")
    steps = browser.page.inner_text(".steps")

    for said in ("[TELEPON]", "Kabupaten Bandung", "oknum lurah", "Administrasi kependudukan",
                 "Inspektorat Daerah", "TERLAPOR-110", "60 hari kerja", "ambang"):  # fmt: skip
        assert said in steps
    assert "0812" not in steps
    assert ALICE in steps
    assert browser.page.evaluate("window.kena === undefined")
    assert count() == before


def test_the_stop_button_stops_at_once_and_says_who_did_it(
    enter: Callable[..., Any], running: tuple[FastAPI, str]
) -> None:
    browser = enter("nasional", "/model")
    browser.show("model")
    url, text = browser.server.url, {"isi": "Lampu jalan mati di Kota Kediri sejak Senin."}

    def ask() -> Any:
        csrf = browser.page.get_attribute("[name=csrf_token] >> nth=0", "value")
        headers = {"x-csrf-token": csrf}
        answer = browser.page.request.post(f"{url}/v1/classifications", data=text, headers=headers)
        return [reason["code"] for reason in answer.json()["review_reasons"]]

    def turn(reason: str) -> None:
        browser.page.fill("#alasan", reason)
        browser.page.click(".switch button")
        browser.page.wait_for_url("**kabar=*")

    before = ask()
    turn(f"Model keliru sejak pagi {ALICE}")
    browser.show("model-mati")
    stopped = ask()
    browser.go("/meja")
    told = browser.page.inner_text(".strip")
    browser.go("/model")
    turn("Sudah diperiksa")
    after = ask()
    turns = browser.page.locator(".history li").all_inner_texts()
    refused = enter("instansi", "/instansi")
    csrf = refused.page.get_attribute("[name=csrf_token] >> nth=0", "value")
    form = {"csrf_token": csrf, "ke": "mati", "alasan": "Coba"}
    others = refused.page.request.post(f"{url}/model/otomatis", form=form).status

    assert "auto_off" in stopped
    assert "Otomatis mati" in told
    assert browser.page.locator(".strip").count() == 0
    assert "auto_off" not in before + after
    assert ["Dihidupkan oleh nasional" in turns[0], "Dimatikan oleh nasional" in turns[1]] == [
        True,
        True,
    ]
    assert ALICE in turns[1]
    assert others == 403
    assert running[0].state.store.switch.is_on()


def test_a_turn_without_a_reason_or_twice_is_refused(server: Any, browser: Any) -> None:
    server.add_person("ayu", "admin_nasional")
    browser.log_in("ayu", to="/model")
    csrf = browser.page.get_attribute("[name=csrf_token] >> nth=0", "value")

    def post(**form: str) -> tuple[int, str]:
        answer = browser.page.request.post(
            f"{server.url}/model/otomatis", form={"csrf_token": csrf, **form}
        )
        return answer.status, answer.text()

    without, nowhere = post(ke="mati", alasan=" "), post(ke="entah", alasan="Coba")
    twice = post(ke="hidup", alasan="Coba")

    assert (without[0], nowhere[0], twice[0]) == (422, 422, 409)
    assert "Tulis alasannya" in without[1]
    assert server.store.switch.is_on()
    with server.store.reading() as connection:
        assert connection.exec_driver_sql("select count(*) from auto_switch").scalar_one() == 0
