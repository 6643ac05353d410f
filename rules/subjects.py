"""Which subjects a cue speaks for: those whose rows name it, and those that it declares."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeGuard

from rules.cells import Holds, OneOf
from rules.cues import Cue
from rules.rows import Row


def topics_of_cues(routing: Sequence[Row], cues: Iterable[Cue]) -> Mapping[str, frozenset[str]]:
    """Return the subjects that each cue speaks for; a cue that speaks for none is left out.

    A row of the routing table that asks for a topic and a cue says that the cue is at home in
    that topic. A row that forbids the cue says nothing.

    Parameters
    ----------
    routing : sequence of Row
        The rows in force.
    cues : iterable of Cue
        May name topics by themselves.
    """
    found: dict[str, set[str]] = {cue.code: set(cue.topics) for cue in cues}
    for row in routing:
        cell, topic = row.when.get("cue"), row.when.get("topic")
        if isinstance(cell, Holds) and cell.mode != "none" and _names(topic):
            for code in cell.values:
                found.setdefault(code, set()).update(str(value) for value in topic.values)
    return {code: frozenset(topics) for code, topics in found.items() if topics}


def _names(cell: object) -> TypeGuard[OneOf]:
    return isinstance(cell, OneOf) and not cell.negated
