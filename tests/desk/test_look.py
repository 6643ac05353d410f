from __future__ import annotations

from typing import Any


def test_the_tray_and_a_complaint_can_be_used_by_everybody(
    server: Any, browser: Any, doubtful: tuple[str, ...]
) -> None:
    server.add_person("ayu", "admin_nasional")
    for i, isi in enumerate(doubtful):
        server.add_complaint(
            isi,
            days_ago=i * 4,
            tracking_id=f"90010{i:02}",
            judul="Aduan warga" if i % 3 == 0 else "",
        )
    for i in range(4):
        server.add_complaint(doubtful[0], tracking_id=f"90020{i:02}")

    browser.enter("ayu", to="/meja")
    browser.show("meja")
    browser.page.click(".item-link >> nth=1")
    browser.show("aduan")
    browser.page.keyboard.press("i")
    browser.page.keyboard.type("bandung")
    browser.page.wait_for_selector(".found input")
    browser.show("aduan-ubah")
    browser.go("/meja")
    browser.page.click("a.tag-link >> nth=0")
    browser.show("meja-serupa")
