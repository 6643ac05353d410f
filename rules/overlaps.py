"""Whether two rows can match the same facts, and whether one answers all that another does."""

from __future__ import annotations

from rules.cells import Between, Cell, Holds, OneOf
from rules.rows import Row


def meet(one: Row, other: Row) -> bool:
    """Say whether some facts on some day match both rows."""
    return one.meets(other) and all(
        _cells_meet(cell, other.when[name]) for name, cell in one.when.items() if name in other.when
    )


def covers(wide: Row, narrow: Row) -> bool:
    """Say whether the first row matches whenever the second one does."""
    lasts = wide.valid_from <= narrow.valid_from and (
        wide.valid_until is None
        or (narrow.valid_until is not None and narrow.valid_until <= wide.valid_until)
    )
    return lasts and all(
        name in narrow.when and _cell_covers(cell, narrow.when[name])
        for name, cell in wide.when.items()
    )


def _cells_meet(one: Cell, other: Cell) -> bool:
    match one, other:
        case OneOf(), OneOf():
            if one.negated and other.negated:
                return True
            if one.negated:
                return bool(other.values - one.values)
            if other.negated:
                return bool(one.values - other.values)
            return bool(one.values & other.values)
        case Holds(), Holds():
            return _sets_meet(one, other) and _sets_meet(other, one)
        case Between(), Between():
            return max(one.low, other.low) < min(one.high, other.high)
    return True


def _sets_meet(one: Holds, other: Holds) -> bool:
    if other.mode != "none":
        return True
    if one.mode == "any":
        return bool(one.values - other.values)
    return one.mode == "none" or not one.values & other.values


def _cell_covers(wide: Cell, narrow: Cell) -> bool:
    match wide, narrow:
        case OneOf(), OneOf():
            if wide.negated and narrow.negated:
                return wide.values <= narrow.values
            if wide.negated:
                return not wide.values & narrow.values
            return not narrow.negated and narrow.values <= wide.values
        case Holds(), Holds():
            return _set_covers(wide, narrow)
        case Between(), Between():
            return wide.low <= narrow.low and narrow.high <= wide.high
    return False


def _set_covers(wide: Holds, narrow: Holds) -> bool:
    match wide.mode, narrow.mode:
        case "any", "any":
            return narrow.values <= wide.values
        case "any", "all":
            return bool(narrow.values & wide.values)
        case "all", "all":
            return wide.values <= narrow.values
        case "all", "any":
            return len(narrow.values) == 1 and wide.values == narrow.values
        case "none", "none":
            return wide.values <= narrow.values
    return False
