import re

import pytest
from fastapi.testclient import TestClient

from tests.web.access_world import World
from tests.web.pages_world import BROWSER


@pytest.fixture
def browser(world: World, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """A browser without scripts in which wang has signed in; nobody does the work."""
    monkeypatch.setattr(world.app.state.worker, "kinds", ())
    browser = world.browser("wang")
    del browser.headers["X-CSRF-Token"]
    browser.headers.update(BROWSER)
    return browser


def send(browser: TestClient, token: str) -> tuple[int, str]:
    form = {"side": "need", "csrf_token": token}
    answer = browser.post("/imports", data=form, files={"file": ("a.csv", b"id,title\n1,x\n")})
    return answer.status_code, answer.headers.get("Location", "")


def test_a_form_is_sent_with_its_own_token_and_with_no_other(browser: TestClient) -> None:
    page = browser.get("/imports")
    (token,) = set(re.findall(r'name="csrf_token" value="([^"]+)"', page.text))
    status, where = send(browser, token)
    assert (status, re.sub(r"\d+", "N", where)) == (303, "/imports/N")
    assert send(browser, "x")[0] == 403
    assert send(browser, "")[0] == 403


@pytest.mark.parametrize("login", ["admin", "wang", "li", "sun"])
def test_everybody_is_led_only_to_pages_that_they_may_see(world: World, login: str) -> None:
    browser = world.browser(login)
    browser.headers.update(BROWSER)
    page = browser.get("/jobs")
    nav = re.search(r'<nav aria-label="主导航">(.*?)</nav>', page.text, re.S)
    assert nav is not None
    paths = re.findall(r'href="([^"]+)"', nav[1])
    assert ("/admin" in paths) == (login == "admin")
    for path in set(paths) - {"/", "/recommendations"}:
        assert browser.get(path).status_code == 200, path
