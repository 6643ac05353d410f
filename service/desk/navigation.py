"""The pages that each role finds in the head of every page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from service.actors import Actor
from service.auth.roles import ADMIN_NASIONAL, AUDITOR, ML_ENGINEER, PEJABAT_PENGHUBUNG


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One page of the head.

    Attributes
    ----------
    path, label : str
    scope : str
        Who may open it.
    roles : frozenset of str
        Empty for all with the scope.
    """

    path: str
    label: str
    scope: str
    roles: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownLink:
    """A link, and whether the page shown is it or lies below it."""

    path: str
    label: str
    is_current: bool


# In the order of the head; the first that somebody may open is his home.
_OF_TRAY = frozenset({ADMIN_NASIONAL, AUDITOR})
_OF_UNIT = frozenset({PEJABAT_PENGHUBUNG})
_OF_MODEL = frozenset({ML_ENGINEER})
LINKS: Final[tuple[Link, ...]] = (
    Link(path="/meja", label="Meja Disposisi", scope="read", roles=_OF_TRAY),
    Link(path="/instansi", label="Aduan Instansi", scope="read"),
    Link(path="/entri", label="Entri Aduan", scope="dispose"),
    Link(path="/peringatan", label="Peringatan", scope="report"),
    Link(path="/peringatan", label="Peringatan", scope="read", roles=_OF_UNIT),
    Link(path="/dasbor", label="Dasbor", scope="report"),
    Link(path="/dasbor", label="Dasbor", scope="read", roles=_OF_UNIT),
    Link(path="/aturan", label="Aturan", scope="read"),
    Link(path="/aturan", label="Aturan", scope="score", roles=_OF_MODEL),
    Link(path="/model", label="Model", scope="read", roles=_OF_TRAY),
    Link(path="/model", label="Model", scope="score", roles=_OF_MODEL),
)


def links_for(actor: Actor, path: str) -> tuple[ShownLink, ...]:
    """Return the pages that somebody may open."""
    return tuple(
        ShownLink(
            path=link.path,
            label=link.label,
            is_current=path == link.path or path.startswith(f"{link.path}/"),
        )
        for link in LINKS
        if link.scope in actor.scopes and (not link.roles or actor.role in link.roles)
    )
