from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from rules.errors import RuleFileError
from rules.ruleset import RuleSet, load_ruleset
from service.actors import Actor
from service.app import create_app
from service.auth.callers import Caller
from service.auth.web import get_caller
from service.cli import main
from service.deps import get_now
from service.reports.evaluation import evaluate
from service.reports.findings import load_findings, load_notes
from service.reports.page import evaluation_page, page_policy, report_page
from service.reports.period import parse_period
from service.reports.records import Record
from service.reports.reference import Reference, reference_of
from service.reports.report import league, make_report
from service.reports.shape import Report
from service.reports.tables import report_tables
from service.reports.targets import compare, load_targets
from service.settings import Settings

PERIOD = parse_period("2026-S1")
AS_OF = date(2026, 7, 15)
NOW = datetime.fromisoformat("2026-11-24T09:30:00+07:00")
BANDUNG, SLEMAN, KEDIRI = "PEMDA-32.04", "PEMDA-34.04", "PEMDA-35.71"


@pytest.fixture(scope="module")
def rules() -> RuleSet:
    return load_ruleset()


@pytest.fixture(scope="module")
def reference(rules: RuleSet) -> Reference:
    return reference_of(rules)


def records(agency: str, *, answered: int = 0, late: int = 0, waiting: int = 0) -> list[Record]:
    """Return complaints of 2 March: answered in time, too late, or not taken up."""
    received, due = date(2026, 3, 2), date(2026, 3, 27)
    plain = Record(
        id="01a20ada2c0070008000000000000001",
        source="=HYPERLINK(1)",
        tracking_id="9190001",
        received_on=received,
        due_on=due,
        followed_up_on=None,
        answered_on=None,
        status="disposed",
        category="non_supervisory",
        topic="jalan_jembatan",
        agency=agency,
        unit=None,
        region=agency.removeprefix("PEMDA-"),
        returns=0,
        transfers=0,
    )
    quick, slow = received + timedelta(days=2), due + timedelta(days=7)
    done = plain._replace(status="answered")
    return [
        *[done._replace(followed_up_on=quick, answered_on=quick)] * answered,
        *[done._replace(followed_up_on=slow, answered_on=slow)] * late,
        *[plain] * waiting,
    ]


@pytest.fixture
def report(reference: Reference) -> Report:
    found = [
        *records(BANDUNG, answered=20, late=10, waiting=6),
        *records(SLEMAN, answered=30, late=2),
        *records(KEDIRI, answered=1, waiting=2),
    ]
    return make_report(found, period=PERIOD, as_of=AS_OF, reference=reference)


def test_the_league_begins_with_the_largest_share_in_time(report: Report) -> None:
    assert [row.code for row in league(report.by_agency)] == [SLEMAN, BANDUNG, KEDIRI]


@pytest.mark.parametrize("make", ["report", "evaluation"])
def test_a_page_stands_alone_and_is_allowed_its_own_style_only(
    make: str, report: Report, reference: Reference
) -> None:
    if make == "report":
        page = report_page(report, reference)
    else:
        page = evaluation_page(evaluate(report), reference)

    assert not re.search(r"<script|javascript:|\son\w+=|\sstyle=|https?:|url\(|@import", page)
    assert page.count("<style>") == 1
    assert page.startswith('<!DOCTYPE html>\n<html lang="id">')
    assert len(set(re.findall(r'\sid="([^"]+)"', page))) == len(re.findall(r'\sid="', page))
    assert "default-src 'none'" in page_policy()
    assert len(re.findall(r"<svg", page)) >= 4


def test_a_name_that_is_markup_stays_text(reference: Reference) -> None:
    rows = records("<b onclick=x>", waiting=6)
    found = make_report(rows, period=PERIOD, as_of=AS_OF, reference=reference)

    assert "<b onclick" not in report_page(found, reference)
    assert "<b onclick" not in evaluation_page(evaluate(found), reference)


def test_the_evaluation_shows_no_small_count_and_no_agency_that_has_one(
    report: Report, reference: Reference
) -> None:
    found = evaluate(report)
    shown = json.dumps([row.figures.incoming for row in found.agencies])

    # Kediri's three would be the total less the others: Sleman is hidden beside it.
    assert [row.code for row in found.agencies] == [BANDUNG]
    assert found.others == 2
    assert shown == "[36]"
    assert found.total.incoming == 71
    page = evaluation_page(found, reference)
    assert "Kabupaten Sleman" not in page
    assert "Kota Kediri" not in page
    assert "9190001" not in page


