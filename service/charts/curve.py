"""A share against a share: risk over coverage, with the line that must not be crossed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from markupsafe import Markup

from service.charts.svg import dot, frame, legend, line, rect, shown, text

WIDTH = 720
_PLOT = 240
_LEFT, _RIGHT, _BELOW = 60, 16, 46
_STEPS = 4
_TOPS = (0.04, 0.08, 0.12, 0.2, 0.28, 0.4, 0.48, 0.6, 0.8, 1.0)
_MOST_DOTS = 24  # more would run into each other, and into a long reading

Points = Sequence[tuple[float, float]]


def curve_chart(
    name: str,
    series: Mapping[str, Points],
    *,
    title: str,
    x_name: str,
    y_name: str,
    limit: tuple[str, float] | None = None,
    chosen: tuple[str, float] | None = None,
) -> Markup:
    """Return curves over one axis of shares.

    Parameters
    ----------
    name : str
        Id prefix, once in a page.
    series : mapping of str to sequence of (float, float)
        Points of each curve in order, both from 0 to 1.
    title, x_name, y_name : str
        What is shown, and what the axes are.
    limit : (str, float), optional
        A level of y that is marked, with its label.
    chosen : (str, float), optional
        A place of x that is marked, with its label.
    """
    points = [point for curve in series.values() for point in curve]
    right = _end(max((x for x, _ in points), default=0))
    top = _end(max([y for _, y in points] + ([limit[1]] if limit else []), default=0))
    keys, height = legend(series, x=_LEFT, y=14, width=WIDTH - _LEFT)
    above = height + 28
    room = WIDTH - _LEFT - _RIGHT

    def at(x: float, y: float) -> tuple[float, float]:
        return _LEFT + room * x / right, above + _PLOT * (1 - y / top)

    parts = keys + _axes(above, room, right, top, x_name, y_name)
    if limit is not None:
        start, end = at(0, limit[1]), at(right, limit[1])
        parts.append(line(*start, *end, "limit"))
        parts.append(text(end[0] - 6, end[1] - 5, limit[0], "value end"))
    if chosen is not None:
        x, _ = at(chosen[1], 0)
        parts.append(line(x, above, x, above + _PLOT, "limit"))
        is_late = x > WIDTH * 0.7
        css = "value end" if is_late else "value"
        parts.append(text(x + (-6 if is_late else 6), above + 12, chosen[0], css))
    for order, (label, curve) in enumerate(series.items()):
        for one, other in pairwise(curve):
            parts.append(line(*at(*one), *at(*other), f"stroke s{order}"))
        for point in _some(curve):
            tip = f"{label}: {_percent(point[1])} pada {_percent(point[0])}"
            parts.append(dot(*at(*point), f"series s{order}", tip))
    said = [f"Mendatar: {x_name}; tegak: {y_name}."]
    said += [f"{mark[0]}: {_percent(mark[1])}." for mark in (limit, chosen) if mark]
    said += [
        f"{label}: " + "; ".join(f"{_percent(x)} {_percent(y)}" for x, y in _some(curve)) + "."
        for label, curve in series.items()
    ]
    desc = " ".join(said) if points else "Tidak ada data."
    height = int(above + _PLOT + _BELOW)
    return frame(name, parts, width=WIDTH, height=height, title=title, desc=desc)


def _axes(
    above: float, room: float, right: float, top: float, x_name: str, y_name: str
) -> list[Markup]:
    parts: list[Markup] = [rect(_LEFT, above, room, _PLOT, "plot")]
    for n in range(_STEPS + 1):
        y = above + _PLOT * n / _STEPS
        parts.append(line(_LEFT, y, _LEFT + room, y, "grid" if n < _STEPS else "axis"))
        parts.append(text(_LEFT - 8, y + 4, _percent(top * (_STEPS - n) / _STEPS), "label end"))
        x = _LEFT + room * n / _STEPS
        parts.append(text(x, above + _PLOT + 18, _percent(right * n / _STEPS), "label middle"))
    parts.append(text(_LEFT + room / 2, above + _PLOT + 38, x_name, "value middle"))
    parts.append(text(_LEFT, above - 8, y_name, "value"))
    return parts


def _end(value: float) -> float:
    """Return the round share at or above a value on which an axis ends.

    Examples
    --------
    >>> [_end(share) for share in (0, 0.05, 0.43)]
    [0.04, 0.08, 0.48]
    """
    return next((end for end in _TOPS if value <= end), 1.0)


def _some(curve: Points) -> Points:
    """Return points that stand apart, first and last among them."""
    every = -(-len(curve) // _MOST_DOTS) or 1
    return [*curve[:-1:every], *curve[-1:]]


def _percent(share: float) -> str:
    """Return a share as Indonesians write it.

    Examples
    --------
    >>> _percent(0.0262)
    '2,6 %'
    """
    return f"{shown(round(100 * share, 1))} %"
