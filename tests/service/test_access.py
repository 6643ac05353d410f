from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from service.app import create_app
from service.auth.accounts import create_key, create_person, revoke_key
from service.auth.callers import COOKIE, is_local
from service.auth.errors import NotLocalError
from service.auth.roles import ROLES, SCOPES, SCOPES_OF
from service.auth.start import say_who_is_served
from service.auth.web import get_caller
from service.deps import get_now
from service.settings import Settings

PASSWORD = "lima-bunga-di-taman-42"  # noqa: S105  # invented
OPEN = {"/livez", "/readyz", "/ping", "/version", "/docs", "/v1/session"}
# Login and set-up are for strangers; "/" and "/keluar" are for everybody who is logged in.
OPEN |= {"/", "/masuk", "/keluar", "/siapkan"}
HERE = "http://127.0.0.1:8000"
UNIT = "Dinas Pekerjaan Umum dan Tata Ruang"  # what the fake scorer of conftest answers
NOW = datetime.fromisoformat("2026-11-24T09:30:00+07:00")


@pytest.fixture
def guarded(settings: Settings, scorer: Any) -> FastAPI:
    app = create_app(settings.model_copy(update={"auth": "on"}), load=lambda _: scorer)
    app.dependency_overrides[get_now] = lambda: NOW
    return app


@pytest.fixture
def visitor(guarded: FastAPI) -> Iterator[TestClient]:
    with TestClient(guarded, base_url="https://lapor.test") as client:
        yield client


@pytest.fixture
def key_for(visitor: TestClient, guarded: FastAPI) -> Callable[..., dict[str, str]]:
    def make(*scopes: str, name: str = "lapor", region: str | None = None) -> dict[str, str]:
        key = create_key(guarded.state.accounts, name=name, scopes=scopes, region=region, now=NOW)
        return {"authorization": f"Bearer {key}"}

    return make


def log_in(
    client: TestClient,
    app: FastAPI,
    *,
    role: str = "admin_nasional",
    agency: str | None = None,
    unit: str | None = None,
    login: str = "ayu",
) -> str:
    create_person(
        app.state.accounts,
        login=login,
        password=PASSWORD,
        role=role,
        agency=agency,
        unit=unit,
        now=NOW,
    )
    answer = client.post("/v1/session", json={"login": login, "password": PASSWORD})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["csrf"])


def guards_of(route: APIRoute) -> set[Any]:
    found, waiting = set(), [route.dependant]
    while waiting:
        dependant = waiting.pop()
        found.add(dependant.call)
        waiting += dependant.dependencies
    return found


def test_every_route_is_guarded_or_is_meant_to_be_open(guarded: FastAPI) -> None:
    routes = [
        context.route if hasattr(context, "route") else context
        for context in _all_routes(guarded.routes)
    ]
    api_routes = [route for route in routes if isinstance(route, APIRoute)]

    unguarded = {
        route.path
        for route in api_routes
        if not any(getattr(call, "scope", None) in SCOPES for call in guards_of(route))
    }

    assert len(api_routes) >= 10
    assert unguarded <= OPEN


def _all_routes(routes: Any) -> Iterator[Any]:
    for route in routes:
        inner = getattr(route, "original_router", None)
        if inner is not None:
            yield from _all_routes(inner.routes)
        else:
            yield route


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/ping", "/version", "/docs"])
def test_health_needs_no_key(path: str, visitor: TestClient) -> None:
    assert visitor.get(path).status_code == 200


@pytest.mark.parametrize(
    "header",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"authorization": "Bearer dsp_" + "x" * 43}, id="unknown-key"),
        pytest.param({"authorization": "Bearer x"}, id="no-key"),
        pytest.param({"authorization": "Basic YTpi"}, id="other-scheme"),
        pytest.param({"cookie": f"{COOKIE}=abc"}, id="unknown-session"),
    ],
)
def test_a_stranger_is_asked_to_log_in(header: dict[str, str], visitor: TestClient) -> None:
    answer = visitor.post("/v1/dispositions", json={"isi": "Lampu padam"}, headers=header)

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.json()["type"] == "urn:disposisi:problem:not-logged-in"
    assert "dsp_" not in answer.text


