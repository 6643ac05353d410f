"""``disposisi batch``: work on the outputs of whole runs."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from service.run_diff import RunDiff

SAME, DIFFERENT = 0, 1
_MOST_SHOWN = 10


def add_batch_commands(parser: argparse.ArgumentParser) -> None:
    """Add the commands and what they take."""
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    diff = commands.add_parser("diff", help="what changed between two runs over one file")
    diff.add_argument("before", type=Path, help="an output of score: .jsonl, .csv or .parquet")
    diff.add_argument("after", type=Path, help="another one of the same input")
    diff.add_argument("--json", action="store_true", help="every change")
    diff.set_defaults(run=_diff)


def _diff(arguments: argparse.Namespace) -> int:
    from service.run_diff import compare_runs

    found = compare_runs(arguments.before, arguments.after)
    if arguments.json:
        print(json.dumps(as_json(found), ensure_ascii=False, indent=1))
    else:
        print("\n".join(describe(found)))
    return SAME if found.is_same else DIFFERENT


def describe(found: RunDiff) -> Iterator[str]:
    """Give what changed as lines for people: the commonest changes of each kind first."""
    share = f" ({found.differing / found.rows:.1%})" if found.rows else ""
    yield f"{found.rows:,} rows in both, {found.differing:,} differ{share}"
    for count, name in ((found.only_before, "first"), (found.only_after, "second")):
        if count:
            yield f"{count:,} rows in the {name} file alone"
    for which, part in (("model", 0), ("rules", 1)):
        before, after = (sorted({v[part] or "" for v in side} - {""}) for side in found.versions)
        if before != after:
            yield f"{which}: {', '.join(before)} -> {', '.join(after)}"
    for name, changes in found.changes.items():
        pairs = Counter({f"{a or '-'} -> {b or '-'}": n for (a, b), n in changes.items()})
        yield from _part(name, pairs)
    reasons = Counter({f"+ {code}": n for code, n in found.came.items()})
    reasons.update({f"- {code}": n for code, n in found.gone.items()})
    yield from _part("reason", reasons)


def _part(name: str, counts: Counter[str]) -> Iterator[str]:
    if not counts:
        return
    yield f"{name}: {counts.total():,} changes"
    for text, count in counts.most_common(_MOST_SHOWN):
        yield f"  {count:>9,}  {text}"
    if len(counts) > _MOST_SHOWN:
        rest = counts.total() - sum(n for _, n in counts.most_common(_MOST_SHOWN))
        yield f"  {rest:>9,}  others"


def as_json(found: RunDiff) -> dict[str, Any]:
    """Return what changed as plain values for programs."""
    return {
        "rows": found.rows,
        "differing": found.differing,
        "only_before": found.only_before,
        "only_after": found.only_after,
        "changes": {
            name: [{"before": a, "after": b, "rows": n} for (a, b), n in changes.most_common()]
            for name, changes in found.changes.items()
        },
        "reasons": {"came": dict(found.came), "gone": dict(found.gone)},
    }
