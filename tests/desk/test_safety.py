"""Texts are shown as texts; protected ones need a reason; no page lets in what it may not."""

from __future__ import annotations

from typing import Any
from uuid import UUID

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


def test_a_text_of_tricks_is_shown_as_text_everywhere(server: Any, browser: Any) -> None:
    server.add_person("ayu", "admin_nasional")
    tricks = " ".join(TRICKS)
    stored = server.add_complaint(
        f"Air keruh di Bandung {tricks} sudah seminggu.",
        judul=f"Judul {tricks}",
        tracking_id=f"T-{tricks}"[:190],
        source=f"s {tricks}"[:190],
        channel=tricks[:190],
        requested_agency=tricks[190:380],
        lapor_category=tricks[:190],
    )

    browser.enter("ayu", to="/meja")
    in_tray = browser.page.inner_text("main")
    browser.go(f"/aduan/{stored['id']}")
    browser.page.click("#catat summary")
    browser.page.fill("#catatan", f"Catatan {tricks}")
    browser.page.click("#catat button")
    browser.page.wait_for_selector(".history q")
    letter, history, side = (
        browser.page.text_content(part) for part in (".letter", ".history", ".case-side")
    )

    for trick in TRICKS:
        assert visible(trick) in letter
        assert visible(trick) in history
    assert visible(f"T-{tricks}"[:190]) in side  # among what is copied for the source system
    assert "<script>window.kena = 1</script>" in in_tray
    assert browser.page.evaluate("window.kena === undefined")
    inside = "main :is(script, img, svg, style, base, iframe, [onerror], [onload], [ontoggle])"
    assert browser.page.locator(inside).count() == 0
    assert browser.page.locator("main details[open]:not([id])").count() == 0
    assert browser.page.evaluate("document.baseURI").startswith(server.url)


def test_a_protected_text_opens_with_a_reason_that_is_recorded(server: Any, browser: Any) -> None:
    server.add_person("tomi", "auditor")
    hidden = "Kepala desa kami memakai dana desa untuk rumahnya di Kabupaten Brebes."
    stored = server.add_complaint(hidden, secret=True)

    browser.enter("tomi", to=f"/aduan/{stored['id']}")
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

    browser.enter("tomi", to=path)
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

    browser.enter("ayu")
    answer = browser.page.request.post(
        f"{server.url}/aduan/{stored['id']}/kelengkapan", form={"version": "1"}
    )

    assert answer.status == 403
    assert server.store.get(UUID(stored["id"]), viewer=SYSTEM)["version"] == 1


def test_pages_forbid_inline_scripts_and_styles(server: Any, browser: Any) -> None:
    server.add_person("ayu", "admin_nasional")
    server.add_complaint("Air PDAM keruh di Bandung, sudah seminggu.")

    browser.enter("ayu")
    answer = browser.page.request.get(f"{server.url}/meja")

    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "script-src 'self'" in policy
    assert " style=" not in answer.text()
    assert "<script>" not in answer.text()
    assert answer.headers["cache-control"] == "no-store"
