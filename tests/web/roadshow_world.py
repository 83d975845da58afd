"""A server on which roadshows are planned and chosen, and how a browser does it."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from fastapi import FastAPI
from httpx import Response

from service.access.caller import SCOPES_OF_ROLE
from service.jobs.registry import KINDS
from tests.web.pages_world import BROWSER, whole, words_of
from tests.web.workbench_world import LI, ZHAO, World, world_of

API = "/api/v1/roadshows"
OTHER = replace(LI, role="organiser", scopes=SCOPES_OF_ROLE["organiser"])
"""Somebody of another organisation who may write plans."""
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


def made(world: World, plan: str = PLAN) -> int:
    """Keep a plan over HTTP; its number."""
    answer = world.client.post(API, json={"plan": plan})
    assert answer.status_code == 201, answer.text
    return int(answer.json()["number"])


def done(world: World, answer: Response) -> dict[str, Any]:
    """Wait for a job."""
    assert answer.status_code == 202, answer.text
    until = time.monotonic() + 120
    while time.monotonic() < until:
        job = world.client.get(f"/api/v1/jobs/{answer.json()['id']}").json()
        if job["state"] in ("done", "failed"):
            return job
        time.sleep(0.05)
    raise AssertionError(job)


def selected(world: World, plan: str = PLAN) -> str:
    """Plan and choose over HTTP; the address."""
    path = f"{API}/{made(world, plan)}"
    job = done(world, world.client.post(f"{path}/select"))
    assert job["state"] == "done", job
    return path
