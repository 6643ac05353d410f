import csv
import json
import os
import pickle
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from service.complaint import Complaint
from service.files_in import MAX_LINE_BYTES, BadRow, FileError, read_complaints

LAPOR_17 = (
    "Tracking ID", "Tanggal Laporan Masuk", "Waktu Laporan Masuk", "Klasifikasi Laporan",
    "ID Kategori", "Kategori", "Judul Laporan", "Isi Laporan Awal", "Isi Laporan Akhir",
    "Tipe Laporan (Anonim/Rahasia)", "Sumber Laporan", "Instansi Induk", "Instansi Terdisposisi",
    "Status Laporan", "Alasan Tunda/Arsip", "Provinsi", "Kota/Kabupaten",
)  # fmt: skip
LAPOR_21 = (
    *LAPOR_17[:3], "Nama Pelapor", *LAPOR_17[3:12], "ID Instansi Terdisposisi", *LAPOR_17[12:],
    "Kecamatan", "Kelurahan",
)  # fmt: skip
TITLE_BLOCK = [("Judul Laporan", None, "Laporan Ringkas"), *[(None,)] * 9]
KNOWN_REGIONS = {"32", "32.04", "32.73"}
CITIZENS_WORD = "RAHASIAWARGA"

real_data = os.environ.get("DISPOSISI_REAL_DATA")
needs_real_data = pytest.mark.skipif(
    not real_data, reason="DISPOSISI_REAL_DATA is not set: no real export at hand"
)


def resolve_names(province: str | None, city: str | None, district: str | None) -> str | None:
    if city == "Bandung":
        return "32.04"
    return {"Kota Bandung": "32.73", None: "32" if province == "Jawa Barat" else None}.get(city)


def read(path: Path, **options: Any) -> list[Complaint | BadRow]:
    settings: dict[str, Any] = {
        "resolve_names": resolve_names,
        "known_region": KNOWN_REGIONS.__contains__,
        "notice": lambda line: None,
    }
    return list(read_complaints(path, **{**settings, **options}))


def read_one(path: Path, **options: Any) -> Complaint:
    [found] = read(path, **options)
    assert isinstance(found, Complaint), found
    return found


def bad_rows(found: Iterable[Complaint | BadRow]) -> list[BadRow]:
    return [item for item in found if isinstance(item, BadRow)]


def write_csv(path: Path, rows: Iterable[Sequence[object]], delimiter: str = ",") -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    return path


def write_xlsx(path: Path, rows: Iterable[Sequence[object]]) -> Path:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    workbook.save(path)
    return path


def write_parquet(path: Path, columns: dict[str, Any]) -> Path:
    parquet.write_table(pa.table(columns), path)
    return path


def lapor_row(header: Sequence[str] = LAPOR_17, /, **changed: object) -> list[object]:
    values: dict[str, object] = {
        "Tracking ID": "9190001",
        "Tanggal Laporan Masuk": "29 May 2023",
        "Waktu Laporan Masuk": "04:05:34",
        "Nama Pelapor": CITIZENS_WORD,
        "Klasifikasi Laporan": "Pengaduan Berkadar Pengawasan",
        "Kategori": "Lampu Jalan",
        "Judul Laporan": "Lampu padam",
        "Isi Laporan Awal": "Lampu jalan di gang kami padam sejak Senin",
        "Isi Laporan Akhir": "diubah admin",
        "Sumber Laporan": "Website",
        "Instansi Induk": "Pemerintah Kabupaten Contoh",
        "Provinsi": "Jawa Barat",
        "Kota/Kabupaten": "Bandung",
    }
    values.update(changed)
    return [values.get(name) for name in header]


def lapor_export(path: Path, *rows: Sequence[object], header: Sequence[str] = LAPOR_17) -> Path:
    return write_xlsx(path, [*TITLE_BLOCK, header, *rows])


