"""Stored complaints under a draft of the rules, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import update

from service.backtest import Backtest, backtest, describe, of_store
from service.complaint import Complaint
from service.disposition import Disposition
from service.store import received_texts as module
from service.store import schema
from service.store.kept import keep
from service.store.repository import Store, open_store

from .conftest import FakeScorer, make_disposition

TODAY = date(2026, 11, 24)
DAYS = [datetime(2026, month, 2, 1, 0, tzinfo=UTC) for month in (8, 9, 10)]


@dataclass
class Drafted(FakeScorer):
    """Answers like the rules in use, but sends what it was told to another body."""

    moved: str = "hanyut"
    seen: list[Complaint] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.ruleset.version = "draft"  # type: ignore[attr-defined]

    def score(self, complaints: Sequence[Complaint], **_: Any) -> list[Disposition]:
        self.seen += complaints
        found = [make_disposition(complaint) for complaint in complaints]
        for complaint, answer in zip(complaints, found, strict=True):
            if self.moved in complaint.isi:
                answer["agency"]["code"] = "PU"
        return found


def replay(store: Store, since: datetime) -> tuple[Backtest, Drafted]:
    now, draft = Drafted(moved="-"), Drafted()
    result = backtest(of_store(store, since), now=now, draft=draft, today=TODAY)  # type: ignore[arg-type]
    return result, draft


@pytest.fixture
def ids(database_url: str) -> Any:
    """Three complaints, one a month; the first names no moment of receipt."""
    with open_store(database_url) as store:
        saved = []
        for day, isi in zip(
            DAYS, ("Lampu padam", "Jembatan hanyut", "Pasar hanyut diterjang"), strict=True
        ):
            known = day if saved else None
            kept = keep(Complaint(isi=isi, received_at=known, tracking_id=f"70{day.month:02}"))
            answer = make_disposition(kept.complaint)
            saved.append(store.save(kept, answer, keys=[], now=day).disposition["id"])
        yield SimpleNamespace(store=store, all=saved)


def test_stored_complaints_are_replayed_from_the_day_of_their_receipt(ids: Any) -> None:
    result, draft = replay(ids.store, DAYS[1])

    assert result.complaints == 2
    assert [move.id for move in result.moves] == ids.all[1:]
    assert [complaint.received_at for complaint in draft.seen] == DAYS[1:]
    assert replay(ids.store, DAYS[2] + timedelta(seconds=1))[0].complaints == 0


def test_a_complaint_without_a_moment_of_receipt_was_received_when_it_was_stored(ids: Any) -> None:
    _, draft = replay(ids.store, DAYS[0])

    assert draft.seen[0].received_at == DAYS[0]


def test_an_erased_text_is_counted_and_skipped(ids: Any) -> None:
    table = schema.complaint
    with ids.store.engine.begin() as connection:
        connection.execute(
            update(table).where(table.c.tracking_id == "7009").values(isi="", erased_at=DAYS[2])
        )

    result, _ = replay(ids.store, DAYS[0])

    assert (result.complaints, result.erased, result.bad) == (2, 1, 0)
    assert "2 laporan diputar ulang, 0 tidak terbaca, 1 dilewati karena" in describe(result)


def test_who_would_move_is_named_by_its_stored_id_and_no_word_of_it(ids: Any) -> None:
    text = describe(replay(ids.store, DAYS[0])[0])

    assert f"{ids.all[2]} (7010): PEMDA-32.04 -> PU" in text
    assert "Pindah instansi: 2" in text
    assert "hanyut" not in text


def test_more_complaints_than_are_read_at_once_all_come(
    ids: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_BATCH", 1)

    assert replay(ids.store, DAYS[0])[0].complaints == 3
