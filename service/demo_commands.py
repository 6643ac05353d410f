"""The command ``disposisi demo``: a desk full of invented complaints, gone when it ends."""

from __future__ import annotations

import argparse
import signal
import socket
import sys
import tempfile
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from service.console import say
from service.errors import ServiceError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.demo.people import Login


def add_demo_command(commands: Any) -> None:
    """Describe ``disposisi demo``."""
    demo = commands.add_parser("demo", help="try the review desk with invented complaints")
    demo.add_argument("--port", type=int, default=8000)
    demo.set_defaults(run=_demo)


def _demo(arguments: argparse.Namespace) -> int:
    import uvicorn

    from service.app import create_app
    from service.demo.filling import SIZE, fill
    from service.loading import load_scorer
    from service.settings import Settings, load_settings
    from service.store.repository import open_store

    with (
        _listening(arguments.port) as listener,
        tempfile.TemporaryDirectory(prefix="disposisi-demo-") as folder,
    ):
        # Whoever ends it ends it cleanly: nothing of the demo stays.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        url = f"sqlite:///{Path(folder) / 'demo.sqlite3'}"
        settings = Settings(**{**load_settings().model_dump(), "database_url": url, "auth": "on"})
        say(f"mengisi meja dengan {SIZE} aduan rekaan ...")
        scorer = load_scorer(settings)
        with open_store(url) as store:
            logins = fill(store, scorer, now=datetime.now(ZoneInfo("Asia/Jakarta")))
        print(welcome(logins, port=listener.getsockname()[1]), flush=True)
        config = uvicorn.Config(
            create_app(settings, load=lambda _: scorer),
            http="httptools",
            log_level="warning",
            access_log=False,
            server_header=False,
        )
        uvicorn.Server(config).run(sockets=[listener])
    return 0


def _listening(port: int) -> socket.socket:
    """Return the socket before anything is filled: a port in use is said at once."""
    try:
        return socket.create_server(("127.0.0.1", port))
    except (OSError, OverflowError) as error:
        msg = f"--port {port}: cannot be used ({error}); take another one"
        raise ServiceError(msg) from None


def welcome(logins: Sequence[Login], *, port: int) -> str:
    """Return the address and who can log in."""
    rows = [(one.login, one.password, _who(one)) for one in logins]
    width = max(len(row[0]) for row in rows)
    lines = [f"  {login:<{width}}  {password}  {who}" for login, password, who in rows]
    return "\n".join(
        [
            "",
            f"Buka http://127.0.0.1:{port}/ dan masuk sebagai salah satu dari:",
            "",
            *lines,
            "",
            "Semua aduan rekaan; kata sandi hanya untuk kali ini.",
            "Ctrl+C mengakhiri dan menghapus semuanya.",
        ]
    )


def _who(login: Login) -> str:
    place = ", ".join(part for part in (login.unit, login.agency) if part)
    return f"{login.role} ({place})" if place else login.role
