"""What two workers answer in a second, beside MLflow's own server of the same model.

Run ``python -m tests.benchmarks.api`` on an otherwise idle machine; it exits with 1 below a bar.
Needs ``wrk`` and the extra ``train``. Also prints CPU time a request and, from posts that are
stored, how much the database grows: the figures of the capacity plan in the README.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.results import QUICK, Figure, load_now, report

CONNECTIONS, WORKERS = 16, 2
RATE, P99_MS, TIMES_MLFLOW = 700, 40, 3
PER_DAY = (3_400, 34_000, 340_000)
# Sixty words, invented; the number in it makes every complaint another one.
WORDS = " ".join(
    """
    Sudah NUMBER hari lampu penerangan jalan di depan balai warga dekat pasar Soreang Kabupaten
    Bandung tidak menyala sehingga jalan sangat gelap pada malam hari dan warga takut melewatinya
    terutama anak anak yang pulang mengaji kami sudah melapor kepada ketua lingkungan dan kantor
    desa namun sampai sekarang belum ada petugas yang datang memeriksa mohon dinas terkait segera
    memperbaiki lampu itu
    """.split()
)
LUA = """
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
local n = 0
request = function()
  n = n + 1
  return wrk.format("POST", "PATH", nil, (string.gsub('BODY', "NUMBER", n)))
end
"""


@dataclass(frozen=True)
class Measured:
    """What wrk and the kernel say of one run."""

    rate: float
    p50_ms: float
    p99_ms: float
    failed: int
    requests: int
    cpu_ms: float
    memory_mb: float


def main() -> int:
    """Measure both servers and say what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=5 if QUICK else 30)
    parser.add_argument("--warm-up", type=int, default=1 if QUICK else 5)
    parser.add_argument("--without-mlflow", action="store_true")
    parser.add_argument("--url", help="a PostgreSQL database for what is stored; default SQLite")
    arguments = parser.parse_args()
    if shutil.which("wrk") is None:
        print("skipped: wrk is not installed (apt-get install wrk)")
        return 0
    load = load_now()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run = (folder, arguments.warm_up, arguments.seconds)
        url = arguments.url or f"sqlite:///{folder}/ukur.sqlite3"
        with disposisi(url) as (port, process):
            body = json.dumps({"isi": WORDS})
            own = measure(*run, process, port, "/v1/classifications", body)
            size, rows = size_of(url)
            kept = json.dumps({"tracking_id": "STAGE-NUMBER", "isi": WORDS})
            stored = measure(*run, process, port, "/v1/dispositions", kept)
        new_size, new_rows = size_of(url)
        figures = [
            *figures_of("scored", own, rate=f">= {RATE}", p99=f"< {P99_MS}"),
            *figures_of("stored", stored),
            *plan((new_size - size) / (new_rows - rows)),
        ]
        ok = not own.failed and own.rate >= RATE and own.p99_ms < P99_MS and not stored.failed
        if not arguments.without_mlflow:
            path = save_for_mlflow(folder)
            body = json.dumps({"dataframe_records": [{"isi": WORDS}]})
            for options in ((), ("--workers", str(WORKERS))):
                with mlflow_server(path, options) as (port, process):
                    other = measure(*run, process, port, "/invocations", body)
                name = " ".join(("`mlflow models serve", *options)) + "`"
                times = own.rate / other.rate
                bar = "" if options else f">= {TIMES_MLFLOW}"
                figures += [
                    *figures_of(name, other),
                    Figure(f"scored / {name}", times, "times", bar),
                ]
                if not options:  # the bar is against the command as its manual gives it
                    ok = ok and times >= TIMES_MLFLOW
    report(
        "api",
        f"API with {WORKERS} workers, beside MLflow's own server of the same model",
        figures,
        load=load,
        note=f"`wrk`, {CONNECTIONS} connections, {arguments.seconds} s after"
        f" {arguments.warm_up} s; complaints of 60 words; stored on"
        f" {'PostgreSQL' if arguments.url else 'SQLite'}.",
    )
    return int(not ok)


def figures_of(what: str, found: Measured, *, rate: str = "", p99: str = "") -> list[Figure]:
    """Return the figures of one run."""
    return [
        Figure(f"{what}, requests", found.rate, "a second", rate),
        Figure(f"{what}, median", found.p50_ms, "ms"),
        Figure(f"{what}, 99 of 100 within", found.p99_ms, "ms", p99),
        Figure(f"{what}, failed", found.failed, "requests", "0"),
        Figure(f"{what}, processor time a request", found.cpu_ms, "ms"),
        Figure(f"{what}, memory of all processes", found.memory_mb, "MB"),
    ]


def plan(bytes_each: float) -> list[Figure]:
    """Return how much a year needs."""
    return [
        Figure("database, a disposition", bytes_each, "bytes"),
        *(
            Figure(f"database, {a_day:,} a day", bytes_each * a_day * 365 / 1e9, "GB a year")
            for a_day in PER_DAY
        ),
    ]


