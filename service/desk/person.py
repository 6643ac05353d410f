"""What a page asks for: who is there, and what the page needs to answer.

A page is a function of some five lines::

    @router.get("/dasbor")
    def get_dashboard(desk: Annotated[Desk, opens("report")]) -> Response:
        return desk.render("dashboard.html", title="Dasbor", figures=...)

Then: the module into ``web.PAGES``, a ``Link`` into ``navigation.LINKS``, a template that extends
``base.html``. A form carries ``{{ csrf() }}``; its fields come by ``FormDep``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request
from starlette.responses import RedirectResponse, Response

from service.actors import Actor
from service.auth.callers import COOKIE, Caller
from service.auth.secrets import csrf_token
from service.auth.web import CallerDep, requires
from service.deps import Now, ScoringDep, StoreDep
from service.desk.names import Names
from service.desk.pages import render
from service.desk.routes import HTMX_HEADER
from service.life.step import Request as ActionRequest
from service.store.people import read_logins
from service.store.repository import Store, StoredDisposition
from service.store.undoing import find_undoable


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Who sits at the desk and where a page finds everything.

    Attributes
    ----------
    request : Request
    caller : Caller
        Who asks; ``actor`` is the person.
    store : Store
    now : datetime
    scorer : Any
        Model and rules: ``service.scoring.Scorer``.
    login : str
        Name under which the person logged in; "lokal" where no login is needed.
    csrf : str
        The token that every form must carry; empty where no login is needed.
    needs_login : bool
        False while whoever sits at this machine is let in.
    """

    request: Request
    caller: Caller
    store: Store
    now: datetime
    scorer: Any
    login: str
    csrf: str
    needs_login: bool

    @property
    def actor(self) -> Actor:
        """The person."""
        return self.caller.actor

    @property
    def is_htmx(self) -> bool:
        """Whether the browser asks for a part of the page that it shows."""
        return HTMX_HEADER in self.request.headers

    @property
    def names(self) -> Names:
        """Names of bodies, topics and places."""
        return Names(self.scorer.ruleset)

    def render(self, template: str, *, status: int = 200, **context: Any) -> Response:
        """Return the page with its head."""
        with self.store.reading() as connection:
            undo = find_undoable(connection, self.actor, self.now)
        return render(self.request, template, status=status, desk=self, undo=undo, **context)

    def act(self, complaint_id: UUID, request: ActionRequest) -> StoredDisposition:
        """Do something about a complaint, as the API does."""
        return self.store.act(
            complaint_id, request, actor=self.actor, now=self.now, law=self.scorer.law
        )

    def go(self, path: str) -> Response:
        """Send the browser to another page, also after a form was sent."""
        if self.is_htmx:
            return Response(status_code=200, headers={"HX-Redirect": path})
        return RedirectResponse(path, status_code=303)


def get_desk(
    request: Request, caller: CallerDep, store: StoreDep, scorer: ScoringDep, now: Now
) -> Desk:
    """Return the desk of whoever is logged in, whatever the role."""
    token = request.cookies.get(COOKIE)
    return Desk(
        request=request,
        caller=caller,
        store=store,
        now=now,
        scorer=scorer,
        login=_login_of(store, caller.actor),
        csrf=csrf_token(token) if token else "",
        needs_login=request.app.state.needs_login,
    )


DeskDep = Annotated[Desk, Depends(get_desk)]


def opens(scope: str, *others: str) -> Any:
    """Return the dependency of a page that only people with this scope, or another, may open."""
    allowed = requires(scope, *others)

    def get(desk: DeskDep, caller: Caller = allowed) -> Desk:
        return desk

    return Depends(get)


def _login_of(store: Store, actor: Actor) -> str:
    try:
        person_id = UUID(actor.id)
    except ValueError:  # whoever sits at this machine, or a key
        return actor.id
    with store.reading() as connection:
        return read_logins(connection, [person_id]).get(person_id, actor.id)
