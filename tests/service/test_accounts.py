from __future__ import annotations

import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from service.auth import accounts as commands
from service.auth import sessions
from service.auth.errors import AccountError, NotKnownError, TooManyAttemptsError
from service.auth.secrets import csrf_token, verify_password
from service.cli import main
from service.store.accounts import AccountStore
from service.store.repository import open_store

NOW = datetime(2026, 11, 24, 2, 30, tzinfo=UTC)
WRONG = "salah-sekali-42"
PASSWORD = "lima-bunga-di-taman-42"  # noqa: S105  # invented


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "uji.sqlite3"


@pytest.fixture
def accounts(path: Path) -> Iterator[AccountStore]:
    with open_store(f"sqlite:///{path}") as store:
        yield AccountStore(store)


def make_person(accounts: AccountStore, login: str = "ayu") -> None:
    commands.create_person(
        accounts,
        login=login,
        password=PASSWORD,
        role="admin_nasional",
        agency=None,
        unit=None,
        now=NOW,
    )


def log_in(
    accounts: AccountStore,
    *,
    login: str = "ayu",
    password: str = PASSWORD,
    address: str = "10.0.0.1",
    now: datetime = NOW,
) -> sessions.Session:
    return sessions.log_in(accounts, login=login, password=password, address=address, now=now)


def test_neither_key_nor_password_nor_token_is_in_the_database(
    accounts: AccountStore, path: Path
) -> None:
    key = commands.create_key(accounts, name="lapor", scopes=["read"], region=None, now=NOW)
    make_person(accounts)
    session = log_in(accounts)

    kept = b"".join(file.read_bytes() for file in path.parent.iterdir())

    for secret in (key, key.removeprefix("dsp_"), PASSWORD, session.token, session.csrf):
        assert secret.encode() not in kept


def test_of_two_keys_of_one_name_only_one_counts(accounts: AccountStore) -> None:
    commands.create_key(accounts, name="lapor", scopes=["read"], region=None, now=NOW)
    with pytest.raises(AccountError, match="a key named 'lapor' exists"):
        commands.create_key(accounts, name="lapor", scopes=["read"], region=None, now=NOW)

    commands.revoke_key(accounts, "lapor", now=NOW)
    later = NOW + timedelta(seconds=1)
    commands.create_key(accounts, name="lapor", scopes=["score"], region=None, now=later)

    assert [row["scopes"] for row in accounts.list_keys()] == ["read", "score"]
    with pytest.raises(AccountError, match="no key named 'lain'"):
        commands.revoke_key(accounts, "lain", now=NOW)


@pytest.mark.parametrize(
    ("name", "scopes", "region", "message"),
    [
        pytest.param("Dua Kata", ["read"], None, "--name: expected 2 to 63", id="name"),
        pytest.param("lapor", [], None, "--scopes: .* got none", id="no-scope"),
        pytest.param("lapor", ["read", "root"], None, "got root", id="unknown-scope"),
        pytest.param("lapor", ["read"], "3204", "--region: expected a code", id="region"),
    ],
)
def test_a_key_that_means_nothing_is_refused(
    accounts: AccountStore, name: str, scopes: list[str], region: str | None, message: str
) -> None:
    with pytest.raises(AccountError, match=message):
        commands.create_key(accounts, name=name, scopes=scopes, region=region, now=NOW)


@pytest.mark.parametrize(
    ("password", "message"),
    [
        pytest.param("pendek-42", "12 to 256 characters", id="short"),
        pytest.param("x" * 257, "12 to 256 characters", id="long"),
        pytest.param("rahasia-ayu-2026", "without the login", id="login-inside"),
        pytest.param("aaaaaaaaaaaaaa", "five different", id="one-letter"),
        pytest.param("", "12 to 256 characters", id="none"),
    ],
)
def test_a_weak_password_is_refused(accounts: AccountStore, password: str, message: str) -> None:
    with pytest.raises(AccountError, match=message) as caught:
        commands.create_person(
            accounts,
            login="ayu",
            password=password,
            role="auditor",
            agency=None,
            unit=None,
            now=NOW,
        )

    assert not password or password not in str(caught.value)


@pytest.mark.parametrize(
    ("role", "agency", "unit", "message"),
    [
        pytest.param("root", None, None, "expected a role of", id="role"),
        pytest.param("admin_instansi", None, None, "needs an agency", id="no-agency"),
        pytest.param("admin_nasional", "PU", None, "has no agency", id="agency"),
        pytest.param("pejabat_penghubung", "PU", None, "needs a unit", id="no-unit"),
        pytest.param("admin_instansi", "PU", "Biro", "has no unit", id="unit"),
    ],
)
def test_a_role_without_its_place_is_refused(
    accounts: AccountStore, role: str, agency: str | None, unit: str | None, message: str
) -> None:
    with pytest.raises(AccountError, match=message):
        commands.create_person(
            accounts,
            login="ayu",
            password=PASSWORD,
            role=role,
            agency=agency,
            unit=unit,
            now=NOW,
        )


def test_a_login_is_never_used_twice(accounts: AccountStore) -> None:
    make_person(accounts)
    commands.disable_person(accounts, "ayu", now=NOW)

    with pytest.raises(AccountError, match="never used twice"):
        make_person(accounts, "AYU")


