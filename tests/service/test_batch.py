import io
import json
import os
import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from rules.sla import local_day
from service import batch
from service.batch import BatchError, Summary, score_file
from service.chunks import Scorer
from service.complaint import Complaint, InputError
from service.files_in import FileError
from service.progress import ProgressLine

TODAY = date(2026, 11, 24)


def make_factory(*, dies_on: str | None = None, log: Path | None = None) -> Callable[[], Scorer]:
    """A scorer that repeats what it was asked; local, so that it can be sent to a process."""

    class Places:
        def resolve_names(
            self, province: str | None, city: str | None, district: str | None, /
        ) -> str | None:
            return None

        def get(self, code: str, /) -> object | None:
            return code if code in {"32.04", "32.73"} else None

    class Rules:
        gazetteer = regions = Places()

    class FakeScorer:
        ruleset, versions, policy = Rules(), {"model": "m1"}, None

        def check(self, complaint: Complaint) -> None:
            if complaint.isi == "hari lama":
                field, problem = "received_at", "expected a later day"
                raise InputError(field, problem)
            if complaint.received_at is not None:
                local_day(complaint.received_at, "Asia/Jakarta")

        def answers(
            self,
            complaints: Sequence[Complaint],
            *,
            today: date,
            received_on: date | None = None,
            home: str | None = None,
            explained: bool = True,
        ) -> Iterator[Mapping[str, Any]]:
            if dies_on is not None and any(one.isi == dies_on for one in complaints):
                os.kill(os.getpid(), signal.SIGKILL)
            return iter(
                [
                    {
                        "tracking_id": one.tracking_id,
                        "isi": one.isi,
                        "home": home,
                        "explained": explained,
                        "received_on": received_on and received_on.isoformat(),
                        "process": os.getpid(),
                    }
                    for one in complaints
                ]
            )

    def factory() -> Scorer:
        if log is not None:
            with log.open("a", encoding="utf-8") as file:
                file.write("loaded\n")
        return FakeScorer()

    return factory


def write_input(path: Path, count: int, **special: str) -> Path:
    lines = [f'{{"isi": "aduan {n}", "tracking_id": "{n}"}}' for n in range(1, count + 1)]
    for key, line in special.items():
        lines[int(key.removeprefix("row_")) - 1] = line
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def run(in_path: Path, **options: Any) -> tuple[Summary, list[dict[str, Any]]]:
    stream = io.StringIO()
    factory = options.pop("factory", make_factory())
    summary = score_file(factory, in_path, None, today=TODAY, stream=stream, **options)
    return summary, [json.loads(line) for line in stream.getvalue().splitlines()]


def test_every_row_gets_one_line_in_its_place(tmp_path: Path) -> None:
    path = write_input(
        tmp_path / "a.jsonl",
        5,
        row_2="{rusak",
        row_3='{"isi": "hari lama", "tracking_id": "3"}',
        row_4='{"isi": "", "tracking_id": "4"}',
    )

    summary, lines = run(path)

    assert summary == Summary(rows=5, scored=2, bad=3)
    assert [line.get("tracking_id") for line in lines] == ["1", None, None, None, "5"]
    assert [(line["row"], line["error"]["field"]) for line in lines if "error" in line] == [
        (2, None),
        (3, "received_at"),
        (4, "isi"),
    ]
    assert lines[2]["error"]["tracking_id"] == "3"


def test_a_moment_that_no_calendar_can_hold_spoils_only_its_own_row(tmp_path: Path) -> None:
    row = '{"isi": "lampu mati", "received_at": "9999-12-31T23:00:00+00:00"}'
    path = write_input(tmp_path / "a.jsonl", 3, row_2=row)

    summary, lines = run(path)

    assert summary == Summary(rows=3, scored=2, bad=1)
    assert lines[1]["error"]["field"] == "received_at"


@pytest.mark.parametrize("jobs", [1, 2])
def test_the_order_is_that_of_the_input_whatever_the_processes(tmp_path: Path, jobs: int) -> None:
    path = write_input(tmp_path / "a.jsonl", 6_000, row_3000="[]")

    summary, lines = run(path, jobs=jobs, home="32.04", received_on=TODAY)

    assert summary == Summary(rows=6_000, scored=5_999, bad=1)
    expected = [str(n) for n in range(1, 6_001) if n != 3_000]
    assert [line["tracking_id"] for line in lines if "error" not in line] == expected
    assert lines[2_999]["row"] == 3_000
    assert {line.get("home") for line in lines} == {"32.04", None}
    assert lines[0]["received_on"] == "2026-11-24"
    assert lines[0]["explained"] is True


def test_each_process_loads_model_and_rules_once(tmp_path: Path) -> None:
    path = write_input(tmp_path / "a.jsonl", 4_000)
    log = tmp_path / "log"

    _, lines = run(path, jobs=2, factory=make_factory(log=log))

    workers = {line["process"] for line in lines}
    assert os.getpid() not in workers
    assert len(workers) <= 2
    assert len(log.read_text("utf-8").splitlines()) <= 3


@pytest.mark.parametrize(
    ("rows", "in_this_process"),
    [pytest.param(5_000, True, id="5000-stay"), pytest.param(5_001, False, id="5001-go")],
)
def test_only_many_rows_are_worth_more_processes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: int, in_this_process: bool
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    path = write_input(tmp_path / "a.jsonl", rows)

    summary, lines = run(path)

    assert summary.rows == len(lines) == rows
    assert (lines[0]["process"] == os.getpid()) is in_this_process


