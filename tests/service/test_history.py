from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import func, select

from rules.ruleset import RuleSet, load_ruleset
from service.cli import main
from service.history.header import HistoryHeader
from service.loading import real_data
from service.store.history_schema import history
from service.store.repository import Store, open_store
from service.tables_in import open_table

HEADER = (
    "Tracking ID", "Tanggal Laporan Masuk", "Waktu Laporan Masuk", "Nama Pelapor",
    "Klasifikasi Laporan", "Kategori", "Judul Laporan", "Isi Laporan Awal",
    "Tipe Laporan (Anonim/Rahasia)", "Sumber Laporan", "Instansi Induk", "Instansi Terdisposisi",
    "Status Laporan", "Alasan Tunda/Arsip", "Provinsi", "Kota/Kabupaten",
)  # fmt: skip
ROAD = "Dinas Pekerjaan Umum Kab. Sleman"
SLEMAN = "Pemerintah Kabupaten Sleman"
SECRET_WORDS = ("Sri Rekaan", "Lubang sedalam betis di gang melati", "Gang melati rusak")


def row(number: int, status: str = "Ditutup oleh Sistem", **changes: object) -> list[object]:
    cells = dict.fromkeys(HEADER)
    cells |= {
        "Tracking ID": number,
        "Tanggal Laporan Masuk": "5 Jan 2026",
        "Waktu Laporan Masuk": "20:15:00",  # UTC: the next day in Sleman
        "Nama Pelapor": SECRET_WORDS[0],
        "Klasifikasi Laporan": "Pengaduan Tidak Berkadar Pengawasan",
        "Kategori": "Jalan Berlubang",
        "Judul Laporan": SECRET_WORDS[2],
        "Isi Laporan Awal": SECRET_WORDS[1],
        "Tipe Laporan (Anonim/Rahasia)": "Anonim",
        "Sumber Laporan": "Website",
        "Instansi Induk": SLEMAN,
        "Instansi Terdisposisi": ROAD,
        "Status Laporan": status,
        "Provinsi": "Daerah Istimewa Yogyakarta",
        "Kota/Kabupaten": "Sleman",
    }
    cells |= {name.replace("_", " "): value for name, value in changes.items()}
    return [cells[name] for name in HEADER]


Write = Callable[..., Path]


@pytest.fixture
def export(tmp_path: Path) -> Write:
    def write(*rows: list[object], made: str = "2026-07-01", name: str = "ekspor.xlsx") -> Path:
        path = tmp_path / name
        book = openpyxl.Workbook()
        sheet: Any = book.active
        for line in (
            ["Judul Laporan", None, "Laporan Ringkas"],
            ["Nama Instansi", None, SLEMAN],
            ["Tanggal Generate", None, made],
            list(HEADER),
            *rows,
        ):
            sheet.append(line)
        book.save(path)
        return path

    return write


@pytest.fixture(scope="module")
def rules() -> RuleSet:
    return load_ruleset()


