"""Which addresses may be called: no target inside the own network, also not by way of DNS."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from service.events.errors import TargetRefusedError

MAX_URL_CHARS: Final = 500
_PORT_OF: Final = {"https": 443, "http": 80}
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], Sequence[str]]

# Public by number, yet beside the own machine: Azure's wire server and Oracle's metadata.
_METADATA: Final = frozenset(map(ipaddress.ip_address, ("168.63.129.16", "192.0.0.192")))
_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")
_CARRIER_IPV4: Final = ipaddress.IPv6Network("::/96")  # long obsolete, still understood


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What the operator allows.

    Attributes
    ----------
    private : bool
        Whether loopback, private and link-local addresses may be called.
    plain_http : bool
        Whether ``http`` will do.
    """

    private: bool = False
    plain_http: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """An address as it is called; ``path`` with its query."""

    scheme: str
    host: str
    port: int
    path: str


def parse_target(url: str, limits: Limits) -> Target:
    """Return the parts of an address.

    Raises
    ------
    TargetRefusedError
        If it is no address that may be called, whatever DNS says.
    """
    schemes = ("https", "http") if limits.plain_http else ("https",)
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise TargetRefusedError(_expected(schemes)) from None
    plain = url.isascii() and url.isprintable() and " " not in url and len(url) <= MAX_URL_CHARS
    if not plain or parts.scheme not in schemes or not parts.hostname or port == 0:
        raise TargetRefusedError(_expected(schemes))
    if parts.username is not None or parts.password is not None or parts.fragment:
        msg = "expected an address without user, password and fragment"
        raise TargetRefusedError(msg)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    port = port or _PORT_OF[parts.scheme]
    return Target(scheme=parts.scheme, host=parts.hostname, port=port, path=path)


def addresses_of(target: Target, limits: Limits, resolve: Resolve | None = None) -> list[str]:
    """Return the addresses that may be connected to: connect to these, never to the name.

    A name that is looked up twice may answer differently the second time.

    Raises
    ------
    TargetRefusedError
        If any of them may not be called.
    OSError
        If the name is not known.
    """
    found = list((resolve or look_up)(target.host, target.port))
    for text in found:
        address = ipaddress.ip_address(text.partition("%")[0])
        if not (limits.private or is_public(address)):
            msg = f"{target.host} leads to {text}, which is not a public address"
            raise TargetRefusedError(msg)
    return found


def look_up(host: str, port: int) -> list[str]:
    """Return every address of a name, as DNS and the hosts file say."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def is_public(address: Address) -> bool:
    """Return whether an address is on the open internet, and so is every one inside it.

    Examples
    --------
    >>> from ipaddress import ip_address
    >>> [is_public(ip_address(a)) for a in ("8.8.8.8", "10.0.0.1", "169.254.169.254", "::1")]
    [True, False, False, False]
    """
    inner = _inside(address)
    if inner is not None:
        return is_public(inner)
    if address in _METADATA or address.is_multicast or address.is_unspecified:
        return False
    if isinstance(address, ipaddress.IPv6Address) and address.is_site_local:
        return False
    return address.is_global and not (
        address.is_private or address.is_loopback or address.is_link_local or address.is_reserved
    )


def _inside(address: Address) -> ipaddress.IPv4Address | None:
    """Return the IPv4 address that an IPv6 one stands for."""
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if address in _NAT64 or (address in _CARRIER_IPV4 and int(address) > 1):
        return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    teredo = address.teredo[1] if address.teredo else None
    return address.ipv4_mapped or address.sixtofour or teredo


def _expected(schemes: Sequence[str]) -> str:
    return (
        f"expected an address of at most {MAX_URL_CHARS} characters: {' or '.join(schemes)}://..."
    )
