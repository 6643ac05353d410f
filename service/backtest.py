"""``disposisi rules backtest``: who would go elsewhere if a draft of the rules were in force."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from service.complaint import Complaint, InputError
from service.disposition import AgencyOut, Disposition
from service.files_in import BadRow, read_complaints
from service.scoring import Scorer

_PLACES = ("agency", "unit", "category", "decision")
_MOST_ROWS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One complaint that a draft would answer otherwise.

    Attributes
    ----------
    row : int
        Data row of the file.
    tracking_id : str or None
    what : str
        ``agency``, ``unit``, ``category`` or ``decision``.
    before, after : str
        Codes, or the name of an office.
    rule_before, rule_after : str
        Rows of the routing table that answered.
    """

    row: int
    tracking_id: str | None
    what: str
    before: str
    after: str
    rule_before: str
    rule_after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest:
    """What a draft would change.

    Attributes
    ----------
    complaints, bad : int
        How many were replayed, and how many could not be read.
    now, draft : str
        Versions of the rules.
    moves : tuple of Move
        In the order of the file.
    """

    complaints: int
    bad: int
    now: str
    draft: str
    moves: tuple[Move, ...]


def backtest(path: Path, *, now: Scorer, draft: Scorer, today: date) -> Backtest:
    """Replay a file of complaints under the rules in use and under a draft, with one model.

    Parameters
    ----------
    path : Path
        See ``read_complaints``.
    now, draft : Scorer
        The same model under both rule sets.
    today : date
        Day whose rules count for a complaint without a moment of receipt.

    Raises
    ------
    FileError
        If the file as a whole cannot be used.
    """
    rows: list[tuple[int, Complaint]] = []
    bad = 0
    ruleset = now.ruleset
    found = read_complaints(
        path,
        resolve_names=ruleset.gazetteer.resolve_names,
        known_region=lambda code: ruleset.regions.get(code) is not None,
        notice=lambda _: None,
    )
    for number, complaint in enumerate(found, start=1):
        if isinstance(complaint, BadRow) or not _can_be_scored(complaint, now, draft):
            bad += 1
        else:
            rows.append((number, complaint))
    complaints = [complaint for _, complaint in rows]
    pairs = zip(
        rows,
        now.score(complaints, today=today),
        draft.score(complaints, today=today),
        strict=True,
    )
    moves = [move for (number, _), old, new in pairs for move in _moves(number, old, new)]
    return Backtest(
        complaints=len(rows),
        bad=bad,
        now=now.ruleset.version,
        draft=draft.ruleset.version,
        moves=tuple(moves),
    )


def _can_be_scored(complaint: Complaint, *scorers: Scorer) -> bool:
    try:
        for scorer in scorers:
            scorer.check(complaint)
    except InputError:
        return False
    return True


def _moves(row: int, old: Disposition, new: Disposition) -> Iterator[Move]:
    before, after = _answers(old), _answers(new)
    for what in _PLACES:
        if what == "unit" and before["agency"] != after["agency"]:
            continue  # another body has other offices
        if before[what] != after[what]:
            yield Move(
                row=row,
                tracking_id=old["tracking_id"],
                what=what,
                before=before[what],
                after=after[what],
                rule_before=_rule(old),
                rule_after=_rule(new),
            )


def _answers(answer: Disposition) -> dict[str, str]:
    agency = answer["agency"]
    return {
        "agency": _body(agency),
        "unit": agency["unit"] or "-",
        "category": answer["category"],
        "decision": answer["decision"],
    }


def _body(agency: AgencyOut) -> str:
    """Return the code; a regional government without a place is told by its level."""
    return agency["code"] or f"? {agency['level']}"


def _rule(answer: Disposition) -> str:
    rows = [r["row"] for r in answer["explanation"]["rules"] if r["table"] == "routing"]
    return rows[0] if rows else "-"


_TITLES = {
    "agency": "Pindah instansi",
    "unit": "Pindah unit dalam instansi yang sama",
    "category": "Pindah kelas",
    "decision": "Otomatis atau ditinjau",
}


def describe(result: Backtest) -> str:
    """Return the changes as a rule owner reads them; no word of a complaint."""
    moved = len({move.row for move in result.moves})
    lines = [
        f"{result.complaints} laporan diputar ulang, {result.bad} tidak terbaca",
        f"aturan kini {result.now}, rancangan {result.draft}",
        f"{moved} laporan akan dijawab lain" if moved else "Tidak ada yang berubah.",
    ]
    for what in _PLACES:
        moves = [move for move in result.moves if move.what == what]
        if not moves:
            continue
        lines += ["", f"{_TITLES[what]}: {len(moves)}"]
        lines += [
            f"  {count:>6}  {before} -> {after}" for (before, after), count in _counted(moves)
        ]
    shown = [move for move in result.moves if move.what != "decision"][:_MOST_ROWS]
    if shown:
        lines += ["", f"Contoh (paling banyak {_MOST_ROWS}; semuanya dengan --json)"]
        lines += [f"  {_line(move)}" for move in shown]
    return "\n".join(lines)


def _counted(moves: Sequence[Move]) -> list[tuple[tuple[str, str], int]]:
    counts = Counter((move.before, move.after) for move in moves)
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def _line(move: Move) -> str:
    which = f"baris {move.row}" + (f" ({move.tracking_id})" if move.tracking_id else "")
    rules = (
        move.rule_before
        if move.rule_before == move.rule_after
        else f"{move.rule_before} -> {move.rule_after}"
    )
    return f"{which}: {move.before} -> {move.after}  [{rules}]"


def as_json(result: Backtest) -> str:
    """Return the changes as JSON: totals by what changed, and every move."""
    totals = {
        what: [
            {"before": before, "after": after, "complaints": count}
            for (before, after), count in _counted([m for m in result.moves if m.what == what])
        ]
        for what in _PLACES
    }
    return json.dumps(
        {
            "complaints": result.complaints,
            "bad": result.bad,
            "rules": {"now": result.now, "draft": result.draft},
            "totals": totals,
            "moves": [
                {name: getattr(move, name) for name in Move.__dataclass_fields__}
                for move in result.moves
            ],
        },
        ensure_ascii=False,
        indent=1,
    )
