"""How a browser asks, and a server with people for the tests of the pages."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from shutil import copytree

from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import delete

from service.app import create_app
from service.settings import Settings
from service.store.workbench_tables import (
    CorrectionRow,
    DecisionRow,
    IssuedListRow,
    NewsRow,
    WatchRow,
)
from service.web.workplace import Limits
from tests.service_parts import ReadingParts
from tests.web.workbench_world import LI, World, world_of

BROWSER = {"Accept": "text/html"}
HTMX = {**BROWSER, "HX-Request": "true"}


def whole(client: TestClient, path: str) -> Response:
    """Ask for a page as a browser does."""
    return client.get(path, headers=BROWSER, follow_redirects=False)


def part(client: TestClient, path: str) -> Response:
    """Ask for a part as htmx does."""
    return client.get(path, headers=HTMX, follow_redirects=False)


def sent(client: TestClient, path: str, **fields: object) -> Response:
    """Send a form as htmx does."""
    return client.post(path, data=fields, headers=HTMX, follow_redirects=False)


def words_of(page: Response) -> str:
    """What a page says, without its tags."""
    return " ".join(re.sub(r"<[^>]*>", " ", page.text).split())


def achievements_of(page: str) -> list[str]:
    """Achievements of the list of N1, in their order."""
    return re.findall(r'<h3>.*?href="/needs/N1/with/([^"]+)"', page)


@contextmanager
def patient_world(app: FastAPI) -> Iterator[World]:
    """A server with people, which waits as long as a busy machine needs."""
    with world_of(app) as found:
        found.place.limits = replace(found.place.limits, seconds=300.0)
        found.comes(LI)
        yield found


@contextmanager
def shared_world(home: Path, prepared: Path) -> Iterator[World]:
    """A server for many tests: what they write must be forgotten in between (`forget`)."""
    copytree(prepared, home)
    app = create_app(Settings(home=home), ReadingParts(), Limits(catch_up_seconds=3600))
    with patient_world(app) as found:
        yield found


def forget(world: World) -> World:
    """Take away what people said and saved; records stay."""
    with world.place.store.writing() as (connection, _transaction, _revision):
        for table in (NewsRow, WatchRow, DecisionRow, CorrectionRow, IssuedListRow):
            connection.execute(delete(table))
    world.comes(LI)
    return world
