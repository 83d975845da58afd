"""A server on which roadshows are planned and chosen, and how a browser does it."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from fastapi import FastAPI
from httpx import Response

from service.jobs.registry import KINDS
from tests.web.pages_world import BROWSER, whole, words_of
from tests.web.workbench_world import ZHAO, World, world_of

PLAN = """[event]
title = "叶片与环保路演"
size = 2
date = 2026-12-05

[candidates]
industries = "section"

[[quota]]
dimension = "单位"
value = "*"
most = 2
"""
AGENDA = """
[invitations]
least_score = 0.0

[agenda]
place = "会展中心"
tables = 3
"""


@contextmanager
def stage_world(app: FastAPI) -> Iterator[World]:
    """A running server whose worker does the background work; a broker comes in."""
    with world_of(app) as found:
        app.state.worker.kinds = KINDS
        found.comes(ZHAO)
        yield found


def planned(world: World, text: str = PLAN, **more: Any) -> Response:
    """Send a plan as TOML."""
    fields = {"as": "toml", "plan": text, **more}
    return world.client.post("/roadshows", data=fields, headers=BROWSER, follow_redirects=False)


def ended(world: World, path: str) -> Response:
    """Follow a selection to its end, as a browser without scripts does."""
    world.app.state.worker.tell()
    until = time.monotonic() + 120
    while time.monotonic() < until:
        page = whole(world.client, path)
        assert page.status_code == 200, page.text
        if 'http-equiv="refresh"' not in page.text:
            return page
        time.sleep(0.05)
    raise AssertionError(words_of(page))


def chosen(world: World, text: str = PLAN) -> tuple[str, Response]:
    """Plan, choose, and give the address and the page with the result."""
    answer = planned(world, text, then="select")
    assert answer.status_code == 303, words_of(answer)
    path = answer.headers["Location"]
    return path, ended(world, path)


def titles(page: Response) -> list[str]:
    """Who is on stage, in order."""
    return re.findall(r'<h3><span class="rank">\d+</span>([^<]*)</h3>', page.text)
