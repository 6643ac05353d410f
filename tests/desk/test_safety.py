"""Texts are shown as texts; protected ones need a reason; no page lets in what it may not."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from service.actors import SYSTEM
from service.desk.plain import visible

TRICKS = (
    "<script>window.kena = 1</script>",
    "<img src=x onerror='window.kena = 1'>",
    "<svg onload=window.kena=1><a xlink:href='javascript:window.kena=1'>klik</a></svg>",
    "{{ 7 * 7 }} {% for x in y %} ${7*7} <%= 7*7 %> #{7*7}",
    "\u202emoc.live//:sptth\u202c dan \u2066terbalik\u2069 nol\u200blebar",
    "\"><details open ontoggle=window.kena=1> <a hx-get='/keluar' hx-trigger=load>x</a>",
    "</textarea></title><style>*{display:none}</style><base href='https://jahat.example/'>",
)


@pytest.mark.parametrize("trick", TRICKS, ids=range(len(TRICKS)))
def test_a_text_of_tricks_is_shown_as_text_everywhere(
    trick: str, server: Any, browser: Any
) -> None:
    server.add_person("ayu", "admin_nasional")
    isi = f"Air keruh di Bandung {trick} sudah seminggu."
    stored = server.add_complaint(
        isi,
        judul=f"Judul {trick}",
        tracking_id=f"T-{trick}"[:150],
        source=f"s {trick}"[:150],
        channel=trick,
        requested_agency=trick,
        lapor_category=trick,
    )
    path = f"/aduan/{stored['id']}"

    browser.log_in("ayu", to="/meja")
    in_tray = browser.page.inner_text("main")
    browser.go(path)
    on_page = browser.page.text_content("main")
    browser.page.click("#catat summary")
    browser.page.fill("#catatan", f"Catatan {trick}")
    browser.page.click("#catat button")
    browser.page.wait_for_selector(".history q")
    with_note = browser.page.text_content(".history")

    shown = visible(trick)
    assert shown in on_page
    assert shown in with_note
    assert " ".join(shown.split())[:20] in " ".join(in_tray.split())
    assert browser.page.evaluate("window.kena === undefined")
    inside = "main :is(script, img, svg, style, base, iframe, [onerror], [onload], [ontoggle])"
    assert browser.page.locator(inside).count() == 0
    assert browser.page.evaluate("document.baseURI").startswith(server.url)


def test_a_protected_text_opens_with_a_reason_that_is_recorded(server: Any, browser: Any) -> None:
    server.add_person("tomi", "auditor")
    hidden = "Kepala desa kami memakai dana desa untuk rumahnya di Kabupaten Brebes."
    stored = server.add_complaint(hidden, secret=True)

    browser.log_in("tomi", to=f"/aduan/{stored['id']}")
    closed = browser.page.content()
    browser.show("terlindungi")
    browser.page.fill("#alasan", "Pemeriksaan berkala triwulan keempat")
    browser.page.click("text=Buka teks")
    browser.page.wait_for_selector(".letter")

    assert "rumahnya" not in closed
    assert "rumahnya" in browser.page.inner_text(".letter")
    with server.store.reading() as connection:
        rows = connection.exec_driver_sql("select reason, actor_role from opening").all()
    assert [tuple(row) for row in rows] == [("Pemeriksaan berkala triwulan keempat", "auditor")]


def test_an_auditor_looks_and_changes_nothing(server: Any, browser: Any) -> None:
    server.add_person("tomi", "auditor")
    stored = server.add_complaint("Air PDAM keruh di Bandung, sudah seminggu.")
    path = f"/aduan/{stored['id']}"

    browser.log_in("tomi", to=path)
    forms = browser.page.locator("main form[action*='/aduan/']").count()
    answer = browser.page.request.post(
        f"{server.url}{path}/kelengkapan", form={"version": "1", "csrf_token": "x"}
    )

    assert forms == 0
    assert answer.status == 403
    assert server.store.get(UUID(stored["id"]), viewer=SYSTEM)["version"] == 1


def test_a_form_without_its_token_does_nothing(server: Any, browser: Any) -> None:
    server.add_person("ayu", "admin_nasional")
    stored = server.add_complaint("Air PDAM keruh di Bandung, sudah seminggu.")

    browser.log_in("ayu")
    answer = browser.page.request.post(
        f"{server.url}/aduan/{stored['id']}/kelengkapan", form={"version": "1"}
    )

    assert answer.status == 403
    assert server.store.get(UUID(stored["id"]), viewer=SYSTEM)["version"] == 1


def test_pages_forbid_inline_scripts_and_styles(server: Any, browser: Any) -> None:
    server.add_person("ayu", "admin_nasional")
    server.add_complaint("Air PDAM keruh di Bandung, sudah seminggu.")

    browser.log_in("ayu")
    answer = browser.page.request.get(f"{server.url}/meja")

    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "script-src 'self'" in policy
    assert " style=" not in answer.text()
    assert "<script>" not in answer.text()
    assert answer.headers["cache-control"] == "no-store"
