"""Measure level, agency and flags end to end: ``python tests/benchmarks/rules_end_to_end.py``.

Needs ``DISPOSISI_REAL_DATA`` for the real parts; without it only the fifth of the seed corpus is
measured. Takes about half a minute a part on two cores.
"""

from __future__ import annotations

import sys
from datetime import date

from classifier.dataset import SEED_CORPUS, read_examples
from rules.ruleset import load_ruleset
from service.evaluation import describe, evaluate_part, parts_of
from service.loading import real_data

DAY = date(2026, 11, 24)


def main() -> int:
    folder = real_data()
    paths = [SEED_CORPUS] + ([folder / "complaints_gold.csv"] if folder else [])
    frame, ruleset = read_examples(paths), load_ruleset()
    results = []
    for name, rows in parts_of(frame):
        print(name, file=sys.stderr)
        results.append(evaluate_part(frame, rows, ruleset, name=name, today=DAY))
    print(describe(results))
    return 0


if __name__ == "__main__":
    sys.exit(main())
