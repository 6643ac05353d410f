"""The models, what goes out by itself, and the button that stops it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Final
from uuid import UUID

from starlette.responses import Response

from classifier.artifacts import Manifest
from service.api.models import manifests_of
from service.auth.roles import ADMIN_NASIONAL
from service.complaint import InputError
from service.desk.forms import FormDep
from service.desk.model_view import (
    FIGURE_NAMES,
    choice_of,
    choices_of,
    heads_of,
    held_out,
    risk_chart,
    view_of,
)
from service.desk.person import Desk, opens
from service.desk.routes import make_router
from service.life.errors import ActionForbiddenError
from service.store.auto_switch import MAX_REASON_CHARS, is_auto_on, read_switches
from service.store.people import read_logins

PATH: Final = "/model"

router = make_router()
Reader = Annotated[Desk, opens("read", "score")]


@router.get(PATH)
def get_model_page(desk: Reader, kabar: str = "") -> Response:
    """Return champion and challengers, the risk curve, and how the switch stands."""
    news = {"mati": "Otomatis dimatikan.", "hidup": "Otomatis dihidupkan."}.get(kabar)
    return _page(desk, notice=news)


@router.post(f"{PATH}/otomatis")
def post_switch(desk: Annotated[Desk, opens("act")], form: FormDep) -> Response:
    """Turn automatic disposition off or on; who, when and why are recorded."""
    if desk.actor.role != ADMIN_NASIONAL:
        raise ActionForbiddenError
    on = form.get("ke") == "hidup"
    if not on and form.get("ke") != "mati":
        return _page(desk, status=422, problem="Pilih matikan atau hidupkan.")
    try:
        turned = desk.store.turn_auto(
            on=on, actor=desk.actor, reason=form.get("alasan"), now=desk.now
        )
    except InputError:
        problem = f"Tulis alasannya, paling banyak {MAX_REASON_CHARS} karakter."
        return _page(desk, status=422, problem=problem)
    if not turned:
        problem = f"Petugas lain sudah {'menghidupkan' if on else 'mematikan'}nya."
        return _page(desk, status=409, problem=problem)
    return desk.go(f"{PATH}?kabar={'hidup' if on else 'mati'}")


def _page(
    desk: Desk, *, status: int = 200, notice: str | None = None, problem: str | None = None
) -> Response:
    scorer, settings = desk.scorer, desk.request.app.state.settings
    champion: Manifest = scorer.manifest
    error = scorer.policy.tolerated_error
    with desk.store.reading() as connection:
        turns = read_switches(connection)
        is_on = is_auto_on(connection)
        logins = read_logins(connection, _ids(turns))
    others = [found for found in manifests_of(settings) if found.id != champion.id]
    return desk.render(
        "model.html",
        status=status,
        title="Model",
        champion=champion,
        models=[
            view_of(champion, is_champion=True),
            *(view_of(found, is_champion=False) for found in reversed(others)),
        ],
        figure_names=FIGURE_NAMES,
        heads=heads_of(champion),
        held_out=held_out(champion),
        choices=choices_of(champion, error),
        in_use=choice_of(champion, error),
        error=error,
        threshold=scorer.threshold,
        chart=risk_chart(champion, error),
        is_on=is_on,
        is_set_off=settings.auto == "off",
        turns=[{**turn, "login": _login_of(turn, logins)} for turn in turns],
        may_turn=desk.actor.role == ADMIN_NASIONAL,
        max_reason=MAX_REASON_CHARS,
        notice=notice,
        problem=problem,
    )


def _ids(turns: Sequence[Any]) -> list[UUID]:
    found = []
    for turn in turns:
        try:
            found.append(UUID(turn["actor_id"]))
        except ValueError:  # whoever sits at this machine
            continue
    return found


def _login_of(turn: Any, logins: Any) -> str:
    try:
        return str(logins.get(UUID(turn["actor_id"]), turn["actor_id"]))
    except ValueError:
        return str(turn["actor_id"])
