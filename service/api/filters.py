"""The query of a list: which dispositions, how many, and from where on."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Depends, Query

from rules.vocabulary import FLAGS
from service.complaint import InputError
from service.life.table import STATUSES
from service.store.listing import MAX_LIMIT, Filters

_Code = Annotated[str | None, Query(max_length=200)]


def read_filters(
    *,
    status: _Code = None,
    tray: Literal["national", "agency"] | None = None,
    agency: _Code = None,
    unit: _Code = None,
    category: _Code = None,
    topic: _Code = None,
    region: _Code = None,
    decision: Literal["auto", "review"] | None = None,
    source: _Code = None,
    due_before: date | None = None,
    due_after: date | None = None,
    flag: _Code = None,
    group: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = 50,
    cursor: _Code = None,
) -> Filters:
    """Return the filters of a request; unknown statuses and flags are refused, not ignored."""
    if status is not None and status not in STATUSES:
        raise InputError(field="status", problem=f"expected one of {', '.join(STATUSES)}")
    if flag is not None and flag not in FLAGS:
        raise InputError(field="flag", problem=f"expected one of {', '.join(sorted(FLAGS))}")
    return Filters(
        status=status,
        tray=tray,
        agency=agency,
        unit=unit,
        category=category,
        topic=topic,
        region=region,
        decision=decision,
        source=source,
        due_before=due_before,
        due_after=due_after,
        flag=flag,
        group=group,
        limit=limit,
        cursor=cursor,
    )


FiltersDep = Annotated[Filters, Depends(read_filters)]
