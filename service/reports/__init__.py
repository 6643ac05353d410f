"""Figures about what came in and what became of it: counted once, shown in many forms.

``read_report`` counts; ``rendering`` and ``page`` show it; the desk has the charts of ``page``.
"""

from service.reports.figures import Figures
from service.reports.period import Period, parse_period
from service.reports.reference import Reference, reference_of
from service.reports.report import league, read_report
from service.reports.shape import AgencyRow, OverdueRow, ProvinceRow, Report

__all__ = [
    "AgencyRow",
    "Figures",
    "OverdueRow",
    "Period",
    "ProvinceRow",
    "Reference",
    "Report",
    "league",
    "parse_period",
    "read_report",
    "reference_of",
]