def test_the_export_of_lapor_is_read_as_it_is(tmp_path: Path) -> None:
    path = lapor_export(
        tmp_path / "ekspor.xlsx",
        lapor_row(LAPOR_17, **{"Tipe Laporan (Anonim/Rahasia)": "Anonim|Rahasia"}),
    )

    assert read_one(path) == Complaint(
        isi="Lampu jalan di gang kami padam sejak Senin",
        judul="Lampu padam",
        tracking_id="9190001",
        received_at=datetime(2023, 5, 29, 4, 5, 34, tzinfo=UTC),
        region="32.04",
        lapor_category="Lampu Jalan",
        channel="Website",
        anonymous=True,
        secret=True,
    )


def test_the_long_export_is_read_without_the_name_of_the_reporter(tmp_path: Path) -> None:
    path = lapor_export(tmp_path / "a.xlsx", lapor_row(LAPOR_21), header=LAPOR_21)
    notices: list[str] = []

    complaint = read_one(path, notice=notices.append)

    assert CITIZENS_WORD not in repr(complaint)
    assert notices == ["columns of identity are dropped on reading: 'Nama Pelapor'"]


def test_the_office_s_own_answers_are_no_unknown_columns(tmp_path: Path) -> None:
    notices: list[str] = []

    read(lapor_export(tmp_path / "a.xlsx", lapor_row()), notice=notices.append)

    assert notices == []


def test_district_and_city_reach_the_resolver_as_written(tmp_path: Path) -> None:
    header = (*LAPOR_17, "Kecamatan")
    row = lapor_row(header, **{"Kecamatan": "Soreang", "Kota/Kabupaten": None})
    asked: list[tuple[str | None, ...]] = []

    read(
        lapor_export(tmp_path / "a.xlsx", row, header=header),
        resolve_names=lambda *names: asked.append(names),
    )

    assert asked == [("Jawa Barat", None, "Soreang")]


@pytest.mark.parametrize(
    ("day", "clock", "expected"),
    [
        pytest.param("18 Jan 2024", "23:59:59", "2024-01-18T23:59:59", id="english"),
        pytest.param("18 Agustus 2024", "00:00:00", "2024-08-18T00:00:00", id="indonesian"),
        pytest.param("1 Mei 2024", "7:05", "2024-05-01T07:05:00", id="without-seconds"),
        pytest.param("31 Okt 2024", None, "2024-10-31T00:00:00", id="no-time"),
        pytest.param("31/12/2024", "12.30", "2024-12-31T12:30:00", id="day-first"),
        pytest.param("31-12-2024", time(12, 30), "2024-12-31T12:30:00", id="dashes"),
        pytest.param(
            "31 Des 2024",
            datetime.fromisoformat("1899-12-30T12:30:00"),
            "2024-12-31T12:30:00",
            id="excel-time-as-a-moment",
        ),
        pytest.param("2024-12-31", "12:30:00", "2024-12-31T12:30:00", id="iso"),
        pytest.param(date(2024, 1, 18), time(4, 5, 34), "2024-01-18T04:05:34", id="excel-cells"),
        pytest.param(
            datetime.fromisoformat("2024-01-18T04:05:00"),
            None,
            "2024-01-18T04:05:00",
            id="excel-one-cell",
        ),
    ],
)
def test_day_and_time_together_are_utc(
    tmp_path: Path, day: object, clock: object, expected: str
) -> None:
    row = lapor_row(LAPOR_17, **{"Tanggal Laporan Masuk": day, "Waktu Laporan Masuk": clock})

    complaint = read_one(lapor_export(tmp_path / "a.xlsx", row))

    assert complaint.received_at == datetime.fromisoformat(f"{expected}+00:00")


def test_a_zone_that_is_asked_for_beats_utc_in_the_export(tmp_path: Path) -> None:
    path = lapor_export(tmp_path / "a.xlsx", lapor_row())

    complaint = read_one(path, timezone=ZoneInfo("Asia/Makassar"))

    assert complaint.received_at is not None
    assert complaint.received_at.utcoffset() == timedelta(hours=8)


