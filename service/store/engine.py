"""Open a database: connection settings, transactions, and the tables as this code expects them."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError

from service.store import accounts_schema as accounts_schema  # its tables belong to the metadata
from service.store.errors import StoreError
from service.store.migrate import upgrade

BUSY_TIMEOUT_S = 10
POOL_SIZE = 8
_WRITE = "disposisi_write"
_LOCK = "disposisi_write_lock"


def open_engine(url: str) -> Engine:
    """Return an engine over a database whose tables are up to date.

    Parameters
    ----------
    url : str
        ``sqlite:///FILE`` or ``postgresql://...``.

    Raises
    ------
    StoreError
        If the database cannot be used: the caller must not start.
    """
    parsed = make_url(url)
    engine = _open_sqlite(parsed) if parsed.get_backend_name() == "sqlite" else _open_other(parsed)
    try:
        with begin_write(engine) as connection:
            upgrade(connection)
    except DBAPIError as error:
        shown = parsed.render_as_string(hide_password=True)
        msg = f"database {shown}: cannot be opened: {error.orig}"
        raise StoreError(msg) from None
    return engine


@contextmanager
def begin_write(engine: Engine) -> Iterator[Connection]:
    """Open a transaction that will write; SQLite lets one in at a time."""
    lock = engine.get_execution_options().get(_LOCK)
    if lock is None:
        with engine.begin() as connection:
            yield connection
        return
    # Waiting threads queue here: SQLite's own waiting is sleeping and trying again.
    with lock, engine.execution_options(**{_WRITE: True}).begin() as connection:
        yield connection


def _open_other(url: URL) -> Engine:
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    try:
        return create_engine(url, hide_parameters=True, pool_size=POOL_SIZE, pool_pre_ping=True)
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
        execution_options={_LOCK: threading.Lock()},
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
