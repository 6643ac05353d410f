"""Keys, tokens and passwords: made, hashed, compared. None is ever kept or logged as it is."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import threading
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

KEY_PREFIX: Final = "dsp_"  # so that a scanner for leaked secrets can find one
MIN_PASSWORD_CHARS: Final = 12
MAX_PASSWORD_CHARS: Final = 256
_KEY = re.compile(r"dsp_[A-Za-z0-9_-]{43}")

_hasher = PasswordHasher()
# One hash takes 64 MiB: forty logins at once must not take 2.5 GiB.
_slots = threading.BoundedSemaphore(2)


def make_key() -> str:
    """Return a new API key of 256 random bits."""
    return KEY_PREFIX + secrets.token_urlsafe(32)


def looks_like_key(text: str) -> bool:
    """Return whether the text has the form of a key; others need no question to the database."""
    return _KEY.fullmatch(text) is not None


def make_token() -> str:
    """Return a new session token of 256 random bits."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """Return the hash under which a key or token is kept.

    SHA-256 is right here and wrong for passwords: 256 random bits cannot be guessed.
    """
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def csrf_token(session_token: str) -> str:
    """Return the token that a form of this session must carry; it does not lead back."""
    return hmac.digest(session_token.encode(), b"csrf", "sha256").hex()


def is_same(left: str, right: str) -> bool:
    """Compare in a time that tells nothing."""
    return hmac.compare_digest(left.encode("utf-8", "replace"), right.encode("utf-8", "replace"))


def hash_password(password: str) -> str:
    """Return the Argon2id hash, with its parameters and salt."""
    with _slots:
        return _hasher.hash(password)


def verify_password(password: str, stored: str | None) -> bool:
    """Return whether it is the password; without a stored hash it takes as long and is wrong."""
    with _slots:
        try:
            _hasher.verify(stored or _NOBODY, password)
        except (VerificationError, InvalidHashError):
            return False
    return stored is not None


def find_weakness(password: str, *, login: str) -> str | None:
    """Return why the password cannot be used, or None."""
    if not MIN_PASSWORD_CHARS <= len(password) <= MAX_PASSWORD_CHARS:
        return f"expected a password of {MIN_PASSWORD_CHARS} to {MAX_PASSWORD_CHARS} characters"
    if login.casefold() in password.casefold():
        return "expected a password without the login name in it"
    if len(set(password)) < 5:
        return "expected a password of at least five different characters"
    return None


# The hash of a random text that nobody has: same parameters, so the same time.
_NOBODY: Final = (
    "$argon2id$v=19$m=65536,t=3,p=4$DyppPwLmivWNULa0qg0lTg"
    "$3drCgJ287NXXomBjFdYKwD3uV4INfZ2G8QNa1PRLi+c"
)
