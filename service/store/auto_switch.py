"""The stop button: off or on for every worker of the database, with who, when and why."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Connection, Engine, RowMapping, select
from sqlalchemy.exc import SQLAlchemyError

from classifier.masking import mask
from service.actors import Actor
from service.auth.roles import ADMIN_NASIONAL
from service.complaint import InputError, check_text
from service.life.errors import ActionForbiddenError
from service.store.audit import digest_of
from service.store.ids import make_id
from service.store.schema import audit
from service.store.switch_schema import auto_switch
from service.store.writer import Transaction

EVENT: Final = "switch"
KEPT_S: Final = 1.0  # how long a worker may go on by what it read last
MAX_REASON_CHARS: Final = 500
_COVERED = ("id", "is_on", "actor_kind", "actor_id", "actor_role", "reason", "created_at")
_NEWEST = (
    select(auto_switch)
    .join(audit, (audit.c.record_id == auto_switch.c.id) & (audit.c.event == EVENT))
    .order_by(audit.c.seq.desc())
)


class AutoSwitch:
    """What a worker knows of the switch: read from the database at most once a second.

    Where the database does not answer it counts as off: nothing goes out by itself that somebody
    may have stopped.

    Parameters
    ----------
    engine : Engine
    clock : callable, optional
        Seconds that only grow.
    """

    def __init__(self, engine: Engine, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._engine, self._clock = engine, clock
        self._lock = threading.Lock()
        self._until = float("-inf")
        self._is_on = False

    def is_on(self) -> bool:
        """Return whether clear dispositions may go out by themselves."""
        if self._clock() >= self._until:
            with self._lock:
                if self._clock() >= self._until:
                    self._is_on = self._read()
                    self._until = self._clock() + KEPT_S
        return self._is_on

    def known(self) -> bool | None:
        """Return the same where it was read within the last second, else None; never waits."""
        return self._is_on if self._clock() < self._until else None

    def forget(self) -> None:
        """Read again at the next question: this worker has turned it itself."""
        self._until = float("-inf")

    def _read(self) -> bool:
        try:
            with self._engine.connect() as connection:
                return is_auto_on(connection)
        except SQLAlchemyError:
            return False


def is_auto_on(connection: Connection) -> bool:
    """Return how the switch stands; on while nobody has ever turned it."""
    row = connection.execute(_NEWEST.limit(1)).mappings().one_or_none()
    return row is None or bool(row["is_on"])


def read_switches(connection: Connection, *, limit: int = 20) -> Sequence[RowMapping]:
    """Return who turned it, when and why, newest first."""
    return connection.execute(_NEWEST.limit(limit)).mappings().all()


def turn(transaction: Transaction, *, on: bool, actor: Actor, reason: str, now: datetime) -> bool:
    """Record that somebody turns automatic disposition off or on again.

    Returns
    -------
    bool
        False where it stood so already; then nothing is recorded.

    Raises
    ------
    ActionForbiddenError
        If it is not a national admin.
    InputError
        If the reason is empty or too long.
    """
    if actor.kind != "person" or actor.role != ADMIN_NASIONAL:
        msg = f"the switch is for {ADMIN_NASIONAL}"
        raise ActionForbiddenError(msg)
    field = "reason"
    if not reason.strip():
        raise InputError(field, "expected why it is turned")
    reason = mask(check_text(field, reason, max_chars=MAX_REASON_CHARS)).text
    if is_auto_on(transaction.connection) == on:
        return False
    row: dict[str, Any] = {
        "id": make_id(now),
        "is_on": on,
        "actor_kind": actor.kind,
        "actor_id": actor.id,
        "actor_role": actor.role,
        "reason": reason,
        "created_at": now.astimezone(UTC),
    }
    transaction.add(auto_switch, row)
    # The chain names a complaint in each link; this record stands for itself.
    transaction.chain.append(EVENT, row["id"], row["id"], switch_digest(row), at=now)
    return True


def switch_digest(row: RowMapping | dict[str, Any]) -> str:
    """Return the digest of one turn, as the audit chain covers it."""
    return digest_of({name: row[name] for name in _COVERED})