def test_a_process_that_dies_stops_the_run_which_can_go_on(tmp_path: Path) -> None:
    path = write_input(tmp_path / "a.jsonl", 3_000)
    target = tmp_path / "b.jsonl"

    with pytest.raises(BatchError, match="a process died"):
        score_file(make_factory(dies_on="aduan 2500"), path, target, today=TODAY, jobs=2)

    assert not target.exists()

    summary = score_file(make_factory(), path, target, today=TODAY, resume=True)

    assert summary == Summary(rows=3_000, scored=3_000, bad=0)
    assert sorted(tmp_path.iterdir()) == [path, target]


def test_a_file_is_written_by_its_suffix(tmp_path: Path) -> None:
    path = write_input(tmp_path / "a.jsonl", 3)

    summary = score_file(make_factory(), path, tmp_path / "b.jsonl", today=TODAY)

    assert summary.scored == len((tmp_path / "b.jsonl").read_text("utf-8").splitlines()) == 3


def test_the_input_is_never_overwritten(tmp_path: Path) -> None:
    path = write_input(tmp_path / "a.jsonl", 3)

    with pytest.raises(FileError, match="the output is the input"):
        score_file(make_factory(), path, path, today=TODAY)

    assert len(path.read_text("utf-8").splitlines()) == 3


@pytest.mark.parametrize(("rows", "refused"), [(10, False), (11, True)])
def test_more_rows_than_a_sheet_holds_are_refused_before_any_is_scored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: int, refused: bool
) -> None:
    monkeypatch.setattr(batch, "XLSX_MAX_ROWS", 10)
    path = write_input(tmp_path / "a.jsonl", rows)
    loaded: list[int] = []

    def factory() -> Scorer:
        loaded.append(1)
        raise InterruptedError

    expected = FileError if refused else InterruptedError
    with pytest.raises(expected):
        score_file(factory, path, tmp_path / "b.xlsx", today=TODAY)

    assert bool(loaded) is not refused


def test_a_broken_input_stops_before_a_file_is_made(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("teks\nLampu mati\n", encoding="utf-8")

    with pytest.raises(FileError, match="no column 'isi'"):
        score_file(make_factory(), path, tmp_path / "b.csv", today=TODAY)

    assert list(tmp_path.iterdir()) == [path]


def test_progress_and_notices_are_told(tmp_path: Path) -> None:
    path = write_input(tmp_path / "a.jsonl", 600, row_1='{"isi": "a", "nik": "1"}', row_2="{")
    states: list[tuple[int, int, int | None]] = []
    notices: list[str] = []

    run(path, progress=lambda *state: states.append(state), notice=notices.append)

    assert states == [(0, 0, 600), (512, 1, 600), (600, 1, 600)]
    assert notices == ["columns of identity are dropped on reading: 'nik'"]


def test_only_a_few_chunks_are_read_ahead(tmp_path: Path) -> None:
    path = write_input(tmp_path / "a.jsonl", 512 * 30)
    held = threading.Event()
    seen: list[int] = []

    class Slow(io.StringIO):
        def write(self, text: str, /) -> int:
            if not held.is_set():
                held.set()
                seen.append(reader_position(path))
            return super().write(text)

    score_file(make_factory(), path, None, today=TODAY, jobs=2, stream=Slow())

    assert seen[0] < path.stat().st_size / 2


def reader_position(path: Path) -> int:
    """How far this process has read the file."""
    for link in Path("/proc/self/fd").iterdir():
        if link.exists() and link.resolve() == path.resolve():
            info = Path("/proc/self/fdinfo", link.name).read_text("utf-8")
            return int(info.split()[1])
    msg = "the input is not open"
    raise LookupError(msg)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_rewrites_one_line_with_a_bar_on_a_terminal_and_clears_it() -> None:
    stream, times = Terminal(), iter([0.0, 0.0, 0.1, 1.0, 2.0])
    line = ProgressLine(stream, clock=lambda: next(times))

    line(0, 0, 4_000)
    line(100, 0, 4_000)
    line(1_000, 1, 4_000)
    line(3_000, 2, 4_000)
    line.close()

    assert stream.getvalue() == (
        "\r\x1b[K[#####...............]  25 % 1,000 of 4,000 rows, 1 bad, 1,000 a second, 0:03 left"
        "\r\x1b[K[###############.....]  75 % 3,000 of 4,000 rows, 2 bad, 1,500 a second, 0:01 left"
        "\r\x1b[K"
    )


def test_progress_writes_plain_lines_now_and_then_in_a_log() -> None:
    stream, times = io.StringIO(), iter([0.0, 0.0, 5.0, 10.0])
    line = ProgressLine(stream, clock=lambda: next(times))

    line(0, 0)
    line(100, 0)
    line(20_000, 0)
    line.close()

    assert stream.getvalue() == "20,000 rows, 0 bad, 2,000 a second\n"


def test_what_an_earlier_run_did_does_not_count_for_the_speed() -> None:
    stream, times = io.StringIO(), iter([0.0, 0.0, 10.0])
    line = ProgressLine(stream, clock=lambda: next(times))

    line(50_000, 0, 100_000)
    line(60_000, 0, 100_000)

    assert stream.getvalue() == "60,000 of 100,000 rows, 0 bad, 1,000 a second, 0:40 left\n"
