"""``disposisi rules test``: run the cases that people wrote and say what came out otherwise."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from rules.cases import Case, Difference, Value, answer, differences, read_cases
from rules.ruleset import RuleSet
from service.complaint import Complaint
from service.errors import ServiceError
from service.scoring import Scorer

CASES = Path("tests/cases")
_WORDS = {
    "row": "baris aturan",
    "agency": "instansi",
    "level": "tingkat",
    "unit": "unit",
    "copies": "tembusan",
    "category": "kelas",
    "working_days": "hari kerja",
    "flags": "penanda",
    "code": "wilayah",
    "ambiguous": "calon wilayah",
    "topic": "topik",
    "decision": "keputusan",
    "near": "baris",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one case: where it differs, and the row that answered."""

    case: Case
    differences: tuple[Difference, ...]
    row: Value


def run_cases(
    paths: Sequence[Path],
    ruleset: RuleSet,
    *,
    today: date,
    scorer: Callable[[], Scorer],
) -> list[Outcome]:
    """Return what came of the cases of files and folders, in their order.

    Parameters
    ----------
    paths : sequence of Path
        Files or folders.
    ruleset : RuleSet
        The rules to ask.
    today : date
        Day whose rules count where a case names none.
    scorer : callable
        Gives model and these rules; called only where a case has no topic and expects more
        than a place.

    Raises
    ------
    ServiceError
        If a path does not exist.
    RuleFileError
        If a case is not written as a case is.
    """
    if missing := [path for path in paths if not path.exists()]:
        msg = f"{missing[0]}: expected a file or folder of cases, got nothing there"
        raise ServiceError(msg)
    cases = [case for path in paths for case in read_cases(path)]
    model = scorer() if any(case.needs_model for case in cases) else None
    outcomes = []
    for case in cases:
        got = answer(case, ruleset, today=today)
        if model is not None and case.needs_model:
            got |= _ask(case, model, today)
        found = differences(case, got)
        outcomes.append(Outcome(case=case, differences=found, row=got.get("row")))
    return outcomes


def _ask(case: Case, scorer: Scorer, today: date) -> dict[str, Value]:
    complaint = Complaint(
        isi=case.text,
        region=case.given.get("region") or case.given.get("hint"),
        anonymous="anonymous" in case.true,
        secret="secret" in case.true,
    )
    scorer.check(complaint)
    [found] = scorer.score(
        [complaint], today=today, received_on=case.on, home=case.given.get("home")
    )
    agency, flags = found["agency"], found["flags"]
    rows = [rule["row"] for rule in found["explanation"]["rules"] if rule["table"] == "routing"]
    return {
        "row": rows[0] if rows else None,
        "agency": agency["code"],
        "level": agency["level"],
        "unit": agency["unit"],
        "copies": tuple(copy["code"] for copy in found["copies"] if copy["code"]),
        "category": found["category"],
        "working_days": found["sla"]["working_days"],
        "flags": tuple(f"{f['code']}:{f['detail']}" if f["detail"] else f["code"] for f in flags),
        "topic": found["topic"],
        "decision": found["decision"],
    }


def report(outcomes: Sequence[Outcome], *, as_json: bool) -> str:
    """Return what a rule owner reads: each failed case with what was expected and what came."""
    failed = [outcome for outcome in outcomes if outcome.differences]
    if as_json:
        return json.dumps(
            {
                "cases": len(outcomes),
                "failed": [_as_dict(outcome) for outcome in failed],
            },
            ensure_ascii=False,
            indent=1,
        )
    lines: list[str] = []
    for outcome in failed:
        lines += [*_lines(outcome), ""]
    files = len({outcome.case.path for outcome in outcomes})
    total = f"{len(outcomes)} kasus dalam {files} berkas: {len(outcomes) - len(failed)} cocok"
    return "\n".join([*lines, f"{total}, {len(failed)} gagal"])


def _lines(outcome: Outcome) -> list[str]:
    case = outcome.case
    lines = [f"GAGAL  {case.name}  ({case.path}:{case.line})"]
    for found in outcome.differences:
        word = _WORDS[found.key]
        if found.key == "near":
            lines.append(f"  {word}: {found.got} tidak boleh berlaku, tetapi berlaku")
        else:
            lines.append(
                f"  {word}: diharapkan {_plain(found.expected)}, didapat {_plain(found.got)}"
            )
    if outcome.row is not None and all(found.key != "row" for found in outcome.differences):
        lines.append(f"  yang menjawab: baris {outcome.row}")
    return lines


def _plain(value: Value) -> str:
    if value is None or value == ():
        return "kosong"
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def _as_dict(outcome: Outcome) -> dict[str, object]:
    return {
        "file": str(outcome.case.path),
        "line": outcome.case.line,
        "name": outcome.case.name,
        "row": outcome.row,
        "differences": [
            {"key": d.key, "expected": d.expected, "got": d.got} for d in outcome.differences
        ],
    }
