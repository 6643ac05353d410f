"""The filters of the tray as they stand in the address, so that they can be kept and passed on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from service.complaint import InputError
from service.store.tray import DUE, Place, TrayFilters

# Name in the address: field of the filters.
NAMES: Final = {
    "kelas": "category",
    "tenggat": "due",
    "alasan": "reason",
    "penanda": "flag",
    "instansi": "agency",
    "topik": "topic",
    "wilayah": "region",
    "status": "status",
    "kelompok": "group",
}
_MAX_CHARS = 100


def read_filters(query: Mapping[str, str]) -> TrayFilters:
    """Return the filters; empty ones count as none, other names are left alone.

    Raises
    ------
    InputError
        If a value cannot be one.
    """
    values: dict[str, str | UUID] = {}
    for name, field in NAMES.items():
        value = query.get(name, "").strip()
        if not value:
            continue
        if len(value) > _MAX_CHARS or (field == "due" and value not in DUE):
            raise InputError(name, "expected one of the filters of the page")
        values[field] = value
    if "group" in values:
        try:
            values["group"] = UUID(str(values["group"]))
        except ValueError:
            field = "kelompok"
            raise InputError(field, "expected the id of a group") from None
    return TrayFilters(**values)  # type: ignore[arg-type]  # group is the one that is no text


def write_filters(filters: TrayFilters) -> str:
    """Return the query of the address that gives these filters.

    Examples
    --------
    >>> write_filters(TrayFilters(due="lewat", topic="air_minum"))
    'tenggat=lewat&topik=air_minum'
    """
    pairs = ((name, getattr(filters, field)) for name, field in NAMES.items())
    return urlencode([(name, str(value)) for name, value in pairs if value is not None])


def parse_filters(text: str) -> TrayFilters:
    """Return the filters that a query holds; one that cannot be read gives none at all."""
    try:
        return read_filters(dict(parse_qsl(text[:1000])))
    except (InputError, ValueError):
        return TrayFilters()


def read_place(query: Mapping[str, str]) -> Place | None:
    """Return from where on the list is shown, None from the start."""
    urgency, _, seq = query.get("sesudah", "").partition(".")
    if not urgency or not seq.isdecimal() or len(seq) > 18:
        return None
    return Place(urgency=urgency, seq=int(seq))


def write_place(place: Place) -> str:
    """Return what ``read_place`` reads."""
    return f"{place.urgency}.{place.seq}"
