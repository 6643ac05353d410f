"""Indonesia as a tile map: one square for each of the 38 provinces, roughly where it lies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from markupsafe import Markup

from service.charts.svg import frame, rect, shown, text

# Kemendagri code -> column, row, what fits into the square.
TILES: Final[dict[str, tuple[int, int, str]]] = {
    "11": (0, 0, "Aceh"), "12": (1, 1, "Sumut"), "13": (1, 2, "Sumbar"), "14": (2, 2, "Riau"),
    "15": (2, 3, "Jambi"), "16": (2, 4, "Sumsel"), "17": (1, 3, "Bkulu"), "18": (2, 5, "Lampg"),
    "19": (3, 3, "Babel"), "21": (3, 1, "Kepri"),
    "31": (4, 5, "DKJ"), "32": (4, 6, "Jabar"), "33": (5, 6, "Jateng"), "34": (5, 7, "DIY"),
    "35": (6, 6, "Jatim"), "36": (3, 6, "Banten"),
    "51": (7, 6, "Bali"), "52": (8, 6, "NTB"), "53": (9, 7, "NTT"),
    "61": (5, 3, "Kalbar"), "62": (6, 3, "Kalteng"), "63": (6, 4, "Kalsel"),
    "64": (7, 3, "Kaltim"), "65": (7, 2, "Kaltara"),
    "71": (10, 2, "Sulut"), "72": (9, 3, "Sulteng"), "73": (9, 5, "Sulsel"),
    "74": (10, 4, "Sultra"), "75": (9, 2, "Gtalo"), "76": (9, 4, "Sulbar"),
    "81": (12, 4, "Maluku"), "82": (12, 2, "Malut"),
    "91": (15, 3, "Papua"), "92": (14, 3, "P Barat"), "93": (15, 5, "P Selatn"),
    "94": (14, 4, "P Tengah"), "95": (15, 4, "P Pegun"), "96": (13, 3, "PB Daya"),
}  # fmt: skip
_SIZE, _GAP = 52, 4
STEPS = 5


def tile_map(
    name: str,
    values: Mapping[str, float | None],
    names: Mapping[str, str],
    *,
    title: str,
    unit: str = "aduan",
    is_share: bool = False,
) -> Markup:
    """Return the map; darker squares have more.

    Parameters
    ----------
    name : str
        Id prefix, once in a page.
    values : mapping of str to (float or None)
        By Kemendagri code of the province; None is suppressed, a missing one has no data.
    names : mapping of str to str
        Full names of the provinces.
    title : str
        What is shown.
    unit : str, default="aduan"
        What a value counts.
    is_share : bool, default=False
        Whether values are shares from 0 to 1, shown as percent.
    """
    known = sorted(value for value in values.values() if value)
    parts = []
    said = []
    for code, (column, row, label) in TILES.items():
        x, y = column * (_SIZE + _GAP), row * (_SIZE + _GAP)
        value = values.get(code)
        number = "–" if code not in values else _number(value, is_share=is_share)
        tip = f"{names.get(code, label)}: {number} {unit}"
        css = f"tile q{_step(value, known)}"
        parts.append(rect(x, y, _SIZE, _SIZE, css, tip))
        parts.append(text(x + _SIZE / 2, y + 21, label, f"tile-name on-q{_step(value, known)}"))
        parts.append(text(x + _SIZE / 2, y + 39, number, f"tile-value on-q{_step(value, known)}"))
        said.append(f"{names.get(code, label)} {number}")
    columns = max(column for column, _, _ in TILES.values()) + 1
    rows = max(row for _, row, _ in TILES.values()) + 1
    return frame(
        name,
        parts,
        width=columns * (_SIZE + _GAP) - _GAP,
        height=rows * (_SIZE + _GAP) - _GAP,
        title=title,
        desc=f"Satuan: {unit}. " + "; ".join(said) + ".",
    )


def _number(value: float | None, *, is_share: bool) -> str:
    if value is None or not is_share:
        return shown(value)
    return f"{100 * value:.0f} %"


def _step(value: float | None, known: list[float]) -> int:
    """Return 0 for nothing, else 1 to 5: the fifth of the known values that it lies in."""
    if not value:
        return 0
    below = sum(other < value for other in known)
    return 1 + min(STEPS - 1, STEPS * below // len(known))