def test_findings_come_from_published_figures_and_causes_from_people_alone(
    report: Report, tmp_path: Path, reference: Reference
) -> None:
    path = tmp_path / "sebab.yaml"
    path.write_text(
        f'- agency: "{BANDUNG}"\n  cause: "Petugas cuti; hubungi 0812-3456-7890."\n',
        encoding="utf-8",
    )
    [row] = evaluate(report, notes=load_notes(path)).agencies
    [silent] = evaluate(report).agencies

    # Six are overdue, but Kediri's two would be the total less these six.
    assert [rule.id for rule in row.findings] == ["TERLAMBAT"]
    assert row.note is not None
    assert "[TELEPON]" in row.note.cause
    assert silent.note is None
    assert "belum diisi oleh instansi" in evaluation_page(evaluate(report), reference)


def test_a_published_target_is_compared_with_the_published_figure(
    report: Report, tmp_path: Path
) -> None:
    path = tmp_path / "target.yaml"
    path.write_text(TARGETS, encoding="utf-8")

    [share, _] = evaluate(report, targets=load_targets(path)).targets

    assert (share.actual, report.total.on_time_share) == (0.72, 0.7183)


def test_each_agency_has_the_findings_of_its_own_figures(reference: Reference) -> None:
    rows = [*records(BANDUNG, answered=20, waiting=6), *records(SLEMAN, late=9, waiting=30)]
    found = evaluate(make_report(rows, period=PERIOD, as_of=AS_OF, reference=reference))

    assert {row.code: [rule.id for rule in row.findings] for row in found.agencies} == {
        BANDUNG: ["LEWAT-BATAS", "TERLAMBAT"],
        SLEMAN: ["LEWAT-BATAS", "TERLAMBAT", "TINDAK-LANJUT-LAMBAT", "BELUM-DITINDAKLANJUTI"],
    }


def test_a_hidden_figure_causes_no_finding() -> None:
    rules = load_findings()
    hidden = dict.fromkeys(("overdue", "on_time_share", "follow_up_median"))

    assert not any(rule.fires(hidden) for rule in rules)


def test_one_agency_alone_with_few_complaints_publishes_nothing(reference: Reference) -> None:
    rows = records(KEDIRI, waiting=3)
    found = evaluate(
        make_report(rows, period=PERIOD, as_of=AS_OF, reference=reference, agency=KEDIRI)
    )

    assert found.total.incoming is None
    assert found.agencies == ()
    assert found.by_month.total is None


TARGETS = """
- {measure: on_time_share, value: 0.9, valid_from: 2026-01-01, source: "Target umum"}
- {measure: on_time_share, value: 0.5, agency: "PEMDA-32.04", valid_from: 2026-01-01, source: "SK"}
- {measure: follow_up_median, value: 1, valid_from: 2026-01-01, source: "Target umum"}
- {measure: overdue, value: 0, valid_from: 2020-01-01, valid_until: 2026-01-01, source: "Lama"}
"""


