"""Deadlines and notices as a person reads them, in Indonesian."""

from __future__ import annotations

from collections.abc import Iterator

from service.monitoring.deadlines import ClockOut, DeadlinesOut, HoldOut
from service.monitoring.notices import NoticeOut

CLOCKS = {
    "verification": "Verifikasi",
    "follow_up": "Tindak lanjut pertama",
    "class": "Penyelesaian",
    "reply": "Masa tanggapan pelapor",
}
KINDS = {
    "reminder": "pengingat",
    "overdue": "lewat batas",
    "escalation": "eskalasi",
    "alarm": "alarm",
}
ALARMS = {"review_share": "porsi telaah", "override_rate": "porsi koreksi"}


def describe_deadlines(found: DeadlinesOut) -> str:
    """Return every clock of a complaint, and each day that was counted or skipped."""
    regulation = found["regulation"]
    lines = [
        f"Aduan       {found['id']} (versi {found['version']}, {found['status']})",
        f"Kelas       {found['category']}; {regulation['reference']}; zona {found['zone']}",
        *(f"Kahar       {_hold(hold)}" for hold in found["holds"]),
    ]
    for clock in found["clocks"]:
        lines += ["", *_clock(clock)]
    return "\n".join(lines)


def _hold(hold: HoldOut) -> str:
    state = "disetujui" if hold["approved"] else "menunggu persetujuan orang kedua"
    if hold["kind"] == "extend":
        return f"perpanjangan {hold['days']} hari kerja, {state}"
    return f"penghentian sementara {hold['first']} s.d. {hold['last']}, {state}"


def _clock(clock: ClockOut) -> Iterator[str]:
    title = f"{CLOCKS[clock['clock']]}: {clock['working_days']} hari kerja"
    if clock["due_on"] is None:
        yield f"{title}, belum berjalan"
        return
    notes = [
        f"selesai {clock['done_on']}" if clock["done_on"] else "",
        "berhenti selama menunggu kelengkapan" if clock["waiting"] else "",
        f"ditambah {clock['extra_days']} hari kerja" if clock["extra_days"] else "",
        "perkiraan: bergantung pada hari libur yang belum ditetapkan" if clock["estimated"] else "",
    ]
    yield "; ".join([f"{title}, batas {clock['due_on']}", *filter(None, notes)])
    if agreement := clock["agreement"]:
        yield (
            f"  kesepakatan {agreement['id']}: {agreement['working_days']} hari kerja"
            f" ({agreement['source']}); menurut aturan {clock['legal_due_on']}"
        )
    for reminder in clock["reminders"]:
        yield f"  pengingat {reminder['on']} ({reminder['days_before']} hari kerja sebelum batas)"
    for day in clock["days"]:
        number = f"hari ke-{day['number']}" if day["number"] is not None else "tidak dihitung"
        why = f": {day['skipped']}" if day["skipped"] else ""
        source = f" ({day['reference']})" if day["reference"] else ""
        yield f"  {day['day']}  {number}{why}{source}"


def describe_notice(notice: NoticeOut) -> str:
    """Return one notice on one line."""
    kind = KINDS[notice["kind"]]
    if notice["kind"] == "alarm":
        detail = notice["detail"] or {}
        return (
            f"{notice['due_on']}  {kind}  {ALARMS[notice['clock']]} {detail['share']:.1%},"
            f" biasanya {detail['lower']:.1%} s.d. {detail['upper']:.1%}"
        )
    name = notice["tracking_id"] or notice["complaint_id"]
    return (
        f"{notice['noticed_on']}  {kind}  {CLOCKS[notice['clock']]}, batas {notice['due_on']},"
        f" untuk {notice['to_role']}  {notice['agency'] or '-'}  {name}"
    )
