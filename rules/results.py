"""What the tables answer, with the rows that said so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

Fact: TypeAlias = str | bool | float | tuple[str, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fired:
    """A row that counted.

    Attributes
    ----------
    table, row : str
        Name of the table and id of the row.
    because : mapping of str to Fact
        The facts that met its conditions.
    reference : str
        Legal basis.
    """

    table: str
    row: str
    because: Mapping[str, Fact]
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NearMiss:
    """A row that would have counted but for one condition.

    Attributes
    ----------
    table, row : str
        Name of the table and id of the row.
    failed : mapping of str to str
        The one condition that was not met, as the table states it.
    """

    table: str
    row: str
    failed: Mapping[str, str]


@dataclass(slots=True, kw_only=True)
class Route:
    """Who must answer.

    Not frozen, which would take three times as long to make; nobody changes one.

    Attributes
    ----------
    agency : str or None
        Code; None when the body cannot be told or the place is missing.
    level : str
        Level of that body.
    level_fixed : bool
        Whether a row set the level without looking at the level that the text suggests.
    unit : str or None
        Office inside the body; the overseer where misconduct is alleged.
    copies : tuple of (str, str or None)
        Code and office of those who are informed, without the body itself.
    place_missing : bool
        Whether a regional body must answer and the place does not say which.
    rows : tuple of Fired
        Rows that counted: the route, and the overseer where there is one; empty where no row did.
    near_misses : tuple of NearMiss
        The nearest row above that missed by one condition; empty if there is none.
    """

    agency: str | None
    level: str
    level_fixed: bool
    unit: str | None
    copies: tuple[tuple[str, str | None], ...]
    place_missing: bool
    rows: tuple[Fired, ...]
    near_misses: tuple[NearMiss, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """Something about a complaint that people must know.

    Attributes
    ----------
    code : str
        One of the flags of the design.
    detail : str or None
        What exactly, such as the hotline.
    message : str
        For people, in Indonesian.
    """

    code: str
    detail: str | None
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a person looks at a complaint.

    Attributes
    ----------
    code : str
        One of the review reasons of the design.
    detail : str or None
        What exactly, such as the row that asked for it.
    message : str
        For people, in Indonesian.
    """

    code: str
    detail: str | None
    message: str
