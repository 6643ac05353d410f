"""Write history: each complaint of a source once, the later export counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update
from typing_extensions import TypedDict

from service.store.history_schema import history
from service.store.writer import Transaction


class HistoryRow(TypedDict):
    """The columns of ``history`` but the moment of the import."""

    source: str
    tracking_id: str
    received_at: datetime | None
    received_on: str | None
    status: str
    lapor_status: str
    reason: str | None
    classification: str | None
    category: str | None
    due_on: str | None
    lapor_category: str | None
    topic: str | None
    agency: str | None
    agency_name: str | None
    unit: str | None
    region: str | None
    channel: str | None
    anonymous: bool
    secret: bool
    exported_on: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """How many rows were new, changed, the same, or from an older export than what is kept."""

    new: int = 0
    changed: int = 0
    same: int = 0
    older: int = 0

    def __add__(self, other: Saved) -> Saved:
        return Saved(
            new=self.new + other.new,
            changed=self.changed + other.changed,
            same=self.same + other.same,
            older=self.older + other.older,
        )


_KEYS = ("source", "tracking_id")
# Another export of the same day need not differ in anything that a report shows.
_COMPARED = [name for name in HistoryRow.__annotations__ if name not in (*_KEYS, "exported_on")]
_UPDATE = (
    update(history)
    .where(*(history.c[name] == bindparam(f"key_{name}") for name in _KEYS))
    .values({name: bindparam(name) for name in (*_COMPARED, "exported_on", "imported_at")})
)


def save_history(transaction: Transaction, rows: Sequence[HistoryRow], now: datetime) -> Saved:
    """Keep the rows of one source; a number that stands twice counts as its last row says."""
    last = {row["tracking_id"]: row for row in rows}
    if not last:
        return Saved()
    source = rows[0]["source"]
    query = select(history).where(
        history.c.source == source, history.c.tracking_id.in_(sorted(last))
    )
    found = transaction.connection.execute(query).mappings().all()
    kept: dict[str, Any] = {row["tracking_id"]: row for row in found}
    new, changed, older = [], [], 0
    for number, row in last.items():
        earlier = kept.get(number)
        values = {**row, "imported_at": now}
        if earlier is None:
            new.append(values)
        elif (row["exported_on"] or "") < (earlier["exported_on"] or ""):
            older += 1
        elif any(earlier[name] != values[name] for name in _COMPARED):
            changed.append({**values, **{f"key_{name}": values[name] for name in _KEYS}})
    transaction.add(history, *new)
    if changed:
        transaction.connection.execute(_UPDATE, changed)
    same = len(rows) - len(new) - len(changed) - older
    return Saved(new=len(new), changed=len(changed), same=same, older=older)
