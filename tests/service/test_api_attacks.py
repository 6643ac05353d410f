"""What ill-meaning clients send: it is refused as a problem, and the others are served on."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient

from service.app import create_app
from service.auth.callers import LOCAL
from service.auth.web import get_caller
from service.settings import Settings
from service.wire import MAX_HEAD_BYTES, GuardedProtocol

JSON = {"content-type": "application/json"}
POSTS = ("/v1/classifications", "/v1/dispositions", "/invocations", "/v1/session")
BODY = b'{"isi":"Lampu padam"}'
LENGTH = b"Content-Length: %d\r\n" % len(BODY)
CHUNKED = b"Transfer-Encoding: chunked\r\n"


class HastyProtocol(GuardedProtocol):
    head_timeout_s = 0.8
    body_timeout_s = 0.8
    write_timeout_s = 0.3


@pytest.fixture
def port(app: FastAPI) -> Iterator[int]:
    """A real server over the test's application, with short patience."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 16_384)
    config = uvicorn.Config(
        app,
        http=HastyProtocol,
        log_config=None,
        loop="asyncio",
        ws="none",
        timeout_keep_alive=5,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield listener.getsockname()[1]
    server.should_exit = True
    thread.join()
    listener.close()


def exchange(port: int, *pieces: bytes, pause_s: float = 0.0) -> bytes:
    """Send the pieces and return everything until the server hangs up or is silent."""
    with closing(socket.create_connection(("127.0.0.1", port), timeout=2)) as connection:
        try:
            for piece in pieces:
                connection.sendall(piece)
                time.sleep(pause_s)
        except OSError:
            pass  # refused while it was sent: the answer says why
        received = b""
        try:
            while data := connection.recv(65_536):
                received += data
        except OSError:
            pass
        return received


def request(
    *headers: bytes, body: bytes = BODY, path: bytes = b"/v1/classifications", kept: bool = False
) -> bytes:
    head = b"POST " + path + b" HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    connection = b"" if kept else b"Connection: close\r\n"
    return head + connection + b"".join(headers) + b"\r\n" + body


def parts(answer: bytes) -> tuple[int, dict[str, Any]]:
    """Return status and problem of an answer that is one."""
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"content-type: application/problem+json" in head.lower(), answer[:300]
    return int(answer.split()[1]), json.loads(body)


SMUGGLED = b"0\r\n\r\nGET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
REFUSED: dict[str, tuple[bytes, int]] = {
    "length-twice": (request(LENGTH, LENGTH), 400),
    "two-lengths": (request(LENGTH, b"Content-Length: 5\r\n"), 400),
    "length-list": (request(b"Content-Length: 21, 5\r\n"), 400),
    "negative-length": (request(b"Content-Length: -1\r\n"), 400),
    "signed-length": (request(b"Content-Length: +21\r\n"), 400),
    "overflowing-length": (request(b"Content-Length: 99999999999999999999999\r\n"), 400),
    "length-and-chunks": (request(LENGTH, CHUNKED, body=SMUGGLED), 400),
    "two-encodings": (request(CHUNKED, b"Transfer-Encoding: identity\r\n", body=SMUGGLED), 400),
    "unknown-encoding": (request(b"Transfer-Encoding: xchunked\r\n", body=SMUGGLED), 400),
    "blank-before-colon": (request(b"Transfer-Encoding : chunked\r\n", body=SMUGGLED), 400),
    "chunk-without-size": (request(CHUNKED, body=b"zz\r\n"), 400),
    "folded-header": (request(b"X-A: b\r\n c: d\r\n", LENGTH), 400),
    "bare-line-feeds": (request(LENGTH).replace(b"\r\n", b"\n"), 400),
    "bare-carriage-return": (request(b"X-A: b\rc: d\r\n", LENGTH), 400),
    "nul-in-a-header": (request(b"X-A: b\x00\r\n", LENGTH), 400),
    "bytes-in-the-path": (b"GET /v1/topics/\xff\xfe HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 400),
    "unknown-method": (b"FOO / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 400),
    "tunnel": (b"CONNECT lain.test:80 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 400),
    "http-2": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
    "two-hosts": (request(b"Host: lain.test\r\n", LENGTH), 400),
    "two-keys": (request(b"Idempotency-Key: a\r\nIdempotency-Key: b\r\n", LENGTH), 400),
    "two-types": (request(b"Content-Type: text/plain\r\n", LENGTH), 400),
    "packed-body": (request(b"Content-Encoding: gzip\r\n", LENGTH), 415),
    "endless-header": (request(b"X-A: " + b"a" * 2_000_000 + b"\r\n", LENGTH), 431),
    "many-headers": (request(b"X-A: a\r\n" * 50_000, LENGTH), 431),
    "endless-address": (b"GET /livez?" + b"a" * 2_000_000 + b" HTTP/1.1\r\n\r\n", 431),
    "header-just-too-large": (request(b"X-A: " + b"a" * MAX_HEAD_BYTES + b"\r\n", LENGTH), 431),
}


def test_a_request_that_could_mean_two_things_is_refused_and_the_server_goes_on(port: int) -> None:
    for name, (sent, status) in REFUSED.items():
        answer = exchange(port, sent)

        assert parts(answer)[0] == status, name
        assert answer.count(b"HTTP/1.1 ") == 1, f"{name}: a second request was answered"
        assert exchange(port, request(LENGTH)).startswith(b"HTTP/1.1 200"), name


def test_headers_up_to_the_limit_are_read(port: int) -> None:
    large = b"X-A: " + b"a" * (MAX_HEAD_BYTES - 500) + b"\r\n"

    assert exchange(port, request(large, LENGTH)).startswith(b"HTTP/1.1 200")


def test_whoever_takes_too_long_is_told_so_and_hung_up_on(port: int) -> None:
    nothing = exchange(port, b"", pause_s=0.01)
    slow_head = exchange(port, b"POST /v1/classif", pause_s=0.01)
    slow_body = exchange(port, request(LENGTH, body=BODY[:5]), pause_s=0.01)
    drop_by_drop = exchange(
        port, request(LENGTH, body=b""), *[b'{"', b"i", b"s", b"i"], pause_s=0.2
    )

    for answer in (nothing, slow_head, slow_body, drop_by_drop):
        assert parts(answer)[0] == 408
    assert exchange(port, request(LENGTH)).startswith(b"HTTP/1.1 200")


def test_slow_clients_hold_up_nobody(port: int) -> None:
    waiting = [socket.create_connection(("127.0.0.1", port)) for _ in range(100)]
    for connection in waiting:
        connection.sendall(b"POST /v1/classifications HTTP/1.1\r\nX-A: ")

    answer = exchange(port, request(LENGTH))
    for connection in waiting:
        connection.close()

    assert answer.startswith(b"HTTP/1.1 200")


def test_whoever_does_not_read_the_answer_is_hung_up_on(port: int) -> None:
    large = b"GET /static/swagger-ui/swagger-ui-bundle.js HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.connect(("127.0.0.1", port))
    with closing(connection):
        connection.sendall(large)
        time.sleep(1)

        received = b""
        with suppress(ConnectionResetError):
            while data := connection.recv(65_536):
                received += data

    stated = int(received.lower().partition(b"content-length: ")[2].split()[0])
    assert 0 < len(received) < stated


def test_two_requests_in_one_piece_get_two_answers(port: int) -> None:
    answer = exchange(port, request(LENGTH, kept=True) + request(LENGTH))

    assert answer.count(b"HTTP/1.1 200 OK") == 2


def test_a_connection_may_be_kept_between_requests_for_longer_than_a_head_takes(port: int) -> None:
    answer = exchange(port, request(LENGTH, kept=True), request(LENGTH), pause_s=1.0)

    assert answer.count(b"HTTP/1.1 200 OK") == 2


BAD_BODIES = {
    "open-lists": b"[" * 100_000,
    "lists": b"[" * 100_000 + b"]" * 100_000,
    "objects": b'{"a":' * 90_000 + b"1" + b"}" * 90_000,
    "lists-in-a-field": b'{"isi":' + b"[" * 90_000 + b"]" * 90_000 + b"}",
    "utf-16": '{"isi":"x"}'.encode("utf-16"),
    "utf-16-without-a-mark": '{"isi":"x"}'.encode("utf-16-be"),
    "utf-32": '{"isi":"x"}'.encode("utf-32"),
    "latin-1": '{"isi":"é"}'.encode("latin-1"),
    "overlong-utf-8": b'{"isi":"\xc0\xaf"}',
    "surrogate-in-utf-8": b'{"isi":"\xed\xa0\x80"}',
    "two-documents": b'{"isi":"x"}{"isi":"y"}',
    "infinite-number": b'{"isi":1e999999}',
    "no-number": b'{"isi":NaN}',
    "number-with-many-digits": b"9" * 5_000,
    "nothing-but-nul": b"\x00" * 10_000,
}


def test_a_body_that_is_no_json_of_ours_is_refused(client: TestClient) -> None:
    for name, content in BAD_BODIES.items():
        for path in POSTS:
            answer = client.post(path, content=content, headers=JSON)

            assert answer.status_code in {400, 422}, (name, path)
            assert answer.headers["content-type"] == "application/problem+json"


def test_nesting_just_below_any_limit_is_no_error_of_ours(client: TestClient) -> None:
    for depth in (200, 900, 980, 995, 1_100):
        for nested in ("[" * depth + "]" * depth, '{"a":' * depth + "1" + "}" * depth):
            bodies = {
                "/v1/classifications": '{"complaints":[%s]}',
                "/v1/dispositions": '{"isi":"x","judul":%s}',
                "/invocations": '{"instances":[{"isi":%s}]}',
                "/v1/session": '{"login":%s,"password":"x"}',
            }
            for path, body in bodies.items():
                answer = client.post(path, content=body % nested, headers=JSON)
                assert answer.status_code < 500, (path, depth)


BAD_TEXTS = ("MARKAH\ud800", "MARKAH\x00", "\udfffMARKAH", "MARKAH\x1b[2J")


@pytest.fixture
def either(database_url: str, scorer: Any) -> Iterator[TestClient]:
    """The application over a database of either kind."""
    app = create_app(Settings(database_url=database_url), load=lambda _: scorer)
    app.dependency_overrides[get_caller] = lambda: LOCAL
    with TestClient(app) as client:
        yield client


def test_a_text_that_no_database_can_hold_is_refused_everywhere(either: TestClient) -> None:
    for text in BAD_TEXTS:
        send_everywhere(text, either)


def send_everywhere(text: str, client: TestClient) -> None:
    stored = client.post("/v1/dispositions", json={"isi": "Lampu ragu"}).json()
    action = f"/v1/dispositions/{stored['id']}/actions"
    change = {"action": "change", "version": 1, "reason": "wrong_agency"}
    posts: list[tuple[str, dict[str, Any]]] = [
        ("/v1/classifications", {"isi": text}),
        ("/v1/dispositions", {"isi": "x", "tracking_id": text}),
        ("/v1/dispositions", {"isi": "x", "source": text}),
        ("/v1/dispositions", {"isi": "x", "channel": text}),
        (action, {"action": "note", "version": 1, "note": text}),
        (action, {"action": "transfer", "version": 1, "agency": text}),
        (action, {"action": "transfer", "version": 1, "agency": "PEMDA-32", "unit": text}),
        (action, {**change, "changes": {"unit": text}}),
        (action, {**change, "changes": {"agency": text}}),
        (action, {**change, "changes": {"region": text}}),
        (action, {"action": "archive", "version": 1, "reason": text}),
        (f"/v1/dispositions/{stored['id']}/openings", {"reason": text}),
        ("/v1/session", {"login": text, "password": "lima-bunga-di-taman-42"}),
        ("/v1/session", {"login": "ayu", "password": text}),
    ]
    for path, body in posts:
        answer = client.post(path, content=json.dumps(body), headers=JSON)

        assert answer.status_code in {401, 422}, (path, body, answer.text)
        assert answer.headers["content-type"] == "application/problem+json"
        assert "MARKAH" not in answer.text
    assert client.get(f"/v1/dispositions/{stored['id']}").json()["version"] == 1


def test_a_key_that_cannot_be_compared_is_refused(client: TestClient) -> None:
    for key in (b"", b" ", b"a b", b"\xc3\xa9", b"a" * 256, b"\x01", b"a\tb"):
        answer = client.post(
            "/v1/dispositions",
            json={"isi": "Lampu padam"},
            headers={b"idempotency-key": key},  # type: ignore[dict-item]  # bytes are taken
        )

        assert answer.status_code == 422, key
        assert answer.json()["errors"][0]["field"] == "Idempotency-Key"
