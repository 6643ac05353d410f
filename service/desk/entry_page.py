"""Enter a complaint that came by letter, by telephone or at the counter; scored as it is typed."""

from __future__ import annotations

import secrets
from datetime import date, datetime, time
from typing import Annotated, Any

from starlette.responses import Response

from service.complaint import MAX_ISI_CHARS, MAX_JUDUL_CHARS, Complaint, InputError, check_text
from service.deps import JAKARTA
from service.desk.case_page import path_of
from service.desk.forms import Form, FormDep
from service.desk.person import Desk, opens
from service.desk.routes import make_router
from service.store.errors import KeyConflictError
from service.store.kept import keep
from service.store.keys import keys_of

PATH = "/entri"
SOURCE = "meja"
CHANNELS = ("Surat", "Telepon", "Loket", "Surel", "Lainnya")
MIN_CHARS = 15  # fewer say nothing
_MESSAGES = {
    "isi": "Tulis isi laporan, paling banyak 20.000 karakter.",
    "judul": "Judul paling banyak 500 karakter.",
    "received_at": "Hari diterima: pilih tanggal yang benar, tidak di masa depan.",
    "channel": "Pilih saluran.",
    "region": "Wilayah itu tidak ada.",
}

router = make_router()
Writer = Annotated[Desk, opens("dispose")]


@router.get(PATH)
def get_entry(desk: Writer) -> Response:
    """Return the empty form."""
    return _form(desk, Form({}))


@router.post(f"{PATH}/nilai")
def post_preview(desk: Writer, form: FormDep) -> Response:
    """Score what stands in the form; nothing is stored."""
    if len(form.get("isi")) < MIN_CHARS:
        return desk.render("preview.html", title="Usulan", answer=None, message=None)
    try:
        complaint = _complaint(form, desk)
        desk.scorer.check(complaint)
    except InputError as error:
        message = _MESSAGES.get(error.field, "Ada isian yang tidak dapat dipakai.")
        return desk.render("preview.html", title="Usulan", answer=None, message=message)
    [answer] = desk.scorer.score([complaint], today=desk.now.date(), assume_now=desk.now)
    return desk.render("preview.html", title="Usulan", answer=answer)


@router.post(PATH)
def post_entry(desk: Writer, form: FormDep) -> Response:
    """Score and store the complaint, once for each form that was opened."""
    try:
        complaint = _complaint(form, desk)
        desk.scorer.check(complaint)
    except InputError as error:
        message = _MESSAGES.get(error.field, "Ada isian yang tidak dapat dipakai.")
        return _form(desk, form, status=422, message=message)
    kept = keep(complaint)
    keys = keys_of(kept.complaint, header=form.get("kunci")[:64] or None, client=desk.actor.id)
    try:
        stored = desk.store.find(kept, keys)
        if stored is None:
            look = desk.store.look(kept, desk.now)
            [answer] = desk.scorer.score(
                [complaint], today=desk.now.date(), assume_now=desk.now, earlier=[look.earlier]
            )
            stored = desk.store.save(kept, answer, keys=keys, now=desk.now, look=look)
    except KeyConflictError:
        message = "Formulir ini sudah dipakai untuk aduan lain; kirim lagi untuk yang ini."
        return _form(desk, form, status=409, message=message)
    return desk.go(path_of(stored.disposition["id"]))


def _complaint(form: Form, desk: Desk) -> Complaint:
    channel = form.get("saluran")
    if channel not in CHANNELS:
        field = "channel"
        raise InputError(field, "expected one of the channels")
    return Complaint(
        isi=check_text("isi", form.get("isi"), max_chars=MAX_ISI_CHARS),
        judul=check_text("judul", form.get("judul"), max_chars=MAX_JUDUL_CHARS, required=False),
        source=SOURCE,
        received_at=_received(form.get("diterima"), desk.now),
        region=form.get("region") or None,
        channel=channel.lower(),
        secret=form.get("rahasia") == "ya",
    )


def _received(text: str, now: datetime) -> datetime:
    """Return the first moment of the day of receipt: nobody knows the hour, the law counts days.

    The same form sent twice so gives the same complaint.
    """
    field = "received_at"
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise InputError(field, "expected a day like 2026-11-24") from None
    if day > now.date():
        raise InputError(field, "expected a day that is not in the future")
    return datetime.combine(day, time(), JAKARTA)


def _form(desk: Desk, form: Form, *, status: int = 200, message: str | None = None) -> Response:
    typed: dict[str, Any] = {
        name: form.get(name) for name in ("saluran", "diterima", "judul", "isi", "rahasia")
    }
    return desk.render(
        "entry.html",
        status=status,
        title="Entri Aduan",
        channels=CHANNELS,
        typed=typed,
        today=desk.now.date().isoformat(),
        key=secrets.token_urlsafe(18),
        message=message,
    )
