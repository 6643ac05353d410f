from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, select, update

from service.actors import Actor
from service.complaint import Complaint, InputError
from service.life.step import Request
from service.store.agency_list import count_agency_list, read_agency_list
from service.store.desk_schema import waiting
from service.store.engine import begin_write, open_engine
from service.store.errors import NotFoundError
from service.store.folder import read_similar
from service.store.kept import keep
from service.store.presence import FRESH, leave, note_presence, others_at
from service.store.repository import Store, open_store
from service.store.saved_views import delete_view, read_views, save_view
from service.store.schema import standing
from service.store.tray import (
    Place,
    TrayFilters,
    check_viewer,
    count_groups,
    count_newer,
    count_tray,
    last_seq,
    next_of,
    place_of,
    read_facets,
    read_tray,
)
from service.store.undoing import find_undoable
from service.store.verify import find_damage

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=ZoneInfo("Asia/Jakarta"))
TODAY = NOW.date()
SCOPES = frozenset({"act", "read"})
AYU = Actor(kind="person", id="ayu", role="admin_nasional", scopes=SCOPES)
BUDI = Actor(kind="person", id="budi", role="admin_nasional", scopes=SCOPES)
RINA = Actor(kind="person", id="r", role="admin_instansi", agency="PEMDA-32.04", scopes=SCOPES)


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    with open_store(database_url) as store:
        yield store


@pytest.fixture
def add(store: Store, scorer: Any) -> Callable[..., UUID]:
    """A complaint that waits, with the machine's answer changed at will; returns its id."""

    def add_(isi: str = "Kami ragu siapa yang memperbaiki jalan", **changed: Any) -> UUID:
        complaint = Complaint(isi=isi, received_at=NOW)
        kept = keep(complaint)
        [answer] = scorer.score([complaint], today=TODAY)
        for name, value in changed.items():
            if name == "due_on":
                answer["sla"]["due_on"] = value
            elif name in ("flags", "review_reasons"):
                answer[name] = [{"code": c, "detail": None, "message": c} for c in value]
            elif name == "region":
                answer["region"]["code"] = value
            else:
                answer[name] = value
        look = store.look(kept, NOW)
        saved = store.save(kept, answer, keys=[], now=NOW, look=look)
        return UUID(saved.disposition["id"])

    return add_


@pytest.fixture
def act(store: Store, scorer: Any) -> Callable[..., Any]:
    def act_(
        disposition_id: UUID,
        action: str,
        version: int,
        *,
        by: Actor = AYU,
        now: datetime = NOW,
        **fields: Any,
    ) -> Any:
        request = Request(action=action, version=version, **fields)
        return store.act(disposition_id, request, actor=by, now=now, law=scorer.law)

    return act_


def tray_of(store: Store, **filters: Any) -> list[UUID]:
    with store.reading() as connection:
        rows = read_tray(connection, TrayFilters(**filters), today=TODAY)
    return [row["complaint_id"] for row in rows]


def test_danger_comes_first_then_what_is_due(store: Store, add: Callable[..., UUID]) -> None:
    late = add(due_on="2026-11-20")
    soon = add(due_on="2026-11-26")
    light = add(due_on="2026-11-01", flags=["duplicate"])
    officials = add(due_on="2026-12-30", review_reasons=["misconduct_suspected"])
    endless = add(due_on=None)
    fire = add(due_on="2026-12-31", flags=["emergency"])

    assert tray_of(store) == [fire, officials, late, soon, endless, light]


def test_filters_narrow_the_tray_and_its_counts(store: Store, add: Callable[..., UUID]) -> None:
    late = add(due_on="2026-11-20", topic="air_minum", region="32.04")
    today = add(due_on="2026-11-24", topic="air_minum", region="32.73")
    week = add(due_on="2026-12-01", flags=["emergency", "needs_place"], region="33.01")
    add(due_on="2026-12-02", review_reasons=["place_missing"], region="3")

    assert tray_of(store, due="lewat") == [late]
    assert tray_of(store, due="hari_ini") == [today]
    assert tray_of(store, due="tujuh_hari") == [week, today]
    assert tray_of(store, topic="air_minum") == [late, today]
    assert tray_of(store, region="32") == [late, today]
    assert tray_of(store, flag="needs_place") == [week]
    assert tray_of(store, flag="needs") == []
    assert tray_of(store, agency="PEMDA-32.04", due="lewat") == [late]
    with store.reading() as connection:
        counts = count_tray(connection, TrayFilters(topic="air_minum"), today=TODAY)
        facets = read_facets(connection)
    assert (counts.total, counts.overdue) == (2, 1)
    assert facets["topic"] == [("air_minum", 2), ("jalan_jembatan", 2)]
    assert facets["flags"] == [("emergency", 1), ("needs_place", 1)]


