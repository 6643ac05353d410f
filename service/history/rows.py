"""One row of an export as history: statuses, days, body and class as the office gave them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, tzinfo
from functools import lru_cache

from classifier.masking import mask
from rules.regulations import NoRegulationError
from rules.ruleset import RuleSet
from rules.sla import local_day, sla_for
from rules.workdays import OutsideCalendarError
from service.complaint import InputError
from service.errors import ServiceError
from service.lapor import NameResolver, name_in, parse_marks, parse_received
from service.life.table import status_of_lapor
from service.store.history import HistoryRow

STATUS_COLUMN = "Status Laporan"
MAX_CHARS = {
    "tracking_id": 200,
    "lapor_status": 100,
    "reason": 300,
    "classification": 100,
    "lapor_category": 200,
    "agency_name": 300,
    "unit": 300,
    "channel": 200,
}
# The class that an office's label stands for. The export does not say whether a misconduct was
# examined on site; practice counts 60 days for all of "berkadar" (domain facts, 1.2), and so does
# history: nobody is called late who may have been in time. Suggestions have the rest's 14 days.
CATEGORY_OF = {
    "Permintaan Informasi": "information",
    "Pengaduan Tidak Berkadar Pengawasan": "non_supervisory",
    "Aspirasi": "non_supervisory",
    "Pengaduan Berkadar Pengawasan": "field_inspection",
}
_CENTRAL_ZONE = "Asia/Jakarta"


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryReader:
    """Reads the rows of one export.

    Attributes
    ----------
    ruleset : RuleSet
        Names of bodies and places, topics, limits.
    resolve_names : callable
        Region code for the names of province, city and district.
    source : str
        The system that the export comes from.
    owner : str or None
        Code of the office whose export it is: answers where a row names an office inside it.
    exported_on : date or None
        The day on which it was made.
    timezone : tzinfo
        Zone of day and time.
    """

    ruleset: RuleSet
    resolve_names: NameResolver
    source: str
    owner: str | None
    exported_on: date | None
    timezone: tzinfo

    def read(self, cells: Mapping[str, object]) -> HistoryRow:
        """Return the row.

        Raises
        ------
        InputError
            If number, day, status or marks cannot be used, or a cell is too long; the field is
            that of the layout.
        """
        texts = {field: _text(field, cells.get(field)) for field in MAX_CHARS}
        tracking_id, label = texts["tracking_id"], texts["lapor_status"]
        if tracking_id is None:
            field = "tracking_id"
            raise InputError(field, "expected the number of the report, got nothing")
        status = status_of_lapor(label or "")
        if label is None or status is None:
            field = "lapor_status"
            raise InputError(field, "expected a status of LAPOR!, got another or none")
        received_at = parse_received(cells.get("day"), cells.get("clock"), timezone=self.timezone)
        region = self.resolve_names(
            name_in(cells.get("province")),
            name_in(cells.get("city")),
            name_in(cells.get("district")),
        )
        agency, unit = self._body(texts["agency_name"], texts["unit"])
        received_on = None if received_at is None else local_day(received_at, self._zone(agency))
        category = CATEGORY_OF.get(texts["classification"] or "")
        marks = parse_marks(cells.get("marks"))
        due_on = self._due_on(category, received_on)
        return HistoryRow(
            source=self.source,
            tracking_id=tracking_id,
            received_at=received_at,
            received_on=received_on.isoformat() if received_on else None,
            status=status,
            lapor_status=label,
            reason=texts["reason"],
            classification=texts["classification"],
            category=category,
            due_on=due_on.isoformat() if due_on else None,
            lapor_category=texts["lapor_category"],
            topic=self.ruleset.topic_of(texts["lapor_category"]),
            agency=agency,
            agency_name=texts["agency_name"],
            unit=unit,
            region=region,
            channel=texts["channel"],
            anonymous="anonim" in marks,
            secret="rahasia" in marks,
            exported_on=self.exported_on.isoformat() if self.exported_on else None,
        )

    def _body(self, name: str | None, inside: str | None) -> tuple[str | None, str | None]:
        """Return the code of the body and the office in it: exports mix both levels."""
        code = None if name is None else self.ruleset.agencies.resolve(name)
        if code is not None:
            return code, None if inside == name else inside
        return self.owner, inside or name

    def _zone(self, agency: str | None) -> str:
        if agency is None or not agency.startswith("PEMDA-"):
            return _CENTRAL_ZONE
        return self.ruleset.regions.zone_of(agency.removeprefix("PEMDA-"))

    def _due_on(self, category: str | None, received_on: date | None) -> date | None:
        if category is None or received_on is None:
            return None
        try:
            regulation = self.ruleset.regulations.on(received_on)
            if regulation.start_event != "received" or category not in regulation.classes:
                return None
            return sla_for(category, received_on, regulation, self.ruleset.calendar).due_on
        except (NoRegulationError, OutsideCalendarError):
            return None


def find_owner(ruleset: RuleSet, *, code: str | None, name: str | None) -> str | None:
    """Return the code of the office whose export it is, from the option or the title block.

    Raises
    ------
    ServiceError
        If the code of the option is unknown.
    """
    if code is not None:
        if code not in ruleset.agencies:
            msg = f"--agency: expected the code of a body such as PEMDA-32.04, got {code!r}"
            raise ServiceError(msg)
        return code
    return None if name is None else ruleset.agencies.resolve(name)


def _text(field: str, value: object) -> str | None:
    """Return a cell without personal data: shifted columns may bring anything."""
    if value is None or isinstance(value, bool) or not str(value).strip():
        return None
    text = str(value).strip()
    if len(text) > MAX_CHARS[field]:
        raise InputError(field, f"expected at most {MAX_CHARS[field]} characters, got more")
    return text if field == "tracking_id" else _masked(text)


@lru_cache(4096)
def _masked(text: str) -> str:
    return mask(text).text
