from __future__ import annotations

import logging
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from service.guards import MAX_BATCH_BYTES, MAX_BODY_BYTES, trace_without_text
from service.problems import PROBLEM_JSON, describe

MARKER = "KATASANDIWARGA"
JSON = {"content-type": "application/json"}


def assert_problem(response: Any, status: int) -> dict[str, Any]:
    """Check the one shape that every error has, and that it repeats nothing."""
    assert response.status_code == status
    assert response.headers["content-type"] == PROBLEM_JSON
    body: dict[str, Any] = response.json()
    assert body.keys() - {"errors"} == {"type", "title", "status", "detail"}
    assert body["status"] == status
    assert MARKER not in response.text
    return body


@pytest.mark.parametrize("path", ["/v1/classifications", "/v1/dispositions"])
@pytest.mark.parametrize(
    ("body", "field"),
    [
        pytest.param({}, "isi", id="nothing"),
        pytest.param({"isi": ""}, "isi", id="empty"),
        pytest.param({"isi": " \n\t "}, "isi", id="blank"),
        pytest.param({"isi": None}, "isi", id="null"),
        pytest.param({"isi": 7}, "isi", id="number"),
        pytest.param({"isi": [MARKER]}, "isi", id="list"),
        pytest.param({"isi": MARKER + "a" * 20_000}, "isi", id="too-long"),
        pytest.param({"isi": f"{MARKER}\x00"}, "isi", id="control-character"),
        pytest.param({"isi": "x", "judul": MARKER + "a" * 500}, "judul", id="long-title"),
        pytest.param({"isi": "x", "nik": MARKER}, "nik", id="identity-number"),
        pytest.param({"isi": "x", "nama": MARKER}, "nama", id="name"),
        pytest.param({"isi": "x", "telepon": MARKER}, "telepon", id="phone"),
        pytest.param({"isi": "x", "email": MARKER}, "email", id="mail"),
        pytest.param({"isi": "x", f"{MARKER} kata": 1}, "(field)", id="text-as-field-name"),
        pytest.param({"isi": "x", "081234567890": 1}, "(field)", id="number-as-field-name"),
        pytest.param({"isi": "x", "O81234567890": 1}, "(field)", id="written-number-as-field-name"),
        pytest.param({"isi": "x", "Siti": 1}, "(field)", id="name-as-field-name"),
        pytest.param({"isi": "x", "received_at": MARKER}, "received_at", id="no-date"),
        pytest.param({"isi": "x", "received_at": "2026-11-24"}, "received_at", id="day-only"),
        pytest.param(
            {"isi": "x", "received_at": "2026-11-24T09:30:00"}, "received_at", id="no-offset"
        ),
        pytest.param({"isi": "x", "received_at": 1764000000}, "received_at", id="number-as-time"),
        pytest.param(
            {"isi": "x", "received_at": "0001-01-01T00:00:00+07:00"}, "received_at", id="year-1"
        ),
        pytest.param({"isi": "x", "region": "99.99"}, "region", id="unknown-region"),
        pytest.param({"isi": "x", "region": 32.1}, "region", id="region-as-number"),
        pytest.param({"isi": "x", "tracking_id": 9190001}, "tracking_id", id="number-as-id"),
        pytest.param({"isi": "x", "tracking_id": "9" * 201}, "tracking_id", id="long-id"),
        pytest.param({"isi": "x", "channel": {"a": MARKER}}, "channel", id="object-as-text"),
        pytest.param({"isi": "x", "anonymous": MARKER}, "anonymous", id="text-as-switch"),
        pytest.param({"isi": "x", "secret": 1}, "secret", id="number-as-switch"),
    ],
)
def test_a_field_that_cannot_be_used_is_named_and_never_repeated(
    path: str, body: dict[str, Any], field: str, client: TestClient
) -> None:
    response = client.post(path, json=body)

    problem = assert_problem(response, 422)
    assert problem["type"] == "urn:disposisi:problem:invalid-request"
    assert [e["field"] for e in problem["errors"]] == [field]
    assert problem["detail"].startswith(f"{field}: ")


@pytest.mark.parametrize(
    ("content", "status"),
    [
        pytest.param(b"", 422, id="empty"),
        pytest.param(b'{"isi": "' + MARKER.encode(), 422, id="cut-off"),
        pytest.param(MARKER.encode(), 422, id="no-json"),
        pytest.param(f'"{MARKER}"'.encode(), 422, id="text"),
        pytest.param(b"[]", 422, id="list"),
        pytest.param(b"null", 422, id="null"),
        pytest.param(b'{"isi": "\xff\xfe"}', 400, id="invalid-utf-8"),
        pytest.param(b'{"isi": "\\ud800"}', 422, id="lone-surrogate"),
        pytest.param(b'{"isi": "x", "\\ud800": 1}', 422, id="lone-surrogate-in-a-name"),
        pytest.param(b"[" * 100_000, 400, id="deep-nesting"),
        pytest.param(b"1" * 5_000, 400, id="huge-number"),
    ],
)
def test_a_body_that_cannot_be_read_is_a_problem(
    content: bytes, status: int, client: TestClient
) -> None:
    response = client.post("/v1/classifications", content=content, headers=JSON)

    assert_problem(response, status)


