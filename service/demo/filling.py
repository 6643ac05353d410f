"""Fill an empty database with the demo."""

from __future__ import annotations

import random
from datetime import datetime
from typing import Any, Final

from service.demo.office import Office
from service.demo.people import AGENCY, Login, actor_of, add_people, add_unit
from service.demo.texts import draw
from service.monitoring.passes import MonitorPass
from service.store.accounts import AccountStore
from service.store.repository import Store

SIZE: Final = 400
_SEED: Final = 62_2018


def fill(store: Store, scorer: Any, *, now: datetime, size: int = SIZE) -> list[Login]:
    """Return who can log in; the complaints and what was done are the same on the same day.

    Parameters
    ----------
    store : Store
        Empty.
    scorer : Scorer
    now : datetime
        The end of the 90 days.
    size : int
        How many complaints.
    """
    chance = random.Random(_SEED)  # noqa: S311  # nosec B311  # a story, no secret
    accounts = AccountStore(store)
    logins = add_people(accounts, now=now)
    office = Office(
        store,
        scorer,
        national=actor_of(accounts, "nasional"),
        admins={AGENCY: actor_of(accounts, "instansi")},
        now=now,
        chance=chance,
    )
    office.run(draw(scorer.ruleset, size, now=now, chance=chance))
    MonitorPass(store, scorer.ruleset, now=now).run()
    with store.reading() as connection:
        unit = add_unit(accounts, connection, now=now)
    return [*logins[:2], unit, *logins[2:]]
