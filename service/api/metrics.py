"""Figures for Prometheus: from this machine, or with the scope ``metrics``."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4
from starlette.responses import Response

from service.auth.callers import Caller
from service.auth.web import get_metrics_caller
from service.deps import ScorerDep
from service.figures import InUse

PATH = "/metrics"
router = APIRouter(tags=["health"])


@router.get(PATH, include_in_schema=False)
def get_metrics(
    request: Request, scorer: ScorerDep, _: Annotated[Caller, Depends(get_metrics_caller)]
) -> Response:
    """Return the figures of all workers, and what the database knows."""
    app = request.app
    refused = getattr(app.state, "refused", None) is not None
    in_use = InUse(app.version, scorer.versions, refused=refused)
    body = app.state.metrics.render(in_use, app.state.figures)
    return Response(body, media_type=CONTENT_TYPE_PLAIN_0_0_4)
