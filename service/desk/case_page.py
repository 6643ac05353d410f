"""The page of one complaint: its text, the proposal with its reasons, and what can be done."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from starlette.responses import Response

from service.api.answers import parse_id
from service.desk.case import CaseView, read_case
from service.desk.forms import FormDep
from service.desk.person import Desk, opens
from service.desk.routes import make_router
from service.desk.tray_query import parse_filters, write_filters
from service.store.people import read_logins
from service.store.presence import note_presence, others_at
from service.store.tray import count_tray, next_of, place_of

PATH = "/aduan"
_NOTHING_TYPED = {"reason": "", "note": ""}

router = make_router()
Reader = Annotated[Desk, opens("read")]


def path_of(complaint_id: object, origin: str = "") -> str:
    """Return the address of a complaint; ``origin`` is the tray's query from which it came."""
    query = f"?{urlencode({'dari': origin})}" if origin else ""
    return f"{PATH}/{complaint_id}{query}"


@router.get(PATH + "/{disposition_id}")
def get_case(disposition_id: str, desk: Reader, dari: str = "") -> Response:
    """Return the page of one complaint."""
    complaint_id = parse_id(disposition_id)
    return show_case(desk, read_case(desk, complaint_id), origin=dari)


@router.post(PATH + "/{disposition_id}/buka")
def post_open(disposition_id: str, desk: Reader, form: FormDep) -> Response:
    """Open a protected text with a reason; the page is shown once, the opening is recorded."""
    complaint_id = parse_id(disposition_id)
    case = read_case(desk, complaint_id, reason=form.get("alasan") or None)
    if case.words is None:
        message = "Tulis alasan: teks ini dilindungi dan setiap pembukaan dicatat."
        return show_case(desk, case, origin=form.get("dari"), status=422, message=message)
    return show_case(desk, case, origin=form.get("dari"))


@router.get(PATH + "/{disposition_id}/siapa")
def get_presence(disposition_id: str, desk: Reader, versi: str = "") -> Response:
    """Say who else looks, and whether the complaint was changed since the page was opened."""
    complaint_id = parse_id(disposition_id)
    stored = desk.store.get(complaint_id, viewer=desk.actor)
    if stored is None:
        return desk.render("presence.html", title="Aduan", others=[], changed=True)
    if "act" in desk.actor.scopes:
        note_presence(desk.store, complaint_id, desk.actor.id, now=desk.now)
    changed = str(stored["version"]) != versi
    return desk.render(
        "presence.html", title="Aduan", others=_others(desk, complaint_id), changed=changed
    )


def show_case(
    desk: Desk,
    case: CaseView,
    *,
    origin: str,
    status: int = 200,
    message: str | None = None,
    kind: str = "bad",
    open_form: str = "",
    typed: dict[str, Any] | None = None,
) -> Response:
    """Return the page, with a notice where something could not be done.

    Parameters
    ----------
    origin : str
        The tray's query from which the complaint was opened.
    open_form : str, optional
        The action whose form is shown open, with what was ``typed``.
    """
    complaint_id = UUID(case.stored["id"])
    filters = parse_filters(origin)
    today = desk.now.date()
    with desk.store.reading() as connection:
        place = place_of(connection, complaint_id)
        left = count_tray(connection, filters, today=today).total if place else 0
        following = next_of(connection, filters, today=today, after=place) if place else None
    if following == complaint_id:
        following = None
    if "act" in desk.actor.scopes and desk.needs_login:
        note_presence(desk.store, complaint_id, desk.actor.id, now=desk.now)
    query = write_filters(filters)
    return desk.render(
        "case.html",
        status=status,
        title=f"Aduan {case.stored['tracking_id'] or case.stored['id'][:8]}",
        case=case,
        d=case.stored,
        now=case.stored["current"],
        origin=query,
        waits=place is not None,
        left=left,
        following=path_of(following, query) if following else None,
        others=_others(desk, complaint_id),
        notice=message,
        notice_kind=kind,
        open_form=open_form,
        typed=_NOTHING_TYPED | (typed or {}),
        decided=decided(case),
    )


def decided(case: CaseView) -> Any:
    """Return the last decision about a complaint, None where only the machine has spoken."""
    history = [done for done in case.stored["history"] if done["action"] != "note"]
    return history[-1] if history else None


def _others(desk: Desk, complaint_id: UUID) -> list[str]:
    with desk.store.reading() as connection:
        ids = others_at(connection, complaint_id, desk.actor.id, now=desk.now)
        known = []
        for actor_id in ids:
            try:
                known.append(UUID(actor_id))
            except ValueError:
                continue
        logins = read_logins(connection, known)
    return [logins[actor_id] for actor_id in known if actor_id in logins]
