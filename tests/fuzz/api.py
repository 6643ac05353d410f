"""Attack the API with requests that schemathesis makes from its own OpenAPI document.

Run ``python tests/fuzz/api.py --cases 10000``: the real application, model and rules on a new
SQLite file. Half of the requests follow the contract and half break it; callers are a key with
every scope, a national admin with a session, and a stranger. Every answer must be one that the
contract knows, no error may be the server's own or repeat what was sent. Exit code 1 at the first
answer that is not, with the smallest request that leads to it.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from service.app import create_app
from service.auth.accounts import create_key, create_person
from service.auth.callers import COOKIE, CSRF_HEADER
from service.auth.roles import SCOPES
from service.auth.sessions import log_in
from service.settings import Settings

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
ECHO_CHARS = 8  # a shorter text may stand in a message by chance
FEW = 20
CODES = {"region": "32.04", "received_at": "2026-11-24T09:30:00+07:00", "version": 1}
STORED = 60
PASSWORD = "lima-bunga-di-taman-42"  # invented
PROBLEM_KEYS = {"type", "title", "status", "detail"}
COMPLAINTS = [
    {"isi": "Lampu jalan padam di depan balai Soreang Kabupaten Bandung"},
    {"isi": "Mohon jadwal vaksin di Kota Kediri", "judul": "Vaksin"},
    {"isi": "Kepala dinas meminta uang untuk izin", "secret": True},
]


@dataclass
class Target:
    """The application under attack, and what is known of it."""

    app: Any
    schema: Any
    callers: list[dict[str, str]] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    cases: int = 0

    def __post_init__(self) -> None:
        self.known = json.dumps(self.app.openapi(), ensure_ascii=False)

    def send(self, case: Any) -> Any:
        """Send one request, as the next of the callers."""
        headers = self.callers[self.cases % len(self.callers)]
        if case.operation.label == "DELETE /v1/session":
            headers = self.callers[0]  # a session must last
        self.cases += 1
        return case.call(headers=headers)

    def check(self, case: Any, response: Any) -> None:
        """Raise AssertionError where the answer is none that the contract allows."""
        self.statuses[response.status_code] += 1
        case.validate_response(response, checks=CHECKS)
        assert "x-content-type-options" in response.headers, "no security headers"
        if response.status_code < 400:
            return
        problem = json.loads(response.text)
        assert PROBLEM_KEYS <= problem.keys() <= PROBLEM_KEYS | {"errors"}, problem.keys()
        assert problem["status"] == response.status_code
        for text in sent_texts(case):
            assert text not in response.text or text in self.known, "an error repeats what was sent"


def sent_texts(case: Any) -> Iterator[str]:
    """Yield the values of a request that are long enough to be recognized."""
    waiting: list[Any] = [case.body, *(case.query or {}).values(), *(case.headers or {}).values()]
    waiting += (case.path_parameters or {}).values()
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
        elif isinstance(value, str) and len(value) >= ECHO_CHARS:
            yield value


def open_target(url: str) -> Target:
    """Start the application with a key, a person and complaints in its database."""
    app = create_app(Settings(database_url=url, auth="on"))
    target = Target(app, schemathesis.openapi.from_asgi("/openapi.json", app))  # starts it
    # Who calls is our own choice: invented keys would leave little behind the login attacked.
    target.schema.config.generation.update(with_security_parameters=False)
    accounts, now = app.state.accounts, datetime.now(UTC)
    key = create_key(accounts, name="serang", scopes=SCOPES, region=None, now=now)
    create_person(
        accounts,
        login="ayu",
        password=PASSWORD,
        role="admin_nasional",
        agency=None,
        unit=None,
        now=now,
    )
    session = log_in(accounts, login="ayu", password=PASSWORD, address="127.0.0.1", now=now)
    by_key = {"authorization": f"Bearer {key}"}
    by_session = {"cookie": f"{COOKIE}={session.token}", CSRF_HEADER: session.csrf}
    target.callers = [by_key, by_session] * 10 + [{}]  # the last is a stranger
    post = target.schema["/v1/dispositions"]["POST"]
    for number in range(STORED):
        body = {**COMPLAINTS[number % len(COMPLAINTS)], "tracking_id": str(number)}
        case = post.Case(body=body, media_type="application/json", headers={}, query={})
        target.ids.append(json.loads(case.call(headers=by_key).text)["id"])
    return target


def attack(target: Target, operation: Any, mode: GenerationMode, cases: int, number: int) -> None:
    """Send so many requests to an operation; Hypothesis shrinks the first one that fails."""
    strategy = operation.as_strategy(mode)
    if "{disposition_id}" in operation.path:
        known = st.sampled_from(target.ids).map(lambda one: {"disposition_id": one})
        strategy = st.one_of(strategy, st.builds(with_path, strategy, known))

    if mode is GenerationMode.POSITIVE:
        strategy = st.one_of(strategy, strategy.map(with_codes))

    @seed(number)
    @settings(
        max_examples=cases,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
        print_blob=False,
    )
    @given(case=strategy)
    def run(case: Any) -> None:
        target.check(case, target.send(case))

    try:
        run()
    except Unsatisfiable:  # nothing about it can be wrong, as it takes nothing
        assert mode is GenerationMode.NEGATIVE


def with_path(case: Any, path: dict[str, str]) -> Any:
    case.path_parameters = path
    return case


def with_codes(case: Any) -> Any:
    """Put in what a schema cannot say, so that more requests reach model, rules and store."""
    if isinstance(case.body, dict):
        for name, value in CODES.items():
            if name in case.body:
                case.body[name] = value
    return case


def main() -> int:
    """Attack every operation; say how many answers of each status there were."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--url", help="an empty PostgreSQL database instead of a new SQLite file")
    arguments = parser.parse_args()
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        target = open_target(arguments.url or f"sqlite:///{folder}/serang.sqlite3")
        operations = [found.ok() for found in target.schema.get_all_operations()]
        open_ones = [o for o in operations if not (o.body or o.query or o.path_parameters)]
        rest = [o for o in operations if o not in open_ones]
        print(f"{len(operations)} operations, seed {arguments.seed}")
        for operation in open_ones:
            attack(target, operation, GenerationMode.POSITIVE, FEW, arguments.seed)
        for i, operation in enumerate(rest):
            left = arguments.cases - target.cases
            share = max(2, -(-left // (len(rest) - i)))
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                attack(target, operation, mode, share // 2, arguments.seed)
        answers = ", ".join(f"{n} x {status}" for status, n in sorted(target.statuses.items()))
        took = time.perf_counter() - began
        print(f"{target.cases} requests in {took:.0f} s, no answer breaks the contract: {answers}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
