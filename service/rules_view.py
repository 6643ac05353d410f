"""Rules as a person reads them: one topic's routing, and what lint finds."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from rules.cells import OneOf
from rules.errors import RuleFileError
from rules.findings import Finding
from rules.lint import lint
from rules.rows import Row
from rules.ruleset import RuleSet, load_ruleset
from service.errors import ServiceError

_WIDTHS = (13, 46, 46)


def show_topic(ruleset: RuleSet, topic: str, day: date) -> str:
    """Return the rows that may route a topic on a day, from top to bottom.

    Raises
    ------
    ServiceError
        If there is no such topic.
    """
    if topic not in ruleset.topics:
        msg = f"--topic: expected one of {', '.join(sorted(ruleset.topics))}, got {topic!r}"
        raise ServiceError(msg)
    rows = [
        row
        for row in ruleset.tables["routing"].rows
        if row.is_in_force(day) and may_concern(row, topic)
    ]
    lines = [
        f"{topic}: {ruleset.topics[topic]}. Dicoba dari atas; baris pertama yang cocok berlaku.",
        "",
        _line(("baris", "bila", "maka")),
        _line(tuple("-" * width for width in _WIDTHS)),
    ]
    for row in rows:
        lines += _row_lines(row)
    return "\n".join(lines)


def lint_report(folder: Path | None, *, as_json: bool) -> tuple[str, bool]:
    """Return what lint finds in a folder of rules, and whether it is free of errors."""
    try:
        findings: Sequence[Finding] = lint(load_ruleset(folder, lint=False))
    except RuleFileError as error:
        findings = [
            Finding(
                severity="error", file=error.path, line=error.line, row=None, message=error.problem
            )
        ]
    clean = not any(finding.severity == "error" for finding in findings)
    if as_json:
        return json.dumps([_as_dict(f) for f in findings], ensure_ascii=False, indent=1), clean
    errors = sum(finding.severity == "error" for finding in findings)
    total = f"{errors} errors, {len(findings) - errors} warnings"
    return "\n".join([*(str(finding) for finding in findings), total]), clean


def _as_dict(finding: Finding) -> dict[str, str | int | None]:
    return {
        "severity": finding.severity,
        "file": finding.file.name,
        "line": finding.line,
        "row": finding.row,
        "message": finding.message,
    }


def may_concern(row: Row, topic: str) -> bool:
    """Return whether a row may route a topic: it names the topic, or none."""
    cell = row.when.get("topic")
    return not isinstance(cell, OneOf) or (topic in cell.values) is not cell.negated


def _row_lines(row: Row) -> list[str]:
    when = [f"{name}: {cell.text}" for name, cell in row.when.items() if name != "topic"]
    then = [f"{name}: {_plain(answer)}" for name, answer in row.then.items()]
    then.append(f"dasar: {row.reference}")
    left, right = _wrapped(when or ["selain itu"]), _wrapped(then)
    height = max(len(left), len(right))
    left += [""] * (height - len(left))
    right += [""] * (height - len(right))
    return [
        _line((row.id if i == 0 else "", a, b))
        for i, (a, b) in enumerate(zip(left, right, strict=True))
    ]


def _plain(answer: object) -> str:
    if isinstance(answer, tuple):
        return ", ".join(_plain(part) for part in answer)
    agency, unit = getattr(answer, "agency", None), getattr(answer, "unit", None)
    return f"{agency} ({unit})" if agency and unit else str(agency or answer)


def _wrapped(parts: Sequence[str]) -> list[str]:
    return [line for part in parts for line in textwrap.wrap(part, 46, subsequent_indent="  ")]


def _line(cells: Sequence[str]) -> str:
    return "  ".join(f"{cell:<{w}}" for cell, w in zip(cells, _WIDTHS, strict=True)).rstrip()
