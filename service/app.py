"""The web application, put together; parts are opened at start and closed at the end."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, asynccontextmanager
from datetime import datetime
from importlib.metadata import version

from fastapi import FastAPI
from fastapi.routing import APIRoute
from fastapi.telemetry import TelemetryConfig
from starlette.middleware import Middleware

from service.api import (
    actions,
    agencies,
    classifications,
    deadlines,
    dispositions,
    exports,
    health,
    invocations,
    metrics,
    models,
    openings,
    regions,
    reports,
    rules,
    session,
    topics,
)
from service.api.docs import install_docs
from service.auth.start import needs_login
from service.complaint import Complaint
from service.deps import JAKARTA, Scorer
from service.desk.web import install_desk
from service.events.courier import delivering
from service.figures import Figures
from service.guards import BodyLimit, PlainRequest, SafeAnswer
from service.limits import RateLimits
from service.metrics import Metrics
from service.observed import Observed
from service.problems import install_problem_handlers
from service.reload import reloading
from service.reports.targets import load_targets
from service.settings import Settings, SettingsError, load_settings
from service.store.accounts import AccountStore
from service.store.repository import open_store

# A citizen's words must reach no trace or log: FastAPI's own telemetry carries bodies and errors.
_NO_TELEMETRY: TelemetryConfig = {
    "tracing": False,
    "metrics": False,
    "logs": False,
    "operation_spans": False,
    "auto_configure": False,
}


def create_app(
    settings: Settings | None = None, *, load: Callable[[Settings], Scorer] | None = None
) -> FastAPI:
    """Build the application; run it with ``uvicorn --factory service.app:create_app``.

    A broken rule file, a missing model, an unknown region or a database that cannot be opened
    stops start-up: better down than wrong.

    Parameters
    ----------
    settings : Settings, optional
        By default what the environment gives.
    load : callable, optional
        Gives model and rules for the settings; by default the shipped ones.
    """
    settings = settings or load_settings()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        with open_store(settings.database_url) as store:
            app.state.store = store
            app.state.accounts = accounts = AccountStore(store)
            app.state.needs_login = needs_login(settings, accounts)
            app.state.targets = load_targets(settings.targets)
            app.state.figures = Figures(store)
            with ExitStack() as running:
                if load is None:
                    watch = reloading(
                        settings, load=_load_warm, state=app.state, metrics=app.state.metrics
                    )
                    running.enter_context(watch)
                else:
                    app.state.scorer = _load_scorer(settings, load)
                running.enter_context(delivering(store, settings))
                yield
            app.state.scorer = app.state.store = app.state.accounts = None

    counters = Metrics()
    app = FastAPI(
        title="Disposisi",
        summary="Membaca laporan warga; menjawab kelas, batas waktu dan instansi yang berwenang.",
        version=version("disposisi"),
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=_operation_id,
        middleware=[
            Middleware(Observed, metrics=counters),
            Middleware(SafeAnswer),
            Middleware(PlainRequest),
            Middleware(
                BodyLimit,
                batch_heads={
                    classifications.PATH: classifications.BATCH_HEAD,
                    invocations.PATH: invocations.BATCH_HEAD,
                },
            ),
        ],
        telemetry=_NO_TELEMETRY,
    )
    app.state.settings = settings
    app.state.metrics = counters
    app.state.limits = RateLimits(settings.requests_per_minute)
    install_problem_handlers(app)
    for module in (
        classifications,
        dispositions,
        actions,
        deadlines,
        openings,
        agencies,
        topics,
        regions,
        rules,
        models,
        exports,
        reports,
        invocations,
        health,
        session,
        metrics,
    ):
        app.include_router(module.router)
    install_desk(app)
    install_docs(app)
    return app


def _load_scorer(settings: Settings, load: Callable[[Settings], Scorer] | None = None) -> Scorer:
    if load is None:
        from service.loading import load_scorer

        load = load_scorer
    scorer = load(settings)
    if settings.region is not None and scorer.ruleset.regions.get(settings.region) is None:
        msg = f"DISPOSISI_REGION: expected a code of the region table, got {settings.region!r}"
        raise SettingsError(msg)
    return scorer


def _load_warm(settings: Settings) -> Scorer:
    """Return a scorer that has answered once: what cannot is refused, and nobody waits for it."""
    scorer = _load_scorer(settings)
    scorer.score([Complaint(isi="Lampu jalan mati")], today=datetime.now(JAKARTA).date())
    return scorer


def _operation_id(route: APIRoute) -> str:
    return route.name
