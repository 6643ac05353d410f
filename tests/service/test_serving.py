"""The whole server as `disposisi serve` starts it: several workers, an orderly end."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

LONG = {"complaints": [{"isi": f"Lampu jalan {i} mati di Kota Kediri"} for i in range(1000)]}


@dataclass
class Server:
    process: subprocess.Popen[bytes]
    port: int
    log: Path

    def ask(self, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        headers = {"content-type": "application/json"}
        address = f"http://127.0.0.1:{self.port}{path}"
        request = urllib.request.Request(address, data, headers)  # our own address
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            return answer.read()

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                self.ask("/readyz")
            except OSError:
                time.sleep(0.1)
            else:
                return
        pytest.fail("the server did not become ready")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = int(found.getsockname()[1])
    log = tmp_path / "log"
    environment = {name: value for name, value in os.environ.items() if "DISPOSISI" not in name}
    environment["DISPOSISI_DATABASE_URL"] = f"sqlite:///{tmp_path / 'uji.sqlite3'}"
    environment["TMPDIR"] = str(tmp_path)
    command = [Path(sys.executable).with_name("disposisi"), "serve", "--workers", "2"]
    with log.open("wb") as file:
        process = subprocess.Popen(
            [*command, "--port", str(port)], stderr=file, env=environment, cwd=tmp_path
        )
    server = Server(process, port, log)
    try:
        server.wait_until_ready()
        yield server
    finally:
        process.terminate()  # a killed parent would leave its workers
        process.wait(timeout=60)


def test_two_workers_count_together_and_finish_what_has_begun(
    server: Server, tmp_path: Path
) -> None:
    with ThreadPoolExecutor(8) as pool:
        for answer in pool.map(
            lambda i: server.ask("/v1/classifications", {"isi": f"Lampu {i} mati"}), range(40)
        ):
            assert b"versions" in answer
    wanted = b'disposisi_http_request_seconds_count{method="POST",route="/v1/classifications"'
    lines = server.ask("/metrics").splitlines()
    assert next(line for line in lines if line.startswith(wanted)).endswith(b" 40.0")
    assert list(tmp_path.glob("disposisi-metrics-*/*.db"))

    answers: list[bytes] = []
    asking = threading.Thread(
        target=lambda: answers.append(server.ask("/v1/classifications", LONG))
    )
    asking.start()
    time.sleep(0.3)
    server.process.send_signal(signal.SIGTERM)
    asking.join()

    assert len(json.loads(answers[0])["results"]) == 1000
    assert server.process.wait(timeout=40) == 0
    assert not list(tmp_path.glob("disposisi-metrics-*"))
    lines = [json.loads(line) for line in server.log.read_text().splitlines() if line[:1] == "{"]
    assert {"at", "level", "logger", "message"} <= lines[0].keys()
    assert sum(line["message"] == "request" for line in lines) >= 41
    with pytest.raises(OSError, match="refused"):
        server.ask("/livez")


def test_no_request_fails_while_rules_and_model_change() -> None:
    script = Path(__file__).parents[1] / "benchmarks" / "reload.py"
    command = [sys.executable, script, "--seconds", "5", "--connections", "4"]

    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
