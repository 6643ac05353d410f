"""Which columns of LAPOR!'s export become history, and what stands above them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import islice

from service.columns import (
    HEADER_ROWS,
    LAPOR_COLUMNS,
    LAPOR_UNUSED,
    HeaderError,
    Layout,
    column_key,
    make_layout,
)

# What the office did; for scoring these columns do not exist.
_OFFICE = {
    "alasan tunda arsip": "reason",
    "instansi induk": "agency_name",
    "instansi terdisposisi": "unit",
    "klasifikasi laporan": "classification",
    "status laporan": "lapor_status",
}
_TEXTS = frozenset({"isi", "judul"})
_KNOWN = {key: field for key, field in LAPOR_COLUMNS.items() if field not in _TEXTS} | _OFFICE
_UNUSED = (LAPOR_UNUSED | LAPOR_COLUMNS.keys()) - _KNOWN.keys()
_REQUIRED = {
    "tracking_id": "Tracking ID",
    "day": "Tanggal Laporan Masuk",
    "lapor_status": "Status Laporan",
}
_OWNER, _MADE = "nama instansi", ("tanggal generate", "tanggal unduh")


class HistoryHeader:
    """Finds the header of an export and keeps its title block.

    Attributes
    ----------
    owner : str or None
        The office whose export it is.
    exported_on : date or None
        The day on which it was made.
    """

    def __init__(self) -> None:
        self.owner: str | None = None
        self.exported_on: date | None = None

    def __call__(self, rows: Iterable[Sequence[object]]) -> tuple[int, Layout]:
        """Return the number of the header row, counted from 1, and what it says.

        Raises
        ------
        HeaderError
            If none of the first rows has the columns of an export.
        """
        for number, row in enumerate(islice(rows, HEADER_ROWS), start=1):
            fields = {_KNOWN.get(column_key(cell)) for cell in row}
            if fields >= _REQUIRED.keys():
                return number, make_layout(row, _KNOWN, is_lapor=True, unused=_UNUSED)
            self._read_title(row)
        msg = (
            f"no header of a LAPOR! export in the first {HEADER_ROWS} rows; expected the columns "
            f"{', '.join(repr(name) for name in _REQUIRED.values())}"
        )
        raise HeaderError(msg)

    def _read_title(self, row: Sequence[object]) -> None:
        cells = [cell for cell in row if cell is not None and cell != ""]
        if len(cells) != 2:
            return
        name, value = column_key(cells[0]), cells[1]
        if name == _OWNER and isinstance(value, str):
            self.owner = value.strip()
        elif name in _MADE:
            self.exported_on = _day(value) or self.exported_on


def _day(value: object) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    try:
        return date.fromisoformat(str(value).strip()[:10])
    except ValueError:
        return None
