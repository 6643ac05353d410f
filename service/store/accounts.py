"""Keep and find keys, people, sessions and attempts to log in; every secret is a hash here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import Engine, RowMapping, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from service.store.accounts_schema import api_key, login_attempt, person, session
from service.store.engine import begin_write
from service.store.errors import StoreError
from service.store.ids import make_id
from service.store.repository import translated

Row = RowMapping


class TakenError(StoreError):
    """The name is in use."""


class HasEngine(Protocol):
    """A store, as far as this needs it."""

    @property
    def engine(self) -> Engine:
        """The database."""
        ...


class AccountStore:
    """Keys, people and sessions in one database; safe from many threads."""

    def __init__(self, store: HasEngine) -> None:
        self._engine = store.engine

    def has_any(self) -> bool:
        """Return whether a key or a person that counts exists."""
        with translated(), self._engine.connect() as connection:
            keys = select(api_key.c.id).where(api_key.c.active_name.is_not(None)).limit(1)
            people = select(person.c.id).where(person.c.disabled_at.is_(None)).limit(1)
            return any(connection.execute(query).first() for query in (keys, people))

    def add_key(
        self, *, name: str, key_sha256: str, scopes: str, region: str | None, now: datetime
    ) -> None:
        """Keep a key; ``TakenError`` if one of that name counts already."""
        values = {
            "id": make_id(now),
            "name": name,
            "active_name": name,
            "key_sha256": key_sha256,
            "scopes": scopes,
            "region": region,
            "created_at": now,
        }
        self._insert(api_key, values)

    def find_key(self, key_sha256: str) -> Row | None:
        """Return the key that has this hash and counts."""
        return self._one(
            select(api_key).where(
                api_key.c.key_sha256 == key_sha256, api_key.c.active_name.is_not(None)
            )
        )

    def list_keys(self) -> Sequence[Row]:
        """Return every key, revoked ones too, without hashes."""
        hidden = {"key_sha256", "active_name"}
        columns = [column for column in api_key.c if column.name not in hidden]
        return self._all(select(*columns).order_by(api_key.c.id))

    def revoke_key(self, name: str, *, now: datetime) -> bool:
        """End the key of that name from this moment on; return whether there was one."""
        query = update(api_key).where(api_key.c.active_name == name)
        return self._write(query.values(active_name=None, revoked_at=now)) > 0

    def add_person(
        self,
        *,
        login: str,
        password_hash: str,
        role: str,
        agency: str | None,
        unit: str | None,
        now: datetime,
    ) -> None:
        """Keep a person; ``TakenError`` if the login is in use, also by a disabled one."""
        values = {
            "id": make_id(now),
            "login": login,
            "password_hash": password_hash,
            "role": role,
            "agency": agency,
            "unit": unit,
            "created_at": now,
        }
        self._insert(person, values)

    def find_person(self, login: str) -> Row | None:
        """Return the person of that login who may log in."""
        return self._one(
            select(person).where(person.c.login == login, person.c.disabled_at.is_(None))
        )

    def list_people(self) -> Sequence[Row]:
        """Return every person, disabled ones too, without hashes."""
        columns = [column for column in person.c if column.name != "password_hash"]
        return self._all(select(*columns).order_by(person.c.login))

    def disable_person(self, login: str, *, now: datetime) -> bool:
        """Let the person in no more and end the sessions; return whether there was one."""
        query = update(person).where(person.c.login == login, person.c.disabled_at.is_(None))
        return self._change_person(login, query.values(disabled_at=now), now)

    def change_password(self, login: str, password_hash: str, *, now: datetime) -> bool:
        """Replace the hash and end the sessions; return whether there was such a person."""
        query = update(person).where(person.c.login == login, person.c.disabled_at.is_(None))
        return self._change_person(login, query.values(password_hash=password_hash), now)

    def add_session(self, *, token_sha256: str, person_id: UUID, now: datetime) -> None:
        """Keep a session that begins now."""
        values = {
            "id": make_id(now),
            "token_sha256": token_sha256,
            "person_id": person_id,
            "created_at": now,
            "seen_at": now,
        }
        self._insert(session, values)

    def find_session(self, token_sha256: str) -> Row | None:
        """Return session and person together; not one that was ended or whose person is."""
        query = (
            select(
                session.c.id,
                session.c.created_at,
                session.c.seen_at,
                person.c.id.label("person_id"),
                person.c.role,
                person.c.agency,
                person.c.unit,
            )
            .join_from(session, person)
            .where(
                session.c.token_sha256 == token_sha256,
                session.c.ended_at.is_(None),
                person.c.disabled_at.is_(None),
            )
        )
        return self._one(query)

    def touch_session(self, session_id: UUID, *, now: datetime) -> None:
        """Note that the session was used."""
        self._write(update(session).where(session.c.id == session_id).values(seen_at=now))

    def end_session(self, token_sha256: str, *, now: datetime) -> None:
        """End the session; nothing happens where there is none."""
        query = update(session).where(
            session.c.token_sha256 == token_sha256, session.c.ended_at.is_(None)
        )
        self._write(query.values(ended_at=now))

    def note_attempt(
        self, *, login_sha256: str, address: str, now: datetime, window: timedelta
    ) -> tuple[int, int]:
        """Note an attempt; return how many there were in the window: of this login, this address.

        Counted in the transaction that writes, so that a hundred at once do not pass as one.
        Attempts older than the window are forgotten.
        """
        with translated(), begin_write(self._engine) as connection:
            connection.execute(delete(login_attempt).where(login_attempt.c.tried_at < now - window))
            connection.execute(
                insert(login_attempt).values(
                    id=make_id(now), login_sha256=login_sha256, address=address, tried_at=now
                )
            )
            of_login, of_address = (
                connection.execute(
                    select(func.count()).select_from(login_attempt).where(condition)
                ).scalar_one()
                for condition in (
                    login_attempt.c.login_sha256 == login_sha256,
                    login_attempt.c.address == address,
                )
            )
        return of_login, of_address

    def forget_attempts(self, login_sha256: str) -> None:
        """Forget the attempts of a login that has got in."""
        self._write(delete(login_attempt).where(login_attempt.c.login_sha256 == login_sha256))

    def _change_person(self, login: str, query: Any, now: datetime) -> bool:
        own = select(person.c.id).where(person.c.login == login).scalar_subquery()
        ended = update(session).where(session.c.person_id == own, session.c.ended_at.is_(None))
        with translated(), begin_write(self._engine) as connection:
            changed = connection.execute(query).rowcount
            if changed:
                connection.execute(ended.values(ended_at=now))
        return bool(changed)

    def _insert(self, table: Any, values: Mapping[str, Any]) -> None:
        try:
            with translated(), begin_write(self._engine) as connection:
                connection.execute(insert(table).values(**values))
        except IntegrityError:
            msg = "the name is in use"
            raise TakenError(msg) from None

    def _write(self, query: Any) -> int:
        with translated(), begin_write(self._engine) as connection:
            return int(connection.execute(query).rowcount)

    def _one(self, query: Any) -> Row | None:
        with translated(), self._engine.connect() as connection:
            return connection.execute(query).mappings().one_or_none()

    def _all(self, query: Any) -> Sequence[Row]:
        with translated(), self._engine.connect() as connection:
            return connection.execute(query).mappings().all()
