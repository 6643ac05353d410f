"""A copy of the database, taken while it is in use."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from sqlalchemy import URL, make_url

from service.store.errors import StoreError


def back_up(url: str, target: Path) -> None:
    """Write a whole copy to a new file: SQLite's own format, or ``pg_dump``'s for PostgreSQL.

    Raises
    ------
    StoreError
        If the target exists, the database cannot be read, or ``pg_dump`` is not there.
    """
    if target.exists():
        msg = f"{target}: exists already; a backup never overwrites a file"
        raise StoreError(msg)
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        _copy_sqlite(Path(parsed.database or ""), target)
    else:
        _dump_postgresql(parsed, target)


def _copy_sqlite(source: Path, target: Path) -> None:
    if not source.is_file():
        msg = f"{source}: no such database"
        raise StoreError(msg)
    part = target.with_name(f"{target.name}.part")
    try:
        with (
            closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as live,
            closing(sqlite3.connect(part)) as copy,
        ):
            live.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")  # one file, no -wal beside it
        part.rename(target)
    except sqlite3.Error as error:
        part.unlink(missing_ok=True)
        msg = f"{source}: cannot be copied to {target}: {error}"
        raise StoreError(msg) from None


def _dump_postgresql(url: URL, target: Path) -> None:
    program = shutil.which("pg_dump")
    if program is None:
        msg = "a backup of PostgreSQL needs pg_dump, which is not installed"
        raise StoreError(msg)
    plain = url.set(drivername="postgresql", password=None)
    environment = {**os.environ, **({"PGPASSWORD": url.password} if url.password else {})}
    command = [program, "--format=custom", f"--file={target}", f"--dbname={plain}"]
    done = subprocess.run(  # noqa: S603  # nosec B603  # our own program with the operator's own address
        command, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        target.unlink(missing_ok=True)
        msg = f"pg_dump failed: {done.stderr.strip().splitlines()[-1] if done.stderr else ''}"
        raise StoreError(msg)