@pytest.mark.parametrize(
    ("column", "value", "expected"),
    [
        pytest.param("Tanggal Laporan Masuk", "31 Feb 2024", "a day like 29 May", id="no-such-day"),
        pytest.param("Tanggal Laporan Masuk", "kemarin", "a day like 29 May 2023", id="no-day"),
        pytest.param("Tanggal Laporan Masuk", 45000, "a day like 29 May 2023", id="bare-number"),
        pytest.param("Waktu Laporan Masuk", "25:00:00", "a time like 04:05:34", id="hour-25"),
        pytest.param("Tipe Laporan", "Tertutup", "expected Anonim, Rahasia", id="unknown-mark"),
        pytest.param("Isi Laporan Awal", None, "1 to 20,000 characters, got none", id="no-text"),
        pytest.param("Isi Laporan Awal", " \n ", "1 to 20,000 characters", id="blank-text"),
        pytest.param("Isi Laporan Awal", 12, "expected text, got int", id="number-as-text"),
        pytest.param("Judul Laporan", "x" * 501, "at most 500 characters", id="long-title"),
    ],
)
def test_a_bad_cell_of_the_export_names_row_column_and_sheet_row(
    tmp_path: Path, column: str, value: object, expected: str
) -> None:
    header = tuple(name.replace(" (Anonim/Rahasia)", "") for name in LAPOR_17)
    rows = [lapor_row(header), lapor_row(header, **{column: value}), lapor_row(header)]

    found = read(lapor_export(tmp_path / "a.xlsx", *rows, header=header))

    [bad] = bad_rows(found)
    assert (bad.row, bad.field, bad.tracking_id) == (2, column, "9190001")
    assert expected in bad.problem
    assert bad.problem.endswith("(sheet row 13)")
    assert [isinstance(item, Complaint) for item in found] == [True, False, True]


@pytest.mark.parametrize("missing", ["Tracking ID", "Isi Laporan Awal"])
def test_an_export_without_a_column_is_refused_by_the_name_of_the_column(
    tmp_path: Path, missing: str
) -> None:
    header = tuple(name for name in LAPOR_17 if name != missing)

    with pytest.raises(FileError, match=rf"a\.xlsx: no column '{missing}' in the header \(row 11"):
        read(lapor_export(tmp_path / "a.xlsx", header=header))


def test_an_export_without_days_is_read_and_says_so(tmp_path: Path) -> None:
    header = tuple(name for name in LAPOR_17 if "Laporan Masuk" not in name)
    notices: list[str] = []

    complaint = read_one(
        lapor_export(tmp_path / "a.xlsx", lapor_row(header), header=header), notice=notices.append
    )

    assert complaint.received_at is None
    assert notices == ["no column 'Tanggal Laporan Masuk': limits are given without days"]


def test_a_workbook_with_our_own_columns_is_read(tmp_path: Path) -> None:
    path = write_xlsx(
        tmp_path / "a.xlsx",
        [("tracking_id", "isi", "received_at", "region"), (77, "Air PAM keruh", None, "32.04"), ()],
    )

    assert read_one(path) == Complaint(isi="Air PAM keruh", tracking_id="77", region="32.04")


