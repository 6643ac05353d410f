from datetime import date
from pathlib import Path

import pytest

import rules
from rules.errors import RuleFileError
from rules.regulations import NoRegulationError, load_regulations

DATA = Path(rules.__file__).parent / "data" / "regulations"

PROFILE = """\
id: {id}
title: Contoh
valid_from: {start}
{end}reference: Contoh
start_event: received
verification_days: 3
first_follow_up_days: 5
reply_window_days: 10
classes:
  information: {{working_days: 5, reminder_days: [3]}}
  non_supervisory: {{working_days: 14, reminder_days: [8]}}
  field_inspection: {{working_days: 60, reminder_days: [10, 35]}}
"""


def make_profile(folder: Path, id: str, start: str, until: str | None = None) -> Path:  # noqa: A002
    path = folder / f"{id}.yaml"
    end = f"valid_until: {until}\n" if until else ""
    path.write_text(PROFILE.format(id=id, start=start, end=end), encoding="utf-8")
    return path


def test_the_shipped_profile_is_in_force_from_the_last_day_of_2018() -> None:
    regulations = load_regulations(DATA)

    assert regulations.on(date(2018, 12, 31)).id == "permenpan-62-2018"
    assert regulations.first_day == date(2018, 12, 31)
    with pytest.raises(NoRegulationError, match="on 2018-12-30; the first one is from 2018-12-31"):
        regulations.on(date(2018, 12, 30))


def test_the_shipped_profile_holds_the_process_clocks() -> None:
    profile = load_regulations(DATA).on(date(2026, 1, 1))

    assert (
        profile.start_event,
        profile.verification_days,
        profile.first_follow_up_days,
        profile.reply_window_days,
    ) == ("received", 3, 5, 10)


@pytest.mark.parametrize(
    ("day", "profile"),
    [
        pytest.param(date(2020, 1, 1), "lama", id="first-day"),
        pytest.param(date(2025, 12, 31), "lama", id="last-day-of-the-old-one"),
        pytest.param(date(2026, 1, 1), "baru", id="first-day-of-the-new-one"),
        pytest.param(date(2035, 1, 1), "baru", id="no-end-known"),
    ],
)
def test_a_new_regulation_is_one_more_file(tmp_path: Path, day: date, profile: str) -> None:
    make_profile(tmp_path, "lama", "2020-01-01", until="2026-01-01")
    make_profile(tmp_path, "baru", "2026-01-01")

    assert load_regulations(tmp_path).on(day).id == profile


def test_reminders_are_kept_in_the_order_in_which_they_fall_due(tmp_path: Path) -> None:
    make_profile(tmp_path, "contoh", "2020-01-01")

    limit = load_regulations(tmp_path).on(date(2026, 1, 1)).classes["field_inspection"]

    assert limit.reminder_days == (35, 10)


def test_two_regulations_in_force_on_one_day_are_refused(tmp_path: Path) -> None:
    make_profile(tmp_path, "lama", "2020-01-01", until="2026-01-02")
    make_profile(tmp_path, "baru", "2026-01-01")

    with pytest.raises(RuleFileError, match=r"baru\.yaml:1: .* while lama still is"):
        load_regulations(tmp_path)


def test_one_id_in_two_files_is_refused(tmp_path: Path) -> None:
    make_profile(tmp_path, "contoh", "2020-01-01", until="2021-01-01")
    (tmp_path / "lagi.yaml").write_text(
        PROFILE.format(id="contoh", start="2022-01-01", end=""), encoding="utf-8"
    )

    with pytest.raises(RuleFileError, match=r"id 'contoh' is also that of contoh\.yaml"):
        load_regulations(tmp_path)


def test_a_folder_without_a_profile_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RuleFileError, match="at least one regulation profile"):
        load_regulations(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        pytest.param("title: Contoh\n", "", "missing key 'title'", id="missing-key"),
        pytest.param("title:", "judul:", "unknown key 'judul'", id="unknown-key"),
        pytest.param(
            "id: contoh", "id: 62", "expected a code in quotes, got int", id="number-as-id"
        ),
        pytest.param("received", "diterima", "expected one of", id="unknown-event"),
        pytest.param("verification_days: 3", "verification_days: 0", "expected 1 to", id="no-days"),
        pytest.param("working_days: 5", "working_days: 5.0", "whole number", id="half-days"),
        pytest.param("[3]", "[5]", "less than the limit of 5, got 5", id="reminder-at-the-start"),
        pytest.param(
            "  information:", "  lain:", "no limit for class 'information'", id="missing-class"
        ),
        pytest.param(
            "reference:",
            "valid_until: 2020-01-01\nreference:",
            "expected a day after valid_from",
            id="ends-before-it-begins",
        ),
    ],
)
def test_a_broken_profile_says_what_was_expected(
    tmp_path: Path, old: str, new: str, problem: str
) -> None:
    path = make_profile(tmp_path, "contoh", "2020-01-01")
    path.write_text(path.read_text("utf-8").replace(old, new, 1), encoding="utf-8")

    with pytest.raises(RuleFileError, match=problem):
        load_regulations(tmp_path)
