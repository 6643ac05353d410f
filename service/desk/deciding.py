"""What an official does about a complaint: the forms of its page, one action each."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import ValidationError
from starlette.responses import Response

from classifier.labels import KINDS
from service.api.actions import ActionIn
from service.api.answers import parse_id
from service.complaint import InputError
from service.desk.case import read_case
from service.desk.case_page import PATH, path_of, show_case
from service.desk.forms import Form, FormDep
from service.desk.person import Desk, opens
from service.desk.routes import make_router
from service.desk.tray_query import parse_filters, write_filters
from service.life.case import first_case
from service.life.errors import (
    ActionForbiddenError,
    ActionRefusedError,
    LifeError,
    StaleVersionError,
)
from service.life.step import class_if
from service.life.table import NATIONAL
from service.store.errors import NotFoundError
from service.store.folder import read_receipt
from service.store.presence import leave
from service.store.reading import past_of, read_actions
from service.store.tray import next_of, place_of
from service.store.undoing import find_undoable

router = make_router()
Worker = Annotated[Desk, opens("act")]

# Addresses are for people, codes for the state table.
ACTIONS = {
    "terima": "accept",
    "ubah": "change",
    "kembalikan": "return",
    "alihkan": "transfer",
    "kelengkapan": "request_completion",
    "dilengkapi": "completed_by_reporter",
    "jawab": "respond",
    "tutup": "close",
    "buka-kembali": "reopen",
    "catat": "note",
    "arsipkan": "archive",
}
_FIELDS = {
    "reason": "Pilih alasan.",
    "note": "Tulis catatan.",
    "agency": "Pilih instansi.",
    "changes": "Belum ada yang diubah.",
    "changes.agency": "Pilih instansi.",
    "unit": "Tulis unit kerja.",
}


@router.post(PATH + "/{disposition_id}/{word}")
def post_action(disposition_id: str, word: str, desk: Worker, form: FormDep) -> Response:
    """Do one thing about a complaint and go on to the next one that waits."""
    complaint_id, origin = parse_id(disposition_id), form.get("dari")
    action = ACTIONS.get(word)
    if action is None:
        raise NotFoundError
    filters, today = parse_filters(origin), desk.now.date()
    with desk.store.reading() as connection:
        place = place_of(connection, complaint_id)
    try:
        desk.act(complaint_id, _request(action, form, desk).to_request(desk.scorer))
    except StaleVersionError:
        return _tell(desk, complaint_id, origin, action, "stale", form)
    except (ActionRefusedError, ActionForbiddenError):
        return _tell(desk, complaint_id, origin, action, "refused", form)
    except InputError as error:
        return _tell(desk, complaint_id, origin, action, error.field, form)
    leave(desk.store, complaint_id, desk.actor.id)
    if action == "note" or place is None:
        return desk.go(_after_work(desk, complaint_id, action, origin))
    with desk.store.reading() as connection:
        following = next_of(connection, filters, today=today, after=place)
    if following is None or following == complaint_id:
        return desk.go(f"/meja?{write_filters(filters)}")
    return desk.go(path_of(following, write_filters(filters)))


@router.post("/urungkan")
def post_undo(desk: Worker, form: FormDep) -> Response:
    """Take back what the person did last, within ten seconds."""
    with desk.store.reading() as connection:
        found = find_undoable(connection, desk.actor, desk.now)
    if found is None:
        message = "Sudah lewat 10 detik, atau petugas lain sudah melanjutkan: tidak diurungkan."
        return desk.render(
            "error.html", status=409, title="Tidak dapat diurungkan", message=message
        )
    for complaint_id, version in found.done:
        try:
            desk.act(complaint_id, ActionIn(action="undo", version=version).to_request(desk.scorer))
        except LifeError:  # somebody was faster; the others are taken back
            continue
    if len(found.done) > 1:
        return desk.go("/meja")
    return desk.go(path_of(found.done[0][0], form.get("dari")))


@router.get(PATH + "/{disposition_id}/kelas")
def get_class(
    disposition_id: str,
    desk: Worker,
    kind: str = "",
    misconduct: str = "",
    inspection: str = "",
) -> Response:
    """Say which class and deadline follow from the answers of the form, before it is sent."""
    if kind not in KINDS:
        field = "kind"
        raise InputError(field, "expected a code of the table")
    complaint_id = parse_id(disposition_id)
    stored = desk.store.get(complaint_id, viewer=desk.actor)
    with desk.store.reading() as connection:
        receipt = read_receipt(connection, complaint_id, desk.actor)
        past = past_of(read_actions(connection, complaint_id))
    if stored is None or receipt is None:
        raise NotFoundError
    opened_at = datetime.fromisoformat(stored["created_at"])
    case = class_if(
        first_case(stored),
        past,
        (kind, misconduct == "ya", inspection == "ya"),
        now=desk.now,
        opened_at=opened_at,
        law=desk.scorer.law(stored, receipt["received_at"] or opened_at),
    )
    return desk.render(
        "class.html",
        title="Kelas",
        category=case.category,
        days=case.working_days,
        due_on=case.due_on,
    )


def _after_work(desk: Desk, complaint_id: UUID, action: str, origin: str) -> str:
    """Return where an agency goes on: a complaint that is no longer its own is gone for it."""
    if action == "return" and desk.actor.role != NATIONAL:
        return "/instansi?kabar=dikembalikan"
    return path_of(complaint_id, origin)


def _request(action: str, form: Form, desk: Desk) -> ActionIn:
    values: dict[str, Any] = {"action": action, "version": _version(form)}
    for name in ("reason", "note", "agency", "unit"):
        if form.get(name) and not (action == "change" and name in ("agency", "unit")):
            values[name] = form.get(name)
    if action == "change":
        values["changes"] = _changes(form)
    try:
        return ActionIn.model_validate(values)
    except ValidationError as error:
        place = ".".join(str(part) for part in error.errors(include_input=False)[0]["loc"])
        raise InputError(place, "cannot be used") from None


def _version(form: Form) -> int:
    text = form.get("version")
    return int(text) if text.isdecimal() and len(text) < 9 else 0


def _changes(form: Form) -> dict[str, Any]:
    """Return what differs from what stood in the form when it was opened."""
    found: dict[str, Any] = {}
    for name in ("kind", "topic", "agency", "unit", "region", "level"):
        value = form.get(name)
        if value and value != form.get(f"was_{name}"):
            found[name] = value
    for name in ("misconduct", "inspection"):
        value = form.get(name)
        if value and value != form.get(f"was_{name}"):
            found[name] = value == "ya"
    return found


def _tell(
    desk: Desk, complaint_id: UUID, origin: str, action: str, problem: str, form: Form
) -> Response:
    """Return the page as it stands now, with what could not be done and what was typed."""
    case = read_case(desk, complaint_id)
    status, kind, open_form = 422, "bad", action
    if problem == "stale":
        status, kind, open_form = 409, "warn", ""
        message = (
            "Petugas lain lebih dulu memutuskan aduan ini. Keputusan Anda tidak disimpan dan tidak "
            "ada yang tertimpa; di bawah ini keadaan sekarang."
        )
    elif problem == "refused":
        status, open_form = 409, ""
        message = "Tindakan ini tidak mungkin pada status aduan sekarang, atau wewenang peran lain."
    else:
        message = _FIELDS.get(problem, "Ada isian yang tidak dapat dipakai.")
    typed = {name: form.get(name) for name in ("reason", "note")}
    return show_case(
        desk,
        case,
        origin=origin,
        status=status,
        message=message,
        kind=kind,
        open_form=open_form,
        typed=typed,
    )
