"""What a client may use for one complaint only, so that a repeated post is no second complaint."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from service.complaint import Complaint

_NAMES = {"header": "Idempotency-Key", "tracking": "source and tracking_id"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """Something that a client may use for one complaint only.

    Attributes
    ----------
    kind : str
        ``header`` (Idempotency-Key) or ``tracking`` (source and tracking_id).
    scope : str
        Whose key it is: the client's name, or the source.
    value : str
        The key itself; only its hash is kept.
    """

    kind: str
    scope: str
    value: str

    @property
    def name(self) -> str:
        """What the client calls it."""
        return _NAMES[self.kind]

    @property
    def sha256(self) -> str:
        """Hash of the key's value."""
        return hashlib.sha256(self.value.encode()).hexdigest()


def keys_of(complaint: Complaint, *, header: str | None, client: str) -> tuple[Key, ...]:
    """Return the keys that a complaint comes with, none if it has no name at all."""
    keys = []
    if header is not None:
        keys.append(Key(kind="header", scope=client, value=header))
    if complaint.tracking_id is not None:
        keys.append(Key(kind="tracking", scope=complaint.source, value=complaint.tracking_id))
    return tuple(keys)