def test_the_header_may_stand_on_a_later_sheet(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    assert workbook.active is not None
    workbook.active.append(["Ringkasan"])
    workbook.create_sheet("Data").append(["isi"])
    workbook["Data"].append(["Sampah menumpuk"])
    workbook.save(tmp_path / "a.xlsx")

    assert read_one(tmp_path / "a.xlsx").isi == "Sampah menumpuk"


def test_a_region_code_that_a_spreadsheet_made_a_number_is_refused(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", [("isi", "region"), ("Air keruh", 32.1)])

    [bad] = bad_rows(read(path))

    assert (bad.row, bad.field) == (1, "region")
    assert "got float" in bad.problem


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
def test_csv_is_read_with_each_separator_and_with_or_without_bom(
    tmp_path: Path, delimiter: str, bom: str
) -> None:
    path = write_csv(
        tmp_path / "a.csv",
        [("isi", "tracking_id", "anonymous"), ("Jalan rusak; parah, sekali\nbaris dua", "5", "ya")],
        delimiter,
    )
    path.write_text(bom + path.read_text("utf-8"), encoding="utf-8")

    assert read_one(path) == Complaint(
        isi="Jalan rusak; parah, sekali\nbaris dua", tracking_id="5", anonymous=True
    )


def test_csv_with_the_columns_of_the_export_is_read(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [*TITLE_BLOCK, LAPOR_17, lapor_row()], ";")

    complaint = read_one(path)

    assert (complaint.region, complaint.channel) == ("32.04", "Website")
    assert complaint.received_at == datetime(2023, 5, 29, 4, 5, 34, tzinfo=UTC)


def test_a_time_without_offset_is_read_in_jakarta_or_the_zone_asked_for(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [("isi", "received_at"), ("Gelap", "2026-11-24 09:30")])

    jakarta = read_one(path).received_at
    jayapura = read_one(path, timezone=ZoneInfo("Asia/Jayapura")).received_at

    assert jakarta == datetime(2026, 11, 24, 2, 30, tzinfo=UTC)
    assert jayapura == datetime(2026, 11, 24, 0, 30, tzinfo=UTC)


def test_bytes_that_are_no_utf8_spoil_only_their_own_row(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"isi,tracking_id\nsatu,1\nd\xe9j\xe0,2\ntiga,3\n")

    found = read(path)

    [bad] = bad_rows(found)
    assert (bad.row, bad.field, bad.tracking_id) == (2, "isi", "2")
    assert bad.problem == "expected UTF-8, got another encoding (line 3)"
    assert len(found) == 3


def test_a_nul_byte_spoils_only_its_own_row(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"isi,tracking_id\nsa\0tu,1\ndua,2\n")

    [first, second] = read(path)

    assert isinstance(first, BadRow)
    assert "got U+0000" in first.problem
    assert isinstance(second, Complaint)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        pytest.param("hanya satu sel", "expected 2 cells as in the header, got 1", id="too-few"),
        pytest.param("a,b,c,d", "expected 2 cells as in the header, got 4", id="too-many"),
        pytest.param('"a"b,c', "closed quotes", id="text-after-a-quote"),
        pytest.param(
            f"isi,{'9' * 70} {CITIZENS_WORD}\x01",
            "without control characters",
            id="odd-tracking-id",
        ),
    ],
)
def test_a_row_whose_cells_have_shifted_is_refused_and_the_next_is_read(
    tmp_path: Path, row: str, expected: str
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"isi,tracking_id\n{row}\nLampu mati,9\n", encoding="utf-8")

    [bad, good] = read(path)

    assert isinstance(bad, BadRow)
    assert bad.row == 1
    assert expected in bad.problem
    assert bad.tracking_id is None
    assert CITIZENS_WORD not in repr(bad)
    assert isinstance(good, Complaint)


def test_a_csv_that_is_cut_inside_a_quote_loses_only_its_last_row(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('isi,tracking_id\n"utuh",1\n"terpotong di teng', encoding="utf-8")

    [good, bad] = read(path)

    assert isinstance(good, Complaint)
    assert isinstance(bad, BadRow)
    assert "closed quotes" in bad.problem


def test_an_open_quote_says_which_lines_it_swallowed(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('isi,no\n"terbuka,1\n"dua",2\ntiga,3\n', encoding="utf-8")

    found = read(path)

    assert [bad.problem.rsplit("(")[-1] for bad in bad_rows(found)] == ["lines 2-3)"]
    assert isinstance(found[-1], Complaint)


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        pytest.param("received_at", "bukan tanggal", "expected a time like", id="no-date"),
        pytest.param("region", "99.99", "got an unknown one", id="unknown-region"),
        pytest.param("secret", "mungkin", "expected true or false", id="no-boolean"),
        pytest.param("isi", "x" * 20_001, "at most 20,000 characters", id="text-too-long"),
        pytest.param("isi", "  ", "expected 1 to 20,000 characters, got none", id="blank-text"),
    ],
)
@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet", ".xlsx"])
def test_a_bad_value_is_named_in_every_format_and_never_repeated(
    tmp_path: Path, suffix: str, field: str, value: str, expected: str
) -> None:
    good = {field: None, "isi": "Sampah menumpuk", "tracking_id": "1"}
    bad = {**good, "tracking_id": "2", field: value}
    path = write_any(tmp_path / f"a{suffix}", [good, bad, good])

    found = read(path)

    [problem] = bad_rows(found)
    assert (problem.row, problem.field, problem.tracking_id) == (2, field, "2")
    assert expected in problem.problem
    assert not value.strip() or value not in problem.problem
    assert len(found) == 3