@pytest.fixture(autouse=True)
def _loaded_once(rules: RuleSet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rules.ruleset.load_ruleset", lambda folder=None: rules)


@pytest.fixture
def url(database_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("DISPOSISI_DATABASE_URL", database_url)
    return database_url


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with open_store(url) as store:
        yield store


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    def run(*arguments: object) -> tuple[int, str]:
        code = main(["import", "history", *map(str, arguments)])
        captured = capsys.readouterr()
        assert captured.out == ""
        return code, captured.err

    return run


def kept(store: Store) -> list[dict[str, Any]]:
    with store.reading() as connection:
        query = select(history).order_by(history.c.tracking_id)
        return [dict(found) for found in connection.execute(query).mappings()]


def counted(store: Store, column: str) -> dict[str | None, int]:
    with store.reading() as connection:
        query = select(history.c[column], func.count()).group_by(history.c[column])
        return {str(value) if value else None: count for value, count in connection.execute(query)}


def test_an_export_becomes_history_with_status_days_body_and_class(
    store: Store, export: Write, run: Callable[..., tuple[int, str]]
) -> None:
    code, said = run(export(row(1)))
    [found] = kept(store)

    assert code == 0
    assert "1 rows: 1 new, 0 changed" in said
    assert found["status"] == "closed"
    assert found["lapor_status"] == "Ditutup oleh Sistem"
    assert found["received_at"].isoformat() == "2026-01-05T20:15:00+00:00"
    assert found["received_on"] == "2026-01-06"  # in Sleman
    assert found["category"] == "non_supervisory"
    assert found["due_on"] == "2026-01-27"  # 14 working days, 16 January is a day off
    assert (found["agency"], found["unit"]) == ("PEMDA-34.04", ROAD)
    assert (found["region"], found["topic"]) == ("34.04", "jalan_jembatan")
    assert (found["anonymous"], found["secret"]) == (True, False)
    assert found["exported_on"] == "2026-07-01"


def test_no_word_of_a_citizen_and_no_name_is_kept_or_said(
    store: Store, export: Write, run: Callable[..., tuple[int, str]]
) -> None:
    told = "Hubungi saya, Bapak Rekaan, di 0812-3456-7890"
    _, said = run(export(row(1), row(2, Kategori=told), row(3, "Lubang sedalam betis")))
    whole = repr(kept(store)) + said

    assert not any(words in whole for words in (*SECRET_WORDS, "0812-3456", "sedalam betis"))
    assert "columns of identity are dropped on reading: 'Nama Pelapor'" in said


def test_an_import_can_be_repeated_and_a_later_export_counts(
    store: Store, export: Write, run: Callable[..., tuple[int, str]]
) -> None:
    first = export(row(1, "Belum Terverifikasi"), row(2), name="juli.xlsx")
    later = export(row(1), row(2), row(3), made="2026-08-01", name="agustus.xlsx")

    assert "2 new, 0 changed, 0 as before" in run(first)[1]
    assert "0 new, 0 changed, 2 as before" in run(first)[1]
    assert "1 new, 1 changed, 1 as before" in run(later)[1]
    assert "0 new, 0 changed, 1 as before, 1 older" in run(first)[1]
    assert counted(store, "status") == {"closed": 3}


def test_a_bad_row_is_told_and_nothing_else_is_lost(
    store: Store, export: Write, run: Callable[..., tuple[int, str]]
) -> None:
    bad = [
        row(2, "Entah"),
        row(3, Tanggal_Laporan_Masuk="kemarin"),
        row(4, **{"Tipe Laporan (Anonim/Rahasia)": "Tertutup"}),
        row(5, Instansi_Terdisposisi="x" * 400),
        [None, *row(0)[1:]],
    ]
    code, said = run(export(row(1), *bad, row(6)))

    assert code == 0
    assert [found["tracking_id"] for found in kept(store)] == ["1", "6"]
    assert "7 rows: 2 new" in said
    assert "5 with an error" in said
    assert "row 2: Status Laporan: expected a status of LAPOR!, got another or none" in said
    assert "row 6: Tracking ID: expected the number of the report" in said


def test_of_many_bad_rows_a_screen_full_is_told_and_the_rest_counted(
    export: Write, run: Callable[..., tuple[int, str]], url: str
) -> None:
    code, said = run(export(*(row(n, "Entah") for n in range(25))))

    assert code == 1
    assert said.count("Status Laporan") == 20
    assert "and 5 more rows with an error" in said


def test_a_file_that_is_no_export_is_refused_in_one_line(
    tmp_path: Path, run: Callable[..., tuple[int, str]], url: str
) -> None:
    path = tmp_path / "lain.csv"
    path.write_text("isi,judul\nLampu mati,Lampu\n", encoding="utf-8")

    code, said = run(path)

    assert code == 2
    assert "no header of a LAPOR! export" in said
    assert len(said.splitlines()) == 1


def test_an_office_inside_answers_to_whose_export_it_is(
    store: Store, export: Write, run: Callable[..., tuple[int, str]]
) -> None:
    run(export(row(1, Instansi_Induk=ROAD, Instansi_Terdisposisi=ROAD)))

    [found] = kept(store)
    assert (found["agency"], found["unit"]) == ("PEMDA-34.04", ROAD)


def test_csv_without_a_title_block_says_whose_export_is_missing(
    tmp_path: Path, store: Store, run: Callable[..., tuple[int, str]]
) -> None:
    path = tmp_path / "ekspor.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows([HEADER, row(1, Instansi_Induk="Dinas Anu")])

    assert "1 rows name no known body" in run(path)[1]
    assert "1 changed" in run(path, "--agency", "PEMDA-34.04")[1]
    assert counted(store, "agency") == {"PEMDA-34.04": 1}


def test_an_unknown_body_is_refused(
    export: Write, run: Callable[..., tuple[int, str]], url: str
) -> None:
    code, said = run(export(row(1)), "--agency", "PEMDA-99")

    assert code == 2
    assert "expected the code of a body such as PEMDA-32.04, got 'PEMDA-99'" in said


def test_a_class_of_long_ago_or_without_a_label_has_no_limit(
    store: Store, export: Write, run: Callable[..., tuple[int, str]]
) -> None:
    run(
        export(
            row(1, Tanggal_Laporan_Masuk="5 Jan 2015"),
            row(2, Klasifikasi_Laporan=None),
            row(3, Tanggal_Laporan_Masuk="5 Jan 2090"),
        )
    )

    assert counted(store, "due_on") == {None: 3}


def test_the_real_export_gives_the_totals_of_its_own_columns(
    store: Store, run: Callable[..., tuple[int, str]]
) -> None:
    folder = real_data()
    path = None if folder is None else folder / "laporan_ringkas_kab_bandung.xlsx"
    if path is None or not path.is_file():
        pytest.skip("DISPOSISI_REAL_DATA names no folder with the export")
    with closing(openpyxl.load_workbook(path, read_only=True)) as book:
        rows = list(book.worksheets[0].iter_rows(values_only=True))
    place, header = next((n, cells) for n, cells in enumerate(rows) if "Tracking ID" in cells)
    columns = list(zip(*rows[place + 1 :], strict=True))

    code, said = run(path)

    assert code == 0, said
    for name, column in (
        ("Status Laporan", "lapor_status"),
        ("Klasifikasi Laporan", "classification"),
        ("Kategori", "lapor_category"),
        ("Instansi Induk", "agency_name"),
        ("Alasan Tunda/Arsip", "reason"),
        ("Sumber Laporan", "channel"),
    ):
        assert counted(store, column) == Counter(columns[header.index(name)])


def test_the_header_is_found_with_its_title_block(export: Write) -> None:
    found = HistoryHeader()

    open_table(export(row(1)), find=found)

    assert (found.owner, str(found.exported_on)) == (SLEMAN, "2026-07-01")
