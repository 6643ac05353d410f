"""300 invented identities are planted in reports; none may be found anywhere afterwards."""

from __future__ import annotations

import json
import logging
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from classifier.masking import Masked, mask
from service.actors import Actor
from service.auth.callers import Caller
from service.auth.web import get_caller
from service.complaint import Complaint
from service.disposition import Disposition
from service.loading import load_scorer
from service.store import kept

IDENTITIES = 300
SEED = 20261124
FIRST = "Rakuwe Sinola Tumaya Wedari Kolunda Malira Jenuwa Padimo Surakel Ladewi".split()
LAST = "Hadirowe Manubelo Sekotani Wirolangu Pradukaya Tambelori Gunadewo Simorela".split()
DOMAINS = ("contoh.co.id", "surat-contoh.com", "pos.contoh.net")


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """A report, and what must not be found of it."""

    judul: str
    isi: str
    secrets: tuple[str, ...]


def make_report(number: int, rng: random.Random) -> Planted:
    def digits(count: int) -> str:
        return "".join(rng.choice("123456789") for _ in range(count))

    def grouped(text: str, *sizes: int) -> str:
        gap, parts, at = rng.choice(" .-"), [], 0
        for size in sizes:
            parts.append(text[at : at + size])
            at += size
        return gap.join([*parts, text[at:]] if at < len(text) else parts)

    name = f"{rng.choice(FIRST)} {rng.choice(LAST)}"
    name = rng.choice([name, name, name.upper()])
    nik = "32" + digits(14)
    nik_written = rng.choice(
        [nik, grouped(nik, 4, 4, 4), grouped(nik, 6, 6), nik[:5] + "O" + nik[6:], nik + " "]
    )
    nip = f"1985{rng.randint(10, 12)}{rng.randint(10, 28)}2010{rng.randint(10, 12)}1{digits(3)}"
    nip_written = rng.choice([nip, f"{nip[:8]} {nip[8:14]} {nip[14]} {nip[15:]}"])
    tail = digits(9)
    phone_written = rng.choice(
        [
            f"08{tail}",
            f"08{tail[:2]}-{tail[2:5]}-{tail[5:]}",
            f"+628{tail}",
            f"+62 8{tail[:2]} {tail[2:5]} {tail[5:]}",
            f"628{tail}",
            f"0062 8{tail}",
            f"08{tail[:2]}.{tail[2:5]}.{tail[5:]}",
            f"(08{tail[:2]}) {tail[2:5]}-{tail[5:]}",
            f"O8{tail}",
        ]
    )
    local = f"{name.split()[0].lower()}{digits(3)}"
    host = rng.choice(DOMAINS)
    email = rng.choice(
        [f"{local}@{host}", f"{local} at gmail dot com", f"{local} (at) {host.replace('.', ' . ')}"]
        if host.endswith("com")
        else [f"{local}@{host}", f"{local} at gmail dot com"]
    )
    account = digits(10)
    plate = f"D {digits(4)} {rng.choice(['QWE', 'RTY', 'ZXC'])}"
    house = f"No. {digits(3)} RT {digits(2)}/RW {digits(2)}"
    parts = [
        (rng.choice([f"Nama saya {name}.", f"nama: {name},", f"a.n. {name} ,"]), name.split()),
        (rng.choice([f"NIK saya {nik_written}", f"NIK{nik} glued"]), [nik, nik_written.strip()]),
        (f"No KK {nik[::-1]}", [nik[::-1]]),
        (f"NIP petugas {nip_written}.", [nip, nip_written]),
        (f"Hubungi {phone_written}", [phone_written, tail]),
        (f"surel {email}", [email, local]),
        (f"rekening BRI {account}", [account]),
        (f"motor {plate}", [plate]),
        (f"alamat saya Jl. Melati {house}", [house, house.split(" RT")[0]]),
        (f"Pak {name.title()} tidak melayani", name.title().split()),
    ]
    chosen = rng.sample(parts, 4)
    words = "\n".join(text for text, _ in chosen)
    secrets = tuple(secret for _, found in chosen for secret in found)
    title, title_secrets = rng.choice(parts)
    return Planted(
        judul=f"Lampu padam {number}. {title}"[:400],
        isi=f"Lampu jalan padam di Soreang Kabupaten Bandung.\n{words}\nMohon ditindaklanjuti",
        secrets=(*secrets, *title_secrets),
    )


