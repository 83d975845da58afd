"""Every address that the application has, asked by nobody."""

import re

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from fastapi.testclient import TestClient

from tests.web.access_world import World

OPEN = {
    ("GET", "/api/v1/health"),
    ("GET", "/api/v1/ready"),
    ("POST", "/api/v1/session"),
    ("GET", "/sign-in"),
    ("POST", "/sign-in"),
    ("GET", "/sign-in/oidc"),
    ("GET", "/sign-in/oidc/back"),
}
OTHERS = {"/api/v1/openapi.json", "/static"}
"""The description of the API and the files of the pages: open, too."""


def addresses(app: FastAPI) -> set[tuple[str, str]]:
    """Method and path of every route, but for the description and what is mounted."""
    return {
        (method, one.path)
        for one in iter_route_contexts(app.routes)
        if one.path not in OTHERS
        for method in one.methods or {"GET"}
    }


def filled(path: str) -> str:
    path = path.replace("{folder}", "needs").replace("{kind}", "series")
    return re.sub(r"\{[^}]*\}", "1", path)


def test_the_other_addresses_are_the_known_ones(served: FastAPI) -> None:
    every = list(iter_route_contexts(served.routes))
    others = {one.path for one in every if not isinstance(one.original_route, APIRoute)}
    assert others == OTHERS


def test_there_are_addresses_to_be_asked(served: FastAPI) -> None:
    assert addresses(served) > OPEN
    assert {("GET", "/api/v1/people"), ("GET", "/admin/people")} <= addresses(served)


@pytest.fixture
def nobody(world: World) -> TestClient:
    return world.client()


def test_nobody_gets_anything_but_what_is_open(served: FastAPI, nobody: TestClient) -> None:
    got = {}
    for method, path in sorted(addresses(served) - OPEN):
        answer = nobody.request(method, filled(path))
        got[method, path] = answer.status_code
    assert {where: status for where, status in got.items() if status != 401} == {}


def test_a_page_leads_nobody_to_the_sign_in_page_and_back(
    served: FastAPI, nobody: TestClient
) -> None:
    browser = {"Accept": "text/html,*/*"}
    for method, path in sorted(addresses(served) - OPEN):
        if path.startswith("/api/"):
            continue
        answer = nobody.request(method, filled(path), headers=browser)
        assert answer.status_code == 303, (method, path)
        assert answer.headers["Location"].startswith("/sign-in")
    answer = nobody.get("/me/keys?x=1&y=2", headers=browser)
    assert answer.headers["Location"] == "/sign-in?next=%2Fme%2Fkeys%3Fx%3D1%26y%3D2"
    part = nobody.get("/me/keys", headers={**browser, "HX-Request": "true"})
    assert (part.status_code, part.headers["HX-Redirect"]) == (401, "/sign-in")


def test_a_key_that_is_none_opens_nothing(served: FastAPI, nobody: TestClient) -> None:
    nobody.headers["Authorization"] = "Bearer dj_000000000000_x"
    for method, path in sorted(addresses(served) - OPEN):
        assert nobody.request(method, filled(path)).status_code == 401, (method, path)


def unsafe(app: FastAPI) -> list[tuple[str, str]]:
    return sorted(one for one in addresses(app) - OPEN if one[0] not in ("GET", "HEAD"))


def test_no_write_goes_through_without_the_sessions_token(world: World, served: FastAPI) -> None:
    browser = world.browser("admin")
    del browser.headers["X-CSRF-Token"]
    for method, path in unsafe(served):
        for sent in ({"json": {}}, {"data": {"a": "b"}}, {"files": {"file": b"x"}}, {}):
            answer = browser.request(method, filled(path), **sent)  # type: ignore[arg-type]
            assert answer.status_code == 403, (method, path, sent)
            assert "页面已经过期" in answer.text


READING = {
    ("POST", "/api/v1/match/text"),
    ("POST", "/api/v1/requirements"),
    ("POST", "/api/v1/quality/need"),
    ("POST", "/api/v1/quality/achievement"),
    *(
        ("POST", f"/{folder}/new{part}")
        for folder in ("needs", "achievements")
        for part in ("", "/read", "/matches")
    ),
}
"""These send a text to be read, and write nothing."""
SESSIONS = {
    ("DELETE", "/api/v1/session"),
    ("POST", "/sign-out"),
    ("POST", "/password"),
    ("PUT", "/api/v1/me/password"),
}
"""These are about the session or the password, which no key has any part in."""


def test_a_key_that_may_only_read_writes_nowhere(world: World, served: FastAPI) -> None:
    program = world.program("admin", "read")
    got = {
        (method, path): program.request(method, filled(path), json={}).status_code
        for method, path in unsafe(served)
    }
    assert {where for where, status in got.items() if status != 403} == READING | SESSIONS