CALLS: dict[str, Callable[[TestClient, dict[str, str]], Any]] = {
    "score": lambda client, headers: client.post(
        "/v1/classifications", json={"isi": "Lampu padam"}, headers=headers
    ),
    "dispose": lambda client, headers: client.post(
        "/v1/dispositions", json={"isi": "Lampu padam"}, headers=headers
    ),
    "read": lambda client, headers: client.get("/v1/dispositions/tiada", headers=headers),
}
DONE = {"score": 200, "dispose": 201, "read": 404}


@pytest.mark.parametrize("wanted", CALLS)
@pytest.mark.parametrize("scope", SCOPES)
def test_a_key_opens_what_its_scope_says_and_nothing_else(
    scope: str, wanted: str, visitor: TestClient, key_for: Callable[..., dict[str, str]]
) -> None:
    answer = CALLS[wanted](visitor, key_for(scope))

    assert answer.status_code == (DONE[wanted] if scope == wanted else 403)


@pytest.mark.parametrize("wanted", CALLS)
@pytest.mark.parametrize("role", ROLES)
def test_a_role_opens_what_its_scopes_say_and_nothing_else(
    role: str, wanted: str, visitor: TestClient, guarded: FastAPI
) -> None:
    agency = "PEMDA-32.04" if role in {"admin_instansi", "pejabat_penghubung"} else None
    unit = UNIT if role == "pejabat_penghubung" else None
    csrf = log_in(visitor, guarded, role=role, agency=agency, unit=unit)

    answer = CALLS[wanted](visitor, {"x-csrf-token": csrf})

    assert answer.status_code == (DONE[wanted] if wanted in SCOPES_OF[role] else 403)


def test_a_revoked_key_is_a_strangers(
    visitor: TestClient, guarded: FastAPI, key_for: Callable[..., dict[str, str]]
) -> None:
    headers = key_for("score")
    assert CALLS["score"](visitor, headers).status_code == 200

    revoke_key(guarded.state.accounts, "lapor", now=NOW)

    assert CALLS["score"](visitor, headers).status_code == 401


def test_the_keys_name_is_the_source_and_its_region_the_home(
    visitor: TestClient, key_for: Callable[..., dict[str, str]], scorer: Any
) -> None:
    headers = key_for("dispose", name="bandung", region="32.04")

    answer = visitor.post("/v1/dispositions", json={"isi": "Lampu padam"}, headers=headers)
    named = visitor.post(
        "/v1/dispositions", json={"isi": "Lampu padam", "source": "wa"}, headers=headers
    )

    assert answer.json()["source"] == "bandung"
    assert named.json()["source"] == "wa"
    assert scorer.home == "32.04"


@pytest.mark.parametrize(
    ("role", "agency", "unit", "status"),
    [
        ("admin_nasional", None, None, 200),
        ("auditor", None, None, 200),
        ("admin_instansi", "PEMDA-32.04", None, 200),
        ("admin_instansi", "PEMDA-32", None, 200),
        ("admin_instansi", "PEMDA-32.73", None, 404),
        ("admin_instansi", "PEMDA-33", None, 404),
        ("admin_instansi", "PU", None, 404),
        ("pejabat_penghubung", "PEMDA-32.04", UNIT, 200),
        ("pejabat_penghubung", "PEMDA-32.04", "Dinas Perhubungan", 404),
        ("pejabat_penghubung", "PEMDA-32.73", UNIT, 404),
    ],
)
def test_a_foreign_record_is_as_if_there_were_none(
    role: str,
    agency: str | None,
    unit: str | None,
    status: int,
    visitor: TestClient,
    guarded: FastAPI,
    key_for: Callable[..., dict[str, str]],
) -> None:
    stored = CALLS["dispose"](visitor, key_for("dispose")).json()
    log_in(visitor, guarded, role=role, agency=agency, unit=unit)

    answer = visitor.get(f"/v1/dispositions/{stored['id']}")

    assert answer.status_code == status
    if status == 404:
        unknown = visitor.get("/v1/dispositions/019a0000-0000-7000-8000-000000000000")
        assert answer.json() == unknown.json()