def write_any(path: Path, rows: list[dict[str, Any]]) -> Path:
    names = list(rows[0])
    table = [names, *[[row[name] for name in names] for row in rows]]
    if path.suffix == ".jsonl":
        lines = [json.dumps(row) for row in rows]
        path.write_text("\n".join(lines), encoding="utf-8")
        return path
    if path.suffix == ".parquet":
        return write_parquet(path, {name: [row[name] for row in rows] for name in names})
    return write_csv(path, table) if path.suffix == ".csv" else write_xlsx(path, table)


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet", ".xlsx"])
def test_identity_is_dropped_and_unknown_columns_are_ignored_with_one_notice_each(
    tmp_path: Path, suffix: str
) -> None:
    row = {"isi": "Sampah", "NIK": CITIZENS_WORD, "No. HP": CITIZENS_WORD, "catatan": CITIZENS_WORD}
    path = write_any(tmp_path / f"a{suffix}", [row, row])
    notices: list[str] = []

    found = read(path, notice=notices.append)

    assert found == [Complaint(isi="Sampah")] * 2
    assert sorted(notices, key=len) == [
        "unknown columns are ignored: 'catatan'",
        "columns of identity are dropped on reading: 'NIK', 'No. HP'",
    ]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param(b'{"isi": "terpot', "expected a JSON object, got an error", id="cut-off"),
        pytest.param(b"[1, 2]", "expected a JSON object, got list", id="a-list"),
        pytest.param(b'"teks"', "expected a JSON object, got str", id="a-text"),
        pytest.param(b'{"isi": "\xe9"}', "expected UTF-8, got another byte at 9", id="no-utf8"),
        pytest.param(b"[" * 100_000, "expected a JSON object", id="nested-without-end"),
        pytest.param(b"9" * 5_000, "expected a JSON object", id="endless-number"),
        pytest.param(b'{"isi": "\\ud800"}', "got U+D800", id="half-a-character"),
        pytest.param(b'{"isi": {"a": 1}}', "expected text, got dict", id="object-as-text"),
        pytest.param(b'{"tracking_id": true, "isi": "a"}', "got bool", id="true-as-number"),
        pytest.param(b"x" * (3 * MAX_LINE_BYTES), "at most 1,000,000 bytes", id="endless-line"),
    ],
)
def test_a_bad_line_of_jsonl_is_refused_and_the_next_is_read(
    tmp_path: Path, line: bytes, expected: str
) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'\xef\xbb\xbf{"isi": "satu"}\n\n' + line + b'\n{"isi": "tiga"}\n')

    [first, bad, last] = read(path)

    assert isinstance(bad, BadRow)
    assert bad.row == 2
    assert expected in bad.problem
    assert bad.problem.endswith("(line 3)")
    assert (first, last) == (Complaint(isi="satu"), Complaint(isi="tiga"))


def test_parquet_is_read_with_its_own_types(tmp_path: Path) -> None:
    moment = datetime(2026, 11, 24, 9, 30, tzinfo=timezone(timedelta(hours=7)))
    path = write_parquet(
        tmp_path / "a.parquet",
        {
            "nama": [CITIZENS_WORD] * 2,
            "secret": [True, False],
            "received_at": pa.array([moment, None], pa.timestamp("ns", tz="Asia/Jakarta")),
            "tracking_id": pa.array([7.0, float("nan")]),
            "isi": ["satu", "dua"],
        },
    )

    assert read(path) == [
        Complaint(isi="satu", tracking_id="7", received_at=moment, secret=True),
        Complaint(isi="dua"),
    ]


