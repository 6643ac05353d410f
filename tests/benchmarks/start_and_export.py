"""How long start-up and a whole export take, and how much memory a worker needs.

The best of five counts. ``DISPOSISI_REAL_DATA`` names the folder of the export; without it a file
of the same length is made from the seed corpus.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from classifier.dataset import SEED_CORPUS
from tests.benchmarks.results import ROUNDS, Figure, best_of, load_now, report

EXPORT_ROWS = 2127
DISPOSISI = str(Path(sys.executable).parent / "disposisi")
POTHOLE = "Jalan berlubang di depan pasar Soreang Kabupaten Bandung"


def run(*arguments: str) -> None:
    subprocess.run([DISPOSISI, *arguments], check=True, capture_output=True)


def export(folder: Path) -> Path:
    real = os.environ.get("DISPOSISI_REAL_DATA")
    if real:
        return Path(real) / "laporan_ringkas_kab_bandung.xlsx"
    path = folder / "seed.jsonl"
    lines = SEED_CORPUS.read_text(encoding="utf-8").splitlines()[:EXPORT_ROWS]
    path.write_text(
        "\n".join(json.dumps({"isi": json.loads(line)["text"]}) for line in lines), encoding="utf-8"
    )
    return path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start_server(folder: Path) -> tuple[float, float]:
    """Return seconds until ready, and MB of memory after a hundred complaints."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    environment = os.environ | {"DISPOSISI_DATABASE_URL": f"sqlite:///{folder / 'bench.sqlite3'}"}
    start = time.perf_counter()
    server = subprocess.Popen([DISPOSISI, "serve", "--port", str(port)], env=environment)
    try:
        while True:
            try:
                urllib.request.urlopen(f"{url}/readyz", timeout=1).close()
                break
            except OSError:
                time.sleep(0.02)
        seconds = time.perf_counter() - start
        body = json.dumps({"complaints": [{"isi": POTHOLE}] * 100}).encode()
        request = urllib.request.Request(
            f"{url}/v1/classifications", data=body, headers={"Content-Type": "application/json"}
        )
        urllib.request.urlopen(request, timeout=30).close()
        status = Path(f"/proc/{server.pid}/status").read_text()
        kilobytes = next(int(x.split()[1]) for x in status.splitlines() if x.startswith("VmHWM"))
        return seconds, kilobytes / 1024
    finally:
        server.terminate()
        server.wait()


def main() -> int:
    load = load_now()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source, target = str(export(folder)), str(folder / "out.jsonl")
        classify = best_of(lambda: run("classify", POTHOLE))
        score = best_of(lambda: run("score", source, "-o", target))
        rows = sum(1 for _ in Path(target).open(encoding="utf-8"))
        starts = [start_server(folder) for _ in range(ROUNDS)]
        report(
            "start_and_export",
            "Start-up, a whole export, memory",
            [
                Figure("`classify`, start-up included", classify, "s"),
                Figure(f"`score` of an export of {rows:,} rows, start-up included", score, "s"),
                Figure("`serve`, until ready", min(s for s, _ in starts), "s"),
                Figure("memory of a worker of `serve`, highest", max(m for _, m in starts), "MB"),
            ],
            load=load,
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
