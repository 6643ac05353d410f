"""Create, list and end keys and people: what the commands do."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime

from service.auth.errors import AccountError
from service.auth.roles import SCOPES, find_wrong_place
from service.auth.secrets import digest, find_weakness, hash_password, make_key
from service.store.accounts import AccountStore, TakenError

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,62}")
_REGION = re.compile(r"\d{2}(\.\d{2})?")
_NAME_FORM = "2 to 63 of a-z, 0-9, dot, hyphen, underscore"


def create_key(
    accounts: AccountStore,
    *,
    name: str,
    scopes: Collection[str],
    region: str | None,
    now: datetime,
) -> str:
    """Return a new key: the only time that it can be read.

    Parameters
    ----------
    name : str
        Also the default ``source`` of what the client sends.
    scopes : collection of str
        What it may do; at least one.
    region : str or None
        Home of a regional desk: used where a complaint names no place, and the limit of what the
        key sees.

    Raises
    ------
    AccountError
        If the name is in use, or a value cannot be used.
    """
    if not _NAME.fullmatch(name):
        msg = f"--name: expected {_NAME_FORM}, got {name!r}"
        raise AccountError(msg)
    if not scopes or (unknown := sorted(set(scopes).difference(SCOPES))):
        got = ", ".join(unknown) if scopes else "none"
        msg = f"--scopes: expected some of {', '.join(SCOPES)}, got {got}"
        raise AccountError(msg)
    if region is not None and not _REGION.fullmatch(region):
        msg = f"--region: expected a code like 32 or 32.04, got {region!r}"
        raise AccountError(msg)
    key = make_key()
    ordered = ",".join(scope for scope in SCOPES if scope in scopes)
    try:
        accounts.add_key(name=name, key_sha256=digest(key), scopes=ordered, region=region, now=now)
    except TakenError:
        msg = f"--name: a key named {name!r} exists; revoke it first or take another name"
        raise AccountError(msg) from None
    return key


def revoke_key(accounts: AccountStore, name: str, *, now: datetime) -> None:
    """End a key at once.

    Raises
    ------
    AccountError
        If no key of that name counts.
    """
    if not accounts.revoke_key(name, now=now):
        msg = f"there is no key named {name!r} that counts"
        raise AccountError(msg)


def create_person(
    accounts: AccountStore,
    *,
    login: str,
    password: str,
    role: str,
    agency: str | None,
    unit: str | None,
    now: datetime,
) -> None:
    """Let a person log in from now on.

    Raises
    ------
    AccountError
        If the login is in use, the password is weak, or role, agency and unit do not fit.
    """
    login = login.casefold()
    if not _NAME.fullmatch(login):
        msg = f"login: expected {_NAME_FORM}"
        raise AccountError(msg)
    if problem := find_wrong_place(role, agency, unit) or find_weakness(password, login=login):
        raise AccountError(problem)
    try:
        accounts.add_person(
            login=login,
            password_hash=hash_password(password),
            role=role,
            agency=agency,
            unit=unit,
            now=now,
        )
    except TakenError:
        msg = f"a user {login!r} exists; a login is never used twice"
        raise AccountError(msg) from None


def change_password(accounts: AccountStore, login: str, password: str, *, now: datetime) -> None:
    """Give a person another password and end the sessions.

    Raises
    ------
    AccountError
        If there is no such person, or the password is weak.
    """
    login = login.casefold()
    if problem := find_weakness(password, login=login):
        raise AccountError(problem)
    if not accounts.change_password(login, hash_password(password), now=now):
        msg = f"there is no user {login!r} who may log in"
        raise AccountError(msg)


def disable_person(accounts: AccountStore, login: str, *, now: datetime) -> None:
    """Let a person in no more; the record stays, because others name it.

    Raises
    ------
    AccountError
        If there is no such person.
    """
    if not accounts.disable_person(login.casefold(), now=now):
        msg = f"there is no user {login.casefold()!r} who may log in"
        raise AccountError(msg)
