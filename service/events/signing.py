"""Signatures of Standard Webhooks 1.0: HMAC-SHA256 over id, timestamp and body.

See https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
from typing import Final

from service.events.errors import EventsError

PREFIX: Final = "whsec_"
TOLERANCE_S: Final = 300  # a receiver refuses a message that is older or newer
_SECRET_BYTES: Final = 32  # the standard asks for 24 to 64


def make_secret() -> str:
    """Return a new secret of 256 random bits."""
    return PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def sign(secret: str, *, message_id: str, timestamp: int, body: bytes) -> str:
    """Return the header ``webhook-signature``.

    Parameters
    ----------
    secret : str
        ``whsec_`` and base64.
    timestamp : int
        Seconds since 1970, of this attempt.

    Examples
    --------
    >>> secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    >>> body = b'{"test": 2432232314}'
    >>> sign(secret, message_id="msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp=1614265330, body=body)
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='
    """
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(_key_of(secret), signed, "sha256")).decode()


def is_signed(
    secret: str, *, message_id: str, timestamp: str, signatures: str, body: bytes, now: float
) -> bool:
    """Return whether a received message is from the holder of the secret and fresh.

    For receivers written in Python, and for our own tests.

    Parameters
    ----------
    timestamp, signatures : str
        The headers as received; ``webhook-signature`` may hold several, divided by blanks.
    now : float
        Seconds since 1970.
    """
    if not timestamp.isdecimal() or abs(now - int(timestamp)) > TOLERANCE_S:
        return False
    wanted = sign(secret, message_id=message_id, timestamp=int(timestamp), body=body)
    return any(hmac.compare_digest(wanted, found) for found in signatures.split(" "))


def _key_of(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        msg = "the secret of a subscription is damaged: expected whsec_ and base64"
        raise EventsError(msg) from None
