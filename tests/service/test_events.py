"""From what happens to what is delivered, on SQLite and on PostgreSQL."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from service.actors import Actor
from service.complaint import Complaint
from service.events import lease, queue
from service.events.backoff import MAX_ATTEMPTS
from service.events.courier import Courier
from service.events.errors import SubscriptionError, TargetRefusedError
from service.events.outbox import tell_notices
from service.events.sending import Message, Outcome
from service.events.signing import is_signed
from service.events.subscriptions import (
    MAX_SUBSCRIPTIONS,
    add_subscription,
    list_subscriptions,
)
from service.events.targets import Limits
from service.events.types import TYPES
from service.life.errors import ActionRefusedError
from service.life.step import Request
from service.store.engine import begin_write
from service.store.events_schema import delivery, outbox
from service.store.kept import keep
from service.store.keys import keys_of
from service.store.repository import Store, open_store

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=ZoneInfo("Asia/Jakarta"))
OPEN = Limits(private=True, plain_http=True)
ADMIN = Actor(kind="person", id="n", role="admin_nasional")
AGENCY = Actor(kind="person", id="a", role="admin_instansi", agency="PEMDA-32.04")
AFTER_UNDO = timedelta(seconds=11)


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


class Office:
    """A store with its people, clock and webhooks."""

    def __init__(self, store: Store, scorer: Any) -> None:
        self.store, self.scorer, self.clock = store, scorer, Clock()

    def save(self, isi: str = "Lampu ragu padam", **values: Any) -> UUID:
        complaint = Complaint(isi=isi, **values)
        kept = keep(complaint)
        [answer] = self.scorer.score([complaint], today=self.clock.now.date())
        keys = keys_of(kept.complaint, header=None, client="api")
        stored = self.store.save(kept, answer, keys=keys, now=self.clock.now)
        return UUID(stored.disposition["id"])

    def act(
        self, complaint: UUID, action: str, version: int, actor: Actor = ADMIN, **values: Any
    ) -> Any:
        request = Request(action=action, version=version, **values)
        law = self.scorer.law
        return self.store.act(complaint, request, actor=actor, now=self.clock.now, law=law)

    def subscribe(self, url: str, name: str = "lapor", **values: Any) -> str:
        given = {"types": TYPES, "source": None, "limits": OPEN, "now": self.clock.now, **values}
        with begin_write(self.store.engine) as connection:
            return add_subscription(connection, name=name, url=url, **given)

    def deliver(self, post: Callable[..., Outcome] | None = None) -> int:
        more = {} if post is None else {"post": post}
        courier = Courier(self.store, OPEN, now=self.clock, **more)
        try:
            return courier.deliver_all()
        finally:
            courier.stop()

    def states(self) -> list[tuple[str, int]]:
        with self.store.reading() as connection:
            query = select(delivery.c.state, delivery.c.attempts).order_by(delivery.c.outbox_id)
            return [(row.state, row.attempts) for row in connection.execute(query)]


@pytest.fixture
def office(database_url: str, scorer: Any) -> Iterator[Office]:
    with open_store(database_url) as store:
        yield Office(store, scorer)


@pytest.fixture
def small_office(tmp_path: Path, scorer: Any) -> Iterator[Office]:
    """On SQLite: for what no database decides."""
    with open_store(f"sqlite:///{tmp_path / 'uji.sqlite3'}") as store:
        yield Office(store, scorer)


class Post:
    """Notes what is sent and answers as it is told."""

    def __init__(self, *outcomes: Outcome) -> None:
        self.outcomes = list(outcomes)
        self.sent: list[tuple[str, dict[str, Any]]] = []

    def __call__(self, url: str, secret: str, message: Message, *, limits: Limits) -> Outcome:
        self.sent.append((url, json.loads(message.body)))
        return self.outcomes.pop(0) if self.outcomes else Outcome(result="204", delivered=True)

    @property
    def types(self) -> list[str]:
        return [event["type"] for _, event in self.sent]


HOOK = "http://127.0.0.1:9/hook"
FAILED = Outcome(result="500")


def test_a_stored_complaint_is_told_as_a_signed_cloud_event(office: Office, receive: Any) -> None:
    with receive() as receiver:
        secret = office.subscribe(f"{receiver.url}/hook")
        complaint = office.save("Rahasiaku ditulis disini", tracking_id="T-1", source="lapor")
        assert office.deliver() == 1
        assert office.deliver() == 0
    [(_, headers, body)] = receiver.received
    event = json.loads(body)

    assert is_signed(
        secret,
        message_id=headers["webhook-id"],
        timestamp=headers["webhook-timestamp"],
        signatures=headers["webhook-signature"],
        body=body,
        now=time.time(),
    )
    assert event.pop("id") == headers["webhook-id"]
    assert event == {
        "specversion": "1.0",
        "source": "/disposisi",
        "type": "disposition.created",
        "time": "2026-11-24T02:30:00.000Z",
        "subject": f"/v1/dispositions/{complaint}",
        "datacontenttype": "application/json",
        "data": {
            "id": str(complaint),
            "source": "lapor",
            "tracking_id": "T-1",
            "version": 1,
            "status": "disposed",
            "tray": "agency",
            "category": "non_supervisory",
            "topic": "jalan_jembatan",
            "agency": "PEMDA-32.04",
            "region": "32.04",
            "due_on": "2026-12-14",
            "decision": "auto",
        },
    }


def test_an_action_leaves_when_its_undo_time_is_over(office: Office) -> None:
    office.subscribe(HOOK, types=["disposition.changed", "disposition.returned"])
    complaint, post = office.save(), Post()
    office.act(complaint, "accept", 1, note="Rahasiaku dicatat")
    assert office.deliver(post) == 0

    office.clock.now += AFTER_UNDO
    office.act(complaint, "note", 2, note="Rahasiaku lagi")
    office.act(complaint, "return", 3, AGENCY, reason="not_authority")
    assert office.deliver(post) == 1
    office.clock.now += AFTER_UNDO
    assert office.deliver(post) == 1

    assert post.types == ["disposition.changed", "disposition.returned"]
    first, second = (event["data"] for _, event in post.sent)
    assert (first["action"], first["version"], first["status"]) == ("accept", 2, "disposed")
    assert (second["action"], second["version"]) == ("return", 4)
    assert "Rahasiaku" not in json.dumps(post.sent)


def test_an_undone_action_never_leaves(office: Office) -> None:
    office.subscribe(HOOK, types=["disposition.changed"])
    complaint, post = office.save(), Post()
    office.act(complaint, "archive", 1, reason="unclear")
    office.clock.now += timedelta(seconds=10)
    office.act(complaint, "undo", 2)

    office.clock.now += timedelta(days=1)
    assert office.deliver(post) == 0
    assert post.sent == []


def test_what_has_left_cannot_be_undone(office: Office) -> None:
    complaint = office.save()
    office.act(complaint, "accept", 1)
    begin = office.clock.now
    office.clock.now += AFTER_UNDO
    office.deliver(Post())

    office.clock.now = begin + timedelta(seconds=10)  # an undo that waited for its turn to write
    with pytest.raises(ActionRefusedError, match="10 seconds"):
        office.act(complaint, "undo", 2)


def test_a_failed_delivery_is_tried_later_with_the_same_id_and_then_given_up(
    office: Office,
) -> None:
    office.subscribe(HOOK)
    office.save()
    post = Post(*[FAILED] * MAX_ATTEMPTS)

    for _ in range(MAX_ATTEMPTS + 2):
        office.deliver(post)
        office.clock.now += timedelta(hours=10)

    assert office.states() == [("given_up", MAX_ATTEMPTS)]
    assert len({event["id"] for _, event in post.sent}) == 1
    assert len(post.sent) == MAX_ATTEMPTS
    with begin_write(office.store.engine) as connection:
        [row] = list_subscriptions(connection)
        assert queue.counts_by_state(connection, row["id"]) == {"given_up": 1}
        assert queue.last_result(connection, row["id"]) == "500"
        assert queue.redeliver(connection, row["id"], office.clock.now) == 1
    assert office.deliver(post) == 1
    assert office.states() == [("delivered", 1)]


def test_a_failure_waits_and_is_not_repeated_at_once(office: Office) -> None:
    office.subscribe(HOOK)
    office.save()
    post = Post(FAILED)

    office.deliver(post)
    office.clock.now += timedelta(seconds=2)
    office.deliver(post)

    assert (len(post.sent), office.states()) == (1, [("waiting", 1)])


def test_a_target_that_is_gone_is_disabled_and_gets_nothing_more(office: Office) -> None:
    office.subscribe(HOOK)
    office.save()
    office.save("Jalan rusak")
    post = Post(Outcome(result="410", gone=True))

    office.deliver(post)
    office.save("Sampah menumpuk")
    office.clock.now += timedelta(days=1)
    office.deliver(post)

    assert len(post.sent) == 1
    assert [state for state, _ in office.states()] == ["stopped", "stopped"]
    with office.store.reading() as connection:
        [row] = list_subscriptions(connection)
    assert row["disabled_why"] == "gone"
    assert "secret" not in row


def test_a_target_that_hangs_holds_up_no_other(office: Office, receive: Any) -> None:
    with receive(0) as hanging, receive() as quick:
        office.subscribe(hanging.url, "macet")
        office.subscribe(quick.url, "lancar")
        for i in range(3):
            office.save(f"Lampu {i} padam")
        courier = Courier(office.store, OPEN, now=office.clock)
        courier.start(every_s=0.05)
        deadline = time.monotonic() + 8
        while len(quick.received) < 3 and time.monotonic() < deadline:
            time.sleep(0.02)
        assert (len(quick.received), len(hanging.received)) == (3, 1)
        hanging.ended.set()
        courier.stop()


def test_a_subscription_gets_what_it_asked_for_and_nothing_from_before(office: Office) -> None:
    office.save(source="lapor")
    office.clock.now += timedelta(seconds=1)
    office.subscribe(HOOK + "/all", "semua")
    office.subscribe(HOOK + "/wa", "wa", source="wa")
    office.subscribe(HOOK + "/sla", "sla", types=["sla.overdue"])
    office.save("Jalan rusak", source="lapor")
    office.save("Sampah menumpuk", source="wa")
    post = Post()

    office.deliver(post)

    found = sorted((url.rpartition("/")[2], event["data"]["source"]) for url, event in post.sent)
    assert found == [("all", "lapor"), ("all", "wa"), ("wa", "wa")]


def test_reminders_and_lateness_are_told_with_their_clock_and_step(office: Office) -> None:
    office.subscribe(HOOK, types=["sla.reminder", "sla.overdue"])
    complaint = office.save()
    notices = [
        {"complaint_id": which, "kind": kind, "clock": "class", "step": 8, "due_on": "2026-12-14"}
        for which, kind in (
            (complaint, "reminder"),
            (complaint, "overdue"),
            (complaint, "escalation"),
            (None, "alarm"),
        )
    ]
    with begin_write(office.store.engine) as connection:
        told = tell_notices(connection, notices, office.clock.now)
    post = Post()

    office.deliver(post)

    assert told == 2
    assert sorted(post.types) == ["sla.overdue", "sla.reminder"]
    for _, event in post.sent:
        data = event["data"]
        assert (data["due_on"], data["clock"], data["step"]) == ("2026-12-14", "class", 8)


def test_two_couriers_deliver_once(office: Office) -> None:
    office.subscribe(HOOK)
    office.save()
    post = Post()
    first = Courier(office.store, OPEN, now=office.clock, post=post)
    second = Courier(office.store, OPEN, now=office.clock, post=post)

    assert first.deliver_all() == 1
    assert second.deliver_all() == -1
    first.stop()
    assert second.deliver_all() == 0
    second.stop()

    assert len(post.sent) == 1


def test_a_lease_ends_with_its_holder(office: Office) -> None:
    engine = office.store.engine

    assert lease.hold(engine, "t", "a", NOW)
    assert not lease.hold(engine, "t", "b", NOW + lease.TTL - timedelta(seconds=1))
    assert lease.hold(engine, "t", "a", NOW + lease.TTL / 2)
    assert not lease.hold(engine, "t", "b", NOW + lease.TTL + timedelta(seconds=1))
    assert lease.hold(engine, "t", "b", NOW + lease.TTL * 2)
    assert not lease.hold(engine, "t", "a", NOW + lease.TTL * 2)


def test_an_event_is_forgotten_when_nobody_waits_for_it(office: Office) -> None:
    office.subscribe(HOOK)
    office.save()
    office.deliver(Post())
    office.save("Jalan rusak")
    office.deliver(Post(*[FAILED] * 9))

    office.clock.now += queue.KEPT + timedelta(seconds=1)
    office.deliver(Post(*[FAILED] * 9))

    assert office.states() == [("waiting", 2)]
    with office.store.reading() as connection:
        assert connection.execute(select(func.count()).select_from(outbox)).scalar_one() == 1


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"name": "A"}, "--name: expected 2 to 63"),
        ({"types": ["disposition.deleted"]}, "got disposition.deleted"),
        ({"types": []}, "got none"),
        ({"name": "lapor"}, "a name is never used twice"),
    ],
)
def test_a_subscription_that_cannot_be_is_refused(
    values: dict[str, Any], message: str, small_office: Office
) -> None:
    small_office.subscribe(HOOK)

    with pytest.raises(SubscriptionError, match=message):
        small_office.subscribe(HOOK, **{"name": "lain", **values})


def test_there_are_not_more_subscriptions_than_threads(small_office: Office) -> None:
    for i in range(MAX_SUBSCRIPTIONS):
        small_office.subscribe(HOOK, f"n{i}")

    with pytest.raises(SubscriptionError, match="disable one first"):
        small_office.subscribe(HOOK, "lain")


def test_a_subscription_inside_the_own_network_is_refused(small_office: Office) -> None:
    with pytest.raises(TargetRefusedError, match="not a public address"):
        small_office.subscribe("https://127.0.0.1/", limits=Limits())
