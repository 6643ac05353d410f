"""National admins at work, by keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from service.actors import SYSTEM

# Regional matters of a known place: each has a body, and the word "ragu" of none of them decides.
PLACED = (
    "Kenapa pupuk bersubsidi di Kabupaten Jember tidak pernah sampai ke petani kami?",
    "Petugas kelurahan minta uang 500 ribu untuk urus KTP di Kabupaten Bandung, tolong periksa.",
    "Guru di SD negeri Kabupaten Timor Tengah Selatan sering tidak masuk berhari-hari.",
    "Ada kebakaran besar di gudang kayu belakang pasar Kota Samarinda, kirim damkar sekarang!",
    "Kepala desa kami di Kabupaten Brebes membangun irigasi fiktif, inspektorat mohon turun.",
)


@pytest.fixture
def tray(server: Any) -> Callable[..., list[str]]:
    """Complaints that wait and have a proposed body; returns their ids."""

    def fill(count: int) -> list[str]:
        ids: list[str] = []
        for i in range(count):
            text = f"{PLACED[i % len(PLACED)]} Kejadian nomor {i} di lingkungan kami."
            stored = server.add_complaint(text, tracking_id=f"77{i:03}", days_ago=i % 7)
            if stored["status"] == "disposed":  # the shipped model was sure of it
                continue
            ids.append(stored["id"])
        return ids

    return fill


def state_of(server: Any, disposition_id: str) -> Any:
    from uuid import UUID

    return server.store.get(UUID(disposition_id), viewer=SYSTEM)


def current_id(browser: Any) -> str:
    found = re.search(r"/aduan/([0-9a-f-]{36})", browser.page.url)
    assert found, browser.page.url
    return found.group(1)


def press(browser: Any, key: str) -> None:
    """Press a key that leads to another page, and wait for it."""
    with browser.page.expect_navigation():
        browser.page.keyboard.press(key)


def open_first(browser: Any) -> None:
    browser.page.keyboard.press("j")
    press(browser, "Enter")


def test_ten_complaints_are_cleared_by_keyboard_alone(
    server: Any, browser: Any, tray: Callable[..., list[str]]
) -> None:
    server.add_person("ayu", "admin_nasional")
    ids = tray(14)
    assert len(ids) >= 10

    browser.go("/masuk")
    browser.page.keyboard.type("ayu")
    browser.page.keyboard.press("Tab")
    browser.page.keyboard.type("lima-bunga-di-taman-42")
    press(browser, "Enter")
    open_first(browser)
    cleared = []
    for _ in range(10):
        cleared.append(current_id(browser))
        press(browser, "a")

    assert len(set(cleared)) == 10
    for disposition_id in cleared:
        stored = state_of(server, disposition_id)
        assert (stored["status"], stored["history"][-1]["action"]) == ("disposed", "accept")


def test_a_body_is_changed_by_searching_for_it_and_the_proposal_stays_visible(
    server: Any, browser: Any, tray: Callable[..., list[str]]
) -> None:
    server.add_person("ayu", "admin_nasional")
    [disposition_id, *_] = tray(3)

    browser.enter("ayu", to=f"/aduan/{disposition_id}")
    proposed = state_of(server, disposition_id)["agency"]["name"]
    browser.page.keyboard.press("i")
    browser.page.keyboard.type("kota kediri")
    browser.page.wait_for_selector(".found input:checked")
    assert browser.page.input_value("#alasan-ubah") == "wrong_agency"
    browser.page.focus("#alasan-ubah")
    with browser.page.expect_navigation():
        browser.page.press("#alasan-ubah", "Tab")
        browser.page.keyboard.press("Tab")
        browser.page.keyboard.press("Enter")
    browser.go(f"/aduan/{disposition_id}")

    stored = state_of(server, disposition_id)
    assert stored["current"]["agency"] == "PEMDA-35.71"
    assert stored["history"][-1]["reason"] == "wrong_agency"
    browser.show("aduan-diubah")
    side = browser.page.inner_text(".proposal")
    assert "Usulan mesin:" in side
    assert proposed in side


def test_the_class_follows_from_what_is_ticked_before_it_is_saved(
    server: Any, browser: Any, tray: Callable[..., list[str]]
) -> None:
    server.add_person("ayu", "admin_nasional")
    [disposition_id, *_] = tray(3)

    browser.enter("ayu", to=f"/aduan/{disposition_id}")
    browser.page.keyboard.press("c")
    browser.page.select_option("#kind", "information")
    browser.page.wait_for_selector("#kelas-baru >> text=5 hari kerja")
    with browser.page.expect_navigation():
        browser.page.click("text=Ubah dan disposisikan")

    stored = state_of(server, disposition_id)
    assert stored["current"]["category"] == "information"
    assert stored["history"][-1]["reason"] == "wrong_kind"


def test_a_change_without_a_reason_is_not_taken(
    server: Any, browser: Any, tray: Callable[..., list[str]]
) -> None:
    server.add_person("ayu", "admin_nasional")
    [disposition_id, *_] = tray(3)

    browser.enter("ayu", to=f"/aduan/{disposition_id}")
    browser.page.evaluate("document.querySelector('#alasan-ubah').required = false")
    browser.page.keyboard.press("n")
    browser.page.evaluate("document.querySelector('#ubah form').requestSubmit()")
    browser.page.wait_for_selector("#galat")

    assert "Pilih alasan" in browser.page.inner_text("#galat")
    assert state_of(server, disposition_id)["version"] == 1


def test_an_alternative_is_chosen_with_one_key_and_settles_the_place(
    server: Any, browser: Any
) -> None:
    server.add_person("ayu", "admin_nasional")
    stored = server.add_complaint("Air PDAM keruh di Bandung, sudah seminggu.")
    assert stored["agency"]["code"] is None

    browser.enter("ayu", to=f"/aduan/{stored['id']}")
    press(browser, "1")

    changed = state_of(server, stored["id"])
    assert changed["current"]["agency"] == stored["alternatives"][0]["code"] == "PEMDA-32.04"
    assert changed["current"]["region"] == "32.04"
    assert changed["history"][-1]["reason"] == "wrong_place"


def test_a_decision_is_undone_within_ten_seconds(
    server: Any, browser: Any, tray: Callable[..., list[str]]
) -> None:
    server.add_person("ayu", "admin_nasional")
    [disposition_id, *_] = tray(3)

    browser.enter("ayu", to=f"/aduan/{disposition_id}")
    press(browser, "a")
    told = browser.page.inner_text("#urungkan")
    press(browser, "u")

    stored = state_of(server, disposition_id)
    assert "Aduan 77000: diterima" in told
    assert current_id(browser) == disposition_id
    assert (stored["status"], stored["history"][-1]["action"]) == ("in_review", "undo")


def test_look_alikes_are_accepted_together_and_taken_back_together(
    server: Any, browser: Any
) -> None:
    server.add_person("ayu", "admin_nasional")
    text = "Kenapa pupuk bersubsidi di Kabupaten Jember tidak pernah sampai ke petani kami?"
    ids = [server.add_complaint(text, tracking_id=f"88{i}")["id"] for i in range(5)]
    assert all(state_of(server, found)["status"] == "in_review" for found in ids)

    browser.enter("ayu", to="/meja")
    assert browser.page.locator(".item").count() == 1
    browser.page.click("a.tag-link:has-text('4 serupa')")
    browser.page.uncheck("input[name=pilih] >> nth=4")
    with browser.page.expect_navigation():  # keys are heard once the page has loaded
        browser.page.click("text=Terima yang dipilih")
    browser.page.wait_for_selector("text=4 aduan serupa diterima")
    statuses = [state_of(server, found)["status"] for found in ids]
    press(browser, "u")

    assert sorted(statuses) == ["disposed"] * 4 + ["in_review"]
    assert all(state_of(server, found)["status"] == "in_review" for found in ids)


def test_filters_stand_in_the_address_and_are_saved_per_person(
    server: Any, open_browser: Callable[..., Any], tray: Callable[..., list[str]]
) -> None:
    server.add_person("ayu", "admin_nasional")
    server.add_person("budi", "admin_nasional")
    tray(14)

    ayu, budi = open_browser(), open_browser()
    ayu.enter("ayu", to="/meja")
    before = ayu.page.locator(".item").count()
    ayu.page.select_option("#f-penanda", "emergency")
    ayu.page.click(".filter-form button")
    ayu.page.wait_for_url("**penanda=emergency**")
    ayu.page.fill("#nama", "Darurat saja")
    ayu.page.click("button:has-text('Simpan')")
    ayu.page.wait_for_selector(".views >> text=Darurat saja")
    after = ayu.page.locator(".item").count()
    budi.enter("budi", to="/meja")

    assert 0 < after < before
    assert "penanda=emergency" in ayu.page.url
    assert budi.page.locator(".views").count() == 0


def test_a_second_admin_is_told_and_overwrites_nothing(
    server: Any, open_browser: Callable[..., Any], tray: Callable[..., list[str]]
) -> None:
    server.add_person("ayu", "admin_nasional")
    server.add_person("budi", "admin_nasional")
    [disposition_id, *_] = tray(3)

    ayu, budi = open_browser(), open_browser()
    ayu.enter("ayu", to=f"/aduan/{disposition_id}")
    budi.enter("budi", to=f"/aduan/{disposition_id}")
    told = budi.page.inner_text("#siapa")
    press(ayu, "a")
    budi.page.evaluate("htmx.trigger(document.querySelector('#siapa'), 'tick')")
    budi.page.wait_for_selector("#siapa >> text=baru saja diubah")
    budi.page.keyboard.press("l")
    budi.page.keyboard.type("Mohon nama jalan.")
    budi.page.click("button:has-text('Minta kelengkapan')")
    budi.page.wait_for_selector("#galat")
    budi.show("bentrok")

    assert "ayu" in told
    assert "lebih dulu memutuskan" in budi.page.inner_text("#galat")
    stored = state_of(server, disposition_id)
    assert [done["action"] for done in stored["history"]] == ["accept"]


def test_new_complaints_are_announced_without_a_reload(
    server: Any, browser: Any, tray: Callable[..., list[str]]
) -> None:
    server.add_person("ayu", "admin_nasional")
    tray(3)

    browser.enter("ayu", to="/meja")
    tray(2)
    browser.page.evaluate("htmx.trigger(document.querySelector('[hx-get*=baru]'), 'tick')")

    browser.page.wait_for_selector("#kabar >> text=aduan baru masuk")


def test_keys_are_explained_and_can_be_turned_off(
    server: Any, browser: Any, tray: Callable[..., list[str]]
) -> None:
    server.add_person("ayu", "admin_nasional")
    [disposition_id, *_] = tray(3)

    browser.enter("ayu", to=f"/aduan/{disposition_id}")
    browser.page.keyboard.press("?")
    browser.page.wait_for_selector("dialog[open]")
    browser.show("pintasan")
    browser.page.check("[data-keys-off]")
    browser.page.keyboard.press("Escape")
    browser.page.keyboard.press("a")

    assert current_id(browser) == disposition_id
    assert state_of(server, disposition_id)["version"] == 1
