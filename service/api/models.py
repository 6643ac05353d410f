"""The models there are, and the one in use, with their held-out figures."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response
from typing_extensions import TypedDict

from classifier.artifacts import MANIFEST_FILE, Manifest, find_model, read_manifest
from classifier.errors import ModelError
from service.api.answers import known_query
from service.api.reference import (
    KEPT,
    READERS,
    CursorQuery,
    LimitQuery,
    kept_response,
    page_response,
)
from service.deps import get_scorer
from service.settings import Settings

PATH = "/v1/models"
router = APIRouter(tags=["reference"], dependencies=[READERS, Depends(known_query)])


class RiskOut(TypedDict):
    """How many held-out answers stay above a threshold, how many of them are wrong, and the bound.

    ``bound`` is the upper end of the error at 95 % by Clopper-Pearson.
    """

    threshold: float
    automatic: int
    wrong: int
    bound: float


class ModelOut(TypedDict):
    """A model: how it came about, and how well it did on reports that it had not seen."""

    code: str
    in_use: bool
    created_at: str
    sha256: str
    rows: int | None
    fingerprint: str | None
    versions: dict[str, str]
    config: dict[str, Any]
    metrics: dict[str, Any]


class CurrentModelOut(ModelOut):
    """The model in use.

    ``threshold`` is the certainty from which an answer goes out by itself; above 1, none does.
    """

    threshold: float
    tolerated_error: float
    risk: list[RiskOut]


class ModelPage(TypedDict):
    """Part of the list, in the order of the ids."""

    items: list[ModelOut]
    next_cursor: str | None


# The API's own view of a scorer knows no manifest.
WholeScorer = Annotated[Any, Depends(get_scorer)]


@router.get(PATH, response_model=ModelPage, responses=KEPT)
def list_models(
    request: Request, scorer: WholeScorer, limit: LimitQuery = 100, cursor: CursorQuery = None
) -> Response:
    """Return the models in the folder of the one in use."""
    current: Manifest = scorer.manifest
    found = {manifest.id: manifest for manifest in manifests_of(request.app.state.settings)}
    found[current.id] = current
    items = [_entry(manifest, in_use=manifest is current) for manifest in found.values()]
    return page_response(request, items, limit=limit, cursor=cursor)


@router.get(PATH + "/current", response_model=CurrentModelOut, responses=KEPT)
def get_current_model(request: Request, scorer: WholeScorer) -> Response:
    """Return the model in use, and what it may do without a person."""
    manifest: Manifest = scorer.manifest
    answer: CurrentModelOut = {
        **_entry(manifest, in_use=True),
        "threshold": scorer.threshold,
        "tolerated_error": scorer.policy.tolerated_error,
        "risk": [
            {
                "threshold": point.threshold,
                "automatic": point.automatic,
                "wrong": point.wrong,
                "bound": point.bound,
            }
            for point in manifest.risk
        ],
    }
    return kept_response(request, answer)


def manifests_of(settings: Settings) -> list[Manifest]:
    """Return what can be read beside the model in use; a broken one hides no other."""
    if settings.model is not None:
        return []  # a folder of its own, among whatever
    found = []
    folder = find_model(models=settings.models_dir).parent
    for path in sorted(folder.glob(f"*/{MANIFEST_FILE}")):
        try:
            found.append(read_manifest(path.parent))
        except ModelError:
            continue
    return found


def _entry(manifest: Manifest, *, in_use: bool) -> ModelOut:
    return {
        "code": manifest.id,
        "in_use": in_use,
        "created_at": manifest.created_at,
        "sha256": manifest.sha256,
        "rows": manifest.data.get("rows"),
        "fingerprint": manifest.data.get("fingerprint"),
        "versions": manifest.versions,
        "config": manifest.config,
        "metrics": manifest.metrics,
    }
