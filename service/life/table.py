"""Who may do what from where: the whole life of a complaint as one table.

What stands in no row cannot happen. No row lets a model, a rule or a timer stop a complaint.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from service.actors import CLIENT

STATUSES = (
    "received",
    "in_review",
    "disposed",
    "waiting_for_completion",
    "followed_up",
    "answered",
    "closed",
    "returned",
    "archived",
)
FINISHED = frozenset({"closed", "archived"})
FIELDS = ("kind", "misconduct", "inspection", "topic", "level", "agency", "unit", "region")
BEFORE = "*before*"  # back to the status from which the case came to wait

NATIONAL, AGENCY, UNIT, OVERSEER = (
    "admin_nasional",
    "admin_instansi",
    "pejabat_penghubung",
    "pembina",
)
_OPEN_NATIONAL = ("received", "in_review", "returned")
_AT_WORK = ("disposed", "followed_up")

CHANGE_REASONS = (
    "wrong_kind",
    "wrong_class",
    "wrong_topic",
    "wrong_level",
    "wrong_agency",
    "wrong_unit",
    "wrong_place",
    "new_information",
)
ARCHIVE_REASONS = (
    "no_evidence",
    "unclear",
    "not_government",
    "hate_speech",
    "expired",
    "reporter_wish",
    "duplicate",
)
CLOSE_REASONS = ("by_admin", "by_reporter", "no_reply")
REOPEN_REASONS = ("reporter_replied", "new_evidence", "closed_by_mistake")
FORCE_MAJEURE = ("force_majeure",)  # keadaan kahar


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One thing that can happen.

    Attributes
    ----------
    action : str
        What is done.
    start : frozenset of str
        Statuses from which it can be done.
    to : str or None
        The status afterwards; None leaves it, ``BEFORE`` gives back the one before waiting.
    who : frozenset of str
        Roles that may do it, and ``client``.
    reasons : tuple of str
        Codes of which one must be given; empty where none is needed.
    needs : frozenset of str
        What else must come with it: ``changes``, ``agency``, ``unit``, ``until``, ``note``.
    fields : frozenset of str
        What ``changes`` may name.
    confirms : frozenset of str
        What a person has confirmed by it.
    tray : str or None
        Who has it afterwards: ``national`` or ``agency``; None leaves it.
    """

    action: str
    start: frozenset[str]
    to: str | None
    who: frozenset[str]
    reasons: tuple[str, ...] = ()
    needs: frozenset[str] = frozenset()
    fields: frozenset[str] = frozenset()
    confirms: frozenset[str] = frozenset()
    tray: str | None = None


def _row(
    action: str,
    start: Iterable[str],
    to: str | None,
    who: Iterable[str],
    *,
    reasons: tuple[str, ...] = (),
    needs: Iterable[str] = (),
    fields: Iterable[str] = (),
    confirms: Iterable[str] = (),
    tray: str | None = None,
) -> Row:
    return Row(
        action=action,
        start=frozenset(start),
        to=to,
        who=frozenset(who),
        reasons=reasons,
        needs=frozenset(needs),
        fields=frozenset(fields),
        confirms=frozenset(confirms),
        tray=tray,
    )


_ANY = STATUSES
_WORKERS = (NATIONAL, AGENCY, UNIT)
_AT_AGENCY = ("agency", "level")