def test_whoever_would_need_a_reason_gets_no_quotation(
    visitor: TestClient, guarded: FastAPI, key_for: Callable[..., dict[str, str]]
) -> None:
    answer = visitor.post(
        "/v1/dispositions",
        json={"isi": "Kepala kantor Soreang meminta uangnya", "secret": True},
        headers=key_for("dispose"),
    )
    log_in(visitor, guarded, role="auditor")

    seen = visitor.get(answer.headers["location"]).json()

    quoted = [*seen["explanation"]["terms"], *seen["explanation"]["cues"]]
    assert {part["text"] for part in quoted} == {""}
    assert "uangnya" not in str(seen)


def test_a_change_by_cookie_needs_the_forms_token(visitor: TestClient, guarded: FastAPI) -> None:
    csrf = log_in(visitor, guarded)

    assert CALLS["score"](visitor, {}).status_code == 403
    assert CALLS["score"](visitor, {"x-csrf-token": "0" * 64}).status_code == 403
    assert CALLS["score"](visitor, {"x-csrf-token": csrf}).status_code == 200
    assert CALLS["read"](visitor, {}).status_code == 404


def test_a_form_may_carry_its_token_as_a_field(visitor: TestClient, guarded: FastAPI) -> None:
    csrf = log_in(visitor, guarded)
    form = {"content-type": "application/x-www-form-urlencoded"}

    refused = visitor.request("DELETE", "/v1/session", content="csrf_token=x", headers=form)
    done = visitor.request("DELETE", "/v1/session", content=f"csrf_token={csrf}", headers=form)

    assert (refused.status_code, done.status_code) == (403, 204)
    assert visitor.get("/v1/session").status_code == 401


def test_the_cookie_is_out_of_reach_of_scripts_other_sites_and_plain_http(
    visitor: TestClient, guarded: FastAPI
) -> None:
    create_person(
        guarded.state.accounts,
        login="ayu",
        password=PASSWORD,
        role="auditor",
        agency=None,
        unit=None,
        now=NOW,
    )
    body = {"login": "ayu", "password": PASSWORD}

    far = visitor.post("/v1/session", json=body).headers["set-cookie"].lower()
    plain = visitor.post("http://lapor.test/v1/session", json=body).headers["set-cookie"].lower()
    near = visitor.post(f"{HERE}/v1/session", json=body).headers["set-cookie"].lower()

    for cookie in (far, plain, near):
        assert "httponly" in cookie
        assert "samesite=strict" in cookie
    assert "secure" in far
    assert "secure" in plain
    assert "secure" not in near


def test_who_is_logged_in_is_told_without_a_name(visitor: TestClient, guarded: FastAPI) -> None:
    csrf = log_in(visitor, guarded, role="admin_instansi", agency="PU")

    told = visitor.get("/v1/session").json()

    assert (told["role"], told["agency"], told["csrf"]) == ("admin_instansi", "PU", csrf)
    assert "ayu" not in str(told)


def test_wrong_passwords_are_answered_alike_and_then_refused(
    visitor: TestClient, guarded: FastAPI
) -> None:
    body = {"login": "ayu", "password": "salah-sekali-42"}
    answers = [visitor.post("/v1/session", json=body) for _ in range(6)]

    assert [answer.status_code for answer in answers] == [401] * 5 + [429]
    assert answers[-1].headers["retry-after"] == "900"
    assert all("salah" not in answer.text and "ayu" not in answer.text for answer in answers)


def test_a_session_that_was_idle_too_long_asks_to_log_in(
    visitor: TestClient, guarded: FastAPI
) -> None:
    log_in(visitor, guarded)
    guarded.dependency_overrides[get_now] = lambda: NOW + timedelta(minutes=30)

    assert visitor.get("/v1/session").status_code == 401


def scope_of(client: str, server: str = "127.0.0.1") -> dict[str, Any]:
    return {"client": (client, 50000), "server": (server, 8000)}


