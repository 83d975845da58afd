"""Which routers the API is made of."""

from fastapi import FastAPI

from service.api import (
    achievements,
    audit,
    corrections,
    dashboard,
    decisions,
    exports,
    grants,
    health,
    imports,
    issued,
    jobs,
    keys,
    matches,
    needs,
    openapi,
    people,
    plans,
    recommendations,
    roadshow_days,
    roadshows,
    sign_in,
    texts,
    watches,
)
from service.web.metrics import MetricsMiddleware

PREFIX = "/api/v1"
ROUTERS = (
    health.router,
    sign_in.router,
    people.router,
    keys.router,
    audit.router,
    grants.router,
    needs.router,
    achievements.router,
    matches.router,
    texts.router,
    decisions.router,
    corrections.router,
    issued.router,
    watches.router,
    recommendations.router,
    dashboard.router,
    roadshows.router,
    roadshow_days.router,
    plans.router,
    jobs.router,
    imports.router,
    exports.router,
)
LAST = (needs.single, achievements.single)
"""Their ids may hold slashes, so they would answer for longer addresses that come after them."""


def include(app: FastAPI) -> None:
    """Add the API to an application."""
    for router in (*ROUTERS, *LAST):
        app.include_router(router, prefix=PREFIX)
    app.add_middleware(MetricsMiddleware, prefix=PREFIX)
    openapi.install(app, PREFIX, (*ROUTERS, *LAST))
