from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import ssl
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI
from fastapi.testclient import TestClient

from service.app import create_app
from service.auth import secrets
from service.auth.callers import LOCAL
from service.auth.web import get_caller
from service.complaint import Complaint, InputError
from service.deps import get_now
from service.disposition import Disposition, Versions
from service.life.step import Past
from service.settings import Settings

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=ZoneInfo("Asia/Jakarta"))


@dataclass
class FakeRegions:
    codes: frozenset[str] = frozenset({"32", "32.04"})

    def get(self, code: str) -> object | None:
        return code if code in self.codes else None


@dataclass
class FakeRuleSet:
    regions: FakeRegions = field(default_factory=FakeRegions)


class FakeLaw:
    """Two bodies; misconduct that must be examined on site makes the long class."""

    def level_of(self, agency: str) -> str | None:
        return {"PEMDA-32": "PROV", "PEMDA-32.04": "KABKOTA", "KEMENPU": "PUSAT"}.get(agency)

    def class_of(self, kind: str, misconduct: bool, inspection: bool) -> tuple[str, int]:
        return ("field_inspection", 60) if misconduct and inspection else ("non_supervisory", 14)

    def day_of(self, moment: datetime, agency: str | None) -> date:
        return moment.date()

    def working_days(self, after: date, last: date, agency: str | None) -> int:
        return (last - after).days

    def due_on(self, history: Sequence[Past]) -> str | None:
        is_long = history[-1].case.category == "field_inspection"
        return "2027-02-22" if is_long else "2026-12-14"


@dataclass
class FakeScorer:
    """Answers at once; the word "ragu" sends a complaint to review."""

    ruleset: FakeRuleSet = field(default_factory=FakeRuleSet)
    versions: Versions = field(
        default_factory=lambda: Versions(model="m1", rules="r1", calendar="c1")
    )
    calls: int = 0
    home: str | None = None

    def stopped(self) -> FakeScorer:
        return self

    def check(self, complaint: Complaint) -> None:
        if complaint.region is not None and self.ruleset.regions.get(complaint.region) is None:
            field = "region"
            raise InputError(field, "expected a Kemendagri code, got an unknown one")

    def law(self, answer: Disposition, received_at: datetime) -> FakeLaw:
        return FakeLaw()

    def score(
        self,
        complaints: Sequence[Complaint],
        *,
        today: date,
        received_on: date | None = None,
        assume_now: datetime | None = None,
        home: str | None = None,
        earlier: Sequence[Mapping[str | None, str]] = (),
    ) -> list[Disposition]:
        self.calls += 1
        self.home = home
        found = [make_disposition(c, starts_on=c.received_at or assume_now) for c in complaints]
        for disposition, seen in zip(found, earlier, strict=False):
            if (reference := seen.get(disposition["region"]["code"])) is not None:
                note = {"code": "duplicate", "detail": reference, "message": "Serupa."}
                disposition["flags"].append(note)  # type: ignore[arg-type]  # a Note
        return found


def make_disposition(complaint: Complaint, *, starts_on: datetime | None = None) -> Disposition:
    words = complaint.isi.split()
    first = words[0]
    last_start = complaint.isi.rindex(words[-1])
    return {
        "tracking_id": complaint.tracking_id,
        "complaint_sha256": hashlib.sha256(complaint.text.encode()).hexdigest(),
        "category": "non_supervisory",
        "category_probability": 0.94,
        "lapor_classification": "Pengaduan Tidak Berkadar Pengawasan",
        "attributes": {
            "kind": "complaint",
            "kind_probability": 0.97,
            "misconduct": 0.02,
            "misconduct_alleged": False,
            "inspection": 0.91,
            "inspection_needed": True,
            "level": {"PUSAT": 0.05, "PROV": 0.09, "KABKOTA": 0.86},
        },
        "topic": "jalan_jembatan",
        "topics": [{"code": "jalan_jembatan", "probability": 0.88}],
        "region": {
            "code": "32.04",
            "name": "Kabupaten Bandung",
            "ambiguous": [],
            "evidence": [{"field": "isi", "start": 0, "end": len(first)}],
        },
        "agency": {
            "code": "PEMDA-32.04",
            "name": "Pemerintah Kabupaten Bandung",
            "level": "KABKOTA",
            "unit": "Dinas Pekerjaan Umum dan Tata Ruang",
            "probability": 0.86,
        },
        "alternatives": [],
        "copies": [],
        "sla": {
            "working_days": 14,
            "starts_on": None if starts_on is None else starts_on.date().isoformat(),
            "due_on": "2026-12-14",
            "reminders": ["2026-12-02"],
            "regulation": "permenpan-62-2018",
            "assumed_start": complaint.received_at is None,
        },
        "flags": [],
        "decision": "review" if "ragu" in words else "auto",
        "review_reasons": [],
        "explanation": {
            "terms": [
                {
                    "text": words[-1],
                    "field": "isi",
                    "start": last_start,
                    "end": last_start + len(words[-1]),
                    "head": "topic",
                    "weight": 1.9,
                }
            ],
            "cues": [
                {"code": "contoh", "text": first, "field": "isi", "start": 0, "end": len(first)}
            ],
            "rules": [],
            "near_misses": [],
        },
        "versions": {"model": "m1", "rules": "r1", "calendar": "c1"},
    }


