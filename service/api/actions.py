"""What people and source systems do about a complaint: one row of the state table each."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt
from starlette.responses import Response

from classifier.labels import KINDS, LEVELS, TOPICS
from classifier.masking import mask
from service.api.answers import (
    NOT_FOUND,
    REFUSALS,
    DispositionId,
    json_response,
    parse_id,
    require_json,
)
from service.api.dispositions import PATH
from service.auth.callers import Caller
from service.auth.web import requires
from service.complaint import MAX_SHORT_CHARS, InputError, check_text
from service.deps import Now, Scorer, ScorerDep, StoreDep
from service.life.step import Request
from service.life.table import ACTIONS
from service.problems import Problem
from service.store.repository import StoredDisposition

MAX_NOTE_CHARS = 2_000
_Short = Annotated[str, Field(min_length=1, max_length=MAX_SHORT_CHARS)]

router = APIRouter(tags=["dispositions"])


class ChangesIn(BaseModel):
    """New values; the ones that are not named stay."""

    model_config = ConfigDict(extra="forbid")

    kind: _Short | None = None
    misconduct: StrictBool | None = None
    inspection: StrictBool | None = None
    topic: _Short | None = None
    level: _Short | None = None
    agency: _Short | None = None
    unit: _Short | None = None
    region: _Short | None = None


class ActionIn(BaseModel):
    """One action on the version of the disposition that was seen."""

    model_config = ConfigDict(extra="forbid")

    action: Annotated[
        Literal[ACTIONS],  # type: ignore[valid-type]  # the state table names them
        Field(description="What is done."),
    ]
    version: Annotated[StrictInt, Field(ge=1, description="The version that was seen.")]
    reason: Annotated[_Short | None, Field(description="A code of the state table.")] = None
    note: Annotated[
        str | None,
        Field(max_length=MAX_NOTE_CHARS, description="Free text; personal data is masked."),
    ] = None
    changes: ChangesIn = Field(default_factory=ChangesIn)
    agency: Annotated[_Short | None, Field(description="Where it is to go.")] = None
    unit: _Short | None = None
    until: Annotated[date | None, Field(description="Last day of a pause or extension.")] = None
    since: Annotated[date | None, Field(description="First day of a pause; else today.")] = None

    def to_request(self, scorer: Scorer) -> Request:
        """Return the request, with every code checked against model and rules."""
        changes = self.changes.model_dump(exclude_none=True)
        _check_codes(changes, scorer)
        if "unit" in changes:  # the one free text among them
            changes["unit"] = _read_unit("changes.unit", changes["unit"])
        note = check_text("note", self.note, max_chars=MAX_NOTE_CHARS, required=False)
        return Request(
            action=self.action,
            version=self.version,
            reason=self.reason,
            note=note or None,
            changes=changes,
            agency=self.agency,
            unit=_read_unit("unit", self.unit) if self.unit else None,
            until=self.until,
            since=self.since,
        )


def _read_unit(field: str, unit: str) -> str:
    return mask(check_text(field, unit, max_chars=MAX_SHORT_CHARS)).text


def _check_codes(changes: dict[str, Any], scorer: Scorer) -> None:
    for name, codes in (("kind", KINDS), ("topic", TOPICS), ("level", LEVELS)):
        if name in changes and changes[name] not in codes:
            raise InputError(field=f"changes.{name}", problem="expected a code of the table")
    if "region" in changes and scorer.ruleset.regions.get(changes["region"]) is None:
        raise InputError(field="changes.region", problem="expected a Kemendagri code")


@router.post(
    PATH + "/{disposition_id}/actions",
    response_model=StoredDisposition,
    responses=REFUSALS
    | NOT_FOUND
    | {
        403: {"model": Problem, "description": "Somebody else may do this"},
        409: {"model": Problem, "description": "The version is stale, or the status forbids it"},
    },
    dependencies=[Depends(require_json)],
)
def create_action(
    disposition_id: DispositionId,
    body: ActionIn,
    scorer: ScorerDep,
    store: StoreDep,
    caller: Annotated[Caller, requires("act")],
    now: Now,
) -> Response:
    """Do one thing about a complaint; the machine's proposal stays beside it."""
    request = body.to_request(scorer)
    found = store.act(
        parse_id(disposition_id), request, actor=caller.actor, now=now, law=scorer.law
    )
    return json_response(found)
