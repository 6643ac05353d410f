"""Agencies at work: what is theirs and nothing else; and what comes in by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from service.actors import SYSTEM, Actor
from service.deps import JAKARTA
from service.life.step import Request

PHONE = {"width": 360, "height": 740}
ADMIN = Actor(kind="person", id="1", role="admin_nasional", scopes=frozenset({"act", "read"}))
RIVER = "Sungai tercemar limbah pabrik di Kabupaten Karawang, ikan mati dan airnya hitam."
OTHER = "Jalan kabupaten berlubang dalam di dekat pasar Soreang Kabupaten Bandung."


def state_of(server: Any, disposition_id: str) -> Any:
    return server.store.get(UUID(disposition_id), viewer=SYSTEM)


@pytest.fixture
def send(server: Any) -> Callable[..., str]:
    """A complaint that a national admin has sent to its body; returns its id."""

    def send_(isi: str, *, agency: str, **fields: Any) -> str:
        stored = server.add_complaint(isi, **fields)
        now = datetime.now(JAKARTA) - timedelta(minutes=1)
        changes = {"agency": agency, "topic": stored["topic"]}
        request = Request(action="change", version=1, reason="wrong_agency", changes=changes)
        law = server.scorer.law
        server.store.act(UUID(stored["id"]), request, actor=ADMIN, now=now, law=law)
        return str(stored["id"])

    return send_


def test_an_agency_sees_its_own_and_nothing_else(
    server: Any, browser: Any, send: Callable[..., str]
) -> None:
    server.add_person("rina", "admin_instansi", agency="PEMDA-32.15")
    late = send(RIVER, agency="PEMDA-32.15", days_ago=40, tracking_id="K-lama")
    send(RIVER + " Lagi.", agency="PEMDA-32.15", tracking_id="K-baru")
    foreign = send(OTHER, agency="PEMDA-32.04", tracking_id="B-asing")
    undecided = server.add_complaint("Air PDAM keruh di Bandung, sudah seminggu.")["id"]

    browser.enter("rina")
    browser.show("instansi")
    listed = browser.page.locator(".item").all_inner_texts()
    answers = {}
    for found in (late, foreign, undecided):
        answers[found] = browser.page.request.get(f"{server.url}/aduan/{found}").status
    tray = browser.page.request.get(f"{server.url}/meja").status

    assert browser.page.url.endswith("/instansi")
    assert len(listed) == 2
    assert "K-lama" in listed[0]
    assert "lewat" in listed[0]
    assert answers == {late: 200, foreign: 404, undecided: 404}
    assert tray == 404


def test_an_agency_answers_and_closes(server: Any, browser: Any, send: Callable[..., str]) -> None:
    server.add_person("rina", "admin_instansi", agency="PEMDA-32.15")
    disposition_id = send(RIVER, agency="PEMDA-32.15")

    browser.enter("rina", to=f"/aduan/{disposition_id}")
    browser.show("aduan-instansi")
    browser.page.keyboard.press("a")
    browser.page.wait_for_selector("text=Sedang diproses")
    browser.page.click("summary:has-text('Sudah dijawab')")
    browser.page.click("button:has-text('Catat sudah dijawab')")
    browser.page.wait_for_selector(".tag-status:has-text('Dijawab')")
    browser.page.click("summary:has-text('Tutup aduan')")
    browser.page.select_option("#alasan-tutup", "by_admin")
    browser.page.click("#tutup button")
    browser.page.wait_for_selector(".tag-status:has-text('Ditutup')")

    assert state_of(server, disposition_id)["status"] == "closed"


def test_what_is_not_its_own_is_returned_with_the_right_body_proposed(
    server: Any, browser: Any, send: Callable[..., str]
) -> None:
    server.add_person("rina", "admin_instansi", agency="PEMDA-32.15")
    disposition_id = send(RIVER, agency="PEMDA-32.15")
    proposed = state_of(server, disposition_id)["alternatives"][0]["code"]

    browser.enter("rina", to=f"/aduan/{disposition_id}")
    browser.page.keyboard.press("r")
    browser.page.keyboard.press("Tab")
    browser.page.click("#kembalikan button")
    browser.page.wait_for_url("**/instansi**")

    stored = state_of(server, disposition_id)
    assert stored["current"]["agency"] == proposed
    assert stored["history"][-1]["reason"] == "not_authority"
    assert "Tidak ada aduan" in browser.page.inner_text("main")


def test_what_nobody_knows_comes_back_to_the_tray(
    server: Any, open_browser: Callable[..., Any], send: Callable[..., str]
) -> None:
    server.add_person("ayu", "admin_nasional")
    server.add_person("rina", "admin_instansi", agency="PEMDA-32.15")
    disposition_id = send(RIVER, agency="PEMDA-32.15", tracking_id="K-1")

    rina, ayu = open_browser(), open_browser()
    rina.enter("rina", to=f"/aduan/{disposition_id}")
    rina.page.keyboard.press("r")
    rina.page.check("#kembalikan input[name=agency][value='']")
    rina.page.click("#kembalikan button")
    rina.page.wait_for_url("**/instansi**")
    ayu.enter("ayu")

    assert state_of(server, disposition_id)["status"] == "returned"
    assert "dikembalikan" in ayu.page.inner_text(".item")


def test_a_unit_sees_its_own_and_gives_back_to_its_admin(
    server: Any, browser: Any, send: Callable[..., str]
) -> None:
    unit = {"agency": "PEMDA-32.15", "unit": "Dinas Lingkungan Hidup"}
    server.add_person("joko", "pejabat_penghubung", **unit)
    mine = send(RIVER, agency="PEMDA-32.15", tracking_id="K-1")
    send(OTHER, agency="PEMDA-32.15", tracking_id="K-2")  # another unit's, or none's yet
    assert state_of(server, mine)["current"]["unit"] == unit["unit"]

    browser.enter("joko")
    listed = browser.page.locator(".item").all_inner_texts()
    with browser.page.expect_navigation():
        browser.page.click(".item-link")
    browser.page.keyboard.press("r")
    browser.page.click("#kembalikan button")
    browser.page.wait_for_url("**/instansi**")

    assert len(listed) == 1
    assert "K-1" in listed[0]
    now = state_of(server, mine)["current"]
    assert (now["agency"], now["unit"]) == ("PEMDA-32.15", None)


def test_a_letter_is_entered_and_scored_while_it_is_typed(server: Any, browser: Any) -> None:
    server.add_person("ayu", "admin_nasional")
    yesterday = (datetime.now(JAKARTA) - timedelta(days=1)).date().isoformat()

    browser.enter("ayu", to="/entri")
    browser.page.select_option("#saluran", "Surat")
    browser.page.fill("#diterima", yesterday)
    browser.page.type("#isi", RIVER)
    browser.page.wait_for_selector("#usulan >> text=Karawang")
    browser.show("entri")
    with browser.page.expect_navigation():
        browser.page.click("text=Simpan aduan")

    stored = state_of(server, browser.page.url.rsplit("/", 1)[1])
    assert (stored["source"], stored["sla"]["starts_on"]) == ("meja", yesterday)
    assert "surat" in browser.page.inner_text(".facts")


def test_a_form_that_is_sent_twice_makes_one_complaint(server: Any, browser: Any) -> None:
    server.add_person("ayu", "admin_nasional")

    browser.enter("ayu", to="/entri")
    form = {
        name: browser.page.input_value(f"main [name={name}]")
        for name in ("csrf_token", "kunci", "diterima", "saluran")
    }
    sent = [
        browser.page.request.post(f"{server.url}/entri", form={**form, "isi": RIVER}).url
        for _ in range(2)
    ]
    other = browser.page.request.post(f"{server.url}/entri", form={**form, "isi": OTHER})

    assert "/aduan/" in sent[0]
    assert sent[0] == sent[1]
    assert other.status == 409


def test_the_desk_can_be_used_on_a_phone(
    server: Any, open_browser: Callable[..., Any], send: Callable[..., str]
) -> None:
    server.add_person("ayu", "admin_nasional")
    server.add_complaint("Air PDAM keruh di Bandung, sudah seminggu.", tracking_id="P-1")
    send(RIVER, agency="PEMDA-32.15")

    phone = open_browser(viewport=PHONE)
    phone.enter("ayu", to="/meja")
    phone.show("telepon-meja")
    phone.page.click(".item-link")
    phone.show("telepon-aduan")
    phone.go("/instansi")
    phone.show("telepon-instansi")
    phone.go("/entri")
    phone.show("telepon-entri")


def test_everything_can_be_read_without_javascript(
    server: Any, open_browser: Callable[..., Any], send: Callable[..., str]
) -> None:
    server.add_person("ayu", "admin_nasional")
    waiting = server.add_complaint("Air PDAM keruh di Bandung, sudah seminggu.")["id"]

    plain = open_browser(javascript=False)
    plain.enter("ayu", to="/meja")
    assert "Air PDAM keruh" in plain.page.inner_text(".item")
    plain.page.click(".item-link")
    assert "Baris aturan yang berlaku" in plain.page.inner_text("main")
    plain.page.click("#kelengkapan summary")
    plain.page.fill("#catatan-lengkap", "Mohon nama kecamatan.")
    plain.page.click("#kelengkapan button")

    assert state_of(server, waiting)["status"] == "waiting_for_completion"
