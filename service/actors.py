"""Who acts: the machine itself, a client with a key, or a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

CLIENT = "client"  # how the state table calls whoever acts with a key


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Whoever asks for something or does it.

    Attributes
    ----------
    kind : {"system", "key", "person"}
        The machine itself, a client with an API key, or a person with a login.
    id : str
        Name of the key or id of the user; never a person's own name.
    role : str
        A person's role such as ``admin_nasional``; empty for others.
    agency, unit : str or None
        Where a person works, or which body a key belongs to.
    scopes : frozenset of str
        What a key may do.
    """

    kind: Literal["system", "key", "person"]
    id: str
    role: str = ""
    agency: str | None = None
    unit: str | None = None
    scopes: frozenset[str] = frozenset()

    @property
    def acts_as(self) -> str:
        """The name under which the state table knows the actor."""
        if self.kind == "person":
            return self.role
        return CLIENT if self.kind == "key" and "act" in self.scopes else ""


SYSTEM = Actor(kind="system", id="disposisi")
