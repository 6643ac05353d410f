"""People of the demo: one of each role, with passwords that nobody knew before."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, func, select

from service.actors import Actor
from service.auth.accounts import create_person
from service.auth.roles import (
    ADMIN_INSTANSI,
    ADMIN_NASIONAL,
    AUDITOR,
    ML_ENGINEER,
    PEJABAT_PENGHUBUNG,
    PEMBINA,
    SCOPES_OF,
)
from service.demo.texts import HOME
from service.store.accounts import AccountStore
from service.store.schema import standing

AGENCY: Final = f"PEMDA-{HOME}"
_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"  # none that looks like another


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """Somebody who can log in, for this run only."""

    login: str
    password: str
    role: str
    agency: str | None = None
    unit: str | None = None


def make_password() -> str:
    """Return a password of 16 random letters, in groups that can be typed."""
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))
    return "-".join(groups)


def add_people(accounts: AccountStore, *, now: datetime) -> list[Login]:
    """Create one person of each role but the unit's, and overseers of two more tiers."""
    wanted: tuple[tuple[str, str, str | None], ...] = (
        ("nasional", ADMIN_NASIONAL, None),
        ("instansi", ADMIN_INSTANSI, AGENCY),
        ("pembina", PEMBINA, None),
        ("pembina-koordinasi", PEMBINA, "KEMENKO_PMK"),
        ("pembina-provinsi", PEMBINA, AGENCY.partition(".")[0]),
        ("auditor", AUDITOR, None),
        ("insinyur", ML_ENGINEER, None),
    )
    return [
        _add(accounts, Login(login=login, password=make_password(), role=role, agency=agency), now)
        for login, role, agency in wanted
    ]


def add_unit(accounts: AccountStore, connection: Connection, *, now: datetime) -> Login:
    """Create the person of the agency's unit that has most to do."""
    query = (
        select(standing.c.unit)
        .where(standing.c.agency == AGENCY, standing.c.unit.is_not(None))
        .where(standing.c.tray == "agency")
        .group_by(standing.c.unit)
        .order_by(func.count().desc(), standing.c.unit)
        .limit(1)
    )
    unit = connection.execute(query).scalar_one_or_none() or "Dinas Lingkungan Hidup"
    login = Login(
        login="unit",
        password=make_password(),
        role=PEJABAT_PENGHUBUNG,
        agency=AGENCY,
        unit=unit,
    )
    return _add(accounts, login, now)


def actor_of(accounts: AccountStore, login: str) -> Actor:
    """Return somebody as he acts after logging in."""
    found = accounts.find_person(login)
    if found is None:
        msg = f"expected a person named {login!r}"
        raise LookupError(msg)
    return Actor(
        kind="person",
        id=str(found["id"]),
        role=found["role"],
        agency=found["agency"],
        unit=found["unit"],
        scopes=SCOPES_OF[found["role"]],
    )


def _add(accounts: AccountStore, login: Login, now: datetime) -> Login:
    create_person(
        accounts,
        login=login.login,
        password=login.password,
        role=login.role,
        agency=login.agency,
        unit=login.unit,
        now=now,
    )
    return login
