"""What an endpoint can ask for; tests replace these with ``dependency_overrides``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any, Protocol
from zoneinfo import ZoneInfo

from fastapi import Depends, HTTPException, Request
from fastapi.concurrency import run_in_threadpool

from service.complaint import Complaint
from service.disposition import Disposition, Versions
from service.life.step import Law
from service.metrics import Metrics
from service.store.repository import Store

JAKARTA = ZoneInfo("Asia/Jakarta")


class Regions(Protocol):
    """The region table, as far as the API needs it."""

    def get(self, code: str) -> object | None:
        """Return the region of that Kemendagri code, or None."""
        ...


class RuleSet(Protocol):
    """The rules, as far as the API needs them."""

    @property
    def regions(self) -> Regions:
        """The region table."""
        ...


class Scorer(Protocol):
    """Model and rules together, as far as the API needs them."""

    @property
    def ruleset(self) -> RuleSet:
        """The rules in use."""
        ...

    @property
    def versions(self) -> Versions:
        """Versions of model, rules and calendar."""
        ...

    def stopped(self) -> Scorer:
        """Return the same with the stop button pressed: everything goes to a person."""
        ...

    def check(self, complaint: Complaint) -> None:
        """Refuse with ``InputError`` what no rule can answer."""
        ...

    def law(self, answer: Disposition, received_at: datetime) -> Law:
        """Return the rules for what a person decides about a complaint."""
        ...

    def score(
        self,
        complaints: Sequence[Complaint],
        *,
        today: date,
        received_on: date | None = None,
        assume_now: datetime | None = None,
        home: str | None = None,
        earlier: Sequence[Mapping[str | None, str]] = (),
    ) -> list[Disposition]:
        """Return one disposition for each complaint, in order."""
        ...


async def get_now() -> datetime:
    """Return the current moment, whose date is Jakarta's: the only clock of the service."""
    return datetime.now(JAKARTA)


async def get_scorer(request: Request) -> Any:
    """Return model and rules, or answer 503 while they are loaded."""
    return _state(request, "scorer")


async def get_metrics(request: Request) -> Metrics:
    """Return the counters."""
    found: Metrics = request.app.state.metrics
    return found


async def get_store(request: Request) -> Any:
    """Return the store, or answer 503 while it is opened."""
    return _state(request, "store")


def _state(request: Request, name: str) -> Any:
    part = getattr(request.app.state, name, None)
    if part is None:
        raise HTTPException(503, "The service is starting.", {"Retry-After": "1"})
    return part


Now = Annotated[datetime, Depends(get_now)]
MetricsDep = Annotated[Metrics, Depends(get_metrics)]
ScorerDep = Annotated[Scorer, Depends(get_scorer)]
StoreDep = Annotated[Store, Depends(get_store)]


async def get_scoring(scorer: ScorerDep, store: StoreDep) -> Scorer:
    """Return what a request scores with: the stop button counts at once, in every worker."""
    is_on = store.switch.known()
    if is_on is None:  # once a second: the database is asked outside the loop
        is_on = await run_in_threadpool(store.switch.is_on)
    return scorer if is_on else scorer.stopped()


ScoringDep = Annotated[Scorer, Depends(get_scoring)]
