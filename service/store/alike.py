"""Find earlier open complaints that a new one nearly repeats, and remember its bands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Connection,
    Select,
    and_,
    bindparam,
    literal_column,
    select,
    union_all,
)

from service.life.table import FINISHED
from service.likeness import BANDS, SIMILAR, Signature
from service.store import schema

WITHIN = timedelta(days=30)
_PER_BAND = 5  # the newest ones suffice: they know the first of their group


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """An earlier open complaint of one region: its group, and what it is called outside."""

    region: str | None
    group_id: UUID
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a text looks like, and which open complaints look like it."""

    signature: Signature
    matches: tuple[Match, ...] = ()

    @property
    def earlier(self) -> Mapping[str | None, str]:
        """By region: the ``tracking_id`` (or id) of the earlier complaint."""
        return {match.region: match.reference for match in self.matches}

    def group_in(self, region: str | None) -> UUID | None:
        """Return the group that a complaint of that region belongs to."""
        return next((m.group_id for m in self.matches if m.region == region), None)


def _candidates() -> Select[tuple[Any, ...]]:
    standing, like, complaint = schema.standing, schema.likeness, schema.complaint
    newest = union_all(
        *(
            select(
                select(like.c.complaint_id)
                .join(standing, standing.c.complaint_id == like.c.complaint_id)
                .join(complaint, complaint.c.id == like.c.complaint_id)
                .where(
                    like.c.band == literal_column(str(band)),
                    like.c.value == bindparam(f"band_{band}"),
                    standing.c.status.not_in(sorted(FINISHED)),
                    complaint.c.created_at >= bindparam("since"),
                )
                .order_by(like.c.complaint_id.desc())
                .limit(_PER_BAND)
                .subquery()
            )
            for band in range(BANDS)
        )
    ).subquery()
    first, first_standing = complaint.alias("first"), standing.alias("first_standing")
    return (
        select(standing.c.region, standing.c.group_id, complaint.c.id, complaint.c.tracking_id)
        .add_columns(like.c.signature, first.c.tracking_id.label("first_tracking_id"))
        .add_columns(first_standing.c.status.label("first_status"))
        .join(complaint, complaint.c.id == standing.c.complaint_id)
        .join(like, and_(like.c.complaint_id == complaint.c.id, like.c.band == literal_column("0")))
        .join(first, first.c.id == standing.c.group_id)
        .join(first_standing, first_standing.c.complaint_id == standing.c.group_id)
        .where(standing.c.complaint_id.in_(select(newest.c.complaint_id)))
        .order_by(standing.c.seq)
    )


# Built once: to build it costs more than to run it.
CANDIDATES = _candidates()


def find_alike(connection: Connection, signature: Signature, now: datetime) -> Look:
    """Return at most one match for each region: the first of its group while that is open."""
    values: dict[str, Any] = {f"band_{band}": value for band, value in enumerate(signature.bands)}
    found: dict[str | None, Match] = {}
    for row in connection.execute(CANDIDATES, {**values, "since": now - WITHIN}):
        if Signature.from_hex(row.signature).similarity(signature) < SIMILAR:
            continue
        reference = row.tracking_id or str(row.id)
        if row.first_status not in FINISHED:
            reference = row.first_tracking_id or str(row.group_id)
        match = Match(region=row.region, group_id=row.group_id, reference=reference)
        found.setdefault(row.region, match)
    return Look(signature=signature, matches=tuple(found.values()))


def bands_of(complaint_id: UUID, signature: Signature) -> list[dict[str, Any]]:
    """Return the rows that remember a new complaint."""
    text = signature.to_hex()
    return [
        {
            "complaint_id": complaint_id,
            "band": band,
            "value": value,
            "signature": "" if band else text,
        }
        for band, value in enumerate(signature.bands)
    ]
