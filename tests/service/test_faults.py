"""Faults that the store survives: killed processes, a database that goes, a full disk."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from service.app import create_app
from service.auth.callers import LOCAL
from service.auth.web import get_caller
from service.settings import Settings
from service.store import schema
from service.store.repository import open_store
from service.store.verify import find_damage

WORKER = Path(__file__).with_name("worker.py")


@dataclass
class Worker:
    """One process of the real application with the fake scorer."""

    url: str
    options: tuple[str, ...] = ()
    port: int = field(default_factory=lambda: free_port())
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, WORKER, self.url, str(self.port), *self.options]
        self.process = subprocess.Popen(command, stderr=subprocess.DEVNULL)

    def wait_until_ready(self) -> None:
        for _ in range(600):
            try:
                with self.open("/readyz"):
                    return
            except OSError:
                time.sleep(0.05)
        pytest.fail("the worker did not become ready")

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        assert self.process is not None
        self.process.send_signal(how)
        self.process.wait(timeout=20)

    def open(self, path: str, body: Any = None, **headers: str) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(  # our own address
            f"http://127.0.0.1:{self.port}{path}",
            data,
            {"content-type": "application/json", **headers},
        )
        return urllib.request.urlopen(request, timeout=30)  # noqa: S310

    def post(self, body: Any, **headers: str) -> tuple[int, str]:
        with self.open("/v1/dispositions", body, **headers) as response:
            return response.status, json.load(response)["id"]


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def workers(url: str, count: int) -> Iterator[list[Worker]]:
    started = [Worker(url) for _ in range(count)]
    try:
        for worker in started:
            worker.start()
        for worker in started:
            worker.wait_until_ready()
        yield started
    finally:
        for worker in started:
            if worker.process is not None and worker.process.poll() is None:
                worker.stop()


def test_fifty_identical_posts_at_two_processes_make_one_record(database_url: str) -> None:
    body = {"isi": "Lampu jalan padam", "tracking_id": "50"}

    with workers(database_url, 2) as two, ThreadPoolExecutor(50) as pool:
        found = list(
            pool.map(lambda i: two[i % 2].post(body, **{"idempotency-key": "k"}), range(50))
        )

    assert sorted(status for status, _ in found) == [200] * 49 + [201]
    assert len({identity for _, identity in found}) == 1
    with open_store(database_url) as store, store.reading() as connection:
        for table, rows in ((schema.complaint, 1), (schema.proposal, 1), (schema.used_key, 2)):
            count = select(func.count()).select_from(table)
            assert connection.execute(count).scalar_one() == rows
        assert list(find_damage(connection)) == []


def test_two_processes_write_one_chain_and_neither_waits_long(database_url: str) -> None:
    def post(two: list[Worker], i: int) -> float:
        begin = time.monotonic()
        assert two[i % 2].post({"isi": f"Lampu {i} padam", "tracking_id": str(i)})[0] == 201
        return time.monotonic() - begin

    with workers(database_url, 2) as two, ThreadPoolExecutor(16) as pool:
        waits = list(pool.map(lambda i: post(two, i), range(200)))

    with open_store(database_url) as store, store.reading() as connection:
        assert list(find_damage(connection)) == []
    assert max(waits) < 5


def kill_rounds(url: str, rounds: int) -> None:
    """Kill two workers under load again and again; every answered post must be there, once."""
    answered: dict[str, str] = {}
    for number in range(rounds):
        with workers(url, 2) as two:
            stop = threading.Event()

            def load(
                lane: int,
                number: int = number,
                two: list[Worker] = two,
                stop: threading.Event = stop,
            ) -> None:
                for i in range(10_000):
                    if stop.is_set():
                        return
                    name = f"{number}-{lane}-{i}"
                    try:
                        _, found = two[lane % 2].post({"isi": f"Lampu {name}", "tracking_id": name})
                    except (OSError, HTTPException, ValueError):
                        return  # killed: this one was not acknowledged
                    answered[name] = found

            threads = [threading.Thread(target=load, args=(lane,)) for lane in range(8)]
            for thread in threads:
                thread.start()
            time.sleep(0.4)
            for worker in two:
                worker.stop(signal.SIGKILL)
            stop.set()
            for thread in threads:
                thread.join()
    with open_store(url) as store, store.reading() as connection:
        query = select(schema.complaint.c.tracking_id, schema.complaint.c.id)
        kept = [(row.tracking_id, str(row.id)) for row in connection.execute(query)]
        assert list(find_damage(connection)) == []
    assert len(dict(kept)) == len(kept)
    assert answered
    assert {name: dict(kept).get(name) for name in answered} == answered


def test_what_was_acknowledged_survives_a_kill_under_load(database_url: str) -> None:
    kill_rounds(database_url, 2)


@pytest.mark.slow
def test_what_was_acknowledged_survives_twenty_kills_under_load(tmp_path: Path) -> None:
    kill_rounds(f"sqlite:///{tmp_path / 'uji.sqlite3'}", 20)


def test_a_database_that_goes_and_comes_back(postgres: Any, scorer: Any) -> None:
    url = postgres.create_database()
    app = create_app(Settings(database_url=url), load=lambda _: scorer)
    app.dependency_overrides[get_caller] = lambda: LOCAL  # who may do what: test_access.py

    with TestClient(app) as client:
        assert client.post("/v1/dispositions", json={"isi": "Lampu"}).status_code == 201
        postgres.stop()
        try:
            for response in (
                client.post("/v1/dispositions", json={"isi": "Lampu MARKAH"}),
                client.post("/v1/dispositions", json={"isi": "Lampu MARKAH", "tracking_id": "1"}),
                client.get("/v1/dispositions"),
                client.get("/v1/exports/training?since=2026-11-24"),
                client.get("/readyz"),
            ):
                assert response.status_code == 503
                assert response.headers["retry-after"] == "5"
                assert "MARKAH" not in response.text
            assert client.get("/livez").status_code == 200
        finally:
            postgres.start()

        assert client.get("/readyz").status_code == 200
        assert client.post("/v1/dispositions", json={"isi": "Lampu"}).status_code == 201
        assert len(client.get("/v1/dispositions").json()["items"]) == 2


def test_a_file_that_may_not_grow_refuses_and_keeps_what_it_has(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'uji.sqlite3'}"
    with workers(url, 1) as [first]:
        first.post({"isi": "Lampu padam", "tracking_id": "1"})
    worker = Worker(url, options=("600000",))  # RLIMIT_FSIZE, in bytes
    worker.start()
    worker.wait_until_ready()
    statuses: list[int] = []
    retries: list[str] = []
    for i in range(30):
        try:
            statuses.append(worker.post({"isi": f"{i} lampu padam " * 1200})[0])
        except urllib.error.HTTPError as error:
            statuses.append(error.code)
            retries.append(error.headers["retry-after"])
    worker.stop()

    assert set(statuses) == {201, 503}
    assert set(retries) == {"5"}
    with open_store(url) as store, store.reading() as connection:
        count = connection.execute(select(func.count()).select_from(schema.complaint)).scalar_one()
        assert count == 1 + statuses.count(201)
        assert list(find_damage(connection)) == []


def test_a_full_disk_takes_no_other_job_with_it(tmp_path: Path, scorer: Any) -> None:
    url = f"sqlite:///{tmp_path / 'uji.sqlite3'}"
    # The courier would take the one connection that has the limit.
    app = create_app(Settings(database_url=url, events="off"), load=lambda _: scorer)
    app.dependency_overrides[get_caller] = lambda: LOCAL  # who may do what: test_access.py

    def post(i: int) -> int:
        isi = f"Lampu {i} padam " * (1200 if i % 5 == 0 else 1)
        return client.post("/v1/dispositions", json={"isi": isi}).status_code

    with TestClient(app) as client:
        store = app.state.store
        # One connection only, so that the limit holds for whoever writes.
        with store._engine.connect() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 8}")
        statuses = [post(i) for i in range(1, 11)]
        with store._engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA max_page_count = 100000")

        assert set(statuses) == {201, 503}
        with store.reading() as connection:
            count = select(func.count()).select_from(schema.complaint)
            assert connection.execute(count).scalar_one() == statuses.count(201)
            assert list(find_damage(connection)) == []
        assert post(5) == 201


def test_a_batch_that_cannot_be_written_is_tried_one_by_one(tmp_path: Path) -> None:
    from sqlalchemy import text

    from service.store.errors import StoreUnavailableError

    with open_store(f"sqlite:///{tmp_path / 'uji.sqlite3'}") as store:
        blocked, ready = threading.Event(), threading.Barrier(4)

        def first(_: Any) -> str:
            blocked.wait(10)
            return "first"

        def attempt(i: int) -> str:
            ready.wait(10)
            try:
                return store.writing(lambda open_: write(open_.connection, i))
            except StoreUnavailableError:
                return "refused"

        def write(connection: Any, i: int) -> str:
            connection.execute(text("SELECT 1 FROM nowhere" if i == 1 else "SELECT 1"))
            return "written"

        with ThreadPoolExecutor(5) as pool:
            leader = pool.submit(store.writing, first)
            others = [pool.submit(attempt, i) for i in range(3)]
            ready.wait(10)
            time.sleep(0.1)
            blocked.set()
            assert leader.result() == "first"
            assert [other.result() for other in others] == ["written", "refused", "written"]


def test_an_unexpected_error_in_a_job_stops_nobody_else(tmp_path: Path) -> None:
    with open_store(f"sqlite:///{tmp_path / 'uji.sqlite3'}") as store:

        def broken(_: Any) -> None:
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            store.writing(broken)
        assert store.writing(lambda _: "written") == "written"
