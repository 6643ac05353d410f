"""What is wrong with the database, the login and the events, and what to do about it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, func, make_url, select
from sqlalchemy.exc import SQLAlchemyError

from service.auth.callers import is_loopback
from service.errors import ServiceError
from service.events.queue import GIVEN_UP, GONE
from service.findings import BAD, OK, WARN, Finding
from service.settings import Settings
from service.store.accounts_schema import api_key, person
from service.store.engine import close_engine, open_engine
from service.store.events_schema import delivery, outbox, subscription
from service.store.health import check_database

_ENOUGH_BYTES: Final = 1024**3
_LATE: Final = timedelta(minutes=15)


def examine_database(settings: Settings, now: datetime, host: str) -> Iterator[Finding]:
    """Yield what was found about database, login and events."""
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite":
        problems = list(_file(Path(url.database or "")))
        yield from problems
        if any(found.state == BAD for found in problems):
            return
        if not Path(url.database or "").exists():
            what = f"{url.database}: no database yet; serve creates it"
            yield Finding(state=OK, what=what)
            yield from _login(settings, has_any=False, host=host)
            return
    elif find_spec("psycopg") is None:
        do = "pip install 'disposisi[postgres]'"
        yield Finding(state=BAD, what="DISPOSISI_DATABASE_URL is PostgreSQL's", do=do)
        return
    shown = url.render_as_string(hide_password=True)
    try:
        engine = open_engine(settings.database_url, migrate=False)
    except ServiceError as error:
        yield Finding(state=BAD, what=str(error), do="correct DISPOSISI_DATABASE_URL")
        return
    try:
        yield from _tables(engine, settings, now, host)
    except SQLAlchemyError as error:
        what = f"database {shown} does not answer ({type(error).__name__})"
        yield Finding(state=BAD, what=what, do="start it; check address, user and password")
    finally:
        close_engine(engine)


def _file(path: Path) -> Iterator[Finding]:
    folder = path.absolute().parent
    if not folder.is_dir():
        what = f"{folder}: no such folder for the database"
        yield Finding(state=BAD, what=what, do=f"mkdir -p {folder}")
        return
    closed = [
        name
        for name in (folder, path, *(Path(f"{path}{end}") for end in ("-wal", "-shm", "-lock")))
        if name.exists() and not os.access(name, os.W_OK)
    ]
    for name in closed:
        what = f"{name}: cannot be written"
        yield Finding(state=BAD, what=what, do="give it to the user that runs serve")
    free = shutil.disk_usage(folder).free
    state = WARN if free < _ENOUGH_BYTES else OK
    do = "make room: without it nothing is stored" if state == WARN else ""
    yield Finding(state=state, what=f"{free / 1024**3:,.1f} GiB free for the database", do=do)


def _tables(engine: Engine, settings: Settings, now: datetime, host: str) -> Iterator[Finding]:
    with engine.connect() as connection:
        health = check_database(connection)
        for problem in health.problems:
            do = "disposisi db upgrade" if "db upgrade" in problem else "restore a backup"
            yield Finding(state=BAD, what=f"database: {problem}", do=do)
        if health.problems:
            return
        what = f"database at {health.revision}, {health.complaints:,} complaints"
        yield Finding(state=OK, what=what)
        has_any = any(
            connection.execute(query.limit(1)).first()
            for query in (
                select(api_key.c.id).where(api_key.c.active_name.is_not(None)),
                select(person.c.id).where(person.c.disabled_at.is_(None)),
            )
        )
        yield from _login(settings, has_any=has_any, host=host)
        yield from _events(connection, settings, now)


def _login(settings: Settings, *, has_any: bool, host: str) -> Iterator[Finding]:
    first = "disposisi users create --login NAMA --role admin_nasional"
    is_on = has_any if settings.auth is None else settings.auth == "on"
    if is_on and not has_any:
        yield Finding(state=BAD, what="a login is needed and nobody has one", do=first)
    elif not is_on and not is_loopback(host):
        what = f"--host {host} is reached by others and no login is needed: serve refuses it"
        yield Finding(state=BAD, what=what, do=f"DISPOSISI_AUTH=on and {first}")
    elif not is_on and has_any:
        what = "DISPOSISI_AUTH=off although users or keys exist"
        yield Finding(state=WARN, what=what, do="unset it: then a login is needed")
    elif not is_on:
        yield Finding(state=OK, what="no login is needed: only this machine is served")
    else:
        yield Finding(state=OK, what="a login or a key is needed")


def _events(connection: Connection, settings: Settings, now: datetime) -> Iterator[Finding]:
    gone = select(subscription.c.name).where(subscription.c.disabled_why == GONE)
    for name in connection.execute(gone).scalars():
        what = f"webhook {name}: its target answered 410 and gets nothing more"
        yield Finding(state=WARN, what=what, do="disposisi webhooks add, under a new name")
    given_up = (
        select(subscription.c.name, func.count())
        .join(delivery, delivery.c.subscription_id == subscription.c.id)
        .where(delivery.c.state == GIVEN_UP, subscription.c.disabled_at.is_(None))
        .group_by(subscription.c.name)
    )
    for name, count in connection.execute(given_up):
        what = f"webhook {name}: {count:,} events were given up"
        do = f"disposisi webhooks test {name}, then disposisi webhooks redeliver {name}"
        yield Finding(state=WARN, what=what, do=do)
    waiting = select(func.min(outbox.c.leaves_at)).where(
        outbox.c.left_at.is_(None), outbox.c.undone_at.is_(None)
    )
    first = connection.execute(waiting).scalar_one()
    if first is not None and now - first > _LATE:
        how = (
            "disposisi events deliver --every 5s" if settings.events == "off" else "disposisi serve"
        )
        what = f"events wait since {first:%Y-%m-%d %H:%M} UTC: nobody hands them out"
        yield Finding(state=WARN, what=what, do=f"start {how}")
    for setting, value in (
        ("DISPOSISI_WEBHOOK_PRIVATE", settings.webhook_private),
        ("DISPOSISI_WEBHOOK_HTTP", settings.webhook_http),
    ):
        if value == "on":
            what = f"{setting}=on: webhooks may be less safe"
            yield Finding(state=WARN, what=what, do="unset it unless a target needs it")
