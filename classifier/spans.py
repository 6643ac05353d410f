"""A part of a text and the mark that replaces it."""

from __future__ import annotations

Span = tuple[int, int, str]  # start, end, mark


def join_overlapping(found: list[Span]) -> list[Span]:
    """Return the spans in order; of two that overlap, one from the first's start to the last end.

    Examples
    --------
    >>> join_overlapping([(5, 9, "[B]"), (0, 6, "[A]")])
    [(0, 9, '[A]')]
    """
    found.sort()
    joined = found[:1]
    for start, end, mark in found[1:]:
        if start >= joined[-1][1]:
            joined.append((start, end, mark))
        elif end > joined[-1][1]:
            joined[-1] = (joined[-1][0], end, joined[-1][2])
    return joined
