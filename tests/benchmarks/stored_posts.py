"""How many ``POST /v1/dispositions`` two workers store in a second on SQLite.

Run ``python -m tests.benchmarks.stored_posts``; it exits with 1 below the bar. Needs ``wrk``.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from tests.benchmarks.results import QUICK, Figure, load_now, report

BAR = 250  # a second, on 2 cores
PORT = 8479
# Every post is another complaint; some nearly repeat each other, as real ones do.
SCRIPT = """
math.randomseed(7)
local places = {"Soreang Kabupaten Bandung", "Kota Kediri", "Kota Semarang", "Kabupaten Sleman"}
local things = {"lampu jalan mati", "jalan berlubang", "sampah menumpuk", "saluran air mampet"}
local n = 0
wrk.headers["Content-Type"] = "application/json"
request = function()
  n = n + 1
  local thing = things[math.random(#things)]
  local isi = string.format("Sudah %d hari %s di dekat balai warga nomor %d di %s, mohon ditangani",
    math.random(90), thing, math.random(9999), places[math.random(#places)])
  local body = string.format('{"tracking_id":"SEED-%d","judul":"%s","isi":"%s"}', n, thing, isi)
  return wrk.format("POST", "/v1/dispositions", nil, body)
end
"""


def main() -> int:
    """Measure once and say what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=5 if QUICK else 30)
    parser.add_argument("--warm-up", type=int, default=1 if QUICK else 5)
    parser.add_argument("--url", help="a PostgreSQL database instead of a new SQLite file")
    arguments = parser.parse_args()
    if shutil.which("wrk") is None:
        print("skipped: wrk is not installed (apt-get install wrk)")
        return 0
    load = load_now()
    with tempfile.TemporaryDirectory() as folder:
        url = arguments.url or f"sqlite:///{folder}/ukur.sqlite3"
        server = start(url)
        try:
            run_wrk(Path(folder), "warm", arguments.warm_up)
            said = run_wrk(Path(folder), "real", arguments.seconds)
        finally:
            server.terminate()
            server.wait()
    found = re.search(r"Requests/sec:\s+([\d.]+)", said)
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    if found is None:
        print(said)
        return 1
    rate = float(found[1])
    report(
        "stored_posts",
        "Dispositions stored over HTTP",
        [
            Figure("posts stored, 2 workers, 16 connections", rate, "a second", f">= {BAR}"),
            Figure("posts refused", float(refused[1]) if refused else 0.0, "", "0"),
        ],
        load=load,
        note="On PostgreSQL." if arguments.url else "On SQLite; every post is another complaint.",
    )
    return int(rate < BAR or refused is not None)


def start(url: str) -> subprocess.Popen[bytes]:
    """Start two workers and return once they are ready."""
    program = Path(sys.executable).with_name("disposisi")
    server = subprocess.Popen(
        [program, "serve", "--workers", "2", "--port", str(PORT)],
        env={**os.environ, "DISPOSISI_DATABASE_URL": url},
        stderr=subprocess.DEVNULL,
    )
    for _ in range(120):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/readyz"):
                break
        except OSError:
            time.sleep(0.5)
    time.sleep(2)  # the other worker
    return server


def run_wrk(folder: Path, seed: str, seconds: int) -> str:
    """Send posts over 16 connections and return what wrk says."""
    script = folder / f"{seed}.lua"
    script.write_text(SCRIPT.replace("SEED", seed))
    address = f"http://127.0.0.1:{PORT}"
    command = ["wrk", "-t1", "-c16", f"-d{seconds}", "--latency", "-s", str(script), address]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


if __name__ == "__main__":
    sys.exit(main())