@pytest.mark.parametrize(
    ("scope", "headers", "expected"),
    [
        pytest.param(scope_of("127.0.0.1"), {"host": "127.0.0.1:8000"}, True, id="loopback"),
        pytest.param(scope_of("127.0.0.1"), {"host": "localhost:8000"}, True, id="localhost"),
        pytest.param(scope_of("::1", "::1"), {"host": "[::1]:8000"}, True, id="ipv6"),
        pytest.param(scope_of("::ffff:127.0.0.1"), {"host": "localhost"}, True, id="ipv4-in-ipv6"),
        pytest.param(scope_of("10.0.0.5"), {"host": "127.0.0.1"}, False, id="other-client"),
        pytest.param(
            scope_of("127.0.0.1", "10.0.0.1"), {"host": "127.0.0.1"}, False, id="other-server"
        ),
        pytest.param(scope_of("127.0.0.1"), {"host": "evil.test"}, False, id="rebound-name"),
        pytest.param(scope_of("127.0.0.1"), {}, False, id="no-host"),
        pytest.param(scope_of("127.0.0.1"), {"host": "[::"}, False, id="broken-host"),
        pytest.param(
            scope_of("127.0.0.1"),
            {"host": "localhost", "x-forwarded-for": "10.0.0.5"},
            False,
            id="behind-a-proxy",
        ),
        pytest.param(
            scope_of("127.0.0.1"),
            {"host": "localhost", "origin": "https://evil.test"},
            False,
            id="page-of-another-site",
        ),
        pytest.param(
            scope_of("127.0.0.1"),
            {"host": "localhost", "origin": "null"},
            False,
            id="page-without-a-site",
        ),
        pytest.param(
            scope_of("127.0.0.1"),
            {"host": "localhost:8000", "origin": "http://localhost:8000"},
            True,
            id="own-page",
        ),
        pytest.param({"client": None, "server": None}, {"host": "localhost"}, False, id="unknown"),
    ],
)
def test_only_this_machine_itself_is_local(
    scope: dict[str, Any], headers: dict[str, str], expected: bool
) -> None:
    assert is_local(scope, headers) is expected


def test_without_login_only_this_machine_is_served(settings: Settings, scorer: Any) -> None:
    app = create_app(settings.model_copy(update={"auth": "off"}), load=lambda _: scorer)
    here = TestClient(app, base_url=HERE, client=("127.0.0.1", 50000))
    there = TestClient(app, base_url=HERE, client=("10.0.0.5", 50000))

    with here:
        assert CALLS["dispose"](here, {}).status_code == 201
        refused = CALLS["dispose"](there, {})
        assert there.get("/livez").status_code == 200

    assert refused.status_code == 403
    assert refused.json()["type"] == "urn:disposisi:problem:not-local"


def test_once_there_is_a_key_a_login_is_needed(settings: Settings, scorer: Any) -> None:
    def status() -> int:
        app = create_app(settings, load=lambda _: scorer)
        with TestClient(app, base_url=HERE, client=("127.0.0.1", 50000)) as client:
            status = int(CALLS["score"](client, {}).status_code)
            if status == 200:
                create_key(app.state.accounts, name="lapor", scopes=["score"], region=None, now=NOW)
        return status

    assert [status(), status()] == [200, 401]


@pytest.mark.parametrize("host", ["0.0.0.0", "10.0.0.1", "::", "lapor.test"])  # noqa: S104
def test_without_login_no_other_address_is_served(host: str, settings: Settings) -> None:
    with pytest.raises(NotLocalError, match=r"Set DISPOSISI_AUTH=on .* disposisi users create"):
        say_who_is_served(settings, host=host, say=lambda _: None)


def test_the_start_says_how_the_first_user_is_created(settings: Settings) -> None:
    said: list[str] = []

    say_who_is_served(settings, host="127.0.0.1", say=said.append)
    say_who_is_served(
        settings.model_copy(update={"auth": "on"}), host="lapor.test", say=said.append
    )

    assert "no login is needed" in said[0]
    assert "nobody can log in yet" in said[1]
    assert all("disposisi users create" in line for line in said)


def test_the_tests_replace_the_caller_by_its_function(app: FastAPI) -> None:
    assert get_caller in app.dependency_overrides
