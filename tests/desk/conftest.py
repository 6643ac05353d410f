"""One server, one browser; every test gets an empty database and people of its own.

The browser is the system's Chromium, driven by Playwright: nothing is downloaded. Pictures of pages
go to ``build/desk`` when a test calls ``Browser.show``.
"""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import uvicorn
from argon2 import PasswordHasher
from fastapi import FastAPI

from service.app import create_app
from service.auth import secrets
from service.auth.accounts import create_person
from service.auth.callers import COOKIE
from service.auth.sessions import log_in
from service.complaint import Complaint
from service.deps import JAKARTA
from service.loading import load_scorer
from service.scoring import Scorer
from service.settings import Settings
from service.store.accounts import AccountStore
from service.store.kept import keep
from service.store.repository import Store, StoredDisposition, open_store

PASSWORD = "lima-bunga-di-taman-42"  # noqa: S105  # invented
PICTURES = Path(__file__).parents[2] / "build" / "desk"
AXE = Path(__file__).parent / "axe" / "axe.min.js"
PHONE = {"width": 360, "height": 740}
SCREEN = {"width": 1366, "height": 900}
# Invented; most are doubtful on purpose.
DOUBTFUL = (
    "Jalan di depan rumah kami berlubang, tolong diperbaiki.",
    "Petugas kelurahan Sukamaju minta uang 500 ribu untuk urus KTP di Kabupaten Bandung, periksa.",
    "Air dari keran keruh sejak minggu lalu, kami tidak tahu harus lapor ke mana.",
    "Ada kebakaran besar di gudang kayu belakang pasar Kota Samarinda, kirim damkar sekarang!",
    "Guru di sekolah anak saya sering tidak masuk, mohon ditindak.",
    "Kenapa pupuk bersubsidi di desa kami tidak pernah sampai ke petani?",
    "Lampu jalan mati sepanjang jalan raya, rawan kecelakaan waktu malam.",
    "Bantuan sosial saya berhenti padahal masih terdaftar, sudah tanya ke mana-mana.",
    "Sampah menumpuk di dekat sungai dan baunya sampai ke rumah warga.",
    "Kepala desa membangun saluran irigasi fiktif memakai dana desa, tolong rahasiakan nama saya.",
    "Antrean di puskesmas dari subuh, dokternya baru datang menjelang siang.",
    "Sertifikat tanah yang kami urus belum terbit setelah dua tahun.",
)
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@dataclass
class DeskServer:
    """The running service over the database of one test."""

    app: FastAPI
    url: str
    scorer: Scorer

    @property
    def store(self) -> Store:
        store: Store = self.app.state.store
        return store

    def add_person(
        self, login: str, role: str, *, agency: str | None = None, unit: str | None = None
    ) -> None:
        create_person(
            self.app.state.accounts,
            login=login,
            password=PASSWORD,
            role=role,
            agency=agency,
            unit=unit,
            now=datetime.now(JAKARTA),
        )

    def add_complaint(
        self, isi: str, *, days_ago: float = 0, now: datetime | None = None, **fields: Any
    ) -> StoredDisposition:
        """Score and store as the API does."""
        now = now or datetime.now(JAKARTA)
        received_at = now - timedelta(days=days_ago)
        complaint = Complaint(isi=isi, received_at=received_at, **{"source": "uji", **fields})
        kept = keep(complaint)
        look = self.store.look(kept, now)
        [answer] = self.scorer.score(
            [complaint], today=now.date(), assume_now=now, earlier=[look.earlier]
        )
        return self.store.save(kept, answer, keys=[], now=now, look=look).disposition


