"""The compiled tables answer as a slow reading of the same YAML does."""

from __future__ import annotations

from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.compiled import RowSet, looked_at
from rules.tables import load_table
from rules.vocabulary import LEVELS, Vocabulary

CUES = ("jalan_tol", "jalan_nasional", "oknum_polisi")
REGIONS = ("31", "31.74", "32", "32.04", "32.73")
VOCABULARY = Vocabulary(
    topics=frozenset(),
    cues=frozenset(CUES),
    agencies=frozenset(),
    regions=frozenset(REGIONS),
)

CELLS: dict[str, st.SearchStrategy[Any]] = {
    "level": st.one_of(
        st.sampled_from(LEVELS),
        st.lists(st.sampled_from(LEVELS), min_size=1, unique=True),
        st.builds(lambda level: {"not": level}, st.sampled_from(LEVELS)),
    ),
    "misconduct": st.booleans(),
    "region": st.sampled_from(["31*", "32*", "32.04", {"not": "31*"}, ["31*", "32.73"]]),
    "skor": st.sampled_from([{"at_least": 0.5}, {"below": 0.5}, {"at_least": 0.2, "below": 0.9}]),
    "cue": st.one_of(
        st.sampled_from(CUES),
        st.lists(st.sampled_from(CUES), min_size=1, unique=True),
        st.builds(
            lambda mark, codes: {mark: codes},
            st.sampled_from(["all", "not"]),
            st.lists(st.sampled_from(CUES), min_size=1, unique=True),
        ),
    ),
}


@st.composite
def conditions(draw: st.DrawFn) -> dict[str, Any]:
    names = draw(st.sets(st.sampled_from(sorted(CELLS))))
    return {name: draw(CELLS[name]) for name in sorted(names)}


def naive_match(cell: Any, fact: Any) -> bool:
    """Interpret a cell straight from the YAML, slowly and by the text of the format."""
    if isinstance(cell, dict) and "not" in cell:
        return not naive_match(cell["not"], fact)
    if isinstance(cell, dict) and "all" in cell:
        return all(code in fact for code in cell["all"])
    if isinstance(cell, dict):
        return bool(cell.get("at_least", -1e9) <= fact < cell.get("below", 1e9))
    if isinstance(cell, list):
        return any(naive_match(member, fact) for member in cell)
    if isinstance(fact, frozenset):
        return cell in fact
    if isinstance(cell, str) and cell.endswith("*"):
        return fact is not None and fact.startswith(cell[:-1])
    return bool(cell == fact)


@given(rows=st.lists(conditions(), min_size=1, max_size=5), data=st.data())
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_the_compiled_rows_answer_as_a_naive_reading_does(
    tmp_path: Path, rows: list[dict[str, Any]], data: st.DataObject
) -> None:
    table = {
        "table": "acak",
        "hit_policy": "first",
        "inputs": {
            "level": "level",
            "misconduct": "boolean",
            "region": "region",
            "skor": "number",
            "cue": "cues",
        },
        "outputs": {"jawab": "text"},
        "rows": [
            {
                "id": f"R{number}",
                "when": when,
                "then": {"jawab": "ya"},
                "valid_from": date(2018, 12, 31),
                "reference": "X",
            }
            for number, when in enumerate(rows)
        ],
    }
    path = tmp_path / "acak.yaml"
    path.write_text(yaml.dump(table, Dumper=NoAliases), "utf-8")
    loaded = load_table(path, VOCABULARY)
    compiled = RowSet("acak", loaded.rows, names=looked_at(loaded.rows))

    for level, misconduct, region in product(LEVELS, (True, False), (None, *REGIONS)):
        facts = {
            "level": level,
            "misconduct": misconduct,
            "region": region,
            "skor": data.draw(st.sampled_from([0.1, 0.2, 0.5, 0.9])),
            "cue": data.draw(st.frozensets(st.sampled_from(CUES))),
        }
        matching = [
            number
            for number, when in enumerate(rows)
            if all(naive_match(cell, facts[name]) for name, cell in when.items())
        ]
        values = tuple(facts[name] for name in looked_at(loaded.rows))

        assert compiled.first(values) == (matching[0] if matching else None)
        assert compiled.every(values) == tuple(matching)


class NoAliases(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True
