"""Puts the application together: the workplace, the middle layers, the API and the pages."""

import logging
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, Request, Response

from service.access.oidc import Provider
from service.access.oidc_way import way_of
from service.access.rates import Rates
from service.api import routes as api
from service.jobs.registry import KINDS
from service.jobs.worker import Worker
from service.pages import routes as pages
from service.settings import Settings
from service.web.body_limit import MIB, BodyLimit
from service.web.headers import HEADERS
from service.web.metrics import Metrics
from service.web.problems import ProblemBody, add_handlers
from service.web.workplace import Limits, Workplace

log = logging.getLogger(__name__)


def create_app(settings: Settings, parts: Any = None, limits: Limits | None = None) -> FastAPI:
    """Make the application.

    Args:
        settings: where things are.
        parts: a composition root in the place of `service.bootstrap`.
        limits: how much the server takes on.
    """
    if parts is None:
        from service import bootstrap as parts
    place = Workplace(settings, parts, limits or Limits())
    app = FastAPI(
        title="Duijie 对接",
        version="1",
        lifespan=_life,
        docs_url=None,  # its pages load scripts from outside
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
        responses={"4XX": {"model": ProblemBody}, "5XX": {"model": ProblemBody}},
    )
    furnish(app, place)
    add_handlers(app)
    app.add_middleware(
        BodyLimit,
        upload_bytes=place.limits.upload_mb * MIB,
        body_bytes=place.limits.body_mb * MIB,
    )
    app.middleware("http")(_around)
    api.include(app)
    pages.include(app)
    return app


def furnish(app: FastAPI, place: Workplace) -> None:
    """Give an application that does not run what it works with: a workplace, a worker, counts."""
    app.state.workplace = place
    app.state.worker = Worker(place, KINDS)
    app.state.rates = Rates(place.settings.calls_per_minute)
    app.state.metrics = Metrics()
    way = way_of(place.settings)
    app.state.provider = Provider(way) if way else None


@asynccontextmanager
async def _life(app: FastAPI) -> AsyncIterator[None]:
    place: Workplace = app.state.workplace
    worker: Worker = app.state.worker
    place.open()
    worker.start()
    try:
        yield
    finally:
        worker.stop()
        place.close()


async def _around(
    request: Request, call_next: Callable[[Request], Awaitable[Response]]
) -> Response:
    """Name the request, and set the headers that every response has."""
    request.state.request_id = secrets.token_hex(8)
    response = await call_next(request)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers["X-Request-ID"] = request.state.request_id
    if not request.url.path.startswith("/static/"):
        response.headers.setdefault("Cache-Control", "no-store")
    return response
