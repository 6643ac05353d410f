"""The parts of pages that need no browser."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.sla import sla_for
from service.complaint import InputError
from service.desk.due import due_of, reminder_reach
from service.desk.marks import KINDS, pieces_of
from service.desk.names import Names
from service.desk.plain import visible
from service.desk.tray_query import NAMES, parse_filters, read_filters, write_filters
from service.life.table import ACTIONS, ROWS, STATUSES
from service.scoring import Scorer
from service.store.tray import TrayFilters

spans = st.tuples(st.integers(-3, 60), st.integers(-3, 60), st.sampled_from(KINDS))


def answer_with(found: list[tuple[int, int, str]]) -> Any:
    parts: dict[str, list[Any]] = {kind: [] for kind in KINDS}
    for start, end, kind in found:
        parts[kind].append(
            {"field": "isi", "start": start, "end": end, "head": "topic", "code": "contoh"}
        )
    return {
        "explanation": {"terms": parts["term"], "cues": parts["cue"]},
        "region": {"evidence": parts["place"]},
    }


@given(st.text(max_size=50), st.lists(spans, max_size=8))
def test_marks_neither_add_nor_lose_a_letter(text: str, found: list[tuple[int, int, str]]) -> None:
    pieces = pieces_of(text, "isi", answer_with(found))

    assert "".join(piece.text for piece in pieces) == text
    at = 0
    for piece in pieces:
        end = at + len(piece.text)
        over = {k for s, e, k in found if 0 <= s < e <= len(text) and s <= at and end <= e}
        assert not piece.text or set(piece.kinds) == over
        at = end


@given(st.text())
def test_no_character_that_turns_or_hides_others_is_left(text: str) -> None:
    shown = visible(text)

    assert not set(shown) & set(
        "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u200f"
    )
    assert visible(shown) == shown


filters = st.builds(
    TrayFilters,
    category=st.none() | st.sampled_from(["information", "field_inspection"]),
    topic=st.none() | st.text(min_size=1, max_size=20).map(str.strip).filter(bool),
    due=st.none() | st.sampled_from(["lewat", "hari_ini", "tujuh_hari"]),
    group=st.none() | st.uuids(),
)


@given(filters)
def test_filters_survive_the_address(chosen: TrayFilters) -> None:
    assert parse_filters(write_filters(chosen)) == chosen


def test_every_filter_has_a_name_in_the_address() -> None:
    assert set(NAMES.values()) == set(TrayFilters.__dataclass_fields__)


@pytest.mark.parametrize("query", ["kelompok=bukan-id", "tenggat=besok", "topik=" + "x" * 101])
def test_a_filter_that_cannot_be_one_is_refused(query: str) -> None:
    with pytest.raises(InputError):
        read_filters(dict(parse_qsl(query)))


@pytest.mark.parametrize(
    ("due_on", "reminded", "kind"),
    [
        pytest.param("2026-11-23", False, "late", id="yesterday"),
        pytest.param("2026-11-24", False, "today", id="today"),
        pytest.param("2026-11-27", False, "near", id="three-days"),
        pytest.param("2026-11-28", False, "calm", id="four-days"),
        pytest.param("2026-12-20", True, "reminded", id="reminded"),
        pytest.param("2026-11-23", True, "late", id="late-beats-reminded"),
        pytest.param(None, True, "none", id="no-deadline"),
    ],
)
def test_a_deadline_stands_as_it_is(due_on: str | None, reminded: bool, kind: str) -> None:
    reach = "2026-12-31" if reminded else "2026-11-23"

    assert due_of(due_on, today=date(2026, 11, 24), reach=reach).kind == kind


@given(st.dates(date(2025, 1, 1), date(2026, 12, 1)), st.integers(0, 90))
def test_what_was_reminded_of_is_what_the_law_reminds_of(
    scorer: Scorer, starts_on: date, later: int
) -> None:
    ruleset, today = scorer.ruleset, starts_on + timedelta(days=later)
    regulation = ruleset.regulations.on(starts_on)

    reach = reminder_reach(ruleset, today)

    for category in regulation.classes:
        sla = sla_for(category, starts_on, regulation, ruleset.calendar)
        assert sla.due_on is not None
        is_reminded = any(day <= today for day in sla.reminders)
        assert (sla.due_on.isoformat() <= reach[category]) == is_reminded


@pytest.mark.parametrize(
    ("words", "first"),
    [
        pytest.param("kab bandung", "PEMDA-32.04", id="short-form"),
        pytest.param("kediri kota", "PEMDA-35.71", id="any-order"),
        pytest.param("BPJS Kes", "BPJSKES", id="abbreviation"),
    ],
)
def test_a_few_letters_find_a_body(words: str, first: str, scorer: Scorer) -> None:
    names = Names(scorer.ruleset)

    found = [item.code for item in names.find_agencies(words, on=date(2026, 11, 24))]

    assert first in found[:2], found
    assert len(found) <= 8


def test_nothing_is_found_for_nothing(scorer: Scorer) -> None:
    assert Names(scorer.ruleset).find_topics("  ") == []


def test_every_code_that_officials_meet_has_a_word() -> None:
    from service.desk import words

    reasons = {reason for row in ROWS for reason in row.reasons}

    assert set(ACTIONS) <= set(words.ACTIONS)
    assert set(STATUSES) <= set(words.STATUSES)
    assert reasons <= set(words.ACTION_REASONS)


def test_the_command_line_starts_without_the_desk() -> None:
    code = (
        "import sys, service.loading, service.cli;"
        "print([name for name in ('jinja2', 'fastapi') if name in sys.modules])"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