@pytest.fixture(scope="module")
def planted() -> list[Planted]:
    rng = random.Random(SEED)  # noqa: S311  # invented people, no keys
    return [make_report(number, rng) for number in range(IDENTITIES)]


def leaks(planted: Sequence[Planted], *haystacks: str) -> set[str]:
    """Return what is found of the identities; the bar of every test here."""
    whole = "\n".join(haystacks)
    return {secret for report in planted for secret in report.secrets if secret in whole}


class QuotingScorer:
    """Quotes every word of the text as sent: what the store keeps of it must be masked."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner
        self.ruleset, self.versions, self.check = inner.ruleset, inner.versions, inner.check

    def score(
        self,
        complaints: Sequence[Complaint],
        *,
        today: date,
        received_on: date | None = None,
        assume_now: datetime | None = None,
        home: str | None = None,
        earlier: Sequence[Mapping[str | None, str]] = (),
    ) -> list[Disposition]:
        answers: list[Disposition] = self.inner.score(
            complaints,
            today=today,
            received_on=received_on,
            assume_now=assume_now,
            home=home,
            earlier=earlier,
        )
        for complaint, answer in zip(complaints, answers, strict=True):
            for field in ("judul", "isi"):
                text = getattr(complaint, field)
                for start in range(0, len(text), 5):
                    end = min(len(text), start + 9)
                    answer["explanation"]["terms"].append(
                        {
                            "text": text[start:end],
                            "field": field,
                            "start": start,
                            "end": end,
                            "head": "topic",
                            "weight": 1.0,
                        }
                    )
        return answers


@pytest.fixture
def quoting(app: FastAPI, client: TestClient) -> Iterator[TestClient]:
    inner = app.state.scorer
    app.state.scorer = QuotingScorer(inner)
    yield client
    app.state.scorer = inner


def test_the_reports_are_full_of_identities(planted: list[Planted]) -> None:
    whole = "\n".join(f"{report.judul}\n{report.isi}" for report in planted)

    assert len(planted) == IDENTITIES
    assert len(leaks(planted, whole)) > 1000


def test_masking_leaves_none(planted: list[Planted]) -> None:
    found = {
        secret
        for report in planted
        for secret in leaks([report], mask(f"{report.judul}\n{report.isi}").text)
    }

    assert found == set()


def test_no_identity_reaches_database_answer_or_log(
    planted: list[Planted],
    quoting: TestClient,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    answers = []
    with caplog.at_level(logging.DEBUG):
        for number, report in enumerate(planted):
            body = {
                "judul": report.judul,
                "isi": report.isi,
                "tracking_id": str(number),
                "requested_agency": report.isi.splitlines()[1][:200],
                "channel": report.isi.splitlines()[2][:200],
                "lapor_category": report.isi.splitlines()[3][:200],
            }
            answer = quoting.post("/v1/dispositions", json=body)
            assert answer.status_code == 201
            answers += [answer.text, quoting.get(answer.headers["location"]).text]

    files = [path.read_bytes().decode("utf-8", "replace") for path in tmp_path.iterdir()]
    stored = json.dumps([json.loads(answer) for answer in answers], ensure_ascii=False)
    assert sum(map(len, files)) > 100_000
    assert leaks(planted, *files) == set()
    assert leaks(planted, stored) == set()
    assert leaks(planted, caplog.text) == set()


def test_the_check_finds_a_text_that_was_masked_and_then_used_unmasked(
    planted: list[Planted],
    quoting: TestClient,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def mask_and_forget(text: str) -> Masked:
        masked = mask(text)
        return Masked(text=text, blanked=masked.blanked, spans=())

    monkeypatch.setattr(kept, "mask", mask_and_forget)
    for report in planted[:10]:
        quoting.post("/v1/dispositions", json={"judul": report.judul, "isi": report.isi})

    files = [path.read_bytes().decode("utf-8", "replace") for path in tmp_path.iterdir()]
    assert leaks(planted[:10], *files)


def test_no_identity_reaches_an_error_or_its_log(
    planted: list[Planted],
    app: FastAPI,
    client: TestClient,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(complaints: Sequence[Complaint], **options: object) -> list[Disposition]:
        raise ValueError(complaints[0].isi)

    answers = []
    with caplog.at_level(logging.DEBUG):
        for number, report in enumerate(planted):
            secret = report.secrets[0]
            bodies: list[dict[str, Any]] = [
                {"isi": report.isi, "nik": secret, secret: report.isi},
                {"isi": report.isi, "region": secret},
                {"isi": report.isi, "received_at": secret},
                {"isi": [report.isi]},
                {"complaints": [{"isi": report.isi, "nama": secret}]},
            ]
            body = bodies[number % len(bodies)]
            answers.append(client.post("/v1/classifications", json=body).text)
        monkeypatch.setattr(app.state.scorer, "score", fail)
        for report in planted:
            answer = client.post("/v1/classifications", json={"isi": report.isi})
            assert answer.status_code == 500
            answers.append(answer.text)

    assert leaks(planted, *answers) == set()
    assert "unexpected error" in caplog.text
    assert leaks(planted, caplog.text) == set()


def test_the_real_answer_quotes_no_identity(planted: list[Planted]) -> None:
    scorer = load_scorer()
    complaints = [Complaint(judul=report.judul, isi=report.isi) for report in planted]

    answers = scorer.score(complaints, today=date(2026, 11, 24))

    assert leaks(planted, json.dumps(answers, ensure_ascii=False)) == set()
    assert {answer["region"]["code"] for answer in answers} == {"32.04"}


def test_no_identity_leaves_by_an_opening_a_search_or_a_reason(
    planted: list[Planted],
    app: FastAPI,
    client: TestClient,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    few = planted[:40]
    key = Actor(kind="key", id="k", scopes=frozenset({"read", "dispose"}))
    app.dependency_overrides[get_caller] = lambda: Caller(actor=key)
    answers = []
    with caplog.at_level(logging.DEBUG):
        for report in few:
            body = {"judul": report.judul, "isi": report.isi, "secret": True}
            stored = client.post("/v1/dispositions", json=body).json()
            path = f"/v1/dispositions/{stored['id']}/openings"
            refused = client.post(path, json={"reason": " "})
            opened = client.post(path, json={"reason": report.isi[-500:]})
            assert (refused.status_code, opened.status_code) == (403, 200)
            answers += [refused.text, opened.text]
            secret = report.secrets[0]
            found = client.get("/v1/dispositions", params={"words": secret})
            assert found.json()["items"] == []
            answers.append(client.get("/v1/dispositions", params={"reason": secret}).text)

    files = [path.read_bytes().decode("utf-8", "replace") for path in tmp_path.iterdir()]
    own = [record.getMessage() for record in caplog.records if "httpx" not in record.name]
    assert leaks(few, *answers) == set()
    assert leaks(few, *files) == set()
    assert leaks(few, *own) == set()  # the test's own client logs what it asks for


def test_no_identity_reaches_an_error_of_mlflows_protocol_or_its_log(
    planted: list[Planted], client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    answers = []
    with caplog.at_level(logging.DEBUG):
        for number, report in enumerate(planted):
            secret = report.secrets[0]
            bodies: list[dict[str, Any]] = [
                {"dataframe_split": {"columns": ["isi", "nik"], "data": [[report.isi, secret]]}},
                {"dataframe_split": {"columns": ["isi"], "data": [[report.isi, secret]]}},
                {"dataframe_records": [{"isi": report.isi, secret: report.isi}]},
                {"inputs": {"isi": [report.isi], secret: [secret]}},
                {"instances": [{"isi": [report.isi], "region": secret}]},
                {"instances": [{"isi": "Lampu padam", "region": secret}]},
                {"instances": [], "params": {"received_on": secret}},
                {"instances": [], secret: report.isi},
            ]
            answers.append(client.post("/invocations", json=bodies[number % len(bodies)]).text)

    assert leaks(planted, *answers) == set()
    assert leaks(planted, caplog.text) == set()
