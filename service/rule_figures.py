"""``disposisi rules figures``: how well the rules alone read places and flags of labelled texts.

No model takes part: subject, kind and misconduct are the labelled ones. What model and rules are
worth together is measured by ``disposisi evaluate``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import pandas as pd

from classifier.dataset import SEED_CORPUS
from rules.facts import Facts, fold
from rules.places import Place
from rules.reader import TextFacts
from rules.regions import Regions, load_aliases
from rules.ruleset import RuleSet
from service.errors import ServiceError

_SHORT = (("Kab. ", "Kabupaten "), ("Prov. ", ""))
_OTHER = "lainnya"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFigures:
    """What came of the texts of one source.

    Attributes
    ----------
    source : str
    placed, right, wrong : int
        Texts whose matter has a labelled place; those read rightly, and those that a place outside
        it was read for. The rest is ambiguous, coarser, finer, or nothing.
    named, named_right, named_wrong : int
        The same of those whose text holds the name or an alias of the place.
    unplaced, invented : int
        Texts without a labelled place, and those of them that a place was read for.
    emergencies, emergencies_found, others, others_flagged : int
        Texts that describe an emergency and all other ones, and those of each that are flagged.
    outside, outside_right : int
        Texts flagged as no public service, and those of them that are none.
    """

    source: str
    placed: int
    right: int
    wrong: int
    named: int
    named_right: int
    named_wrong: int
    unplaced: int
    invented: int
    emergencies: int
    emergencies_found: int
    others: int
    others_flagged: int
    outside: int
    outside_right: int


def rule_figures(frame: pd.DataFrame, ruleset: RuleSet, *, today: date) -> list[SourceFigures]:
    """Return the figures of each source, in alphabetical order.

    Parameters
    ----------
    frame : DataFrame
        As from ``dataset.read_examples``.
    today : date
        Day whose rules count.

    Raises
    ------
    ServiceError
        If a labelled place does not exist.
    """
    checks = pd.DataFrame(_checks(frame, ruleset, today))
    counts = checks.groupby(frame["source"].to_numpy(dtype=object)).sum()
    return [
        SourceFigures(source=str(source), **{str(name): int(n) for name, n in row.items()})
        for source, row in counts.iterrows()
    ]


def _checks(frame: pd.DataFrame, ruleset: RuleSet, today: date) -> Iterator[dict[str, bool]]:
    codes = {region.name: region.code for region in ruleset.regions if region.kind != "district"}
    spellings = _spellings(ruleset)
    for number, row in enumerate(frame.to_dict("records"), start=1):
        found = ruleset.reader.read(row["text"])
        want = codes.get(_full(row["region"])) if row["region"] else None
        if row["region"] and want is None:
            msg = f"row {number}: region: expected a name like Kab. Bandung, got an unknown one"
            raise ServiceError(msg)
        flags = _flags(row, found, ruleset, today)
        yield {
            **_place_checks(found.place, want),
            **_named_checks(row["text"], found.place, want, spellings),
            "emergencies": row["emergency"] is True,
            "emergencies_found": row["emergency"] is True and "emergency" in flags,
            "others": row["emergency"] is False,
            "others_flagged": row["emergency"] is False and "emergency" in flags,
            "outside": "out_of_scope" in flags,
            "outside_right": "out_of_scope" in flags and row["in_scope"] is False,
        }


def _place_checks(place: Place, want: str | None) -> dict[str, bool]:
    wrong = bool(want and place.code and not _overlap(place.code, want))
    return {
        "placed": want is not None,
        "right": want is not None and place.code == want,
        "wrong": wrong,
        "unplaced": want is None,
        "invented": want is None and place.code is not None,
    }


def _named_checks(
    text: str, place: Place, want: str | None, spellings: dict[str, re.Pattern[str]]
) -> dict[str, bool]:
    named = want is not None and spellings[want].search(fold(text)) is not None
    found = _place_checks(place, want)
    return {
        "named": named,
        "named_right": named and found["right"],
        "named_wrong": named and found["wrong"],
    }


def _overlap(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def _full(name: str) -> str:
    for short, full in _SHORT:
        name = name.replace(short, full)
    return name


def _spellings(ruleset: RuleSet) -> dict[str, re.Pattern[str]]:
    """Return a pattern of the names of each province, regency and city."""
    regions: Regions = ruleset.regions
    names = {r.code: {fold(r.stem)} for r in regions if r.kind != "district"}
    aliases = load_aliases(ruleset.folder / "regions" / "aliases.csv", regions)
    for alias, codes in aliases.items():
        for code in codes:
            if code in names:
                names[code].add(alias)
    return {
        code: re.compile(rf"(?<!\w)(?:di)?(?:{'|'.join(map(re.escape, sorted(found)))})(?!\w)")
        for code, found in names.items()
    }


def _flags(row: dict[Any, Any], found: TextFacts, ruleset: RuleSet, today: date) -> set[str]:
    facts = Facts(
        topic=row["topic"] or _OTHER,
        level=row["level"] or "PUSAT",
        kind=row["kind"] or "complaint",
        misconduct=row["misconduct"] is True,
        inspection=row["inspection"] is True,
        cues=found.codes,
        region=found.place.code,
        on=today,
    )
    return {flag.code for flag in ruleset.on(today).flags(facts)}


_COLUMNS = (
    ("place right", "right", "placed"),
    ("wrong", "wrong", "placed"),
    ("named: right", "named_right", "named"),
    ("wrong", "named_wrong", "named"),
    ("invented", "invented", "unplaced"),
    ("emergency", "emergencies_found", "emergencies"),
    ("of others", "others_flagged", "others"),
    ("outside", "outside_right", "outside"),
)


def describe(figures: Sequence[SourceFigures]) -> str:
    """Return a table: each share with the number of texts that it is taken of."""
    lines = [f"{'source':<24}" + "".join(f"{head:>16}" for head, _, _ in _COLUMNS)]
    lines += [_line(found.source, asdict(found)) for found in figures]
    real = [asdict(found) for found in figures if found.source != SEED_CORPUS.stem]
    if len(real) > 1:
        lines.append(_line("all real ones", pd.DataFrame(real).sum(numeric_only=True).to_dict()))
    return "\n".join(lines)


def _line(source: str, counts: Mapping[Any, Any]) -> str:
    cells = (_share(int(counts[part]), int(counts[whole])) for _, part, whole in _COLUMNS)
    return f"{source:<24}" + "".join(f"{cell:>16}" for cell in cells)


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%} of {whole}" if whole else "-"
