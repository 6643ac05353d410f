from __future__ import annotations

import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from service.events.backoff import MAX_ATTEMPTS, wait_after
from service.events.errors import EventsError, TargetRefusedError
from service.events.sending import Message, Outcome, send
from service.events.signing import is_signed, make_secret, sign
from service.events.targets import Limits, addresses_of, is_public, parse_target

Receive = Callable[..., Any]
OPEN = Limits(private=True, plain_http=True)
MESSAGE = Message(id="0193", body=b'{"a": 1}')
SECRET = make_secret()


def post(url: str, limits: Limits = OPEN, timeout_s: float = 5.0) -> Outcome:
    return send(url, SECRET, MESSAGE, limits=limits, timeout_s=timeout_s)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.8.8",
        "0.0.0.0",  # noqa: S104  # to be refused
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "100.100.100.200",
        "169.254.169.254",
        "168.63.129.16",
        "192.0.0.192",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::10.0.0.1",
        "64:ff9b::169.254.169.254",
        "64:ff9b::a00:1",
        "2002:7f00:1::",
        "2002:a00:1::1",
        "fe80::1",
        "fec0::1",
        "fc00::1",
        "fd00:ec2::254",
        "ff02::1",
        "2001:db8::1",
    ],
)
def test_an_address_inside_a_network_is_not_public(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "202.89.117.1", "2606:4700::1111"])
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_is_judged_alike_in_every_ipv6_form(address: ipaddress.IPv4Address) -> None:
    number = int(address)
    forms = (0xFFFF << 32 | number, 0x0064_FF9B << 96 | number, 0x2002 << 112 | number << 80)

    assert {is_public(ipaddress.IPv6Address(form)) for form in forms} == {is_public(address)}


@pytest.mark.parametrize(
    "url",
    [
        "http://contoh.id/hook",
        "ftp://contoh.id/",
        "https://",
        "https:///hook",
        "//contoh.id",
        "https://ayu@contoh.id/",
        "https://ayu:rahasia@contoh.id/",
        "https://contoh.id/#a",
        "https://contoh.id:0/",
        "https://contoh.id:99999/",
        "https://contoh.id/a b",
        "https://contoh.id/\r\nX-A: b",
        "https://[::1",
        "https://contoh.id/" + "x" * 500,
    ],
)
def test_an_address_of_another_form_is_refused_without_being_repeated(url: str) -> None:
    with pytest.raises(TargetRefusedError, match="expected an address") as caught:
        parse_target(url, Limits())
    assert "rahasia" not in str(caught.value)


def test_one_private_address_among_public_ones_refuses_the_name() -> None:
    target = parse_target("https://contoh.id/hook?a=1", Limits())

    def resolve(host: str, port: int) -> Sequence[str]:
        assert (host, port) == ("contoh.id", 443)
        return ["8.8.8.8", "10.0.0.1"]

    with pytest.raises(TargetRefusedError, match=r"contoh\.id leads to 10\.0\.0\.1"):
        addresses_of(target, Limits(), resolve)
    assert addresses_of(target, Limits(private=True), resolve) == ["8.8.8.8", "10.0.0.1"]
    assert target.path == "/hook?a=1"


def test_the_checked_address_is_called_and_the_name_is_not_looked_up_again(
    receive: Receive,
) -> None:
    with receive() as receiver:
        port = int(receiver.url.rpartition(":")[2])
        asked: list[str] = []

        def resolve(host: str, port: int) -> Sequence[str]:
            asked.append(host)
            return ["127.0.0.1"]

        url = f"http://tak-terdaftar.invalid:{port}/hook"
        outcome = send(url, SECRET, MESSAGE, limits=OPEN, resolve=resolve)

        assert outcome == Outcome(result="204", delivered=True)
        assert asked == ["tak-terdaftar.invalid"]
        assert receiver.received[0][1]["host"] == f"tak-terdaftar.invalid:{port}"