def test_a_body_of_another_media_type_is_refused(client: TestClient) -> None:
    response = client.post("/v1/classifications", data={"isi": MARKER})

    assert_problem(response, 415)


def test_an_unknown_path_is_a_problem_that_does_not_repeat_it(client: TestClient) -> None:
    assert_problem(client.get(f"/{MARKER}?q={MARKER}"), 404)


def test_a_wrong_method_is_a_problem_that_says_which_is_allowed(client: TestClient) -> None:
    response = client.get("/v1/classifications")

    assert_problem(response, 405)
    assert response.headers["allow"] == "POST"


def padded(body: bytes, size: int) -> bytes:
    return body[:-1] + b" " * (size - len(body)) + body[-1:]


@pytest.mark.parametrize("stated", [True, False], ids=["stated-size", "in-pieces"])
@pytest.mark.parametrize(
    ("path", "body", "limit"),
    [
        pytest.param("/v1/dispositions", b'{"isi": "x"}', MAX_BODY_BYTES, id="stored"),
        pytest.param("/v1/classifications", b'{"isi": "x"}', MAX_BODY_BYTES, id="one"),
        pytest.param(
            "/v1/classifications", b'{"complaints": [{"isi": "x"}]}', MAX_BATCH_BYTES, id="batch"
        ),
        pytest.param(
            "/v1/dispositions", b'{"complaints": [{"isi": "x"}]}', MAX_BODY_BYTES, id="no-batch"
        ),
    ],
)
def test_a_body_is_refused_above_its_limit_and_read_up_to_it(
    path: str, body: bytes, limit: int, stated: bool, client: TestClient
) -> None:
    def post(size: int) -> Any:
        content = padded(body, size)
        pieces = (content[i : i + 65_536] for i in range(0, size, 65_536))
        return client.post(path, content=content if stated else pieces, headers=JSON)

    too_large, just_right = post(limit + 1), post(limit)

    problem = assert_problem(too_large, 413)
    assert f"at most {limit // 1024 // 1024} MiB" in problem["detail"]
    assert just_right.status_code != 413


def test_an_unexpected_error_is_a_500_and_logged_without_its_message(
    app: FastAPI, caplog: pytest.LogCaptureFixture
) -> None:
    @app.get("/rusak")
    def broken() -> None:
        try:
            dict[str, str]()[MARKER]
        except KeyError as error:
            msg = f"cannot read {MARKER}"
            raise RuntimeError(msg) from error

    with TestClient(app) as client, caplog.at_level(logging.DEBUG):
        response = client.get("/rusak")

    assert_problem(response, 500)
    assert MARKER not in caplog.text
    assert "RuntimeError at " in caplog.text
    assert " from KeyError at " in caplog.text


def test_a_trace_without_text_names_type_and_line() -> None:
    try:
        int(MARKER)
    except ValueError as error:
        trace = trace_without_text(error)

    assert trace.startswith("ValueError at ")
    assert "test_problems.py:" in trace
    assert MARKER not in trace


def test_more_than_ten_wrong_fields_are_counted_not_listed(client: TestClient) -> None:
    body = {"isi": "x"} | {f"tambahan_{i}": MARKER for i in range(25)}

    problem = assert_problem(client.post("/v1/classifications", json=body), 422)

    assert len(problem["errors"]) == 10
    assert problem["detail"].endswith("; and 15 more")


def test_an_error_type_that_nobody_foresaw_is_named_without_its_message() -> None:
    errors = [{"type": "new_kind", "loc": ("query", "since"), "msg": MARKER, "input": MARKER}]

    assert describe(errors) == [{"field": "since", "problem": "not valid (new_kind)"}]


def test_no_log_line_repeats_a_complaint(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        client.post("/v1/classifications", json={"isi": f"Lampu {MARKER} padam"})
        client.post("/v1/classifications", json={"isi": f"Lampu {MARKER}\x01 padam"})
        client.post("/v1/dispositions", json={"isi": f"Lampu {MARKER} padam", "nik": MARKER})
        client.post("/v1/dispositions", json={"isi": f"Lampu {MARKER} padam"})

    assert MARKER not in caplog.text