@contextmanager
def disposisi(url: str) -> Iterator[tuple[int, int]]:
    """Start two workers; gives port and process group."""
    port = free_port()
    program = Path(sys.executable).with_name("disposisi")
    command = [str(program), "serve", "--workers", str(WORKERS), "--port", str(port)]
    environment = {**os.environ, "DISPOSISI_DATABASE_URL": url, "DISPOSISI_AUTH": "off"}
    with running(command, environment, port, "/readyz") as process:
        yield port, process


def save_for_mlflow(folder: Path) -> Path:
    """Write the same model as MLflow serves it."""
    from classifier.artifacts import find_model
    from classifier.tracking import refuse_telemetry

    refuse_telemetry()
    import mlflow

    from service.mlflow_model import model_to_log

    logged, path = model_to_log(find_model()), folder / "mlflow-model"
    mlflow.pyfunc.save_model(
        path=str(path),
        python_model=str(logged.code),
        artifacts={"model": str(logged.folder)},
        signature=logged.signature,
        input_example=logged.input_example,
        pip_requirements=list(logged.requirements),
    )
    return path


@contextmanager
def mlflow_server(path: Path, options: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    """Serve the model with MLflow; gives port and process group."""
    port = free_port()
    program = Path(sys.executable).with_name("mlflow")
    command = [str(program), "models", "serve", "-m", str(path), "--env-manager", "local"]
    command += ["--port", str(port), *options]
    own = str(Path(sys.executable).parent)
    environment = {**os.environ, "PATH": f"{own}{os.pathsep}{os.environ['PATH']}"}
    with running(command, environment, port, "/ping") as process:
        yield port, process


@contextmanager
def running(command: list[str], environment: dict[str, str], port: int, path: str) -> Iterator[int]:
    """Run a server in a process group of its own until the end."""
    server = subprocess.Popen(
        command,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        deadline = time.monotonic() + 120
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5):
                    break
            except OSError:
                if time.monotonic() > deadline or server.poll() is not None:
                    raise
                time.sleep(0.5)
        time.sleep(3)  # the other worker
        yield server.pid
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=60)


def measure(
    folder: Path, warm_up: int, seconds: int, group: int, port: int, path: str, body: str
) -> Measured:
    """Send complaints over 16 connections, after a warm-up."""
    script = folder / "wrk.lua"
    for stage, length in (("w", warm_up), ("r", seconds)):
        own = body.replace("STAGE", stage)
        script.write_text(LUA.replace("PATH", path).replace("BODY", own))
        before = cpu_seconds(group)
        command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{length}", "--latency", "-s", str(script)]
        address = f"http://127.0.0.1:{port}"
        done = subprocess.run([*command, address], capture_output=True, text=True, check=True)
    return read(done.stdout, cpu_seconds(group) - before, group)


def read(said: str, cpu_s: float, group: int) -> Measured:
    """Return the figures of wrk's said."""
    requests = int(find(r"(\d+) requests in", said))
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    broken = re.search(
        r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", said
    )
    failed = int(refused[1]) if refused else 0
    return Measured(
        rate=float(find(r"Requests/sec:\s+([\d.]+)", said)),
        p50_ms=to_ms(find(r"50%\s+([\d.]+\w+)", said)),
        p99_ms=to_ms(find(r"99%\s+([\d.]+\w+)", said)),
        failed=failed + (sum(map(int, broken.groups())) if broken else 0),
        requests=requests,
        cpu_ms=cpu_s * 1000 / requests,
        memory_mb=memory_mb(group),
    )


def find(pattern: str, said: str) -> str:
    """Return what stands in the said."""
    found = re.search(pattern, said)
    assert found is not None, said
    return found[1]


def to_ms(text: str) -> float:
    """Return wrk's time in milliseconds."""
    number, unit = re.fullmatch(r"([\d.]+)(us|ms|s|m)", text).groups()  # type: ignore[union-attr]
    return float(number) * {"us": 0.001, "ms": 1, "s": 1000, "m": 60_000}[unit]


def stats_of(group: int) -> Iterator[list[str]]:
    """Yield the kernel's line about each process of a session."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[3]) == group:
                yield fields


def cpu_seconds(group: int) -> float:
    """Return user and system time of a session."""
    ticks = sum(int(fields[11]) + int(fields[12]) for fields in stats_of(group))
    return ticks / os.sysconf("SC_CLK_TCK")


def memory_mb(group: int) -> float:
    """Return what the processes of a session hold in memory; shared pages count for each."""
    pages = sum(int(fields[21]) for fields in stats_of(group))
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def size_of(url: str) -> tuple[int, int]:
    """Return how many bytes a database takes, and how many complaints are in it."""
    from sqlalchemy import func, select, text

    from service.store import schema
    from service.store.engine import close_engine, open_engine

    engine = open_engine(url)
    try:
        with engine.connect() as connection:
            rows = connection.execute(select(func.count()).select_from(schema.complaint))
            query = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
            if engine.dialect.name == "postgresql":
                query = "SELECT pg_database_size(current_database())"
            return int(connection.execute(text(query)).scalar_one()), int(rows.scalar_one())
    finally:
        close_engine(engine)


def free_port() -> int:
    """Return a port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