ROWS = (
    _row(
        "accept", ("received", "in_review"), "disposed", (NATIONAL,), confirms=FIELDS, tray="agency"
    ),
    # The audit sample is checked after going out, however far the agency has come.
    _row("accept", (*_AT_WORK, "answered", "closed"), None, (NATIONAL,), confirms=FIELDS),
    _row("accept", ("disposed",), "followed_up", (AGENCY, UNIT), confirms=_AT_AGENCY),
    _row(
        "change",
        _OPEN_NATIONAL,
        "disposed",
        (NATIONAL,),
        reasons=CHANGE_REASONS,
        needs=("changes",),
        fields=FIELDS,
        tray="agency",
    ),
    _row(
        "change",
        _AT_WORK,
        None,
        (NATIONAL,),
        reasons=CHANGE_REASONS,
        needs=("changes",),
        fields=FIELDS,
    ),
    _row(
        "change",
        _AT_WORK,
        None,
        (AGENCY,),
        reasons=CHANGE_REASONS,
        needs=("changes",),
        fields=("topic", "unit", "region"),
    ),
    _row("return", _AT_WORK, "returned", (AGENCY,), reasons=("not_authority",), tray="national"),
    _row("return", _AT_WORK, "disposed", (UNIT,), reasons=("not_authority",)),
    _row(
        "transfer",
        (*_OPEN_NATIONAL, *_AT_WORK),
        "disposed",
        (NATIONAL,),
        needs=("agency",),
        tray="agency",
    ),
    _row("transfer", _AT_WORK, "disposed", (AGENCY,), needs=("unit",)),
    _row("request_completion", _OPEN_NATIONAL, "waiting_for_completion", (NATIONAL,)),
    _row("request_completion", _AT_WORK, "waiting_for_completion", _WORKERS),
    _row("completed_by_reporter", ("waiting_for_completion",), BEFORE, (*_WORKERS, CLIENT)),
    _row("respond", _AT_WORK, "answered", (*_WORKERS, CLIENT)),
    _row("close", ("answered",), "closed", (NATIONAL, AGENCY, CLIENT), reasons=CLOSE_REASONS),
    _row(
        "reopen",
        ("answered", "closed"),
        "followed_up",
        (NATIONAL, CLIENT),
        reasons=REOPEN_REASONS,
    ),
    _row(
        "reopen",
        ("archived",),
        "in_review",
        (NATIONAL,),
        reasons=REOPEN_REASONS,
        tray="national",
    ),
    _row("pause", _AT_WORK, None, (NATIONAL, AGENCY), reasons=FORCE_MAJEURE, needs=("until",)),
    _row("extend", _AT_WORK, None, (NATIONAL, AGENCY), reasons=FORCE_MAJEURE, needs=("until",)),
    _row("resume", _AT_WORK, None, (NATIONAL, AGENCY)),
    _row("approve", _AT_WORK, None, (NATIONAL, AGENCY, OVERSEER)),
    # What a pembina, or the national admin, does about a complaint that nobody settles.
    _row(
        "intervene",
        (*_OPEN_NATIONAL, *_AT_WORK, "waiting_for_completion"),
        None,
        (NATIONAL, OVERSEER),
        needs=("note",),
    ),
    _row(
        "archive",
        (*_OPEN_NATIONAL, "waiting_for_completion", "disposed"),
        "archived",
        (NATIONAL,),
        reasons=ARCHIVE_REASONS,
    ),
    _row("undo", _ANY, None, _WORKERS),
    _row("note", _ANY, None, (*_WORKERS, CLIENT), needs=("note",)),
)
ACTIONS = tuple(dict.fromkeys(row.action for row in ROWS))

# What LAPOR! shows for a status of ours.
LAPOR_STATUS = {
    "received": "Belum Terverifikasi",
    "in_review": "Belum Terverifikasi",
    "returned": "Belum Terverifikasi",
    "disposed": "Terdisposisi Belum Ditindaklanjuti",
    "followed_up": "Terdisposisi Sedang Diproses",
    "answered": "Terdisposisi Selesai",
    "waiting_for_completion": "Menunggu Kelengkapan Informasi",
    "closed": "Ditutup oleh Admin",
    "archived": "Diarsipkan oleh Admin",
}
_LAPOR_BY_REASON = {
    ("closed", "by_reporter"): "Ditutup oleh Pelapor",
    ("closed", "no_reply"): "Ditutup oleh Sistem",
    ("archived", "reporter_wish"): "Diarsipkan oleh Pelapor",
    ("archived", "hate_speech"): "Konten Terblokir",
}
_OF_LAPOR = {
    **{label: status for status, label in reversed(LAPOR_STATUS.items())},
    **{label: status for (status, _), label in _LAPOR_BY_REASON.items()},
    "Diarsipkan oleh Sistem": "archived",
    "Terdisposisi": "disposed",
}


def lapor_status(status: str, reason: str | None = None) -> str:
    """Return what LAPOR! calls a status.

    Examples
    --------
    >>> lapor_status("closed", "no_reply")
    'Ditutup oleh Sistem'
    """
    return _LAPOR_BY_REASON.get((status, reason or "")) or LAPOR_STATUS[status]


def status_of_lapor(label: str) -> str | None:
    """Return our status for one of LAPOR!'s, None for one that is unknown.

    Examples
    --------
    >>> status_of_lapor("Ditutup oleh Sistem"), status_of_lapor("Belum Terverifikasi")
    ('closed', 'received')
    """
    return _OF_LAPOR.get(label.strip())
