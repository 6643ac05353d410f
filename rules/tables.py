"""Decision tables: typed, dated, sourced rows, read strictly from YAML."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TypeAlias

from rules.cells import Cell, Input, check_code, read_cell, read_input
from rules.loading import Item, read_yaml
from rules.rows import Answer, Copy, Row
from rules.vocabulary import Vocabulary

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
HIT_POLICIES = ("unique", "first", "priority", "collect")
OUTPUT_TYPES = frozenset(
    {"agency", "agencies", "level", "category", "topic", "flag", "reason", "text", "code"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One decision table.

    Attributes
    ----------
    name, hit_policy : str
        What it decides, and how when several rows match.
    path : Path
        The file.
    inputs : mapping of str to Input
        Columns of conditions.
    outputs : mapping of str to str
        Types of the answers by name; the first one stands in every row.
    rows : tuple of Row
        In the order in which they are tried.
    """

    name: str
    hit_policy: str
    path: Path
    inputs: Mapping[str, Input]
    outputs: Mapping[str, str]
    rows: tuple[Row, ...]


def load_table(path: Path, vocabulary: Vocabulary) -> Table:
    """Return the table of a file.

    Raises
    ------
    RuleFileError
        If anything in it is unknown, missing, of the wrong type or out of order.
    """
    root = read_yaml(path).fields(
        required=["table", "inputs", "outputs", "rows"], optional=["hit_policy"], what="a table"
    )
    policy = root["hit_policy"].code() if "hit_policy" in root else "unique"
    if policy not in HIT_POLICIES:
        problem = f"unknown hit policy {policy!r}; expected one of {list(HIT_POLICIES)}"
        root["hit_policy"].refuse(problem)
    inputs = {
        name: read_input(name, item, vocabulary)
        for name, item in root["inputs"].mapping("inputs").items()
    }
    reader = _RowReader(policy, inputs, _read_outputs(root["outputs"], vocabulary), vocabulary)
    rows = tuple(reader.row(item) for item in root["rows"].sequence("rows"))
    if not rows:
        root["rows"].refuse("expected at least one row, got none")
    _refuse_equal_ids(rows, path, root["rows"])
    if policy == "priority":
        rows = tuple(sorted(rows, key=lambda row: row.priority))
    return Table(
        name=root["table"].code(),
        hit_policy=policy,
        path=path,
        inputs=inputs,
        outputs={name: kind for name, (kind, _) in reader.outputs.items()},
        rows=rows,
    )


Period: TypeAlias = tuple[date, date | None]
_Outputs: TypeAlias = dict[str, tuple[str, frozenset[str] | None]]


def _read_outputs(item: Item, vocabulary: Vocabulary) -> _Outputs:
    outputs: _Outputs = {}
    for name, declared in item.mapping("outputs").items():
        if isinstance(declared.value, tuple):
            outputs[name] = ("code", frozenset(member.code() for member in declared.value))
            continue
        kind = declared.code()
        if kind not in OUTPUT_TYPES:
            known = sorted(OUTPUT_TYPES)
            problem = f"unknown type {kind!r}; an output is one of {known} or a list of codes"
            declared.refuse(problem)
        outputs[name] = (kind, vocabulary.of(kind))
    if not outputs:
        item.refuse("expected at least one output, got none")
    return outputs


