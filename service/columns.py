"""Which column of a file holds what, and which columns are never read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from service.complaint import FIELDS

HEADER_ROWS = 50  # LAPOR! puts a title block above the header
_SHOWN = 12  # columns named in one message

_PLAIN = {name.replace("_", " "): name for name in FIELDS}

# Columns of the export "Laporan Ringkas"; values are parts that `service.lapor` puts together.
LAPOR_COLUMNS = {
    "tracking id": "tracking_id",
    "tanggal laporan masuk": "day",
    "waktu laporan masuk": "clock",
    "kategori": "lapor_category",
    "judul laporan": "judul",
    "isi laporan awal": "isi",
    "tipe laporan anonim rahasia": "marks",
    "tipe laporan": "marks",
    "sumber laporan": "channel",
    "provinsi": "province",
    "kota kabupaten": "city",
    "kabupaten kota": "city",
    "kecamatan": "district",
}
# What the office answered or changed later: never an input.
LAPOR_UNUSED = frozenset(
    {
        "alasan tunda arsip",
        "id instansi terdisposisi",
        "id kategori",
        "instansi induk",
        "instansi terdisposisi",
        "isi laporan akhir",
        "kelurahan",
        "klasifikasi laporan",
        "no",
        "status laporan",
    }
)
_LAPOR_REQUIRED = {"tracking_id": "Tracking ID", "isi": "Isi Laporan Awal"}
_LAPOR_SURE = 4  # this many of its columns make a row the header of an export

_IDENTITY = frozenset(
    {
        "alamat", "alamat pelapor", "akun", "e mail", "email", "email pelapor", "handphone", "hp",
        "id pelapor", "jenis kelamin", "kk", "kontak", "ktp", "nama", "nama lengkap",
        "nama pelapor", "nik", "nip", "no hp", "no identitas", "no kk", "no ktp", "no telepon",
        "no telp", "no wa", "no whatsapp", "nomor hp", "nomor identitas", "nomor kk", "nomor ktp",
        "nomor telepon", "nomor wa", "nomor whatsapp", "npwp", "pekerjaan", "pelapor", "pengirim",
        "phone", "tanggal lahir", "telepon", "telp", "telpon", "tempat lahir", "user name",
        "username", "wa", "whatsapp",
    }
)  # fmt: skip


class HeaderError(ValueError):
    """No usable header row; says which column is missing and what was expected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where the fields stand in a row.

    Attributes
    ----------
    is_lapor : bool
        True for LAPOR!'s own export, False for the names of ``Complaint``.
    positions : mapping of str to int
        Cell of each field, counted from 0.
    names : mapping of str to str
        Each field's column as the file writes it.
    width : int
        Cells of the header.
    dropped, ignored : tuple of str
        Columns of identity, and columns that mean nothing here, as the file writes them.
    """

    is_lapor: bool
    positions: Mapping[str, int]
    names: Mapping[str, str]
    width: int
    dropped: tuple[str, ...]
    ignored: tuple[str, ...]

    def notices(self) -> list[str]:
        """Return what the user should know about the columns, at most one line a kind."""
        lines = column_notices(self.dropped, self.ignored)
        if self.is_lapor and "day" not in self.positions:
            lines.append("no column 'Tanggal Laporan Masuk': limits are given without days")
        return lines

    def narrowed(self) -> Layout:
        """Return the layout of a row that holds only the used cells, in their order."""
        order = sorted(self.positions, key=lambda field: self.positions[field])
        return Layout(
            is_lapor=self.is_lapor,
            positions={field: place for place, field in enumerate(order)},
            names=self.names,
            width=len(order),
            dropped=self.dropped,
            ignored=self.ignored,
        )


def column_notices(dropped: Iterable[str], ignored: Iterable[str]) -> list[str]:
    """Return one line for the columns of identity and one for the unknown ones."""
    lines = []
    if dropped := list(dropped):
        lines.append(f"columns of identity are dropped on reading: {_list(dropped)}")
    if ignored := list(ignored):
        lines.append(f"unknown columns are ignored: {_list(ignored)}")
    return lines


def is_identity(name: str) -> bool:
    """Say whether a column of this name tells who the reporter is."""
    return column_key(name) in _IDENTITY


def find_header(rows: Iterable[Sequence[object]]) -> tuple[int, Layout]:
    """Return the number of the header row, counted from 1, and what it says.

    A LAPOR! export is known by "Tracking ID" and "Isi Laporan Awal" in one of the first 50 rows;
    else the first row that is not blank must hold the names of ``Complaint``.

    Raises
    ------
    HeaderError
        If there is none, a column is missing, or a column stands twice.
    """
    first: tuple[int, Sequence[object]] | None = None
    for number, row in enumerate(islice(rows, HEADER_ROWS), start=1):
        keys = {column_key(cell) for cell in row}
        if keys & LAPOR_COLUMNS.keys() >= {"tracking id", "isi laporan awal"}:
            return number, make_layout(row, LAPOR_COLUMNS, is_lapor=True)
        if "isi" not in keys and len(keys & (LAPOR_COLUMNS.keys() | LAPOR_UNUSED)) >= _LAPOR_SURE:
            found = {LAPOR_COLUMNS.get(key) for key in keys}
            missing = [name for field, name in _LAPOR_REQUIRED.items() if field not in found]
            msg = f"no column {missing[0]!r} in the header (row {number}) of the LAPOR! export"
            raise HeaderError(msg)
        if first is None and any(keys):
            first = number, row
    if first is None:
        msg = f"no header in the first {HEADER_ROWS} rows; expected a column 'isi'"
        raise HeaderError(msg)
    number, row = first
    layout = make_layout(row, _PLAIN, is_lapor=False)
    if "isi" not in layout.positions:
        msg = (
            f"no column 'isi' in the header (row {number}); expected 'isi' and any of "
            f"{', '.join(name for name in FIELDS if name != 'isi')}, or the header of a "
            "LAPOR! export with 'Tracking ID' and 'Isi Laporan Awal'"
        )
        raise HeaderError(msg)
    return number, layout


def make_layout(
    row: Sequence[object],
    known: Mapping[str, str],
    *,
    is_lapor: bool,
    unused: Collection[str] = LAPOR_UNUSED,
) -> Layout:
    """Return where the known columns stand in a header row.

    Parameters
    ----------
    row : sequence of object
        Cells of the header.
    known : mapping of str to str
        Field by ``column_key`` of the column.
    is_lapor : bool
        Whether it is LAPOR!'s own export.
    unused : collection of str
        Columns of such an export that are left out without a word.

    Raises
    ------
    HeaderError
        If a column stands twice.
    """
    fields = [(place, cell, known.get(column_key(cell))) for place, cell in enumerate(row)]
    counts = Counter(field for _, _, field in fields if field)
    if twice := [field for field, count in counts.items() if count > 1]:
        msg = f"the column for {twice[0]!r} stands twice in the header"
        raise HeaderError(msg)
    others = [
        str(cell)
        for _, cell, field in fields
        if field is None and column_key(cell) and not (is_lapor and column_key(cell) in unused)
    ]
    return Layout(
        is_lapor=is_lapor,
        positions={field: place for place, _, field in fields if field},
        names={field: str(cell).strip() for _, cell, field in fields if field},
        width=len(row),
        dropped=tuple(name for name in others if is_identity(name)),
        ignored=tuple(name for name in others if not is_identity(name)),
    )


def column_key(cell: object) -> str:
    """Return what a column is known by: its words in small letters."""
    return re.sub(r"[\W_]+", " ", str(cell).casefold()).strip() if isinstance(cell, str) else ""


def _list(names: Sequence[str]) -> str:
    shown = [repr(name[:40]) for name in names[:_SHOWN]]
    if len(names) > _SHOWN:
        shown.append(f"and {len(names) - _SHOWN} more")
    return ", ".join(shown)