def test_the_own_target_counts_before_the_general_one_and_an_ended_one_not_at_all(
    report: Report, tmp_path: Path
) -> None:
    path = tmp_path / "target.yaml"
    path.write_text(TARGETS, encoding="utf-8")
    targets = load_targets(path)

    general = compare(report.total, targets, day=PERIOD.last, agency=None)
    own = compare(report.total, targets, day=PERIOD.last, agency=BANDUNG)

    assert [(one.measure, one.target, one.is_met) for one in general] == [
        ("on_time_share", 0.9, False),
        ("follow_up_median", 1.0, False),
    ]
    assert (own[0].target, own[0].is_met) == (0.5, True)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- {measure: luck, value: 1, valid_from: 2026-01-01, source: x}", "expected one of"),
        ("- {measure: overdue, value: -1, valid_from: 2026-01-01, source: x}", "from 0"),
        ("- {measure: on_time_share, value: 90, valid_from: 2026-01-01, source: x}", "0 to 1"),
        ("- {measure: overdue, value: 1, valid_from: 2026-01-01}", "missing key 'source'"),
    ],
)
def test_a_broken_target_is_refused_with_its_line(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "target.yaml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(RuleFileError, match=rf"target\.yaml:1: .*{said}"):
        load_targets(path)


def test_every_table_is_as_wide_as_its_header_and_sums_to_the_report(
    report: Report, reference: Reference
) -> None:
    tables = {table.key: table for table in report_tables(report, reference)}

    for table in tables.values():
        assert {len(row) for row in table.rows} <= {len(table.columns)}
    for key in ("kelas", "bulan", "topik", "instansi", "provinsi"):
        assert sum(int(str(row[1])) for row in tables[key].rows) == 71
    assert len(tables["lewat_batas"].rows) == report.total.overdue == 8


@pytest.fixture
def _loaded_once(rules: RuleSet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rules.ruleset.load_ruleset", lambda folder=None: rules)


@pytest.fixture
def run(
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    capsysbinary: pytest.CaptureFixture[bytes],
    report: Report,
    _loaded_once: None,
) -> Callable[..., tuple[int, bytes, str]]:
    monkeypatch.setenv("DISPOSISI_DATABASE_URL", settings.database_url)
    monkeypatch.setattr("service.reports.read_report", lambda *_, **__: report)

    def run(*arguments: str) -> tuple[int, bytes, str]:
        code = main(["report", "--period", "2026-S1", *arguments])
        captured = capsysbinary.readouterr()
        return code, captured.out, captured.err.decode()

    return run


def test_the_command_writes_json_csv_xlsx_and_html(
    run: Callable[..., tuple[int, bytes, str]], tmp_path: Path
) -> None:
    _, out, _ = run()
    figures = json.loads(out)["report"]["total"]
    _, table, _ = run("--format", "csv", "--table", "lewat_batas")
    book = tmp_path / "laporan.xlsx"
    assert run("-o", str(book))[0] == 0
    _, page, _ = run("--format", "html", "--evaluation")

    assert (figures["incoming"], figures["on_time_share"]) == (71, 0.7183)
    lines = list(csv.reader(io.StringIO(table.decode())))
    assert len(lines) == 9
    assert lines[1][2] == "'=HYPERLINK(1)"  # no spreadsheet runs it
    sheets = openpyxl.load_workbook(book)
    assert sheets["Lewat batas waktu"]["C2"].value == "'=HYPERLINK(1)"
    assert sheets["Klasifikasi"]["B2"].value == 71
    assert page.startswith(b"<!DOCTYPE html>")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--agency", "PEMDA-99"), "--agency: expected the code of a body"),
        (("--format", "csv", "--table", "gaji"), "table: expected one of ringkasan"),
        (("-o", "laporan.pdf"), "expected a name that ends in one of json, csv, xlsx, html"),
        (("-o", "tidak/ada.json"), "cannot be written"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    arguments: tuple[str, ...],
    said: str,
    run: Callable[..., tuple[int, bytes, str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, err = run(*arguments)

    assert code == 2
    assert said in err
    assert (out, len(err.splitlines())) == (b"", 1)


@pytest.fixture
def client(settings: Settings, scorer: Any, rules: RuleSet) -> Iterator[TestClient]:
    scorer.ruleset = rules
    app = create_app(settings, load=lambda _: scorer)
    app.dependency_overrides[get_now] = lambda: NOW
    as_caller(app, role="admin_nasional")
    with TestClient(app) as client:
        client.post("/v1/dispositions", json={"isi": "Padam", "tracking_id": "1"})
        yield client


def as_caller(app: FastAPI, **values: Any) -> None:
    scopes = values.pop("scopes", {"report", "dispose", "read"})
    actor = Actor(kind="person", id="x", scopes=frozenset(scopes), **values)
    app.dependency_overrides[get_caller] = lambda: Caller(actor=actor)


def test_every_report_is_answered_in_its_forms(client: TestClient) -> None:
    for path in ("summary", "evaluation"):
        for form, media in (
            ("json", "application/json"),
            ("csv", "text/csv"),
            ("xlsx", "application/vnd"),
            ("html", "text/html"),
        ):
            answer = client.get(f"/v1/reports/{path}?period=2026-11&format={form}")
            assert answer.status_code == 200, answer.text
            assert answer.headers["content-type"].startswith(media)
    page = client.get("/v1/reports/summary?period=2026-11&format=html")
    assert page.headers["content-security-policy"] == page_policy()
    rows = client.get("/v1/reports/league?period=2026-11").json()["agencies"]
    assert [(row["code"], row["figures"]["incoming"]) for row in rows] == [(BANDUNG, 1)]
    overdue = client.get("/v1/reports/overdue?period=2026-11").json()
    assert (overdue["total"], overdue["items"]) == (0, [])


def test_another_agency_and_a_caller_without_the_scope_get_nothing(client: TestClient) -> None:
    app: Any = client.app
    as_caller(app, role="admin_instansi", agency="PEMDA-33")
    other = client.get("/v1/reports/summary?period=2026-11").json()
    as_caller(app, role="admin_instansi", agency=BANDUNG, scopes={"read"})

    assert other["report"]["total"]["incoming"] == 0
    assert other["report"]["by_agency"] == []
    assert other["report"]["scope_name"] == "Instansi dalam lingkup pengguna"
    for path in ("summary", "league", "overdue", "evaluation"):
        assert client.get(f"/v1/reports/{path}?period=2026-11").status_code == 403


@pytest.mark.parametrize(
    "query",
    [
        "",
        "period=kemarin",
        "period=2026-11&agency=PEMDA-99",
        "period=2026-11&format=pdf",
        "period=2026-11&format=csv&table=gaji",
    ],
)
def test_a_report_that_does_not_exist_is_refused(query: str, client: TestClient) -> None:
    answer = client.get(f"/v1/reports/summary?{query}")

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


def test_figures_of_nothing_are_nothing(reference: Reference) -> None:
    found = make_report([], period=PERIOD, as_of=AS_OF, reference=reference)

    assert found.total.incoming == 0
    assert "Tidak ada." in report_page(found, reference)
    assert evaluation_page(evaluate(found), reference)
