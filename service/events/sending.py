"""One attempt to deliver: a signed POST to a checked address, within a time, nothing followed."""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from service.events.errors import TargetRefusedError
from service.events.signing import sign
from service.events.targets import Limits, Resolve, Target, addresses_of, parse_target

TIMEOUT_S: Final = 10.0  # for all of an attempt; the standard asks for 15 to 30 at most
MAX_ANSWER_BYTES: Final = 16 * 1024  # read so that the connection ends well; never kept or logged
CONTENT_TYPE: Final = "application/cloudevents+json; charset=utf-8"
GONE: Final = 410


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What is sent; the id stays the same over all attempts."""

    id: str
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How an attempt ended.

    Attributes
    ----------
    result : str
        The HTTP status, or a word: ``refused``, ``unknown-name``, ``timeout``, ``tls``,
        ``connection``, ``not-http``.
    delivered, gone : bool
        Whether the target took it; whether it wants no more (410).
    """

    result: str
    delivered: bool = False
    gone: bool = False


def send(
    url: str,
    secret: str,
    message: Message,
    *,
    limits: Limits,
    resolve: Resolve | None = None,
    timeout_s: float = TIMEOUT_S,
    tls: ssl.SSLContext | None = None,
) -> Outcome:
    """Make one attempt; whatever the target does, this returns in time.

    Parameters
    ----------
    resolve : callable, optional
        Gives the addresses of a name; by default DNS.
    timeout_s : float, default=10
        Seconds for connecting, sending and reading together.
    tls : SSLContext, optional
        By default one that trusts the machine's authorities.
    """
    try:
        target = parse_target(url, limits)
        addresses = addresses_of(target, limits, resolve)
    except TargetRefusedError:
        return Outcome(result="refused")
    except (OSError, UnicodeError):
        return Outcome(result="unknown-name")
    deadline = time.monotonic() + timeout_s
    try:
        status = _post(
            target, addresses, _headers(target, secret, message), message.body, deadline, tls
        )
    except TimeoutError:
        return Outcome(result="timeout")
    except ssl.SSLError:
        return Outcome(result="tls" if time.monotonic() < deadline else "timeout")
    except (OSError, http.client.HTTPException, ValueError) as error:
        if time.monotonic() >= deadline:
            return Outcome(result="timeout")
        is_network = isinstance(error, OSError)
        return Outcome(result="connection" if is_network else "not-http")
    return Outcome(result=str(status), delivered=200 <= status < 300, gone=status == GONE)


def _headers(target: Target, secret: str, message: Message) -> dict[str, str]:
    now = int(time.time())
    host = f"[{target.host}]" if ":" in target.host else target.host
    usual = {"https": 443, "http": 80}[target.scheme]
    return {
        "Host": host if target.port == usual else f"{host}:{target.port}",
        "Content-Type": CONTENT_TYPE,
        "User-Agent": "Disposisi",
        "Connection": "close",
        "webhook-id": message.id,
        "webhook-timestamp": str(now),
        "webhook-signature": sign(secret, message_id=message.id, timestamp=now, body=message.body),
    }


def _post(
    target: Target,
    addresses: list[str],
    headers: Mapping[str, str],
    body: bytes,
    deadline: float,
    tls: ssl.SSLContext | None,
) -> int:
    raw = _connect(addresses, target.port, deadline)
    # A target that sends a byte now and then would keep a time-out of each read from ending it.
    # The same connection under a second name, as TLS takes the first one over.
    handle = raw.dup()
    end = threading.Timer(max(0.0, deadline - time.monotonic()), _cut, (handle,))
    end.daemon = True
    end.start()
    connection = http.client.HTTPConnection(target.host, target.port)
    connection.sock = raw
    try:
        if target.scheme == "https":
            context = tls or ssl.create_default_context()
            connection.sock = context.wrap_socket(raw, server_hostname=target.host)
        connection.request("POST", target.path, body, dict(headers))
        with connection.getresponse() as response:
            if time.monotonic() >= deadline:  # headers that were cut look like their end
                raise TimeoutError
            response.read(MAX_ANSWER_BYTES)
            return response.status
    finally:
        end.cancel()
        connection.close()
        handle.close()
        raw.close()


def _connect(addresses: list[str], port: int, deadline: float) -> socket.socket:
    last: OSError = ConnectionError("no address")
    for address in addresses:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        try:
            return socket.create_connection((address, port), timeout=left)
        except OSError as error:
            last = error
    raise last


def _cut(handle: socket.socket) -> None:
    with contextlib.suppress(OSError):
        handle.shutdown(socket.SHUT_RDWR)
