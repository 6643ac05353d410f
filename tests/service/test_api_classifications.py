from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

PATH = "/v1/classifications"


def test_one_complaint_gives_one_disposition(client: TestClient) -> None:
    response = client.post(PATH, json={"isi": "Lampu jalan padam", "tracking_id": "77"})

    assert response.status_code == 200
    disposition = response.json()
    assert disposition["tracking_id"] == "77"
    assert disposition["category"] == "non_supervisory"
    assert disposition.keys() >= {"agency", "sla", "explanation", "versions", "decision"}
    assert "id" not in disposition


def test_without_a_moment_of_receipt_the_clock_counts_and_says_so(client: TestClient) -> None:
    assumed = client.post(PATH, json={"isi": "Lampu padam"}).json()["sla"]
    given = client.post(
        PATH, json={"isi": "Lampu padam", "received_at": "2026-11-02T08:00:00+09:00"}
    ).json()["sla"]

    assert (assumed["starts_on"], assumed["assumed_start"]) == ("2026-11-24", True)
    assert (given["starts_on"], given["assumed_start"]) == ("2026-11-02", False)


@pytest.mark.parametrize(
    "complaint",
    [
        pytest.param({"isi": "a"}, id="one-character"),
        pytest.param({"isi": "a" * 20_000}, id="longest"),
        pytest.param({"isi": "  " + "a" * 20_000 + "\n"}, id="longest-after-trimming"),
        pytest.param({"isi": "x", "judul": "j" * 500}, id="longest-title"),
        pytest.param({"isi": "x", "judul": ""}, id="empty-title"),
        pytest.param({"isi": "x", "judul": None, "region": None}, id="nulls"),
        pytest.param({"isi": "baris satu\r\nbaris dua\tkolom"}, id="white-space"),
        pytest.param({"isi": "Tolong 🙏 ਲਾਈਟ"}, id="beyond-latin"),
        pytest.param({"isi": "x", "received_at": "2026-11-24T02:30:00Z"}, id="zulu"),
        pytest.param({"isi": "x", "region": "32"}, id="province"),
        pytest.param({"isi": "x", "tracking_id": "9" * 200}, id="longest-id"),
    ],
)
def test_what_the_design_allows_is_accepted(complaint: dict[str, Any], client: TestClient) -> None:
    response = client.post(PATH, json=complaint)

    assert response.status_code == 200, response.text


def test_a_batch_keeps_its_order_with_errors_in_place(client: TestClient) -> None:
    complaints: list[Any] = [
        {"isi": "Lampu padam", "tracking_id": "1"},
        {"isi": "   "},
        {"isi": "Jalan rusak", "tracking_id": "3"},
        "bukan objek",
        {"isi": "Got mampet", "region": "99.99"},
        {"isi": "Sampah menumpuk", "tracking_id": "6", "nik": "rahasia"},
        {"isi": "Air mati", "tracking_id": "7"},
    ]

    response = client.post(PATH, json={"complaints": complaints})

    assert response.status_code == 200
    results = response.json()["results"]
    shown = [
        r["error"]["errors"][0]["field"] if "error" in r else r["tracking_id"] for r in results
    ]
    assert shown == ["1", "isi", "3", "body", "region", "nik", "7"]
    assert {r["error"]["status"] for r in results if "error" in r} == {422}
    assert "rahasia" not in response.text
    assert "bukan objek" not in response.text


@pytest.mark.parametrize(
    ("size", "status"),
    [
        pytest.param(0, 422, id="none"),
        pytest.param(1, 200, id="one"),
        pytest.param(1000, 200, id="most"),
        pytest.param(1001, 422, id="one-too-many"),
    ],
)
def test_a_batch_holds_one_to_a_thousand(size: int, status: int, client: TestClient) -> None:
    response = client.post(PATH, json={"complaints": [{"isi": "Lampu padam"}] * size})

    assert response.status_code == status
    if status == 200:
        assert len(response.json()["results"]) == size
    else:
        assert response.json()["errors"][0]["field"] == "complaints"


def test_a_batch_takes_no_other_field(client: TestClient) -> None:
    response = client.post(PATH, json={"complaints": [{"isi": "x"}], "isi": "x"})

    assert response.status_code == 422
    assert response.json()["errors"][0]["field"] == "isi"


def test_a_batch_in_which_all_is_bad_is_still_answered(client: TestClient) -> None:
    results = client.post(PATH, json={"complaints": [None, 5]}).json()["results"]

    assert [result["error"]["status"] for result in results] == [422, 422]


def test_text_beyond_ascii_travels_as_utf_8(client: TestClient) -> None:
    response = client.post(PATH, json={"isi": "Jembatan é"})

    assert "é" in response.content.decode("utf-8")
