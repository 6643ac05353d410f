"""Officials of the demo at work: what they did about the complaints of the last 90 days."""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from service.actors import Actor
from service.auth.roles import ADMIN_INSTANSI, SCOPES_OF
from service.complaint import InputError
from service.demo.texts import Drawn
from service.deps import JAKARTA
from service.life.errors import LifeError
from service.life.step import Request
from service.store.kept import keep
from service.store.keys import keys_of
from service.store.repository import Store, StoredDisposition

_OPENS, _CLOSES = 8, 16  # office hours
_NEVER_LOOKED_AT: Final = 0.02
_ARCHIVED: Final = 0.03
_CHANGED: Final = 0.17
_RETURNED: Final = 0.09
_IDLE_AGENCY: Final = 0.12
_IN_TIME: Final = 0.8
_CLOSED: Final = 0.6

_Step = Callable[["_Case", datetime], None]


@dataclass(slots=True)
class _Case:
    """One complaint on its way."""

    drawn: Drawn
    stored: StoredDisposition | None = None

    @property
    def now(self) -> StoredDisposition:
        """The disposition, once it was received."""
        if self.stored is None:
            msg = "expected a complaint that was received"
            raise RuntimeError(msg)
        return self.stored


class Office:
    """National admin and agencies; everything happens in the order of time.

    Parameters
    ----------
    store : Store
    scorer : Scorer
    national : Actor
    admins : mapping of str to Actor
        Admins by the code of their agency; other agencies get one that cannot log in.
    now : datetime
        What would come later does not come.
    chance : random.Random
    """

    def __init__(
        self,
        store: Store,
        scorer: Any,
        *,
        national: Actor,
        admins: Mapping[str, Actor],
        now: datetime,
        chance: random.Random,
    ) -> None:
        self._store, self._scorer = store, scorer
        self._national, self._admins = national, dict(admins)
        self._end, self._chance = now, chance
        self._queue: list[tuple[datetime, int, _Step, _Case]] = []
        self._count = 0

    def run(self, drawn: list[Drawn]) -> None:
        """Receive every complaint and let the officials work until now."""
        for one in drawn:
            received_at = one.complaint.received_at or self._end
            self._plan(received_at + timedelta(seconds=20), self._receive, _Case(one))
        for moment, step, case in self._due():
            step(case, moment)

    def _due(self) -> Iterator[tuple[datetime, _Step, _Case]]:
        while self._queue:
            moment, _, step, case = heapq.heappop(self._queue)
            yield moment, step, case

    def _plan(self, moment: datetime, step: _Step, case: _Case) -> None:
        if moment <= self._end:
            self._count += 1
            heapq.heappush(self._queue, (moment, self._count, step, case))

    def _later(self, moment: datetime, low: float, high: float) -> datetime:
        """Return an office hour some days later."""
        found = (moment + timedelta(self._chance.uniform(low, high))).astimezone(JAKARTA)
        while found.weekday() >= 5:
            found += timedelta(1)
        hour = self._chance.randrange(_OPENS, _CLOSES)
        return max(moment + timedelta(minutes=4), found.replace(hour=hour))

    def _act(self, case: _Case, moment: datetime, actor: Actor, action: str, **fields: Any) -> bool:
        """Do one thing; False where the state table does not allow it."""
        request = Request(action=action, version=case.now["version"], **fields)
        try:
            case.stored = self._store.act(
                UUID(case.now["id"]), request, actor=actor, now=moment, law=self._scorer.law
            )
        except (LifeError, InputError):
            return False
        return True

    def _receive(self, case: _Case, moment: datetime) -> None:
        complaint = case.drawn.complaint
        kept = keep(complaint)
        look = self._store.look(kept, moment)
        [answer] = self._scorer.score(
            [complaint], today=moment.date(), assume_now=moment, earlier=[look.earlier]
        )
        keys = keys_of(kept.complaint, header=None, client=complaint.source)
        stored = self._store.save(kept, answer, keys=keys, now=moment, look=look)
        case.stored = stored.disposition
        if case.now["status"] == "disposed":
            self._plan(self._later(moment, 0.3, 3.5), self._take_up, case)
        elif self._chance.random() >= _NEVER_LOOKED_AT:
            self._plan(self._later(moment, 0.1, 3), self._review, case)

    def _review(self, case: _Case, moment: datetime) -> None:
        """Let the national admin look at what was doubtful."""
        drawn, current, dice = case.drawn, case.now["current"], self._chance.random()
        meant = drawn.agency
        if dice < _ARCHIVED:
            reason = self._chance.choice(("unclear", "not_government", "no_evidence"))
            self._act(case, moment, self._national, "archive", reason=reason)
            return
        if current["agency"] is None and meant is None:
            self._act(case, moment, self._national, "request_completion")
            if self._chance.random() < 0.5:
                self._plan(self._later(moment, 2, 8), self._completed, case)
            return
        is_elsewhere = meant not in (None, current["agency"])
        if is_elsewhere and (dice < _CHANGED or current["agency"] is None):
            changes = {"agency": meant}
            done = self._act(
                case, moment, self._national, "change", reason="wrong_agency", changes=changes
            )
        elif dice < _CHANGED and drawn.topic != current["topic"]:
            changes = {"topic": drawn.topic}
            done = self._act(
                case, moment, self._national, "change", reason="wrong_topic", changes=changes
            )
        else:
            done = self._act(case, moment, self._national, "accept")
        if done:
            self._plan(self._later(moment, 0.3, 4), self._take_up, case)

    def _completed(self, case: _Case, moment: datetime) -> None:
        note = "Pelapor menyebut lokasinya lewat sistem sumber."
        if self._act(case, moment, self._national, "completed_by_reporter", note=note):
            self._plan(self._later(moment, 0.1, 2), self._settle, case)

    def _settle(self, case: _Case, moment: datetime) -> None:
        """Decide, where nobody was responsible: by what comes next to it, or not at all."""
        others = [other["code"] for other in case.now["alternatives"] if other["code"]]
        if not others:
            self._act(case, moment, self._national, "archive", reason="unclear")
            return
        changes = {"agency": others[0]}
        if self._act(
            case, moment, self._national, "change", reason="new_information", changes=changes
        ):
            self._plan(self._later(moment, 0.3, 4), self._take_up, case)

    def _take_up(self, case: _Case, moment: datetime) -> None:
        """Let the agency take it up, give it back, or let it lie."""
        admin, dice = self._admin_of(case), self._chance.random()
        if admin is None or dice < _IDLE_AGENCY:
            return
        if dice < _IDLE_AGENCY + _RETURNED:
            note = "Bukan kewenangan kami; mohon diteruskan ke instansi yang tepat."
            self._act(case, moment, admin, "return", reason="not_authority", note=note)
            if self._chance.random() < 0.75:
                self._plan(self._later(moment, 0.3, 2), self._send_again, case)
            return
        self._act(case, moment, admin, "accept")
        self._plan(self._answer_day(case, moment), self._answer, case)

    def _send_again(self, case: _Case, moment: datetime) -> None:
        others = [other["code"] for other in case.now["alternatives"] if other["code"]]
        meant = case.drawn.agency or (others[0] if others else None)
        if meant is None:
            self._act(case, moment, self._national, "archive", reason="not_government")
            return
        note = "Diteruskan setelah dikembalikan."
        if self._act(case, moment, self._national, "transfer", agency=meant, note=note):
            self._plan(self._later(moment, 0.5, 3), self._take_up, case)

    def _answer_day(self, case: _Case, moment: datetime) -> datetime:
        """Return when it is answered: mostly before the limit, else some weeks after it."""
        due_on = case.now["current"]["due_on"]
        if due_on is None:
            return self._later(moment, 2, 9)
        due = datetime.fromisoformat(due_on).replace(tzinfo=JAKARTA)
        left = max(1.0, (due - moment) / timedelta(1))
        if self._chance.random() < _IN_TIME:
            return min(self._later(moment, 0.2, left * 0.9), due)
        return self._later(due, 1, 24)

    def _answer(self, case: _Case, moment: datetime) -> None:
        admin = self._admin_of(case)
        if admin is None or not self._act(case, moment, admin, "respond"):
            return
        if self._chance.random() < _CLOSED:
            self._plan(self._later(moment, 3, 12), self._close, case)

    def _close(self, case: _Case, moment: datetime) -> None:
        admin = self._admin_of(case)
        if admin is not None:
            self._act(case, moment, admin, "close", reason="by_admin")

    def _admin_of(self, case: _Case) -> Actor | None:
        code = case.now["current"]["agency"]
        if code is None:
            return None
        if code not in self._admins:
            scopes = SCOPES_OF[ADMIN_INSTANSI]
            self._admins[code] = Actor(
                kind="person", id=str(uuid4()), role=ADMIN_INSTANSI, agency=code, scopes=scopes
            )
        return self._admins[code]
