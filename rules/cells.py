"""One cell of a decision table: which values it lets pass."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TypeAlias

from rules.loading import Item
from rules.vocabulary import Vocabulary

SET_TYPES = frozenset({"cues", "flags"})
SCALAR_TYPES = frozenset(
    {"topic", "level", "kind", "category", "region", "boolean", "number", "agency", "code"}
)
Scalar: TypeAlias = str | bool
_SHORT_LIST = 12


@dataclass(frozen=True, slots=True)
class OneOf:
    """A single value: one of these, or none of these.

    Attributes
    ----------
    values : frozenset
        Codes or booleans; a region prefix is written out.
    text : str
        The cell as a person reads it.
    negated : bool
        Whether the values are the forbidden ones.
    """

    values: frozenset[Scalar]
    text: str
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Holds:
    """A set of codes: at least one of these, all of these, or none of these.

    Attributes
    ----------
    values : frozenset of str
        The codes.
    mode : str
        ``any``, ``all`` or ``none``.
    """

    values: frozenset[str]
    mode: str

    @property
    def text(self) -> str:
        """The cell as a person reads it."""
        mark = "&" if self.mode == "all" else "|"
        return ("not " if self.mode == "none" else "") + mark.join(sorted(self.values))


@dataclass(frozen=True, slots=True)
class Between:
    """A number in [low, high); an open end is infinite."""

    low: float
    high: float

    @property
    def text(self) -> str:
        """The cell as a person reads it."""
        low = "" if self.low == float("-inf") else f">= {self.low:g}"
        high = "" if self.high == float("inf") else f"< {self.high:g}"
        return " and ".join(part for part in (low, high) if part)


Cell: TypeAlias = OneOf | Holds | Between


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """One column of conditions.

    Attributes
    ----------
    name, kind : str
        Name of the column and type of its cells.
    codes : frozenset of str or None
        The allowed codes; None where any text will do, and for numbers and booleans.
    """

    name: str
    kind: str
    codes: frozenset[str] | None


def read_input(name: str, item: Item, vocabulary: Vocabulary) -> Input:
    """Return a column from its declaration: a type, or the list of its codes."""
    if isinstance(item.value, tuple):
        codes = frozenset(member.code() for member in item.value)
        return Input(name=name, kind="code", codes=codes)
    kind = item.code()
    if kind not in SCALAR_TYPES | SET_TYPES:
        known = sorted(SCALAR_TYPES | SET_TYPES)
        item.refuse(f"unknown type {kind!r}; an input is one of {known} or a list of codes")
    return Input(name=name, kind=kind, codes=vocabulary.of(kind))


def read_cell(column: Input, item: Item) -> Cell:
    """Return a cell.

    Raises
    ------
    RuleFileError
        If a code is unknown, or the form does not fit the type of the column.
    """
    if column.kind == "number":
        return _read_interval(column, item)
    if isinstance(item.value, dict):
        return _read_marked(column, item)
    return _make(column, _values(column, item), mode="any")


def _read_marked(column: Input, item: Item) -> Cell:
    marks = ["not", "all"] if column.kind in SET_TYPES else ["not"]
    entries = item.fields(optional=marks, what=f"a condition on {column.name!r}")
    if len(entries) != 1:
        item.refuse(f"expected one of {marks} on {column.name!r}, got {sorted(entries)}")
    mark, inner = next(iter(entries.items()))
    return _make(column, _values(column, inner), mode="none" if mark == "not" else mark)


def _read_interval(column: Input, item: Item) -> Between:
    if not isinstance(item.value, dict):
        problem = f"expected {{at_least: ..., below: ...}} on {column.name!r}, got {item.got}"
        item.refuse(problem)
    ends = item.fields(optional=["at_least", "below"], what=f"a condition on {column.name!r}")
    low = ends["at_least"].number() if "at_least" in ends else float("-inf")
    high = ends["below"].number() if "below" in ends else float("inf")
    if not low < high or not ends:
        item.refuse(f"expected at_least < below on {column.name!r}, got an empty interval")
    return Between(low, high)


def _make(column: Input, pairs: list[tuple[str, frozenset[Scalar]]], *, mode: str) -> Cell:
    values = frozenset[Scalar]().union(*(values for _, values in pairs))
    if column.kind in SET_TYPES:
        return Holds(frozenset(str(value) for value in values), mode)
    text = "|".join(text for text, _ in pairs)
    negated = mode == "none"
    return OneOf(values, f"not {text}" if negated else text, negated)


def _values(column: Input, item: Item) -> list[tuple[str, frozenset[Scalar]]]:
    """Return each written value with the values that it stands for."""
    members = item.sequence(column.name) if isinstance(item.value, tuple) else (item,)
    if not members:
        item.refuse(f"expected at least one value on {column.name!r}, got an empty list")
    pairs = [_value(column, member) for member in members]
    if len({text for text, _ in pairs}) < len(pairs):
        item.refuse(f"a value stands twice on {column.name!r}")
    return pairs


def _value(column: Input, item: Item) -> tuple[str, frozenset[Scalar]]:
    if column.kind == "boolean":
        flag = item.boolean()
        return str(flag).lower(), frozenset({flag})
    code = item.code()
    if column.codes is None:
        return code, frozenset({code})
    if column.kind == "region" and code.endswith("*"):
        found = frozenset(known for known in column.codes if known.startswith(code[:-1]))
        if not found:
            item.refuse(f"no region begins with {code[:-1]!r}")
        return code, frozenset[Scalar](found)
    check_code(column.name, column.kind, column.codes, code, item)
    return code, frozenset({code})


def check_code(name: str, kind: str, codes: frozenset[str], code: str, item: Item) -> None:
    """Refuse a code that no file defines, naming the nearest known ones."""
    if code in codes:
        return
    near = get_close_matches(code, sorted(codes), n=3, cutoff=0.6)
    hint = f"; did you mean {near}?" if near else ""
    label = f"{kind} " if kind != "code" else ""
    expected = f"; expected one of {sorted(codes)}" if len(codes) <= _SHORT_LIST else ""
    item.refuse(f"unknown {label}code {code!r} in {name!r}{hint or expected}")
