from __future__ import annotations

import re
from collections.abc import Callable
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from rules.ruleset import load_ruleset
from service.charts import Bar, bar_chart, chart_css, column_chart, line_chart, share_bars, tile_map
from service.charts.tiles import TILES

SVG = "{http://www.w3.org/2000/svg}"
NASTY = '<script>alert("&\'")</script>'
MONTHS = ("Jan 2026", "Feb 2026")
CHARTS: dict[str, Callable[[str, float | None], Markup]] = {
    "bars": lambda label, value: bar_chart("a", [Bar(label, value)], title=label),
    "shares": lambda label, value: share_bars("a", [(label, {label: value or 0})], title=label),
    "columns": lambda label, value: column_chart(
        "a", MONTHS, {label: (value, 0), "lain": (1, 2)}, title=label
    ),
    "lines": lambda label, value: line_chart("a", MONTHS, {label: (value, 3)}, title=label),
    "tiles": lambda label, value: tile_map("a", {"32": value}, {"32": label}, title=label),
}


def parsed(chart: Markup) -> ET.Element:
    with_space = str(chart).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return ET.fromstring(with_space)  # noqa: S314  # our own


@pytest.mark.parametrize("kind", CHARTS)
@given(
    label=st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=60),
    value=st.none() | st.integers(0, 10**6) | st.floats(0, 1),
)
def test_every_label_and_value_gives_a_well_formed_chart_inside_its_frame(
    kind: str, label: str, value: float | None
) -> None:
    root = parsed(CHARTS[kind](label, value))
    _, _, width, height = map(float, root.attrib["viewBox"].split())

    for shape in root.iter(f"{SVG}rect"):
        place = {name: float(shape.attrib[name]) for name in ("x", "y", "width", "height")}
        assert place["x"] >= 0
        assert place["y"] >= 0
        if "tile" in shape.attrib["class"] or kind == "bars":
            assert place["x"] + place["width"] <= width + 0.1
            assert place["y"] + place["height"] <= height + 0.1


@pytest.mark.parametrize("kind", CHARTS)
def test_a_chart_says_in_words_what_it_shows(kind: str) -> None:
    root = parsed(CHARTS[kind]("Jalan", 17))
    ids = root.attrib["aria-labelledby"].split()
    named = {node.attrib["id"]: node.text for node in root if "id" in node.attrib}

    assert root.attrib["role"] == "img"
    assert named[ids[0]] == "Jalan"
    assert "17" in (named[ids[1]] or "")


@pytest.mark.parametrize("kind", CHARTS)
def test_a_chart_has_neither_script_nor_style_nor_link_and_runs_no_label(kind: str) -> None:
    chart = str(CHARTS[kind](NASTY, 3))

    assert "<script" not in chart
    assert not re.search(r"\s(style|on\w+|href|src)=", chart)


def test_a_suppressed_value_is_shown_as_such_and_is_nowhere_else() -> None:
    chart = str(bar_chart("a", [Bar("Jalan", None), Bar("Listrik", 40)], title="Topik"))

    assert chart.count("*") == 3  # beside the bar, in its tip, in the description


def test_the_map_has_one_square_for_each_province_and_no_two_in_one_place() -> None:
    provinces = {region.code for region in load_ruleset().regions.of_kind("province")}

    assert set(TILES) == provinces
    assert len({(column, row) for column, row, _ in TILES.values()}) == 38


def test_more_is_never_a_lighter_square() -> None:
    values = {code: float(n * n) for n, code in enumerate(sorted(TILES))}
    root = parsed(tile_map("a", values, {}, title="Peta"))
    steps = [rect.attrib["class"] for rect in root.iter(f"{SVG}rect")]
    by_code = dict(zip(TILES, steps, strict=True))

    assert [by_code[code] for code in sorted(TILES)] == sorted(steps)


def test_the_style_sheet_asks_nobody_for_anything() -> None:
    css = chart_css()

    assert "url(" not in css
    assert "@import" not in css
    assert "prefers-color-scheme: dark" in css
    assert "@media print" in css
