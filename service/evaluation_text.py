"""The evaluation as a person reads it: short tables first, details when asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from classifier.bootstrap import Estimate
from classifier.labels import HEADS
from service.evaluation import PartResult
from service.evaluation_bars import bars, baseline
from service.parts import LAST_YEAR, SEED_FIFTH, SOURCES

_SHORT = {
    "category_accuracy": "class",
    "category_macro_f1": "class F1",
    "topic_accuracy": "topic",
    "topic_macro_f1": "topic F1",
    "misconduct_macro_f1": "misc. F1",
    "misconduct_recall": "misc. R",
    "inspection_macro_f1": "insp. F1",
    "level": "level",
    "agency": "agency",
    "among_three": "of three",
}
_FIVE = (*SOURCES, " ".join(LAST_YEAR))


def describe(results: Sequence[PartResult], *, details: bool = False) -> str:
    """Return tables of the parts.

    Parameters
    ----------
    details : bool, default=False
        Standard errors, classes, slices, and the office's own labels as well.
    """
    lines = [
        "Left out and answered; below each part the plain baseline. Misc. R: recall of misconduct",
        "at precision 0.6. Level and agency with the rules, first and among three.",
        "",
        *_figures(results),
        "",
        *_calibration(results),
        "",
        *_automatic(results),
        "",
        *_changed(results),
        "",
        *_bars(results),
        "",
        _flags(results),
    ]
    if details:
        for found in results:
            lines += ["", *_details(found)]
    return "\n".join(lines)


def _figures(results: Sequence[PartResult]) -> Iterator[str]:
    plain = baseline()
    yield f"{'part':<27}{'rows':>6}" + "".join(f"{head:>9}" for head in _SHORT.values())
    for found in results:
        yield _row(found.name, found.rows, (found.figures.get(name) for name in _SHORT))
        if found.certain:
            sure = (found.certain.get(name) for name in _SHORT)
            yield _row("  certain labels alone", None, sure)
        if found.name in plain:
            before = plain[found.name]
            yield _row("  baseline", None, (before.get(name) for name in _SHORT))
    five = [found for found in results if found.name in _FIVE]
    if len(five) == len(_FIVE):
        means = (float(np.mean([f.figures[name].value for f in five])) for name in _SHORT)
        yield _row("mean of the first five", None, means)
        before_all = [plain[found.name] for found in five]
        yield _row(
            "  baseline",
            None,
            (
                float(np.mean([row[name] for row in before_all])) if name in before_all[0] else None
                for name in _SHORT
            ),
        )


def _row(name: str, rows: int | None, values: Any) -> str:
    return f"{name:<27}{'' if rows is None else f'{rows:,}':>6}" + "".join(map(_cell, values))


def _cell(value: Estimate | float | None) -> str:
    number = value.value if isinstance(value, Estimate) else value
    return f"{'':>9}" if number is None or np.isnan(number) else f"{number:>9.3f}"


def _calibration(results: Sequence[PartResult]) -> Iterator[str]:
    yield "Calibration error, 15 bins of equal mass (and of a perfectly calibrated model):"
    yield f"{'part':<27}" + "".join(f"{head:>16}" for head in HEADS)
    for found in results:
        cells = (
            f"{q.calibration.error:.3f} ({q.calibration.perfect:.3f})" if q else ""
            for q in map(found.questions.get, HEADS)
        )
        yield f"{found.name:<27}" + "".join(f"{cell:>16}" for cell in cells)


def _automatic(results: Sequence[PartResult]) -> Iterator[str]:
    yield "Automatic: share that goes out, and of it the wrong, at a tolerated error of"
    if results:
        yield f"{'':<27}" + "".join(f"{a.tolerated:>20.0%}" for a in results[0].automatic)
    for found in results:
        cells = (
            f"{a.coverage:.1%}, {a.error:.1%} ({a.wrong})" if a.automatic else "none"
            for a in found.automatic
        )
        yield f"{found.name:<27}" + "".join(f"{cell:>20}" for cell in cells)


def _changed(results: Sequence[PartResult]) -> Iterator[str]:
    names = list(dict.fromkeys(name for found in results for name in found.changed))
    yield "Share whose class changes when the complaint is written another way:"
    yield f"{'part':<27}" + "".join(f"{name.replace('_', ' '):>21}" for name in names)
    for found in results:
        cells = (f"{found.changed[name]:.2%}" if name in found.changed else "" for name in names)
        yield f"{found.name:<27}" + "".join(f"{cell:>21}" for cell in cells)


def _bars(results: Sequence[PartResult]) -> Iterator[str]:
    found = bars(results)
    missed = [bar for bar in found if not bar.is_met]
    yield f"Bars: {len(found) - len(missed)} of {len(found)} met"
    for bar in found:
        if not bar.is_met or bar.name.startswith("mean "):
            verdict = "met" if bar.is_met else "MISSED"
            yield f"  {bar.name}: {bar.got:.4f}, wanted {bar.wanted:.4f}: {verdict}"


def _flags(results: Sequence[PartResult]) -> str:
    """Return the totals of the flags; a complaint that stands in two parts counts once."""
    once = [found for found in results if found.name in SOURCES or found.name == SEED_FIFTH]
    total = pd.DataFrame([[getattr(f.flags, name) for name in _FLAGS] for f in once or results])
    counts = dict(zip(_FLAGS, total.sum(), strict=True))
    found = counts["emergencies_found"] / max(counts["emergencies"], 1)
    false = counts["others_flagged"] / max(counts["others"], 1)
    right = counts["out_of_scope_right"] / max(counts["out_of_scope"], 1)
    return (
        f"emergency found {found:.1%}, flagged among others {false:.2%}; outside right {right:.1%}"
    )


_FLAGS = (
    "emergencies",
    "emergencies_found",
    "others",
    "others_flagged",
    "out_of_scope",
    "out_of_scope_right",
)


def _details(found: PartResult) -> Iterator[str]:
    yield f"== {found.name}: figures with standard error and 95 % interval"
    for name, e in found.figures.items():
        yield f"  {name:<22}{e.value:>8.4f} ±{e.error:.4f}  {e.low:.4f} to {e.high:.4f}"
    tables = {"follow-up class": found.classes}
    tables |= {head: question.classes for head, question in found.questions.items()}
    for title, classes in tables.items():
        yield f"  {title}: complaints, precision and recall with 95 % intervals"
        for one in classes:
            yield (
                f"    {one.name:<28}{one.rows:>6,}{_interval(one.precision)}{_interval(one.recall)}"
            )
    yield "  by kind of complaint: complaints, class, topic, agency right"
    for piece in found.slices:
        shares = "".join(map(_cell, (piece.category, piece.topic, piece.agency)))
        yield f"    {piece.by + ' ' + piece.value:<52}{piece.rows:>6,}{shares}"
    if found.office is not None:
        office = found.office
        yield (
            f"  the office's own label, {office.rows:,} complaints: as read {office.office:.1%}; "
            f"the model's {office.model:.1%}"
        )
        for label, row in office.counts.items():
            given = ", ".join(f"{name} {n:,}" for name, n in row.items() if n)
            yield f"    read as {label}: {given}"


def _interval(e: Estimate) -> str:
    if np.isnan(e.value):
        return f"{'-':>23}"
    return f"{f'{e.value:.3f} ({e.low:.3f}-{e.high:.3f})':>23}"
