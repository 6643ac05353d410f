"""Rows of the rules in the words of the office, and the search for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from rules.cells import Between, Cell, Holds, OneOf
from rules.rows import Copy, Row
from rules.ruleset import RuleSet
from rules.tables import Table
from service.desk import words
from service.desk.names import Names
from service.rules_view import may_concern

_MANY = 6  # more values than this are folded away
TABLES: Final = {
    "routing": "Instansi tujuan",
    "category": "Kelas tindak lanjut",
    "oversight": "Pengawas",
    "flags": "Penanda",
    "review": "Alasan ditinjau",
}
ABOUT: Final = {
    "routing": "Dicoba dari atas; baris pertama yang cocok menentukan instansi dan unit kerja.",
    "category": "Kelas diturunkan dari jenis laporan, kadar pengawasan dan pemeriksaan lapangan.",
    "oversight": "Aduan tentang pelanggaran petugas dijawab pengawas instansinya.",
    "flags": "Semua baris yang cocok memberi penanda.",
    "review": "Satu baris yang cocok sudah cukup: petugas melihat aduan itu dahulu.",
}
_INPUTS: Final = {
    **words.FACTS,
    "cues": "isyarat",
    "flags": "penanda",
    "requested": "pilihan instansi pelapor",
    "hinted": "kategori LAPOR!",
    "place": "lokasi",
    "misconduct_suspected": "berkadar dicurigai",
    "category_threshold_met": "kelas cukup pasti",
    "agency_threshold_met": "instansi cukup pasti",
    "agency_known": "instansi diketahui",
    "category_probability": "kepastian kelas",
    "agency_probability": "kepastian instansi",
    "auto": "otomatis menyala",
    "audit_sample": "contoh audit",
    "duplicate": "serupa aduan lain",
    "secret": "rahasia",
    "anonymous": "anonim",
}
_OUTPUTS: Final = {
    "agency": "instansi",
    "unit": "unit kerja",
    "level": "tingkat",
    "copies": "tembusan",
    "category": "kelas",
    "flag": "penanda",
    "detail": "rincian",
    "message": "pesan",
    "reason": "alasan",
}
_BODIES: Final = {
    "KEMENKO": "kementerian koordinator",
    "KEMENTERIAN": "kementerian",
    "LPNK": "lembaga nonkementerian",
    "INDEPENDEN": "lembaga independen",
    "BUMN": "BUMN",
    "PEMPROV": "pemerintah provinsi",
    "PEMKAB": "pemerintah kabupaten",
    "PEMKOT": "pemerintah kota",
}
_DETAILS: Final = {
    "health": "kesehatan",
    "child": "anak",
    "criminal_record": "catatan pidana",
    "finance": "keuangan",
}
_STATES: Final = {
    "none": "tidak ada",
    "missing": "tidak disebut",
    "ambiguous": "bermakna ganda",
    "same": "sama",
    "other": "lain",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RowView:
    """One rule as an official reads it.

    Attributes
    ----------
    id, table : str
    when : sequence of (str, str, str)
        Name, text and, where the text is long, what it says in short, of each condition; none
        means "in every other case".
    then : sequence of (str, str)
        Name and text of each answer.
    reference : str
        Legal basis.
    note : str or None
    valid_from, valid_until : date
        First day in force, and first day no longer or None.
    is_in_force : bool
    """

    id: str
    table: str
    when: Sequence[tuple[str, str, str]]
    then: Sequence[tuple[str, str]]
    reference: str
    note: str | None
    valid_from: date
    valid_until: date | None
    is_in_force: bool


class RuleWords:
    """Cells and answers of one rule set in words."""

    def __init__(self, ruleset: RuleSet, names: Names) -> None:
        self._ruleset, self._names = ruleset, names

    def view(self, table: Table, row: Row, day: date) -> RowView:
        """Return a row with every code by its name."""
        return RowView(
            id=row.id,
            table=table.name,
            when=[
                (
                    _INPUTS.get(name, _plain(name)),
                    self.cell(table.inputs[name].kind, cell),
                    _short(cell),
                )
                for name, cell in row.when.items()
            ],
            then=[
                (_OUTPUTS.get(name, _plain(name)), self._answer(name, answer))
                for name, answer in row.then.items()
                if answer is not None
            ],
            reference=row.reference,
            note=row.note,
            valid_from=row.valid_from,
            valid_until=row.valid_until,
            is_in_force=row.is_in_force(day),
        )

    def cell(self, kind: str, cell: Cell) -> str:
        """Return a condition in words."""
        if isinstance(cell, Between):
            return cell.text.replace("and", "dan")
        if isinstance(cell, Holds):
            before = {"any": "", "all": "semua dari ", "none": "tanpa "}[cell.mode]
            between = ", " if cell.mode == "any" else " dan "
            return before + between.join(self._code(kind, code) for code in sorted(cell.values))
        return ("bukan " if cell.negated else "") + self._one_of(kind, cell)

    def _one_of(self, kind: str, cell: OneOf) -> str:
        if kind == "region":  # written as a prefix for a whole province
            parts = cell.text.removeprefix("not ").split("|")
            return ", ".join(self._names.region(part.rstrip("*.")) for part in parts)
        values = sorted(cell.values, key=str)
        return ", ".join(self._code(kind, value) for value in values)

    def _code(self, kind: str, code: str | bool) -> str:
        if isinstance(code, bool):
            return "ya" if code else "tidak"
        names: dict[str, Any] = {
            "topic": self._names.topic,
            "agency": self._names.agency,
            "level": lambda c: words.LEVELS.get(c, c),
            "category": lambda c: words.SHORT_CATEGORIES.get(c, c),
        }
        if kind in names:
            return str(names[kind](code))
        if kind == "flags":
            flag, _, detail = code.partition(":")
            return words.FLAGS.get(flag, flag) + (
                f" ({_DETAILS.get(detail, _plain(detail))})" if detail else ""
            )
        known = {**words.KINDS, **_STATES, **_BODIES}
        return known.get(code) or _plain(code)

    def _answer(self, name: str, answer: object) -> str:
        if isinstance(answer, tuple):
            return ", ".join(self._copy(copy) for copy in answer)
        text = str(answer)
        if name == "agency":
            return self._agency(text)
        if name == "reason":
            return words.REASONS.get(text, text)
        if name == "detail":
            return _DETAILS.get(text, text)
        kind = {"flag": "flags", "level": "level", "category": "category"}.get(name)
        return self._code(kind, text) if kind else text

    def _copy(self, copy: Copy) -> str:
        return self._agency(copy.agency) + (f" ({copy.unit})" if copy.unit else "")

    def _agency(self, code: str) -> str:
        return "Pemerintah daerah setempat" if code == "PEMDA" else self._names.agency(code)


def find_rows(
    ruleset: RuleSet,
    names: Names,
    day: date,
    *,
    table: str,
    text: str = "",
    topic: str = "",
    ended: bool = False,
) -> list[RowView]:
    """Return the rows of a table, in their order, that hold every word of a search.

    Parameters
    ----------
    table : str
        A key of ``TABLES``.
    text : str, optional
        Words of an agency, topic, cue, row id or legal basis.
    topic : str, optional
        Only rows that may concern this topic.
    ended : bool, default=False
        Whether rows that are not in force on the day are shown too.
    """
    speaker, found = RuleWords(ruleset, names), ruleset.tables[table]
    rows: Iterable[Row] = found.rows
    if topic:
        rows = (row for row in rows if may_concern(row, topic))
    if not ended:
        rows = (row for row in rows if row.is_in_force(day))
    views = [speaker.view(found, row, day) for row in rows]
    if not (wanted := text.casefold().split()):
        return views
    shorts = {agency.name: f"{agency.code} {agency.abbreviation}" for agency in ruleset.agencies}
    return [view for view in views if all(word in _haystack(view, shorts) for word in wanted)]


def _haystack(view: RowView, shorts: Mapping[str, str]) -> str:
    parts = [view.id, view.reference, view.note or ""]
    parts += [text for _, text, _ in view.when] + [text for _, text in view.then]
    # An office's short name finds the row that gives its long one.
    parts += [shorts[text] for _, text in view.then if text in shorts]
    return " ".join(parts).casefold()


def fact_text(names: Names, value: object) -> str:
    """Return the fact that a row looked at, by its name where it has one."""
    if isinstance(value, bool):
        return "ya" if value else "tidak"
    if isinstance(value, (tuple, list)):
        return ", ".join(fact_text(names, one) for one in value)
    code = str(value)
    known = {**words.KINDS, **words.LEVELS, **_BODIES, **_STATES}
    return known.get(code) or (names.topic(code) if names.topic(code) != code else _plain(code))


def _short(cell: Cell) -> str:
    if isinstance(cell, Between) or len(cell.values) <= _MANY or _is_prefix(cell):
        return ""
    return f"{'bukan ' if getattr(cell, 'negated', False) else ''}{len(cell.values)} pilihan"


def _is_prefix(cell: Cell) -> bool:
    return isinstance(cell, OneOf) and "*" in cell.text


def _plain(code: str) -> str:
    return code.replace("_", " ")
