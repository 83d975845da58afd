"""Which routers the pages are made of, and where their static files are."""

from pathlib import Path

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from fastapi.staticfiles import StaticFiles

from service.pages import (
    admin,
    bench,
    browse,
    correcting,
    dashboard,
    deciding,
    draft,
    duplicates,
    grants,
    home,
    imports,
    issued,
    jobs,
    oidc,
    pair,
    people,
    plans,
    problems,
    recommended,
    roadshow_agenda,
    roadshow_ask,
    roadshow_capital,
    roadshow_plan,
    roadshows,
    sign_in,
    similar,
    upkeep,
    watches,
)

STATIC = Path(__file__).parent / "static"
ROUTERS: tuple[APIRouter, ...] = (
    sign_in.router,
    oidc.router,
    people.router,
    grants.router,
    home.router,
    draft.router,
    browse.router,
    bench.router,
    correcting.router,
    deciding.router,
    pair.router,
    similar.router,
    issued.router,
    watches.router,
    imports.router,
    jobs.router,
    recommended.router,
    dashboard.router,
    admin.router,
    upkeep.router,
    duplicates.router,
    roadshow_plan.router,
    roadshow_ask.router,
    roadshow_capital.router,
    roadshow_agenda.router,
    roadshows.router,
    plans.router,
)
LAST: tuple[APIRouter, ...] = (browse.single,)
"""Their ids may hold slashes, so they would answer for longer addresses that come after them."""


def include(app: FastAPI) -> None:
    """Add the pages to an application."""
    routers = (*ROUTERS, *LAST)
    for router in routers:
        app.include_router(router, include_in_schema=False)
    app.state.page_paths = frozenset(
        route.path
        for router in routers
        for route in router.routes
        if isinstance(route, APIRoute) and "GET" in (route.methods or ())
    )
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    problems.add_handlers(app)
