"""Open a database: connection settings, transactions, and the tables as this code expects them."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import DBAPIError

from service.store import accounts_schema as accounts_schema  # its tables belong to the metadata
from service.store import desk_schema as desk_schema  # likewise
from service.store import events_schema as events_schema  # likewise
from service.store import history_schema as history_schema
from service.store import monitoring_schema as monitoring_schema
from service.store import switch_schema as switch_schema
from service.store.errors import StoreError
from service.store.locks import WriteLock
from service.store.migrate import upgrade

BUSY_TIMEOUT_S = 10
CONNECT_TIMEOUT_S = 5
POOL_SIZE = 8
_CHAIN_LOCK = 0x0D15_0516  # PostgreSQL's advisory lock around the audit chain
_WRITE = "disposisi_write"
_LOCK = "disposisi_write_lock"


def open_engine(url: str, *, migrate: bool = True) -> Engine:
    """Return an engine over a database, by default with its tables brought up to date.

    Parameters
    ----------
    url : str
        ``sqlite:///FILE`` or ``postgresql://...``.
    migrate : bool, default=True
        False leaves the tables as they are.

    Raises
    ------
    StoreError
        If the database cannot be used: the caller must not start.
    """
    parsed = make_url(url)
    engine = _open_sqlite(parsed) if parsed.get_backend_name() == "sqlite" else _open_other(parsed)
    try:
        if migrate:
            with begin_write(engine) as connection:
                upgrade(connection)
    except DBAPIError as error:
        engine.dispose()
        shown = parsed.render_as_string(hide_password=True)
        msg = f"database {shown}: cannot be opened: {error.orig}"
        raise StoreError(msg) from None
    return engine


@contextmanager
def begin_write(engine: Engine) -> Iterator[Connection]:
    """Open a transaction that will write; one at a time, over all processes.

    So whoever reads inside it sees what everyone before has written, and the audit chain has one
    end. The threads and processes of one machine queue at a lock outside the database.
    """
    lock: WriteLock = engine.get_execution_options()[_LOCK]
    with lock.held(), engine.execution_options(**{_WRITE: True}).begin() as connection:
        if connection.dialect.name == "postgresql":
            statement = text("SELECT pg_advisory_xact_lock(:lock)")
            connection.execute(statement, {"lock": _CHAIN_LOCK})
        yield connection


@contextmanager
def begin_snapshot(engine: Engine) -> Iterator[Connection]:
    """Open a transaction whose every query sees the same moment, while others write."""
    options = {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else {}
    with engine.execution_options(**options).begin() as connection:
        yield connection


def close_engine(engine: Engine) -> None:
    """Give back every connection and the lock."""
    engine.dispose()
    engine.get_execution_options()[_LOCK].close()


def _open_other(url: URL) -> Engine:
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    try:
        return create_engine(
            url,
            hide_parameters=True,
            pool_size=POOL_SIZE,
            pool_pre_ping=True,
            connect_args={"connect_timeout": CONNECT_TIMEOUT_S},
            execution_options={_LOCK: WriteLock()},
        )
    except ModuleNotFoundError as error:
        msg = f"PostgreSQL needs {error.name}: pip install 'disposisi[postgres]'"
        raise StoreError(msg) from None


def _open_sqlite(url: URL) -> Engine:
    # hide_parameters: an error message must not carry what was to be written.
    engine = create_engine(
        url,
        hide_parameters=True,
        pool_size=POOL_SIZE,
        connect_args={"timeout": BUSY_TIMEOUT_S},
        execution_options={_LOCK: WriteLock(_lock_file(url))},
    )

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, record: Any) -> None:
        # The driver's own transactions begin too late; ours begin in on_begin.
        connection.isolation_level = None
        _use_wal(connection)
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        # A transaction that reads first and writes later could fail in the middle.
        is_write = connection.get_execution_options().get(_WRITE, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if is_write else "BEGIN")

    return engine


def _lock_file(url: URL) -> Path | None:
    file = Path(url.database or "")
    # Beside a database that cannot be created, no lock is created either.
    return file.with_name(f"{file.name}-lock") if file.parent.is_dir() else None


def _use_wal(connection: sqlite3.Connection) -> None:
    """Let readers read while one writes; a property of the file, set by whoever comes first.

    SQLite does not wait when two processes change it at once, so this does.
    """
    deadline = time.monotonic() + BUSY_TIMEOUT_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            is_busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
            if not is_busy or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return
