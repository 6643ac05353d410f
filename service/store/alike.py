"""Find earlier open complaints that a new one nearly repeats, and remember its bands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, insert, select, union_all

from service.life.table import FINISHED
from service.likeness import SIMILAR, Signature
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


def find_alike(connection: Connection, signature: Signature, now: datetime) -> Look:
    """Return at most one match for each region: the first of its group while that is open."""
    standing, like, complaint = schema.standing, schema.likeness, schema.complaint
    candidates = union_all(
        *(
            select(
                select(like.c.complaint_id)
                .join(standing, standing.c.complaint_id == like.c.complaint_id)
                .join(complaint, complaint.c.id == like.c.complaint_id)
                .where(
                    like.c.band == band,
                    like.c.value == value,
                    standing.c.status.not_in(FINISHED),
                    complaint.c.created_at >= now - WITHIN,
                )
                .order_by(like.c.complaint_id.desc())
                .limit(_PER_BAND)
                .subquery()
            )
            for band, value in enumerate(signature.bands)
        )
    )
    ids = set(connection.execute(candidates).scalars())
    if not ids:
        return Look(signature=signature)
    query = (
        select(standing.c.region, standing.c.group_id, complaint.c.id, complaint.c.tracking_id)
        .add_columns(like.c.signature)
        .join(complaint, complaint.c.id == standing.c.complaint_id)
        .join(like, like.c.complaint_id == standing.c.complaint_id)
        .where(like.c.band == 0, standing.c.complaint_id.in_(ids))
        .order_by(standing.c.seq)
    )
    found: dict[str | None, Match] = {}
    for row in connection.execute(query):
        if Signature.from_hex(row.signature).similarity(signature) >= SIMILAR:
            match = Match(
                region=row.region,
                group_id=row.group_id,
                reference=row.tracking_id or str(row.id),
            )
            found.setdefault(row.region, match)
    return Look(signature=signature, matches=tuple(_named(connection, list(found.values()))))


def remember(connection: Connection, complaint_id: UUID, signature: Signature) -> None:
    """Keep the bands of a new complaint."""
    text = signature.to_hex()
    connection.execute(
        insert(schema.likeness),
        [
            {
                "complaint_id": complaint_id,
                "band": band,
                "value": value,
                "signature": "" if band else text,
            }
            for band, value in enumerate(signature.bands)
        ],
    )


def _named(connection: Connection, matches: Sequence[Match]) -> list[Match]:
    """Call each match after the first of its group, as long as that one is open."""
    complaint, standing = schema.complaint, schema.standing
    query = (
        select(complaint.c.id, complaint.c.tracking_id)
        .join(standing, standing.c.complaint_id == complaint.c.id)
        .where(
            complaint.c.id.in_([match.group_id for match in matches]),
            standing.c.status.not_in(FINISHED),
        )
    )
    names = {row.id: row.tracking_id or str(row.id) for row in connection.execute(query)}
    return [
        Match(
            region=match.region,
            group_id=match.group_id,
            reference=names.get(match.group_id, match.reference),
        )
        for match in matches
    ]
