"""``disposisi rules backtest``: who would go elsewhere if a draft of the rules were in force."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from rules.ruleset import RuleSet
from service.complaint import Complaint, InputError
from service.disposition import AgencyOut, Disposition
from service.files_in import BadRow, read_complaints
from service.scoring import Scorer
from service.store.received_texts import received_texts
from service.store.repository import Store

_PLACES = ("agency", "unit", "category", "decision")
_MOST_ROWS = 20


_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """One complaint to ask again.

    Attributes
    ----------
    row : int
        Its place, from 1.
    id : str or None
        Of the stored disposition.
    complaint : Complaint or None
        None if it cannot be read.
    erased : bool
        Whether its text was erased.
    """

    row: int
    id: str | None = None
    complaint: Complaint | None = None
    erased: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One complaint that a draft would answer otherwise.

    Attributes
    ----------
    row : int
        Data row of the file, or place among the stored ones.
    id : str or None
        Of the stored disposition.
    tracking_id : str or None
    what : str
        ``agency``, ``unit``, ``category`` or ``decision``.
    before, after : str
        Codes, or the name of an office.
    rule_before, rule_after : str
        Rows of the routing table that answered.
    """

    row: int
    id: str | None
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
    complaints, bad, erased : int
        How many were replayed, could not be read, and have no text any more.
    now, draft : str
        Versions of the rules.
    moves : tuple of Move
        In the order of the complaints.
    """

    complaints: int
    bad: int
    erased: int
    now: str
    draft: str
    moves: tuple[Move, ...]


def of_file(path: Path, ruleset: RuleSet) -> Iterator[Replayed]:
    """Yield the complaints of a file; see ``read_complaints``.

    Raises
    ------
    FileError
        If the file as a whole cannot be used.
    """
    found = read_complaints(
        path,
        resolve_names=ruleset.gazetteer.resolve_names,
        known_region=lambda code: ruleset.regions.get(code) is not None,
        notice=lambda _: None,
    )
    for row, complaint in enumerate(found, start=1):
        yield Replayed(row=row, complaint=None if isinstance(complaint, BadRow) else complaint)


def of_store(store: Store, since: datetime) -> Iterator[Replayed]:
    """Yield the stored complaints received since a moment."""
    for row, kept in enumerate(received_texts(store, since), start=1):
        yield Replayed(
            row=row, id=str(kept.id), complaint=kept.complaint, erased=kept.complaint is None
        )


def backtest(
    complaints: Iterable[Replayed], *, now: Scorer, draft: Scorer, today: date
) -> Backtest:
    """Replay complaints under the rules in use and under a draft, with one model.

    Parameters
    ----------
    complaints : iterable of Replayed
        Of a file or of the store.
    now, draft : Scorer
        The same model under both rule sets.
    today : date
        Day whose rules count for a complaint without a moment of receipt.
    """
    moves: list[Move] = []
    counts: Counter[str] = Counter()
    source = iter(complaints)
    while chunk := list(itertools.islice(source, _AT_ONCE)):
        rows = []
        for found in chunk:
            can = found.complaint is not None and _can_be_scored(found.complaint, now, draft)
            counts["erased" if found.erased else "complaints" if can else "bad"] += 1
            if can and found.complaint is not None:
                rows.append((found, found.complaint))
        asked = [complaint for _, complaint in rows]
        pairs = zip(
            rows, now.score(asked, today=today), draft.score(asked, today=today), strict=True
        )
        moves += [move for (found, _), old, new in pairs for move in _moves(found, old, new)]
    return Backtest(
        complaints=counts["complaints"],
        bad=counts["bad"],
        erased=counts["erased"],
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


def _moves(found: Replayed, old: Disposition, new: Disposition) -> Iterator[Move]:
    before, after = _answers(old), _answers(new)
    for what in _PLACES:
        if what == "unit" and before["agency"] != after["agency"]:
            continue  # another body has other offices
        if before[what] != after[what]:
            yield Move(
                row=found.row,
                id=found.id,
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
    erased = f", {result.erased} dilewati karena teksnya sudah dihapus" if result.erased else ""
    lines = [
        f"{result.complaints} laporan diputar ulang, {result.bad} tidak terbaca{erased}",
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
    which = move.id or f"baris {move.row}"
    if move.tracking_id:
        which += f" ({move.tracking_id})"
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
            "erased": result.erased,
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
