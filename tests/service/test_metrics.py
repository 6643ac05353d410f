"""Figures, ids of requests, log lines and limits: what an operator sees of a server."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from service.app import create_app
from service.auth.accounts import create_key
from service.events import queue
from service.events.sending import Outcome
from service.events.subscriptions import add_subscription
from service.events.targets import Limits
from service.events.types import TYPES
from service.figures import KEPT_S, Figures
from service.limits import RateLimits, TooManyRequestsError
from service.logs import JsonFormatter
from service.observed import read_id
from service.settings import Settings
from service.store.engine import begin_write
from service.store.errors import StoreUnavailableError

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=ZoneInfo("Asia/Jakarta"))
HERE = "http://127.0.0.1:8000"


@pytest.fixture
def here(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, base_url=HERE, client=("127.0.0.1", 50_000)) as client:
        app.state.figures = Figures(app.state.store, now=lambda: NOW + timedelta(minutes=1))
        yield client


def read(text: str) -> dict[tuple[str, ...], float]:
    return {
        (sample.name, *(f"{name}={value}" for name, value in sorted(sample.labels.items()))): (
            sample.value
        )
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def figures(client: TestClient) -> dict[tuple[str, ...], float]:
    answer = client.get("/metrics")
    assert answer.status_code == 200
    return read(answer.text)


def test_what_the_machine_answered_is_counted_by_codes(here: TestClient) -> None:
    here.post("/v1/classifications", json={"isi": "Rahasiaku padam"})
    here.post("/v1/classifications", json={"complaints": [{"isi": "a"}, {"isi": ""}]})
    body = {"isi": "Rahasiaku ragu", "tracking_id": "1"}
    assert [here.post("/v1/dispositions", json=body).status_code for _ in range(2)] == [201, 200]

    found = figures(here)

    common = ("category=non_supervisory", "decision=auto", "level=KABKOTA", "stored=no")
    assert found[("disposisi_dispositions_total", *common)] == 2
    kept = ("category=non_supervisory", "decision=review", "level=KABKOTA", "stored=yes")
    assert found[("disposisi_dispositions_total", *kept)] == 1
    assert found[("disposisi_confidence_count", "question=agency")] == 3
    assert found[("disposisi_unmatched_total",)] == 0
    assert found[("disposisi_open_complaints", "status=in_review")] == 1
    assert found[("disposisi_outbox_waiting",)] == 1
    assert found[("disposisi_outbox_lag_seconds",)] == 60
    info = ("calendar=c1", "model=m1", "program=0.1.0", "rules=r1")
    assert found[("disposisi_info", *info)] == 1
    assert found[("disposisi_reload_refused",)] == 0
    assert "Rahasiaku" not in here.get("/metrics").text


def test_the_share_of_changed_proposals_is_told(here: TestClient) -> None:
    for i, action in enumerate(("accept", "accept", "accept", "change")):
        stored = here.post("/v1/dispositions", json={"isi": f"Lampu {i} ragu"}).json()
        request: dict[str, Any] = {"action": action, "version": 1}
        if action == "change":
            request |= {"reason": "wrong_topic", "changes": {"topic": "drainase_banjir"}}
        path = f"/v1/dispositions/{stored['id']}/actions"
        assert here.post(path, json=request).status_code == 200

    found = figures(here)

    assert found[("disposisi_reviewed", "outcome=changed")] == 1
    assert found[("disposisi_override_ratio",)] == 0.25


def test_requests_are_measured_by_the_template_of_their_path(here: TestClient) -> None:
    here.get(f"/v1/dispositions/{UUID(int=1)}?isi=rahasiaku")
    here.get("/rahasiaku/081234567890")
    here.request("RAHASIAKU", "/livez")

    found = figures(here)

    name = "disposisi_http_request_seconds_count"
    route = "route=/v1/dispositions/{disposition_id}"
    assert found[(name, "method=GET", route, "status=404")] == 1
    assert found[(name, "method=GET", "route=other", "status=404")] == 1
    assert found[(name, "method=other", "route=/livez", "status=405")] == 1
    assert "rahasiaku" not in here.get("/metrics").text.lower()


def test_the_lag_counts_what_waits_for_a_target(here: TestClient, app: FastAPI) -> None:
    store = app.state.store
    with begin_write(store.engine) as connection:
        add_subscription(
            connection,
            name="lapor",
            url="http://127.0.0.1:9/",
            types=TYPES,
            source=None,
            limits=Limits(private=True, plain_http=True),
            now=NOW,
        )
    here.post("/v1/dispositions", json={"isi": "Lampu padam"})
    with begin_write(store.engine) as connection:
        queue.hand_out(connection, NOW)
        [who] = queue.active_subscriptions(connection)
        [row] = queue.due_deliveries(connection, who["id"], NOW, 9)
        queue.record(connection, row, Outcome(result="500"), now=NOW, draw=0.5)
    assert figures(here)[("disposisi_outbox_lag_seconds",)] == 60

    with begin_write(store.engine) as connection:
        queue.record(connection, row, Outcome(result="204", delivered=True), now=NOW, draw=0.5)
    app.state.figures = Figures(store, now=lambda: NOW)
    found = figures(here)

    assert found[("disposisi_outbox_lag_seconds",)] == 0
    assert found[("disposisi_deliveries", "state=delivered")] == 1


def test_without_the_database_the_figures_say_so_and_a_scrape_is_kept_for_a_while(
    here: TestClient, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = [0.0]
    app.state.figures = Figures(app.state.store, now=lambda: NOW, clock=lambda: seconds[0])
    assert figures(here)[("disposisi_database_up",)] == 1

    def gone() -> None:
        raise StoreUnavailableError

    monkeypatch.setattr(app.state.store, "reading", gone)
    assert figures(here)[("disposisi_database_up",)] == 1
    seconds[0] = KEPT_S
    found = figures(here)
    assert found[("disposisi_database_up",)] == 0
    assert ("disposisi_outbox_lag_seconds",) not in found


@pytest.mark.parametrize(
    ("host", "scopes", "status"),
    [
        pytest.param("127.0.0.1", (), 200, id="this-machine"),
        pytest.param("10.0.0.9", (), 401, id="a-stranger"),
        pytest.param("10.0.0.9", ("score",), 403, id="another-scope"),
        pytest.param("10.0.0.9", ("metrics",), 200, id="the-scope"),
    ],
)
def test_the_figures_are_for_this_machine_or_the_scope(
    host: str, scopes: tuple[str, ...], status: int, settings: Settings, scorer: Any
) -> None:
    app = create_app(settings.model_copy(update={"auth": "on"}), load=lambda _: scorer)

    with TestClient(app, base_url=HERE, client=(host, 50_000)) as client:
        headers = {}
        if scopes:
            accounts = app.state.accounts
            key = create_key(accounts, name="prom", scopes=scopes, region=None, now=NOW)
            headers["authorization"] = f"Bearer {key}"
        assert client.get("/metrics", headers=headers).status_code == status


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("7f9c24e8-3b1a-4c52-9d0e-1f2a3b4c5d6e", True),
        ("lapor_2026-000123", True),
        ("3204056789012345", False),
        ("081234567890", False),
        ("pendek", False),
        ("x" * 65, False),
        ("Budi Santoso Sekali", False),
        ("abcdefgh\t", False),
    ],
)
def test_an_id_of_a_request_is_kept_if_it_has_the_form_of_one(
    sent: str, kept: bool, client: TestClient
) -> None:
    given_back = client.get("/livez", headers={"x-request-id": sent}).headers["x-request-id"]

    assert (given_back == sent) == kept
    assert len(given_back) >= 8


@given(st.binary(max_size=80))
def test_no_bytes_of_another_form_become_an_id(value: bytes) -> None:
    found = read_id([(b"x-request-id", value)])

    assert found is None or (found.encode() == value and not found.isdecimal())


def test_a_request_is_one_line_of_json_without_what_was_sent(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "service"):
        client.get(
            "/v1/dispositions/rahasiaku?flag=rahasiaku", headers={"x-request-id": "lapor-0001"}
        )
        client.get("/livez")
    [record] = [r for r in caplog.records if r.name == "service.observed"]
    line = json.loads(JsonFormatter().format(record))

    assert line["route"] == "/v1/dispositions/{disposition_id}"
    assert (line["method"], line["status"], line["message"]) == ("GET", 404, "request")
    assert line["ms"] >= 0
    assert "rahasiaku" not in json.dumps(line)


def test_an_error_is_logged_with_its_place_the_id_and_without_its_words(
    app: FastAPI, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines: list[dict[str, Any]] = []

    class Lines(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(json.loads(JsonFormatter().format(record)))

    def fail(*arguments: object, **options: object) -> None:
        msg = "rahasiaku"
        raise RuntimeError(msg)

    monkeypatch.setattr(app.state.store, "page", fail)
    handler = Lines()
    logging.getLogger("service").addHandler(handler)
    try:
        answer = client.get("/v1/dispositions", headers={"x-request-id": "lapor-0002"})
    finally:
        logging.getLogger("service").removeHandler(handler)

    assert (answer.status_code, answer.headers["x-request-id"]) == (500, "lapor-0002")
    [line] = [line for line in lines if line["level"] == "error"]
    assert line["request_id"] == "lapor-0002"
    assert "RuntimeError at" in line["message"]
    assert "rahasiaku" not in json.dumps(lines)


def test_a_formatted_exception_has_no_words() -> None:
    error = ValueError("rahasiaku\nbaris")
    record = logging.LogRecord("x", 40, "", 1, "gagal", (), (ValueError, error, None))

    line = JsonFormatter().format(record)

    assert "ValueError at" in line
    assert "rahasiaku" not in line
    assert "\n" not in line


def test_a_key_that_asks_too_often_is_told_when_to_come_back(
    settings: Settings, scorer: Any
) -> None:
    limited = settings.model_copy(update={"auth": "on", "requests_per_minute": 2})
    app = create_app(limited, load=lambda _: scorer)

    with TestClient(app, base_url="https://lapor.test") as client:
        one, other = (
            create_key(app.state.accounts, name=name, scopes=["score"], region=None, now=NOW)
            for name in ("satu", "dua")
        )

        def ask(key: str) -> Any:
            headers = {"authorization": f"Bearer {key}"}
            return client.post("/v1/classifications", json={"isi": "Lampu"}, headers=headers)

        assert [ask(one).status_code for _ in range(3)] == [200, 200, 429]
        refused = ask(one)
        assert 1 <= int(refused.headers["retry-after"]) <= 30
        assert refused.json()["type"] == "urn:disposisi:problem:rate-limited"
        assert ask(other).status_code == 200


@given(st.integers(1, 500), st.lists(st.floats(0, 90), max_size=60))
def test_no_minute_holds_more_than_twice_the_limit_and_patience_helps(
    per_minute: int, pauses: list[float]
) -> None:
    seconds = [0.0]
    limits = RateLimits(per_minute, clock=lambda: seconds[0])
    taken: list[float] = []

    for pause in pauses:
        seconds[0] += pause
        try:
            limits.take("a")
            taken.append(seconds[0])
        except TooManyRequestsError as error:
            seconds[0] += error.retry_after_s
            limits.take("a")
            taken.append(seconds[0])

    for at in taken:
        assert sum(at <= other < at + 60 for other in taken) <= 2 * per_minute


def test_zero_is_no_limit() -> None:
    limits = RateLimits(0)

    for _ in range(10_000):
        limits.take("a")
