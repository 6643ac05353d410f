"""What all charts share: the frame with its text alternative, numbers, short labels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from markupsafe import Markup, escape

HIDDEN = "*"  # a suppressed number: it may be small, or tell a small one
SERIES = 8  # colours there are


def chart_css() -> str:
    """Return the style sheet of all charts."""
    return (Path(__file__).parent / "charts.css").read_text(encoding="utf-8")


def frame(
    name: str, parts: Iterable[Markup], *, width: int, height: int, title: str, desc: str
) -> Markup:
    """Return a chart with its parts.

    Parameters
    ----------
    name : str
        Letters and hyphens, once in a page: the ids of title and description begin with it.
    parts : iterable of Markup
        Elements inside, in the order in which they are drawn.
    width, height : int
        In the units of the parts; the page scales it.
    title, desc : str
        What is shown, and what a reader who does not see it must know.
    """
    head = Markup(
        '<svg class="chart" role="img" viewBox="0 0 {w} {h}" aria-labelledby="{n}-t {n}-d">'
        '<title id="{n}-t">{t}</title><desc id="{n}-d">{d}</desc>'
    ).format(w=width, h=height, n=name, t=title, d=desc)
    return head + Markup("").join(parts) + Markup("</svg>")


def rect(x: float, y: float, width: float, height: float, css: str, tip: str = "") -> Markup:
    """Return a rectangle; the tip is shown on hovering and read by screen readers."""
    inside = Markup("<title>{}</title>").format(tip) if tip else Markup("")
    return Markup('<rect x="{}" y="{}" width="{}" height="{}" class="{}">{}</rect>').format(
        number(x), number(y), number(max(width, 0)), number(max(height, 0)), css, inside
    )


def text(x: float, y: float, content: object, css: str = "label") -> Markup:
    """Return a line of text."""
    return Markup('<text x="{}" y="{}" class="{}">{}</text>').format(
        number(x), number(y), css, escape(content)
    )


def line(x1: float, y1: float, x2: float, y2: float, css: str) -> Markup:
    """Return a straight line."""
    return Markup('<line x1="{}" y1="{}" x2="{}" y2="{}" class="{}"/>').format(
        number(x1), number(y1), number(x2), number(y2), css
    )


def dot(x: float, y: float, css: str, tip: str) -> Markup:
    """Return a point of a line."""
    return Markup('<circle cx="{}" cy="{}" r="3.2" class="{}"><title>{}</title></circle>').format(
        number(x), number(y), css, tip
    )


def number(value: float) -> str:
    """Return a coordinate without needless digits.

    Examples
    --------
    >>> number(3.0), number(2.3456)
    ('3', '2.3')
    """
    return f"{value:.1f}".removesuffix(".0")


def shown(value: float | None) -> str:
    """Return a count as Indonesians write it; a suppressed one as such.

    Examples
    --------
    >>> shown(12345), shown(2.5), shown(None)
    ('12.345', '2,5', '*')
    """
    if value is None:
        return HIDDEN
    plain = f"{value:,.1f}".removesuffix(".0")
    return plain.translate({ord(","): ".", ord("."): ","})


def short(label: str, chars: int) -> str:
    """Return a label that fits.

    Examples
    --------
    >>> short("Pencemaran lingkungan", 12)
    'Pencemaran …'
    """
    return label if len(label) <= chars else f"{label[: chars - 1]}…"


def ceiling(value: float) -> int:
    """Return the round number at or above a value on which an axis ends.

    Examples
    --------
    >>> [ceiling(n) for n in (0, 7, 23, 180, 263, 1001)]
    [4, 8, 24, 200, 320, 1200]
    """
    size = 1
    while True:
        for step in (4, 8, 12, 16, 20, 24, 32):
            if value <= step * size:
                return step * size
        size *= 10


def legend(
    names: Iterable[str], *, x: float, y: float, width: float, colours: Sequence[int] = ()
) -> tuple[list[Markup], float]:
    """Return the key to the series, and the height that it takes; colours are theirs in order."""
    parts: list[Markup] = []
    at_x, at_y = x, y
    for place, name in enumerate(names):
        needed = 22 + 6.6 * len(name)
        if at_x > x and at_x + needed > x + width:
            at_x, at_y = x, at_y + 20
        colour = colours[place] if colours else place % SERIES
        parts.append(rect(at_x, at_y - 10, 12, 12, f"series s{colour}"))
        parts.append(text(at_x + 17, at_y, name))
        at_x += needed + 10
    return parts, (at_y - y + 20) if parts else 0.0