@dataclass
class Browser:
    """A page in Chromium that remembers what must not happen: errors and foreign requests."""

    page: Any
    server: DeskServer
    complaints: list[str] = field(default_factory=list)

    def watch(self) -> None:
        own = urlsplit(self.server.url).netloc

        def on_console(message: Any) -> None:
            if message.type not in {"error", "warning"}:
                return
            # Chromium reports every answer of 4xx as an error: those are meant.
            if "Failed to load resource" not in message.text:
                self.complaints.append(f"console: {message.text}")

        def on_request(request: Any) -> None:
            parts = urlsplit(request.url)
            if parts.scheme not in {"data", "blob"} and parts.netloc != own:
                self.complaints.append(f"request leaves the host: {request.url}")

        self.page.on("console", on_console)
        self.page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        self.page.on("request", on_request)

    def go(self, path: str) -> None:
        self.page.goto(self.server.url + path)

    def enter(self, login: str, *, to: str = "/") -> None:
        """Open a page as somebody who has logged in before."""
        session = log_in(
            self.server.app.state.accounts,
            login=login,
            password=PASSWORD,
            address="127.0.0.1",
            now=datetime.now(JAKARTA),
        )
        cookie = {"name": COOKIE, "value": session.token, "url": self.server.url}
        self.page.context.add_cookies([{**cookie, "httpOnly": True, "sameSite": "Strict"}])
        self.go(to)

    def log_in(self, login: str, *, to: str = "/") -> None:
        """Log in as people do."""
        self.go("/masuk")
        self.page.fill("#login", login)
        self.page.fill("#password", PASSWORD)
        self.page.press("#password", "Enter")
        self.page.wait_for_url(lambda url: "/masuk" not in url)
        if to != "/":
            self.go(to)

    def check_access(self, *, colours_only: bool = False) -> None:
        """Fail on any serious or critical finding of axe-core, or a sideways scroll."""
        rules = "runOnly: ['color-contrast']," if colours_only else ""
        if not self.page.evaluate("typeof window.axe === 'object'"):
            self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = self.page.evaluate(
            f"axe.run(document, {{{rules} resultTypes: ['violations']}}).then(r => r.violations"
            ".filter(v => ['serious', 'critical'].includes(v.impact))"
            ".map(v => v.id + ': ' + v.nodes.map(n => n.html).slice(0, 3).join(' | ')))"
        )
        assert not found, found
        assert self.page.evaluate(
            "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        ), "the page scrolls sideways"

    def show(self, name: str) -> None:
        """Check access by light and by night, and keep a picture of each."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        for scheme in ("light", "dark"):
            self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            self.check_access(colours_only=scheme == "dark")
            self.page.screenshot(path=PICTURES / f"{name}-{scheme}.png", full_page=True)
        self.page.emulate_media(color_scheme="light")


@pytest.fixture(autouse=True)
def _quick_password_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "_hasher", PasswordHasher(time_cost=1, memory_cost=64))


@pytest.fixture(scope="session")
def scorer() -> Scorer:
    return load_scorer(Settings())


@pytest.fixture(scope="session")
def running(
    scorer: Scorer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[FastAPI, str]]:
    first = tmp_path_factory.mktemp("desk") / "awal.sqlite3"
    settings = Settings(database_url=f"sqlite:///{first}", auth="on")
    app = create_app(settings, load=lambda _: scorer)
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_level="warning", access_log=False, ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield app, f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(timeout=10)
    listener.close()


@pytest.fixture
def server(running: tuple[FastAPI, str], scorer: Scorer, tmp_path: Path) -> Iterator[DeskServer]:
    """The service over an empty database."""
    app, url = running
    before = app.state.store, app.state.accounts, app.state.needs_login
    with open_store(f"sqlite:///{tmp_path / 'meja.sqlite3'}") as store:
        app.state.store, app.state.accounts = store, AccountStore(store)
        app.state.needs_login = True
        yield DeskServer(app=app, url=url, scorer=scorer)
    app.state.store, app.state.accounts, app.state.needs_login = before


@dataclass
class _Chromium:
    """The one browser; Playwright's event loop must end before other tests start their own."""

    driver: Any = None
    browser: Any = None

    def open(self) -> Any:
        if self.browser is None:
            self.driver = pytest.importorskip("playwright.sync_api").sync_playwright().start()
            self.browser = self.driver.chromium.launch(
                executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"]
            )
        return self.browser

    def close(self) -> None:
        if self.driver is not None:
            self.browser.close()
            self.driver.stop()
            self.driver = self.browser = None


_CHROMIUM = _Chromium()


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """Close the browser behind the last test of this folder."""
    here = Path(__file__).parent
    if nextitem is None or here not in nextitem.path.parents:
        _CHROMIUM.close()


@pytest.fixture
def chromium() -> Any:
    if CHROMIUM is None:
        pytest.skip("no Chromium is installed: apt-get install chromium")
    return _CHROMIUM.open()


@pytest.fixture
def open_browser(chromium: Any, server: DeskServer) -> Iterator[Callable[..., Browser]]:
    """Open browsers that share nothing; at the end none may have complained."""
    opened: list[tuple[Any, Browser]] = []

    def open_(
        *, viewport: dict[str, int] = SCREEN, javascript: bool = True, **options: Any
    ) -> Browser:
        context = chromium.new_context(
            viewport=viewport, java_script_enabled=javascript, locale="id-ID", **options
        )
        context.set_default_timeout(20_000)  # of a machine that is busy with other tests
        browser = Browser(page=context.new_page(), server=server)
        browser.watch()
        opened.append((context, browser))
        return browser

    yield open_
    for context, browser in opened:
        context.close()
        assert not browser.complaints, browser.complaints


@pytest.fixture
def browser(open_browser: Callable[..., Browser]) -> Browser:
    return open_browser()


@pytest.fixture
def doubtful() -> tuple[str, ...]:
    return DOUBTFUL
