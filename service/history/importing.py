"""Import a whole export, piece by piece: bad rows are told and nothing else is lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import lru_cache
from pathlib import Path

from rules.ruleset import RuleSet
from service.files_in import BadRow, read_rows
from service.history.header import HistoryHeader
from service.history.rows import HistoryReader, find_owner
from service.lapor import LAPOR_ZONE
from service.store.history import HistoryRow, Saved, save_history
from service.store.repository import Store
from service.store.writer import Transaction
from service.tables_in import open_table

_ROWS_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What became of a file.

    Attributes
    ----------
    rows, bad : int
        Rows of the file, and those that could not be read.
    nobodys : int
        Rows whose body is no known one.
    saved : Saved
        What was written.
    """

    rows: int
    bad: int
    nobodys: int
    saved: Saved


def import_history(
    path: Path,
    store: Store,
    ruleset: RuleSet,
    *,
    now: datetime,
    source: str,
    agency: str | None = None,
    timezone: tzinfo = LAPOR_ZONE,
    notice: Callable[[str], None],
    refused: Callable[[BadRow], None],
) -> Imported:
    """Read an export and keep what it says.

    Parameters
    ----------
    path : Path
        ``.xlsx`` as LAPOR! writes it, ``.csv`` or ``.parquet`` with the same columns.
    store : Store
        Where it is kept; committed every 500 rows, and safe to be repeated.
    ruleset : RuleSet
        Names of bodies and places, topics, limits.
    now : datetime
        The moment, with a zone.
    source : str
        The system; with the tracking id it makes a row known again.
    agency : str, optional
        Code of the office whose export it is; by default as the title block names it.
    timezone : tzinfo
        Zone of day and time.
    notice, refused : callable
        Take lines for the user, and rows that cannot be read.

    Raises
    ------
    FileError
        If the file as a whole cannot be used.
    ServiceError
        If ``agency`` is unknown.
    """
    header = HistoryHeader()
    table = open_table(path, find=header)
    for line in table.layout.notices():
        notice(line)
    reader = HistoryReader(
        ruleset=ruleset,
        resolve_names=lru_cache(4096)(ruleset.gazetteer.resolve_names),
        source=source,
        owner=find_owner(ruleset, code=agency, name=header.owner),
        exported_on=header.exported_on,
        timezone=timezone,
    )
    rows = bad = nobodys = 0
    saved, waiting = Saved(), list[HistoryRow]()
    for found in read_rows(table, reader.read, table.layout.names):
        rows += 1
        if isinstance(found, BadRow):
            bad += 1
            refused(found)
            continue
        nobodys += found["agency"] is None
        waiting.append(found)
        if len(waiting) >= _ROWS_AT_ONCE:
            saved += _save(store, waiting, now)
            waiting = []
    saved += _save(store, waiting, now)
    return Imported(rows=rows, bad=bad, nobodys=nobodys, saved=saved)


def _save(store: Store, rows: list[HistoryRow], now: datetime) -> Saved:
    def work(transaction: Transaction) -> Saved:
        return save_history(transaction, rows, now)

    return store.writing(work)