def find_binaries() -> Path | None:
    """Return the folder of the newest PostgreSQL server that is installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    program = shutil.which("initdb")
    return Path(program).parent if program else None


@dataclass
class Postgres:
    """A throw-away server: a socket in its own folder, no network, no password."""

    binaries: Path
    folder: Path
    databases: int = 0

    def initialize(self) -> None:
        if os.getuid() == 0:  # PostgreSQL refuses to run as root
            shutil.chown(self.folder, self._user, self._user_group)
        self.folder.chmod(0o755)
        data = str(self.folder / "data")
        self._run("initdb", "-D", data, "-U", "disposisi", "-A", "trust", "-E", "UTF8", "--no-sync")

    def start(self) -> None:
        options = f"-c listen_addresses='' -c fsync=off -k {self.folder}"
        log = str(self.folder / "log")
        self._run(
            "pg_ctl", "-D", str(self.folder / "data"), "-l", log, "-o", options, "-w", "start"
        )

    def stop(self) -> None:
        if (self.folder / "data" / "postmaster.pid").exists():
            self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "-w", "stop")

    def create_database(self) -> str:
        self.databases += 1
        name = f"uji{self.databases}"
        self._run("createdb", "-h", str(self.folder), "-U", "disposisi", name)
        return f"postgresql://disposisi@/{name}?host={self.folder}"

    @property
    def _user(self) -> str:
        names = {entry.pw_name for entry in pwd.getpwall()}
        return "postgres" if "postgres" in names else "nobody"

    @property
    def _user_group(self) -> int:
        return pwd.getpwnam(self._user).pw_gid

    def _run(self, program: str, *arguments: str) -> None:
        other = {"user": self._user, "group": self._user_group} if os.getuid() == 0 else {}
        subprocess.run(
            [self.binaries / program, *arguments],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=self.folder,
            timeout=60,
            **other,  # type: ignore[call-overload]  # its overloads know no such dict
        )


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    binaries = find_binaries()
    if binaries is None:
        pytest.skip("no PostgreSQL server is installed: apt-get install postgresql-15")
    # Not below the tests' own folder: the other user could not enter it.
    folder = Path(tempfile.mkdtemp(prefix="disposisi-pg-"))
    server = Postgres(binaries=binaries, folder=folder)
    try:
        server.initialize()
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database of either kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'uji.sqlite3'}"
        return
    server: Postgres = request.getfixturevalue("postgres")
    yield server.create_database()


@pytest.fixture(autouse=True)
def _quick_password_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "_hasher", PasswordHasher(time_cost=1, memory_cost=64))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    # The courier goes by the real clock, these tests by NOW: see test_events.py.
    return Settings(database_url=f"sqlite:///{tmp_path / 'uji.sqlite3'}", events="off")


@pytest.fixture
def scorer() -> FakeScorer:
    return FakeScorer()


@pytest.fixture
def app(settings: Settings, scorer: FakeScorer) -> FastAPI:
    app = create_app(settings, load=lambda _: scorer)
    app.dependency_overrides[get_now] = lambda: NOW
    app.dependency_overrides[get_caller] = lambda: LOCAL  # who may do what: test_access.py
    return app


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app) as client:
        yield client


@dataclass
class Receiver:
    """Where messages go; ``status`` is answered, 0 hangs, -1 sends bytes for ever."""

    status: int = 204
    received: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    url: str = ""
    ended: threading.Event = field(default_factory=threading.Event)


@contextmanager
def receiving(status: int = 204, *, tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    receiver = Receiver(status=status)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            receiver.received.append((self.path, headers, body))
            if receiver.status == 0:
                receiver.ended.wait(20)
                return
            if receiver.status == -1:
                self._drip()
                return
            self.send_response(receiver.status)
            if 300 <= receiver.status < 400:
                self.send_header("Location", receiver.url + "/elsewhere")
            self.end_headers()
            self.wfile.write(b"x" * 100_000)

        def _drip(self) -> None:
            self.wfile.write(b"HTTP/1.1 200 OK\r\n")
            while not receiver.ended.is_set():
                try:
                    self.wfile.write(b"x")
                except OSError:
                    return
                time.sleep(0.05)

        def log_message(self, *arguments: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    receiver.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        receiver.ended.set()
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def receive() -> Callable[..., AbstractContextManager[Receiver]]:
    """Give a receiver of webhooks that answers with a status."""
    return receiving


@pytest.fixture
def wait_for() -> Callable[[Callable[[], bool]], None]:
    """Give a function that returns once something holds, and fails after 20 seconds."""

    def wait(holds: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 20
        while not holds():
            assert time.monotonic() < deadline, "it did not happen"
            time.sleep(0.02)

    return wait
