"""How long dashboard, rules, model and the way of one text take with many complaints stored.

Usage: python -m tests.benchmarks.boards [STORED] [--database URL]
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from desk import fill, report
from fastapi.testclient import TestClient

from service.app import create_app
from service.settings import Settings

TEXT = {"isi": "Petugas kelurahan di Kabupaten Bandung minta uang untuk urus KTP, mohon diperiksa."}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("stored", nargs="?", type=int, default=50_000)
    parser.add_argument("--database", help="an empty database; default: SQLite in a new folder")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = arguments.database or f"sqlite:///{Path(folder) / 'meja.sqlite3'}"
        app = create_app(Settings(database_url=url, auth="off"))
        here = {"base_url": "http://127.0.0.1:8000", "client": ("127.0.0.1", 5000)}
        with TestClient(app, follow_redirects=False, **here) as client:  # type: ignore[arg-type]
            fill(app.state.store, arguments.stored)
            report("dashboard of the nation", lambda: client.get("/dasbor"))
            report("dashboard of one body", lambda: client.get("/dasbor?instansi=PEMDA-32.04"))
            report("rules", lambda: client.get("/aturan"))
            report("rules, searched", lambda: client.get("/aturan?cari=bpjs"))
            report("the way of one text", lambda: client.post("/aturan/coba", data=TEXT))
            report("model", lambda: client.get("/model"))


if __name__ == "__main__":
    main()
