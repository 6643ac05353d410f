"""Hide small counts before anything is published, also from whoever subtracts from the total."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

SMALLEST = 5  # a published count is 0 or at least this
_K = TypeVar("_K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Published(Generic[_K]):
    """Counts of which some are hidden.

    Attributes
    ----------
    cells : mapping of key to (int or None)
        None is hidden.
    total : int or None
        Their sum; None where it would tell a hidden one.
    """

    cells: Mapping[_K, int | None]
    total: int | None


def is_small(count: int) -> bool:
    """Return whether a count could point to somebody.

    Examples
    --------
    >>> [is_small(n) for n in (0, 1, 4, 5)]
    [False, True, True, False]
    """
    return 0 < count < SMALLEST


def publish(counts: Mapping[_K, int], *, hidden: Collection[_K] = ()) -> Published[_K]:
    """Return the counts of one table row or column as they may be published beside their total.

    Counts of 1 to 4 are hidden. Where the total less the shown ones would tell them, the next
    larger ones are hidden too, until every hidden count may be anything from 1 to at least 5.
    Where that cannot be had, the total is hidden as well.

    Parameters
    ----------
    counts : mapping of key to int
        At least 0.
    hidden : collection of key
        Hidden for another reason.

    Examples
    --------
    >>> found = publish({"a": 3, "b": 40, "c": 12, "d": 0})
    >>> found.cells, found.total
    ({'a': None, 'b': 40, 'c': None, 'd': 0}, 55)
    >>> publish({"a": 3}).total is None
    True
    """
    out = {key for key, count in counts.items() if is_small(count)}
    out |= {key for key in hidden if counts[key]}
    rest = sorted(
        (key for key, count in counts.items() if count and key not in out),
        key=lambda key: (counts[key], str(key)),
    )
    while out and rest and not _is_safe(counts, out):
        out.add(rest.pop(0))
    total = sum(counts.values())
    return Published(
        {key: None if key in out else count for key, count in counts.items()},
        total if not out or _is_safe(counts, out) else None,
    )


def _is_safe(counts: Mapping[_K, int], out: Collection[_K]) -> bool:
    """Return whether each hidden count may be 1 to at least 5 for whoever knows their sum."""
    return len(out) > 1 and sum(counts[key] for key in out) - len(out) + 1 >= SMALLEST


def publish_share(part: int, other: int) -> float | None:
    """Return part of both as a share of whole percents, or None where either is small.

    Examples
    --------
    >>> publish_share(27, 13), publish_share(27, 2), publish_share(0, 0)
    (0.68, None, None)
    """
    if is_small(part) or is_small(other) or not part + other:
        return None
    return round(part / (part + other), 2)
