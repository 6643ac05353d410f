"""Horizontal bars: what is largest, and how a whole is split."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from service.charts.svg import frame, legend, rect, short, shown, text

WIDTH = 960
_LABEL = 260
_ROW = 26
_LABEL_CHARS = 40


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its label, and its value or None where it is suppressed."""

    label: str
    value: float | None


def bar_chart(name: str, bars: Sequence[Bar], *, title: str, unit: str = "aduan") -> Markup:
    """Return horizontal bars in the given order.

    Parameters
    ----------
    name : str
        Id prefix, once in a page.
    bars : sequence of Bar
        Values at least 0.
    title : str
        What is shown.
    unit : str, default="aduan"
        What a value counts.
    """
    most = max((bar.value or 0 for bar in bars), default=0) or 1
    room = WIDTH - _LABEL - 70
    parts: list[Markup] = []
    for place, bar in enumerate(bars):
        y = place * _ROW
        length = room * (bar.value or 0) / most
        parts.append(text(_LABEL - 8, y + 17, short(bar.label, _LABEL_CHARS), "label end"))
        tip = f"{bar.label}: {shown(bar.value)} {unit}"
        parts.append(rect(_LABEL, y + 4, max(length, 1), _ROW - 8, "series s0", tip))
        parts.append(text(_LABEL + length + 6, y + 17, shown(bar.value), "value"))
    said = "; ".join(f"{bar.label} {shown(bar.value)}" for bar in bars)
    desc = f"Satuan: {unit}. {said}." if bars else "Tidak ada data."
    return frame(name, parts, width=WIDTH, height=max(len(bars), 1) * _ROW, title=title, desc=desc)


def share_bars(
    name: str,
    rows: Sequence[tuple[str, Mapping[str, float]]],
    *,
    title: str,
    colours: Sequence[int] = (0, 1, 2, 3, 4, 5, 6, 7),
) -> Markup:
    """Return one bar of equal length a row, split by the shares of its parts.

    Parameters
    ----------
    name : str
        Id prefix, once in a page.
    rows : sequence of (str, mapping)
        Label, and value by part; all rows name the same parts in the same order.
    title : str
        What is shown.
    colours : sequence of int
        Which of the eight colours each part has.
    """
    names = list(rows[0][1]) if rows else []
    parts, height = legend(names, x=_LABEL, y=14, width=WIDTH - _LABEL, colours=colours)
    room = WIDTH - _LABEL - 10
    said = []
    for place, (label, values) in enumerate(rows):
        y = height + 4 + place * (_ROW + 4)
        parts.append(text(_LABEL - 8, y + 18, short(label, _LABEL_CHARS), "label end"))
        whole, x = sum(values.values()), float(_LABEL)
        if not whole:
            parts.append(text(_LABEL, y + 18, "tidak ada data", "value"))
        for number, (part, value) in enumerate(values.items()):
            if not whole or not value:
                continue
            length = room * value / whole
            tip = f"{label}, {part}: {shown(value)} ({value / whole:.0%})"
            parts.append(rect(x, y + 2, length, _ROW - 2, f"series s{colours[number]}", tip))
            if length > 34:
                inside = f"{100 * value / whole:.0f} %"
                parts.append(text(x + length / 2, y + 18, inside, "on"))
            x += length
        said.append(f"{label}: " + ", ".join(f"{part} {shown(n)}" for part, n in values.items()))
    return frame(
        name,
        parts,
        width=WIDTH,
        height=int(height + 8 + max(len(rows), 1) * (_ROW + 4)),
        title=title,
        desc=". ".join(said) or "Tidak ada data.",
    )
