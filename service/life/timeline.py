"""When the things happened that start and stop a complaint's clocks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from service.life.past import Past

Span = tuple[date, date]
DayOf = Callable[[datetime, str | None], date]
RESTING = frozenset({"answered", "closed", "archived"})
WAITING = "waiting_for_completion"
_FOLLOWED_UP = frozenset({"followed_up", *RESTING, WAITING})


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """Days of one complaint's life, each in the zone of the body that had it then.

    Attributes
    ----------
    received_on : date or None
        None where it is not known.
    disposed_on : date or None
        When it first came to a body's desk, by the machine or a person.
    followed_up_on : date or None
        When a body first did something: took it up, answered, or asked the reporter for more.
    completed_on : date or None
        When the reporter last completed it.
    answered_on : date or None
        Since when it is answered or ended; None while it is not.
    rests : tuple of pairs of date
        Earlier such times: day of the answer, day of the reopening.
    waiting_since : date or None
        Since when the reporter is asked for more; None while nobody waits.
    waits : tuple of pairs of date
        Earlier such times: day of the question, day of the completion.
    """

    received_on: date | None
    disposed_on: date | None = None
    followed_up_on: date | None = None
    completed_on: date | None = None
    answered_on: date | None = None
    rests: tuple[Span, ...] = ()
    waiting_since: date | None = None
    waits: tuple[Span, ...] = ()


def timeline_of(history: Sequence[Past], received_on: date | None, day_of: DayOf) -> Timeline:
    """Return the days of a complaint's life.

    Parameters
    ----------
    history : sequence of Past
        What counts, oldest first, beginning with the machine's proposal; nothing undone.
    received_on : date or None
        Local day of receipt.
    day_of : callable
        Gives the local day of a moment for a body.
    """
    disposed_on = followed_up_on = completed_on = None
    rests, waits = _Stretches(), _Stretches()
    for done in history:
        case, day = done.case, day_of(done.at, done.case.agency)
        is_agencys = case.tray == "agency"
        if disposed_on is None and is_agencys:
            disposed_on = day
        if followed_up_on is None and is_agencys and case.status in _FOLLOWED_UP:
            followed_up_on = day
        if done.action == "completed_by_reporter":
            completed_on = day
        rests.see(case.status in RESTING, day)
        waits.see(case.status == WAITING, day)
    return Timeline(
        received_on=received_on,
        disposed_on=disposed_on,
        followed_up_on=followed_up_on,
        completed_on=completed_on,
        answered_on=rests.since,
        rests=tuple(rests.past),
        waiting_since=waits.since,
        waits=tuple(waits.past),
    )


class _Stretches:
    """Times during which something was so."""

    def __init__(self) -> None:
        self.since: date | None = None
        self.past: list[Span] = []

    def see(self, is_so: bool, day: date) -> None:
        if is_so and self.since is None:
            self.since = day
        elif not is_so and self.since is not None:
            self.past.append((self.since, day))
            self.since = None