def test_a_session_ends_when_it_was_idle_for_half_an_hour(accounts: AccountStore) -> None:
    make_person(accounts)
    token = log_in(accounts).token

    just_in_time = NOW + timedelta(minutes=29, seconds=59)
    assert sessions.find_actor(accounts, token, now=just_in_time).role == "admin_nasional"
    assert sessions.find_actor(accounts, token, now=just_in_time + timedelta(minutes=29))
    with pytest.raises(NotKnownError, match="session is over"):
        sessions.find_actor(accounts, token, now=just_in_time + timedelta(minutes=60))


def test_a_session_ends_after_twelve_hours_however_busy(accounts: AccountStore) -> None:
    make_person(accounts)
    token = log_in(accounts).token

    for minutes in range(20, 12 * 60, 20):
        assert sessions.find_actor(accounts, token, now=NOW + timedelta(minutes=minutes))
    with pytest.raises(NotKnownError):
        sessions.find_actor(accounts, token, now=NOW + timedelta(hours=12))


@pytest.mark.parametrize("how", ["logout", "disable", "password"])
def test_what_ends_a_session_ends_it_at_once(accounts: AccountStore, how: str) -> None:
    make_person(accounts)
    token = log_in(accounts).token

    if how == "logout":
        sessions.log_out(accounts, token, now=NOW)
    elif how == "disable":
        commands.disable_person(accounts, "ayu", now=NOW)
    else:
        commands.change_password(accounts, "ayu", PASSWORD + "-baru", now=NOW)

    with pytest.raises(NotKnownError):
        sessions.find_actor(accounts, token, now=NOW)


def test_a_changed_password_replaces_the_old_one(accounts: AccountStore) -> None:
    make_person(accounts)
    commands.change_password(accounts, "Ayu", PASSWORD + "-baru", now=NOW)

    with pytest.raises(NotKnownError):
        log_in(accounts)
    assert log_in(accounts, password=PASSWORD + "-baru")


def test_an_unknown_login_and_a_wrong_password_give_one_answer(accounts: AccountStore) -> None:
    make_person(accounts)
    answers = []
    for login, password in (("ayu", WRONG), ("tiada", PASSWORD), ("ayu", "x" * 900)):
        with pytest.raises(NotKnownError) as caught:
            log_in(accounts, login=login, password=password)
        answers.append(str(caught.value))

    assert set(answers) == {"login or password are wrong"}
    assert not verify_password(PASSWORD, None)


def test_five_wrong_passwords_close_a_login_for_a_quarter_of_an_hour(
    accounts: AccountStore,
) -> None:
    make_person(accounts)
    for _ in range(5):
        with pytest.raises(NotKnownError):
            log_in(accounts, password=WRONG)

    with pytest.raises(TooManyAttemptsError, match="900 seconds"):
        log_in(accounts, address="10.0.0.2")
    assert log_in(accounts, now=NOW + timedelta(minutes=15, seconds=1))


def test_an_address_cannot_try_many_logins(accounts: AccountStore) -> None:
    for i in range(sessions.MAX_OF_ADDRESS):
        accounts.note_attempt(
            login_sha256=str(i), address="10.0.0.9", now=NOW, window=sessions.WINDOW
        )
    make_person(accounts)

    with pytest.raises(TooManyAttemptsError):
        log_in(accounts, address="10.0.0.9")
    assert log_in(accounts, address="10.0.0.8")


def test_of_many_attempts_at_once_no_more_than_five_are_looked_at(accounts: AccountStore) -> None:
    def attempt(_: int) -> type[Exception]:
        with pytest.raises((NotKnownError, TooManyAttemptsError)) as caught:
            log_in(accounts, password=WRONG)
        return caught.type

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(attempt, range(16)))

    assert outcomes.count(NotKnownError) == 5


def test_the_tokens_of_two_forms_differ_by_session(accounts: AccountStore) -> None:
    make_person(accounts)
    one, other = log_in(accounts), log_in(accounts)

    assert one.csrf == csrf_token(one.token) != other.csrf
    assert one.token != other.token


@pytest.fixture
def command_line(path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DISPOSISI_DATABASE_URL", f"sqlite:///{path}")
    return path


def test_a_new_key_stands_alone_on_standard_output(
    command_line: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["keys", "create", "--name", "lapor", "--scopes", "score, dispose,read"])

    output = capsys.readouterr()
    assert code == 0
    assert len(output.out.splitlines()) == 1
    assert output.out.startswith("dsp_")
    assert "only time" in output.err

    assert main(["keys", "list"]) == 0
    listed = capsys.readouterr().out
    assert "lapor\tscore,dispose,read\t-" in listed
    assert "dsp_" not in listed

    assert main(["keys", "revoke", "lapor"]) == 0
    assert main(["keys", "revoke", "lapor"]) == 2


def test_a_password_comes_from_standard_input_and_never_from_the_arguments(
    command_line: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n"))
    create = ["users", "create", "--login", "ayu", "--role", "pejabat_penghubung"]
    place = ["--agency", "PEMDA-32.04", "--unit", "Dinas Perhubungan"]

    assert main([*create, *place]) == 0
    monkeypatch.setattr("sys.stdin", io.StringIO("pendek\n"))
    assert main(["users", "password", "ayu"]) == 2
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}-baru\n"))
    assert main(["users", "password", "ayu"]) == 0
    assert main(["users", "list"]) == 0
    assert main(["users", "disable", "ayu"]) == 0
    assert main(["users", "disable", "ayu"]) == 2

    output = capsys.readouterr()
    assert "ayu\tpejabat_penghubung\tPEMDA-32.04\tDinas Perhubungan" in output.out
    assert PASSWORD not in output.out + output.err
    with pytest.raises(SystemExit):
        main([*create, "--password", PASSWORD])
