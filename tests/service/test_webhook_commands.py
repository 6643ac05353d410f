from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from service.cli import main
from service.complaint import Complaint
from service.store.kept import keep
from service.store.repository import open_store

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.setenv("DISPOSISI_DATABASE_URL", f"sqlite:///{tmp_path / 'uji.sqlite3'}")
    monkeypatch.setenv("DISPOSISI_WEBHOOK_PRIVATE", "on")
    monkeypatch.setenv("DISPOSISI_WEBHOOK_HTTP", "on")

    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(list(arguments))
        out, err = capsys.readouterr()
        return code, out, err

    return run


def store_one(tmp_path: Path, scorer: Any) -> None:
    with open_store(f"sqlite:///{tmp_path / 'uji.sqlite3'}") as store:
        now, complaint = datetime.now(UTC), Complaint(isi="Lampu padam")
        [answer] = scorer.score([complaint], today=now.date())
        store.save(keep(complaint), answer, keys=[], now=now)


def test_a_webhook_is_added_tested_and_delivered_to(
    run: Run, receive: Any, tmp_path: Path, scorer: Any
) -> None:
    with receive() as receiver:
        code, secret, note = run("webhooks", "add", "--name", "lapor", "--url", receiver.url)
        assert (code, secret[:6]) == (0, "whsec_")
        assert "only time" in note
        assert run("webhooks", "test", "lapor")[:2] == (0, "204\n")
        store_one(tmp_path, scorer)
        assert run("events", "deliver")[2] == "disposisi: 1 delivered\n"
    code, table, _ = run("webhooks", "list")

    assert secret.strip() not in table
    assert table.splitlines()[1].split("\t")[:7] == ["lapor", "active", "0", "1", "0", "0", "204"]
    assert len(receiver.received) == 2


def test_what_was_given_up_is_sent_again_on_demand(run: Run, receive: Any) -> None:
    with receive(500) as receiver:
        run("webhooks", "add", "--name", "lapor", "--url", receiver.url)
        assert run("webhooks", "test", "lapor")[:2] == (1, "500\n")

        code, _, note = run("webhooks", "redeliver", "lapor")
    assert (code, note) == (1, "disposisi: 0 to be sent again\n")


def test_a_disabled_webhook_is_none(run: Run) -> None:
    run("webhooks", "add", "--name", "lapor", "--url", "http://127.0.0.1:9/")
    assert run("webhooks", "disable", "lapor")[0] == 0

    for command in ("disable", "test", "redeliver"):
        code, _, note = run("webhooks", command, "lapor")
        assert code == 2
        assert "disposisi webhooks list" in note
    assert "operator" in run("webhooks", "list")[1]


@pytest.mark.parametrize(
    "url", ["https://127.0.0.1/", "http://contoh.id/", "https://169.254.169.254/latest"]
)
def test_without_leave_only_the_internet_is_called(
    url: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DISPOSISI_WEBHOOK_PRIVATE")
    monkeypatch.delenv("DISPOSISI_WEBHOOK_HTTP")

    code, out, note = run("webhooks", "add", "--name", "lapor", "--url", url)

    assert (code, out) == (2, "")
    assert "expected an address" in note or "not a public address" in note


@pytest.mark.parametrize("every", ["0", "5m", "x", "9999s"])
def test_an_interval_of_another_form_is_refused(every: str, run: Run) -> None:
    with pytest.raises(SystemExit):
        run("events", "deliver", "--every", every)
