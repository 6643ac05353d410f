"""What each role and each key may ask for: scopes."""

from __future__ import annotations

from typing import Final

SCOPES: Final = ("score", "dispose", "act", "read", "report", "export", "metrics")

ADMIN_NASIONAL: Final = "admin_nasional"
ADMIN_INSTANSI: Final = "admin_instansi"
PEJABAT_PENGHUBUNG: Final = "pejabat_penghubung"
PEMBINA: Final = "pembina"
AUDITOR: Final = "auditor"
ML_ENGINEER: Final = "ml_engineer"

# Roles without `read` see figures, never a report: `pembina` gets the overdue list of his tier,
# the engineer the masked training export.
SCOPES_OF: Final[dict[str, frozenset[str]]] = {
    ADMIN_NASIONAL: frozenset(SCOPES),
    ADMIN_INSTANSI: frozenset({"score", "act", "read", "report"}),
    PEJABAT_PENGHUBUNG: frozenset({"act", "read"}),
    PEMBINA: frozenset({"report"}),
    AUDITOR: frozenset({"read", "report"}),
    ML_ENGINEER: frozenset({"score", "export", "metrics"}),
}
ROLES: Final = tuple(SCOPES_OF)

# None: optional, and without it the role counts for the whole nation.
NEEDS_AGENCY: Final[dict[str, bool | None]] = {
    ADMIN_NASIONAL: False,
    ADMIN_INSTANSI: True,
    PEJABAT_PENGHUBUNG: True,
    PEMBINA: None,
    AUDITOR: False,
    ML_ENGINEER: False,
}


def find_wrong_place(role: str, agency: str | None, unit: str | None) -> str | None:
    """Return what is wrong with a role's agency and unit, or None.

    Examples
    --------
    >>> find_wrong_place("pejabat_penghubung", "PEMDA-32.04", None)
    'pejabat_penghubung needs a unit'
    >>> find_wrong_place("admin_nasional", None, None) is None
    True
    """
    if role not in SCOPES_OF:
        return f"expected a role of {', '.join(ROLES)}"
    needs = NEEDS_AGENCY[role]
    if needs is True and not agency:
        return f"{role} needs an agency"
    if needs is False and agency:
        return f"{role} has no agency"
    if role == PEJABAT_PENGHUBUNG and not unit:
        return f"{role} needs a unit"
    if role != PEJABAT_PENGHUBUNG and unit:
        return f"{role} has no unit"
    return None
