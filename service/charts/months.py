"""Series over months: stacked columns, and lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import ceil

from markupsafe import Markup

from service.charts.svg import SERIES, ceiling, dot, frame, legend, line, rect, shown, text

WIDTH = 960
_PLOT = 220
_LEFT = 52
_BELOW = 26
_LABEL_WIDTH = 66  # of a month's name

Values = Sequence[float | None]


def column_chart(
    name: str, months: Sequence[str], series: Mapping[str, Values], *, title: str
) -> Markup:
    """Return stacked columns, one for each month.

    Parameters
    ----------
    name : str
        Id prefix, once in a page.
    months : sequence of str
        Labels under the columns.
    series : mapping of str to sequence of (float or None)
        One value a month, at least 0; None is suppressed and leaves a gap.
    title : str
        What is shown.
    """
    totals = [sum(values[n] or 0 for values in series.values()) for n in range(len(months))]
    top = ceiling(max(totals, default=0))
    parts, above = _plot(months, series, top)
    step = (WIDTH - _LEFT - 8) / max(len(months), 1)
    width = min(step * 0.72, 56)
    for place, month in enumerate(months):
        x, y = _LEFT + step * (place + 0.5) - width / 2, above + _PLOT
        for order, (label, values) in enumerate(series.items()):
            value = values[place]
            if value is None:
                parts.append(text(x + width / 2, y - 4, shown(None), "value middle"))
            elif value:
                height = _PLOT * value / top
                y -= height
                tip = f"{month}, {label}: {shown(value)}"
                parts.append(rect(x, y, width, height, f"series s{order % SERIES}", tip))
        if step >= 34 and totals[place]:
            parts.append(text(x + width / 2, y - 5, shown(totals[place]), "value middle"))
    return _framed(name, parts, above, months, series, title)


def line_chart(
    name: str,
    months: Sequence[str],
    series: Mapping[str, Values],
    *,
    title: str,
    top: int | None = None,
) -> Markup:
    """Return one line a series, with the same parameters as ``column_chart``.

    ``top`` is where the axis ends, such as 100 for shares; by default at a round number.
    """
    most = max((v for values in series.values() for v in values if v is not None), default=0)
    top = ceiling(most) if top is None else top
    parts, above = _plot(months, series, top)
    step = (WIDTH - _LEFT - 8) / max(len(months), 1)
    for order, (label, values) in enumerate(series.items()):
        css = f"s{order % SERIES}"
        points = [
            None if value is None else (_LEFT + step * (n + 0.5), above + _PLOT * (1 - value / top))
            for n, value in enumerate(values)
        ]
        for start, end in pairwise(points):
            if start and end:
                parts.append(line(*start, *end, f"stroke {css}"))
        for month, point, value in zip(months, points, values, strict=True):
            if point:
                tip = f"{month}, {label}: {shown(value)}"
                parts.append(dot(*point, f"series {css}", tip))
    return _framed(name, parts, above, months, series, title)


def _plot(
    months: Sequence[str], series: Mapping[str, Values], top: int
) -> tuple[list[Markup], float]:
    """Return key, grid and labels, and where the plot begins."""
    many = len(series) > 1
    parts, height = legend(series, x=_LEFT, y=14, width=WIDTH - _LEFT) if many else ([], 0.0)
    above = height + 16
    for n in range(5):
        y = above + _PLOT * n / 4
        parts.append(line(_LEFT, y, WIDTH - 8, y, "grid" if n < 4 else "axis"))
        parts.append(text(_LEFT - 8, y + 4, shown(top * (4 - n) / 4), "label end"))
    step = (WIDTH - _LEFT - 8) / max(len(months), 1)
    every = max(1, ceil(_LABEL_WIDTH / step))
    for place in range(0, len(months), every):
        x = _LEFT + step * (place + 0.5)
        parts.append(text(x, above + _PLOT + 18, months[place], "label middle"))
    return parts, above


def _framed(
    name: str,
    parts: Sequence[Markup],
    above: float,
    months: Sequence[str],
    series: Mapping[str, Values],
    title: str,
) -> Markup:
    said = "; ".join(
        f"{label}: " + ", ".join(f"{m} {shown(v)}" for m, v in zip(months, values, strict=True))
        for label, values in series.items()
    )
    height = int(above + _PLOT + _BELOW)
    desc = f"{said}." if said else "Tidak ada data."
    return frame(name, parts, width=WIDTH, height=height, title=title, desc=desc)