def test_a_decision_takes_a_complaint_out_and_undo_puts_it_back(
    store: Store, add: Callable[..., UUID], act: Callable[..., Any]
) -> None:
    first, second = add(due_on="2026-11-25"), add(due_on="2026-11-26")

    act(first, "accept", 1)
    after = tray_of(store)
    act(first, "undo", 2)

    assert after == [second]
    assert tray_of(store) == [first, second]


def test_the_next_page_begins_where_the_last_one_ended(
    store: Store, add: Callable[..., UUID]
) -> None:
    ids = [add(due_on=day) for day in ("2026-11-25", "2026-11-25", "2026-11-26")]

    with store.reading() as connection:
        first = read_tray(connection, TrayFilters(), today=TODAY, limit=2)
        place = Place(urgency=first[1]["urgency"], seq=first[1]["seq"])
        rest = read_tray(connection, TrayFilters(), today=TODAY, after=place, limit=2)

    assert len(first) == 3  # one more, so that the page knows of a next one
    assert [row["complaint_id"] for row in (*first[:2], *rest)] == ids


def test_what_an_agency_gives_back_waits_again(
    store: Store, add: Callable[..., UUID], act: Callable[..., Any]
) -> None:
    disposition_id = add()
    act(disposition_id, "accept", 1)

    act(disposition_id, "return", 2, by=RINA, reason="not_authority")

    assert tray_of(store, status="returned") == [disposition_id]


def test_what_goes_out_by_itself_never_waits(store: Store, add: Callable[..., UUID]) -> None:
    add("Jalan rusak di depan pasar")

    assert tray_of(store) == []


def test_a_sample_that_went_out_is_looked_at_last_until_a_person_confirms_it(
    store: Store, add: Callable[..., UUID], act: Callable[..., Any]
) -> None:
    sample = add("Jalan rusak di depan pasar", review_reasons=["audit_sample"], due_on="2026-11-01")
    waits = add()
    with store.reading() as connection:
        assert count_tray(connection, TrayFilters(), today=TODAY).overdue == 0
    assert tray_of(store) == [waits, sample]

    act(sample, "respond", 1, by=RINA)
    answered = tray_of(store)
    act(sample, "accept", 2)

    assert answered == [waits, sample]
    assert tray_of(store) == [waits]


def test_the_next_one_stands_behind_and_the_first_follows_the_last(
    store: Store, add: Callable[..., UUID]
) -> None:
    first, second = add(due_on="2026-11-25"), add(due_on="2026-11-26")

    with store.reading() as connection:
        filters = TrayFilters()
        places = [place_of(connection, found) for found in (first, second)]
        following = [next_of(connection, filters, today=TODAY, after=place) for place in places]

    assert following == [second, first]


def test_only_those_of_the_national_desk_look_into_the_tray() -> None:
    check_viewer(AYU)

    for stranger in (RINA, Actor(kind="key", id="lapor", scopes=frozenset({"read"}))):
        with pytest.raises(NotFoundError):
            check_viewer(stranger)


def test_newcomers_are_counted(store: Store, add: Callable[..., UUID]) -> None:
    add()
    with store.reading() as connection:
        seen = last_seq(connection)
    add()
    add()

    with store.reading() as connection:
        assert count_newer(connection, seen) == 2
        assert count_newer(connection, last_seq(connection)) == 0


def test_look_alikes_are_counted_by_their_group(store: Store, add: Callable[..., UUID]) -> None:
    first = add("Kami ragu siapa yang memperbaiki jalan berlubang di depan pasar induk ini")
    add("Kami ragu siapa yang memperbaiki jalan berlubang di depan pasar induk ini")

    with store.reading() as connection:
        assert count_groups(connection, [first]) == {first: 2}


def test_one_undoes_what_one_did_last_and_nobody_elses(
    store: Store, add: Callable[..., UUID], act: Callable[..., Any]
) -> None:
    one, two, other = add(), add(), add()
    act(other, "accept", 1, by=BUDI, now=NOW + timedelta(seconds=4))
    act(one, "accept", 1, now=NOW + timedelta(seconds=1))
    act(two, "request_completion", 1, now=NOW + timedelta(seconds=3))

    with store.reading() as connection:
        found = find_undoable(connection, AYU, NOW + timedelta(seconds=5))
        late = find_undoable(connection, AYU, NOW + timedelta(seconds=14))

    assert found is not None
    assert found.done == ((two, 2),)
    assert late is None


def test_what_was_done_together_is_undone_together(
    store: Store, add: Callable[..., UUID], act: Callable[..., Any]
) -> None:
    ids = {add(), add()}
    for found in ids:
        act(found, "accept", 1)

    with store.reading() as connection:
        undoable = find_undoable(connection, AYU, NOW)

    assert undoable is not None
    assert {found for found, _ in undoable.done} == ids