@dataclass(frozen=True, slots=True)
class _RowReader:
    policy: str
    inputs: Mapping[str, Input]
    outputs: _Outputs
    vocabulary: Vocabulary

    def row(self, item: Item, period: Period | None = None) -> Row:
        """Return one row; its dates are those of ``period`` where that is given."""
        dated = ["valid_from"] if period is None else []
        ranked = ["priority"] if self.policy == "priority" else []
        entry = item.fields(
            required=["id", "when", "then", *dated, "reference", *ranked],
            optional=["note", *(["valid_until"] if dated else [])],
            what="a row",
        )
        valid_from, valid_until = period or _dates(entry)
        row_id = entry["id"].code()
        if not _ID.fullmatch(row_id):
            problem = f"expected an id of letters, digits, '-', '_' and '.', got {row_id!r}"
            entry["id"].refuse(problem)
        return Row(
            id=row_id,
            when=self._conditions(entry["when"]),
            then=self._answers(entry["then"]),
            valid_from=valid_from,
            valid_until=valid_until,
            reference=entry["reference"].text(),
            note=entry["note"].text() if "note" in entry else None,
            priority=entry["priority"].integer() if ranked else 0,
            line=item.line,
        )

    def _conditions(self, item: Item) -> dict[str, Cell]:
        entries = item.fields(optional=list(self.inputs), what="a row's `when`")
        return {name: read_cell(self.inputs[name], cell) for name, cell in entries.items()}

    def _answers(self, item: Item) -> dict[str, Answer]:
        first = next(iter(self.outputs))
        entries = item.fields(
            required=[first],
            optional=[name for name in self.outputs if name != first],
            what="a row's `then`",
        )
        return {name: self._answer(name, entry) for name, entry in entries.items()}

    def _answer(self, name: str, item: Item) -> Answer:
        kind, codes = self.outputs[name]
        if item.value is None and kind in {"agency", "text"}:
            return None
        if kind == "text":
            return item.text()
        if kind == "agencies":
            members = item.sequence(name) if isinstance(item.value, tuple) else (item,)
            return tuple(self._copy(name, member) for member in members)
        code = item.code()
        if codes is not None:
            check_code(name, kind, codes, code, item)
        return code

    def _copy(self, name: str, item: Item) -> Copy:
        known = self.vocabulary.of("agencies") or frozenset()
        if not isinstance(item.value, dict):
            code = item.code()
            check_code(name, "agency", known, code, item)
            return Copy(agency=code)
        entry = item.fields(required=["agency"], optional=["level", "unit"], what="a copy")
        code = entry["agency"].code()
        check_code(name, "agency", known, code, entry["agency"])
        level = entry["level"].code() if "level" in entry else None
        if level is not None:
            levels = self.vocabulary.of("level") or frozenset()
            check_code("level", "level", levels, level, entry["level"])
        return Copy(
            agency=code, level=level, unit=entry["unit"].text() if "unit" in entry else None
        )


def _dates(entry: Mapping[str, Item]) -> Period:
    valid_from = entry["valid_from"].day()
    valid_until = entry["valid_until"].day() if "valid_until" in entry else None
    if valid_until is not None and valid_until <= valid_from:
        problem = f"expected valid_until after valid_from {valid_from}, got {valid_until}"
        entry["valid_until"].refuse(problem)
    return valid_from, valid_until


def with_rows(table: Table, items: Sequence[Item], period: Period, vocabulary: Vocabulary) -> Table:
    """Return the table with other rows for a period; its own rows do not count then.

    Parameters
    ----------
    items : sequence of Item
        Rows as in a table's file, without dates.
    period : (date, date or None)
        First day in force, and first day no longer in force.
    """
    start, _ = period
    outputs = {name: (kind, vocabulary.of(kind)) for name, kind in table.outputs.items()}
    reader = _RowReader(table.hit_policy, table.inputs, outputs, vocabulary)
    kept = [
        replace(row, valid_until=start) if row.is_in_force(start) else row
        for row in table.rows
        if row.valid_from < start
    ]
    added = [reader.row(item, period) for item in items]
    taken = {row.id for row in table.rows}
    for item, row in zip(items, added, strict=True):
        if row.id in taken:
            item.refuse(f"id {row.id!r} stands twice; {table.path.name} has it too")
        taken.add(row.id)
    rows = tuple(sorted([*kept, *added], key=lambda row: row.priority))
    return replace(table, rows=rows)


def _refuse_equal_ids(rows: tuple[Row, ...], path: Path, where: Item) -> None:
    seen: dict[str, list[Row]] = {}
    for item, row in zip(where.sequence("rows"), rows, strict=True):
        for other in seen.get(row.id, ()):
            if row.meets(other):
                problem = f"id {row.id!r} is in force twice, the other one is on line {other.line}"
                item.refuse(problem)
        seen.setdefault(row.id, []).append(row)
