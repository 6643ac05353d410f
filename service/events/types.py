"""What can be told, and which action tells it."""

from __future__ import annotations

from typing import Final

CREATED: Final = "disposition.created"
CHANGED: Final = "disposition.changed"
RETURNED: Final = "disposition.returned"
SLA_REMINDER: Final = "sla.reminder"
SLA_OVERDUE: Final = "sla.overdue"
TYPES: Final = (CREATED, CHANGED, RETURNED, SLA_REMINDER, SLA_OVERDUE)
TEST: Final = "webhook.test"  # sent by `disposisi webhooks test` alone

_SILENT: Final = frozenset({"note", "undo"})  # nothing stands otherwise after them
_OF_NOTICE: Final = {"reminder": SLA_REMINDER, "overdue": SLA_OVERDUE}


def type_of_action(action: str) -> str | None:
    """Return the type of event that an action makes, None where it makes none.

    Examples
    --------
    >>> type_of_action("accept"), type_of_action("return"), type_of_action("note")
    ('disposition.changed', 'disposition.returned', None)
    """
    if action in _SILENT:
        return None
    return RETURNED if action == "return" else CHANGED


def type_of_notice(kind: str) -> str | None:
    """Return the type of event that a notice of the monitor makes, None where it makes none."""
    return _OF_NOTICE.get(kind)