def test_parquet_without_pyarrow_is_refused_with_the_command_that_installs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_parquet(tmp_path / "a.parquet", {"isi": ["satu"]})
    monkeypatch.setitem(sys.modules, "pyarrow", None)

    with pytest.raises(FileError, match=r"pip install 'disposisi\[parquet\]'"):
        read(path)


def test_a_parquet_file_with_a_damaged_page_is_refused(tmp_path: Path) -> None:
    texts = [f"aduan nomor {number} tentang lampu" for number in range(5_000)]
    path = write_parquet(tmp_path / "a.parquet", {"isi": texts})
    content = bytearray(path.read_bytes())
    content[30:400] = bytes(370)
    path.write_bytes(content)

    with pytest.raises(FileError, match="damaged after record 0"):
        read(path)


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        pytest.param("a.txt", b"isi", "unknown suffix '.txt'; expected .csv", id="unknown-suffix"),
        pytest.param("a", b"isi", "unknown suffix ''", id="no-suffix"),
        pytest.param("a.csv", b"", "the file is empty", id="empty-csv"),
        pytest.param("a.jsonl", b"", "the file is empty", id="empty-jsonl"),
        pytest.param("a.xlsx", b"", "the file is empty", id="empty-xlsx"),
        pytest.param("a.csv", b"teks,nomor\na,1\n", "no column 'isi'", id="csv-without-text"),
        pytest.param("a.csv", b"isi,isi\na,b\n", "'isi' stands twice", id="column-twice"),
        pytest.param("a.csv", b"\n\n,,\n", "no header in the first 50 rows", id="blank-csv"),
        pytest.param("a.csv", "isi\na".encode("utf-16"), "expected UTF-8, got UTF-16", id="utf-16"),
        pytest.param("a.csv", b"\n" * 60 + b"isi\na\n", "no header in the first", id="late-header"),
        pytest.param("a.xlsx", b"no zip", "damaged, cut off or protected", id="no-zip"),
        pytest.param("a.parquet", b"PAR1 cut", "damaged or cut off", id="cut-parquet"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(
    tmp_path: Path, name: str, content: bytes, expected: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)

    with pytest.raises(FileError) as caught:
        read(path)

    assert expected in caught.value.problem
    assert str(caught.value).startswith(f"{path}: ")


@pytest.mark.parametrize("share", [0.2, 0.5, 0.95])
def test_a_workbook_that_was_cut_off_is_refused(tmp_path: Path, share: float) -> None:
    path = lapor_export(tmp_path / "a.xlsx", *[lapor_row() for _ in range(200)])
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])

    with pytest.raises(FileError, match="damaged, cut off or protected"):
        read(path)


