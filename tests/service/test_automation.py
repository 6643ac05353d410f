"""How much went out by itself, and how often people decided otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from rules.workdays import WorkCalendar
from service.actors import Actor
from service.complaint import Complaint
from service.life.step import Request
from service.reports import Reference, parse_period
from service.reports.automation import Automation, read_automation
from service.store.kept import keep
from service.store.repository import Store, open_store

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=ZoneInfo("Asia/Jakarta"))
AYU = Actor(kind="person", id="ayu", role="admin_nasional")
RINA = Actor(kind="person", id="rina", role="admin_instansi", agency="PEMDA-32.04")
OTHERS = Actor(kind="person", id="budi", role="admin_instansi", agency="PEMDA-33")
REFERENCE = Reference(
    calendar=WorkCalendar({}, first=NOW.date(), last=NOW.date()),
    agencies={},
    topics={},
    provinces={"32": "Jawa Barat"},
    offsets={"32": timedelta(hours=7)},
)
CLEAR, DOUBTFUL = "Lampu padam", "Kami ragu siapa yang memperbaiki jalan"
CHANGED = {"reason": "wrong_agency", "changes": {"agency": "PEMDA-32"}}


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    with open_store(database_url) as store:
        yield store


@pytest.fixture
def add(store: Store, scorer: Any) -> Callable[..., None]:
    """A complaint and what was done about it, one second after another."""

    def add_(isi: str, *done: tuple[Actor, str, dict[str, Any]], at: datetime = NOW) -> None:
        complaint = Complaint(isi=isi, received_at=at)
        [answer] = scorer.score([complaint], today=at.date())
        if "ragu" in isi:
            answer["decision"] = "review"
        kept = keep(complaint)
        found = store.save(kept, answer, keys=[], now=at).disposition
        for seconds, (actor, action, fields) in enumerate(done, start=1):
            found = store.act(
                UUID(found["id"]),
                Request(action=action, version=found["version"], **fields),
                actor=actor,
                now=at + timedelta(seconds=seconds),
                law=scorer.law,
            )

    return add_


def read(store: Store, viewer: Actor = AYU, **options: Any) -> Automation:
    with store.reading() as connection:
        period = parse_period("2026-11")
        return read_automation(connection, viewer, REFERENCE, period=period, **options)[0]


def test_what_people_did_is_counted_once_a_complaint(
    store: Store, add: Callable[..., None]
) -> None:
    add(CLEAR)
    add(CLEAR, (RINA, "return", {"reason": "not_authority"}))
    add(CLEAR, (AYU, "accept", {}))  # the audit sample
    add(CLEAR, (AYU, "change", CHANGED), (AYU, "change", CHANGED))
    add(DOUBTFUL)
    add(DOUBTFUL, (AYU, "accept", {}))
    add(DOUBTFUL, (AYU, "change", CHANGED))
    add(DOUBTFUL, (AYU, "transfer", {"agency": "PEMDA-32"}))

    found = read(store)

    assert found == Automation(scored=8, automatic=4, corrected=2, reviewed=3, overridden=2)
    assert (found.automatic_share, found.corrected_share) == (0.5, 0.5)
    assert found.override_rate == 0.6667


def test_what_was_undone_does_not_count(store: Store, add: Callable[..., None]) -> None:
    add(DOUBTFUL, (AYU, "change", CHANGED), (AYU, "undo", {}))
    add(DOUBTFUL, (AYU, "change", CHANGED), (AYU, "note", {"note": "x"}), (AYU, "undo", {}))

    # In the second one the note was taken back, and the change still counts.
    assert read(store) == Automation(scored=2, reviewed=1, overridden=1)


def test_months_are_those_of_the_place_and_sum_up(store: Store, add: Callable[..., None]) -> None:
    zone = ZoneInfo("Asia/Jakarta")
    add(CLEAR, at=datetime(2026, 11, 1, 0, 5, tzinfo=zone))
    add(CLEAR, at=datetime(2026, 10, 31, 23, 55, tzinfo=zone))
    period = parse_period("2026-10-01..2026-11-30")

    with store.reading() as connection:
        total, months = read_automation(connection, AYU, REFERENCE, period=period)

    assert {month: found.scored for month, found in months.items()} == {"2026-10": 1, "2026-11": 1}
    assert total.scored == 2
    assert read(store).scored == 1


def test_nobody_counts_what_he_may_not_see(store: Store, add: Callable[..., None]) -> None:
    add(CLEAR)
    add(DOUBTFUL)  # on the national desk

    assert read(store).scored == 2
    assert read(store, RINA).scored == 1
    assert read(store, OTHERS).scored == 0
    assert read(store, agency="PEMDA-33").scored == 0
    assert read(store, agency="PEMDA-33").automatic_share is None