def test_somebody_who_looks_is_seen_until_he_goes(store: Store, add: Callable[..., UUID]) -> None:
    disposition_id = add()
    note_presence(store, disposition_id, "ayu", now=NOW)
    note_presence(store, disposition_id, "ayu", now=NOW + timedelta(seconds=15))

    def seen_by(actor_id: str, after: timedelta) -> list[str]:
        with store.reading() as connection:
            return list(others_at(connection, disposition_id, actor_id, now=NOW + after))

    assert seen_by("budi", timedelta(seconds=20)) == ["ayu"]
    assert seen_by("ayu", timedelta(seconds=20)) == []
    assert seen_by("budi", FRESH + timedelta(seconds=16)) == []
    leave(store, disposition_id, "ayu")
    assert seen_by("budi", timedelta(seconds=20)) == []


def test_saved_filters_belong_to_one_person(store: Store) -> None:
    save_view(store, "ayu", name="Darurat", query="penanda=emergency", now=NOW)
    save_view(store, "ayu", name="Darurat", query="tenggat=lewat", now=NOW)
    save_view(store, "budi", name="Air", query="topik=air_minum", now=NOW)
    with store.reading() as connection:
        [own] = read_views(connection, "ayu")
        [foreign] = read_views(connection, "budi")

    delete_view(store, "ayu", foreign["id"])
    delete_view(store, "ayu", own["id"])

    assert own["query"] == "tenggat=lewat"
    with store.reading() as connection:
        assert read_views(connection, "ayu") == []
        assert len(read_views(connection, "budi")) == 1
    with pytest.raises(InputError, match="name"):
        save_view(store, "ayu", name=" ", query="", now=NOW)


def test_an_agency_finds_its_own_by_deadline(
    store: Store, add: Callable[..., UUID], act: Callable[..., Any]
) -> None:
    late, later = add(), add()
    reminded = add(category="field_inspection")
    foreign, undecided = add(due_on="2026-11-01"), add(due_on="2026-11-02")
    days = {late: "2026-11-20", later: "2026-12-20", reminded: "2027-01-10"}
    for found in (later, late, reminded):
        act(found, "accept", 1)
    with begin_write(store.engine) as connection:
        for found, day in days.items():
            own = standing.c.complaint_id == found
            connection.execute(update(standing).where(own).values(due_on=day))
    changes = {"agency": "PEMDA-32"}
    act(foreign, "change", 1, reason="wrong_agency", changes=changes)

    reach = {"non_supervisory": "2026-12-04", "field_inspection": "2027-01-15"}
    with store.reading() as connection:
        rows = read_agency_list(connection, RINA, "tindakan", today=TODAY, reach=reach)
        counts = count_agency_list(connection, RINA, today=TODAY)

    assert [row["complaint_id"] for row in rows] == [late, reminded, later]
    assert undecided not in {row["complaint_id"] for row in rows}
    assert (counts.by_section["tindakan"], counts.overdue) == (3, 1)


def test_similar_complaints_show_where_they_went(
    store: Store, add: Callable[..., UUID], act: Callable[..., Any]
) -> None:
    text = "Kami ragu siapa yang memperbaiki jalan berlubang di depan pasar induk ini"
    alike, same_matter, elsewhere = add(text), add(), add(region="33.01")
    for found in (alike, same_matter, elsewhere):
        act(found, "accept", 1)
    new = add(text)

    with store.reading() as connection:
        rows = read_similar(connection, new, topic="jalan_jembatan", region="32.04", viewer=AYU)

    assert [row["complaint_id"] for row in rows] == [alike, same_matter]


def test_a_tray_that_says_something_else_than_the_records_is_found(
    store: Store, add: Callable[..., UUID]
) -> None:
    lost, _ = add(), add()
    with store.reading() as connection:
        assert list(find_damage(connection)) == []

    with begin_write(store.engine) as connection:
        connection.execute(delete(waiting).where(waiting.c.complaint_id == lost))

    with store.reading() as connection:
        assert list(find_damage(connection)) == [
            f"waiting {lost}: does not follow from the records"
        ]


def test_an_older_database_gets_its_tray_filled(
    tmp_path: Path, scorer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path / 'lama.sqlite3'}"
    with open_store(url) as store:
        complaint = Complaint(isi="Kami ragu siapa yang memperbaiki", received_at=NOW)
        [answer] = scorer.score([complaint], today=TODAY)
        saved = store.save(keep(complaint), answer, keys=[], now=NOW)
    engine = open_engine(url, migrate=False)
    with begin_write(engine) as connection:
        for name in ("waiting", "presence", "saved_view", "auto_switch"):
            connection.exec_driver_sql(f"DROP TABLE {name}")
        for name in ("ix_action_actor_id_created_at", "ix_standing_topic_region_seq"):
            connection.exec_driver_sql(f"DROP INDEX {name}")
        connection.exec_driver_sql("DROP INDEX ix_likeness_band_value_complaint_id")
        connection.exec_driver_sql("CREATE INDEX ix_likeness_band_value ON likeness (band, value)")
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0006'")
    engine.dispose()

    with open_store(url) as store, store.reading() as connection:
        rows = connection.execute(select(waiting.c.complaint_id)).scalars().all()

    assert [str(found) for found in rows] == [saved.disposition["id"]]