def test_a_workbook_with_a_broken_sheet_is_refused(tmp_path: Path) -> None:
    whole = lapor_export(tmp_path / "a.xlsx", *[lapor_row() for _ in range(50)])
    path = tmp_path / "b.xlsx"
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            half = "sheet1.xml" in name
            target.writestr(name, content[: len(content) // 2] if half else content)

    with pytest.raises(FileError, match="damaged, cut off or protected"):
        read(path)


TRICKY_TEXTS = [
    'Kata "dikutip", koma; titik koma\tdan tab',
    "baris satu\nbaris dua\n\nbaris empat",
    "emoji 🚧 dan aksara الشارع dan 道路",
    "pemisah baris \u2028 dan \x85 dan spasi \u00a0 keras",
    "'=apostrof' di depan",
    "-5 derajat, @akun, #tagar",
    "null",
    "NaN",
    "0123",
    "_x00 bukan sandi",
]


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet", ".xlsx"])
def test_a_text_comes_out_of_every_format_as_it_went_in(tmp_path: Path, suffix: str) -> None:
    rows = [
        {"isi": text, "judul": f"Judul {number}", "tracking_id": str(number), "secret": "true"}
        for number, text in enumerate(TRICKY_TEXTS)
    ]

    found = read(write_any(tmp_path / f"a{suffix}", rows))

    assert found == [
        Complaint(isi=text, judul=f"Judul {number}", tracking_id=str(number), secret=True)
        for number, text in enumerate(TRICKY_TEXTS)
    ]


@given(
    st.lists(
        st.tuples(
            st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1).map(
                lambda text: f"a{text}z"
            ),
            st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=50).map(str.strip),
        ),
        min_size=1,
        max_size=8,
    )
)
@settings(max_examples=50)
def test_any_text_survives_csv_jsonl_and_parquet(texts: list[tuple[str, str]]) -> None:
    rows = [{"isi": isi, "judul": judul} for isi, judul in texts]

    with tempfile.TemporaryDirectory() as folder:
        found = [
            read(write_any(Path(folder, f"a{suffix}"), rows))
            for suffix in (".csv", ".jsonl", ".parquet")
        ]

    assert found == [[Complaint(isi=isi, judul=judul) for isi, judul in texts]] * 3


def test_the_carriage_returns_of_excel_are_read_as_such(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", [("isi",), ("satu_x000D_\ndua _x005F_x000D_",)])

    assert read_one(path).isi == "satu\r\ndua _x000D_"


def test_names_of_places_beside_our_own_columns_do_not_make_an_export(tmp_path: Path) -> None:
    header = ("isi", "Provinsi", "Kota/Kabupaten", "Kecamatan", "Kategori")
    path = write_csv(tmp_path / "a.csv", [header, ("Lampu mati", "", "", "", "")])
    notices: list[str] = []

    assert read_one(path, notice=notices.append) == Complaint(isi="Lampu mati")
    assert len(notices) == 1


def test_many_unknown_columns_make_one_short_notice(tmp_path: Path) -> None:
    header = ["isi", *[f"kolom {n}" for n in range(20)]]
    path = write_csv(tmp_path / "a.csv", [header, ["Lampu mati", *[""] * 20]])
    notices: list[str] = []

    read(path, notice=notices.append)

    [notice] = notices
    assert notice.endswith("'kolom 11', and 8 more")


def test_blank_rows_do_not_count(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("isi,tracking_id\n\n,\nsatu,1\n\n ,2\n", encoding="utf-8")

    [first, second] = read(path)

    assert isinstance(first, Complaint)
    assert isinstance(second, BadRow)
    assert (second.row, second.problem.rsplit(" (")[-1]) == (2, "line 6)")


def test_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="No such file"):
        read(tmp_path / "tidak-ada.csv")


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="cannot be read: Is a directory"):
        read(tmp_path.rename(tmp_path.with_suffix(".csv")))


@needs_real_data
def test_the_real_export_gives_every_row_in_order() -> None:
    assert real_data is not None
    path = Path(real_data) / "laporan_ringkas_kab_bandung.xlsx"
    workbook = openpyxl.load_workbook(path)
    expected = [workbook.worksheets[0].cell(row, 1).value for row in range(12, 2139)]

    found = read(path)

    assert len(found) == 2127
    assert [getattr(item, "tracking_id", None) for item in found] == expected
    assert not bad_rows(found)
    assert all(isinstance(item, Complaint) and item.received_at for item in found)


def test_a_complaint_is_the_same_in_another_process() -> None:
    complaint = Complaint(
        isi="Lampu padam",
        judul="Gelap",
        tracking_id="7",
        source="uji",
        received_at=datetime(2026, 11, 24, 9, tzinfo=UTC),
        region="32.04",
        requested_agency="PLN",
        lapor_category="Energi",
        channel="sms",
        anonymous=True,
        secret=True,
    )

    assert pickle.loads(pickle.dumps(complaint, -1)) == complaint  # noqa: S301  # our own