def test_a_message_is_signed_over_id_time_and_body(receive: Receive) -> None:
    with receive() as receiver:
        post(f"{receiver.url}/hook?a=1")
    [(path, headers, body)] = receiver.received

    assert path == "/hook?a=1"
    assert (headers["webhook-id"], body) == (MESSAGE.id, MESSAGE.body)
    assert headers["content-type"].startswith("application/cloudevents+json")
    received = {
        "message_id": headers["webhook-id"],
        "timestamp": headers["webhook-timestamp"],
        "signatures": f"v1,bm9uZQ== {headers['webhook-signature']}",
        "body": body,
    }
    assert is_signed(SECRET, **received, now=time.time())
    for change in ({"message_id": "0194"}, {"timestamp": "1"}, {"body": body + b" "}):
        assert not is_signed(SECRET, **{**received, **change}, now=time.time())
    assert not is_signed(SECRET, **received, now=time.time() + 301)
    assert not is_signed(make_secret(), **received, now=time.time())


def test_a_damaged_secret_is_said_and_not_shown() -> None:
    with pytest.raises(EventsError, match="damaged") as caught:
        sign("whsec_***", message_id="1", timestamp=1, body=b"")
    assert "***" not in str(caught.value)


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (200, Outcome(result="200", delivered=True)),
        (302, Outcome(result="302")),
        (307, Outcome(result="307")),
        (410, Outcome(result="410", gone=True)),
        (500, Outcome(result="500")),
    ],
)
def test_only_a_2xx_is_delivered_and_no_redirect_is_followed(
    status: int, outcome: Outcome, receive: Receive
) -> None:
    with receive(status) as receiver:
        assert post(receiver.url) == outcome
        assert len(receiver.received) == 1


@pytest.mark.parametrize("status", [0, -1], ids=["hangs", "drips"])
def test_a_target_that_does_not_end_is_left_in_time(status: int, receive: Receive) -> None:
    with receive(status) as receiver:
        begin = time.monotonic()
        outcome = post(receiver.url, timeout_s=0.4)

        assert outcome == Outcome(result="timeout")
        assert time.monotonic() - begin < 3


def test_what_cannot_be_reached_has_a_name(receive: Receive) -> None:
    with receive() as receiver:
        port = receiver.url.rpartition(":")[2]
        assert post(receiver.url.replace("http:", "https:")).result == "tls"
    assert post(f"http://127.0.0.1:{port}").result == "connection"
    assert post("http://127.0.0.1", Limits(plain_http=True)).result == "refused"
    assert post("https://tak-terdaftar.invalid").result == "unknown-name"
    assert receiver.received == []


@given(st.integers(1, MAX_ATTEMPTS + 5), st.floats(0, 1, exclude_max=True))
def test_waits_grow_within_bounds_and_end(attempts: int, draw: float) -> None:
    wait, middle = wait_after(attempts, draw), wait_after(attempts, 0.5)

    assert (wait is None) == (attempts >= MAX_ATTEMPTS)
    if wait is None or middle is None:
        return
    assert middle * 0.5 <= wait <= middle * 1.5
    after = wait_after(attempts + 1, 0.5)
    assert after is None or middle <= after


@pytest.fixture
def authority(tmp_path: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's TLS for hook.contoh.id, and a client's that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "hook.contoh.id")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("hook.contoh.id")]), False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "server.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(private + certificate.public_bytes(Encoding.PEM))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(file)
    return server, ssl.create_default_context(cafile=str(file))


def test_tls_is_checked_against_the_name_and_not_the_address(
    receive: Receive, authority: tuple[ssl.SSLContext, ssl.SSLContext]
) -> None:
    server, client = authority
    with receive(tls=server) as receiver:
        port = receiver.url.rpartition(":")[2]

        def call(host: str, tls: ssl.SSLContext | None) -> str:
            limits = Limits(private=True)
            url = f"https://{host}:{port}/hook"
            options = {"limits": limits, "resolve": lambda *_: ["127.0.0.1"], "tls": tls}
            return send(url, SECRET, MESSAGE, **options).result

        assert call("hook.contoh.id", client) == "204"
        assert call("lain.contoh.id", client) == "tls"
        assert call("hook.contoh.id", None) == "tls"
    assert len(receiver.received) == 1


def test_a_handshake_that_does_not_end_is_left_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        begin = time.monotonic()
        outcome = post(f"https://127.0.0.1:{silent.getsockname()[1]}", timeout_s=0.4)

    assert outcome == Outcome(result="timeout")
    assert time.monotonic() - begin < 3
