"""Is the process alive, may it get requests, and what is it made of."""

from __future__ import annotations

from importlib.metadata import version
from typing import NotRequired

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, Response
from typing_extensions import TypedDict

from service.api.answers import json_response
from service.deps import ScorerDep, StoreDep
from service.problems import Problem

router = APIRouter(tags=["health"])


class HealthOut(TypedDict):
    """Always ``ok``: anything else is a problem.

    ``refused`` is there while a change of model or rules is not used: the old ones answer, the log
    says why.
    """

    status: str
    refused: NotRequired[str]


class VersionOut(TypedDict):
    """What answers are made with."""

    disposisi: str
    model: str
    rules: str
    calendar: str


@router.get("/livez", response_model=HealthOut)
async def get_livez() -> Response:
    """Answer as long as the process can; a supervisor restarts it otherwise."""
    return json_response({"status": "ok"})


@router.get(
    "/readyz",
    response_model=HealthOut,
    responses={503: {"model": Problem, "description": "Not ready"}},
)
def get_readyz(request: Request, scorer: ScorerDep, store: StoreDep) -> Response:
    """Answer 200 once model and rules are loaded and while the database answers."""
    store.ping()
    health: HealthOut = {"status": "ok"}
    if getattr(request.app.state, "refused", None) is not None:
        health["refused"] = "model or rules"
    return json_response(health)


@router.get("/ping", response_class=PlainTextResponse)
async def get_ping() -> Response:
    """Answer as MLflow's scoring server does."""
    return PlainTextResponse("\n")


@router.get("/version", response_model=VersionOut, responses={503: {"model": Problem}})
async def get_version(scorer: ScorerDep) -> Response:
    """Return the versions of program, model, rules and calendar."""
    return json_response({"disposisi": version("disposisi"), **scorer.versions})
