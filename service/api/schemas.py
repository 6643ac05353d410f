"""The bodies that travel over HTTP; every unknown field is refused, so every identity field too."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    SkipValidation,
    StrictBool,
    Tag,
)
from pydantic_core import PydanticCustomError
from typing_extensions import TypedDict

from service.auth.callers import DEFAULT_SOURCE
from service.complaint import (
    MAX_ISI_CHARS,
    MAX_JUDUL_CHARS,
    MAX_SHORT_CHARS,
    Complaint,
    InputError,
    check_text,
    parse_moment,
)
from service.disposition import Disposition
from service.problems import BATCH, ONE, Problem

MAX_BATCH = 1000
FIRST_YEAR, LAST_YEAR = 2000, 2100


def _text(field: str, max_chars: int, *, required: bool = False) -> BeforeValidator:
    def check(value: object) -> str | None:
        if value is None and not required:
            return None
        try:
            text = check_text(field, value, max_chars=max_chars, required=required)
        except InputError as error:
            raise _refusal(error.problem) from None
        return text or None

    return BeforeValidator(check)


def _check_moment(value: object) -> datetime | None:
    if value is None:
        return None
    try:
        moment = parse_moment("received_at", value, timezone=None)
    except InputError as error:
        raise _refusal(error.problem) from None
    if moment is not None and not FIRST_YEAR <= moment.year < LAST_YEAR:
        problem = f"expected a year from {FIRST_YEAR} to {LAST_YEAR - 1}"
        raise _refusal(problem)
    return moment


def _refusal(problem: str) -> PydanticCustomError:
    # The message goes in as a value: pydantic would read braces in a template.
    return PydanticCustomError("input_error", "{problem}", {"problem": problem})


_Title = Annotated[str, Field(max_length=MAX_JUDUL_CHARS)]
_Short = Annotated[str, Field(max_length=MAX_SHORT_CHARS)]


class ComplaintIn(BaseModel):
    """One complaint, without the reporter's identity."""

    model_config = ConfigDict(extra="forbid")

    isi: Annotated[
        str,
        _text("isi", MAX_ISI_CHARS, required=True),
        Field(min_length=1, max_length=MAX_ISI_CHARS, description="The report itself."),
    ]
    judul: Annotated[
        _Title | None,
        _text("judul", MAX_JUDUL_CHARS),
        Field(description="Its title."),
    ] = None
    tracking_id: Annotated[
        _Short | None,
        _text("tracking_id", MAX_SHORT_CHARS),
        Field(description="Its number in the source system."),
    ] = None
    source: Annotated[
        _Short | None,
        _text("source", MAX_SHORT_CHARS),
        Field(description="The system that sends it."),
    ] = None
    received_at: Annotated[
        datetime | None,
        BeforeValidator(_check_moment),
        Field(description="Moment of receipt with its offset; the server's time without it."),
    ] = None
    region: Annotated[
        _Short | None,
        _text("region", MAX_SHORT_CHARS),
        Field(description="Kemendagri code of the place: a hint, the text beats it."),
    ] = None
    requested_agency: Annotated[
        _Short | None,
        _text("requested_agency", MAX_SHORT_CHARS),
        Field(description="The body that the reporter chose."),
    ] = None
    lapor_category: Annotated[
        _Short | None,
        _text("lapor_category", MAX_SHORT_CHARS),
        Field(description="The category that the reporter chose."),
    ] = None
    channel: Annotated[
        _Short | None,
        _text("channel", MAX_SHORT_CHARS),
        Field(description="How it came in."),
    ] = None
    anonymous: StrictBool = False
    secret: StrictBool = False

    def to_complaint(self, *, source: str = DEFAULT_SOURCE) -> Complaint:
        """Return the complaint; ``source`` counts where the body names none."""
        return Complaint(
            isi=self.isi,
            judul=self.judul or "",
            tracking_id=self.tracking_id,
            source=self.source or source,
            received_at=self.received_at,
            region=self.region,
            requested_agency=self.requested_agency,
            lapor_category=self.lapor_category,
            channel=self.channel,
            anonymous=self.anonymous,
            secret=self.secret,
        )


class BatchIn(BaseModel):
    """Up to 1,000 complaints; a bad one does not stop the others."""

    model_config = ConfigDict(extra="forbid")

    # Each is checked by itself, so that its error stands in its place.
    complaints: Annotated[
        list[SkipValidation[ComplaintIn]], Field(min_length=1, max_length=MAX_BATCH)
    ]


def _kind_of(body: object) -> str:
    return BATCH if isinstance(body, Mapping) and "complaints" in body else ONE


ClassificationIn = Annotated[
    Annotated[ComplaintIn, Tag(ONE)] | Annotated[BatchIn, Tag(BATCH)],
    Discriminator(_kind_of),
]


class RefusedOut(TypedDict):
    """Stands in a batch's results where a complaint was refused."""

    error: Problem


class BatchOut(TypedDict):
    """One result for each complaint of the batch, in its order."""

    results: list[Disposition | RefusedOut]
