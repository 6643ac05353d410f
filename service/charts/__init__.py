"""Charts as SVG that the server draws: no script, no style attribute, a text alternative in each.

Every function returns ``Markup``; colours come from ``charts.css`` by class, light, dark and print.
"""

from service.charts.bars import Bar, bar_chart, share_bars
from service.charts.curve import curve_chart
from service.charts.months import column_chart, line_chart
from service.charts.svg import chart_css
from service.charts.tiles import tile_map

__all__ = [
    "Bar",
    "bar_chart",
    "chart_css",
    "column_chart",
    "curve_chart",
    "line_chart",
    "share_bars",
    "tile_map",
]
