import pytest
from fastapi.testclient import TestClient

from tests.web.access_world import PASSWORD, World

KEY = {"name": "k", "scopes": ["read"]}
FORM = {"name": "k", "scopes": "read", "days": "1"}


@pytest.fixture
def browser(world: World) -> TestClient:
    return world.browser("wang")


def made(world: World) -> int:
    return len(world.audited("add")) - 11  # five organisations and six people


def test_a_write_brings_the_sessions_token_in_a_header_or_a_field(
    world: World, browser: TestClient
) -> None:
    assert browser.post("/api/v1/keys", json=KEY).status_code == 201
    token = browser.headers.pop("X-CSRF-Token")
    assert browser.post("/me/keys", data={**FORM, "csrf_token": token}).status_code == 200
    files = {"name": (None, "k"), "scopes": (None, "read"), "csrf_token": (None, token)}
    assert browser.post("/me/keys", files=files).status_code == 200
    assert made(world) == 3


@pytest.mark.parametrize("token", [None, "", "wrong", "错", "x" * 43])
def test_without_it_nothing_is_done(world: World, browser: TestClient, token: str | None) -> None:
    del browser.headers["X-CSRF-Token"]
    headers = {} if token is None else {"X-CSRF-Token": token.encode()}
    answers = [
        browser.post("/api/v1/keys", json=KEY, headers=headers),
        browser.delete("/api/v1/session", headers=headers),
        browser.post("/sign-out", headers=headers),
        browser.post("/me/keys", data={**FORM, "csrf_token": token or ""}),
        browser.post("/me/keys", files={"csrf_token": ("a.txt", b"x")}),
    ]
    assert [answer.status_code for answer in answers] == [403] * 5
    assert answers[0].json()["error"]["code"] == "forged"
    assert made(world) == 0
    assert browser.get("/api/v1/me").status_code == 200


def test_the_token_of_another_session_is_wrong(world: World, browser: TestClient) -> None:
    other = world.browser("zhao").headers["X-CSRF-Token"]
    answer = browser.post("/api/v1/keys", json=KEY, headers={"X-CSRF-Token": other})
    assert answer.status_code == 403


def test_the_token_in_the_address_does_not_count(browser: TestClient) -> None:
    token = browser.headers.pop("X-CSRF-Token")
    answer = browser.post("/api/v1/keys", json=KEY, params={"csrf_token": token})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 201),
        ({"Sec-Fetch-Site": "none"}, 201),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        # What the browser says of the site is better than a proxy's idea of the host.
        ({"Sec-Fetch-Site": "same-origin", "Origin": "https://public.example"}, 201),
        ({"Origin": "http://testserver"}, 201),
        ({"Origin": "https://testserver"}, 201),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "http://testserver.evil.example"}, 403),
        ({"Origin": "http://testserver:8080"}, 403),
        ({"Origin": "null"}, 403),
    ],
)
def test_what_another_site_sends_is_refused(
    world: World, browser: TestClient, headers: dict[str, str], status: int
) -> None:
    assert browser.post("/api/v1/keys", json=KEY, headers=headers).status_code == status
    # Signing in, too: nobody shall be signed in under another's name without noticing.
    credentials = {"login": "wang", "password": PASSWORD}
    answer = world.client().post("/api/v1/session", json=credentials, headers=headers)
    assert answer.status_code == status
    answer = world.client().post("/sign-in", data=credentials, headers=headers)
    assert answer.status_code == (303 if status == 201 else 403)


def test_reading_needs_no_token(browser: TestClient) -> None:
    del browser.headers["X-CSRF-Token"]
    assert browser.get("/api/v1/keys").status_code == 200
    assert browser.head("/api/v1/keys").status_code == 405


def test_a_key_needs_no_token_even_beside_a_cookie(world: World, browser: TestClient) -> None:
    program = world.program("wang", "read", "write")
    need = {"title": "需求", "text": "耐热涂层"}
    assert program.post("/api/v1/needs", json=need).status_code == 201
    program.cookies = browser.cookies
    assert program.post("/api/v1/needs", json={**need, "title": "二"}).status_code == 201


def test_a_form_is_read_within_bounds_also_when_it_brings_the_token(
    world: World, browser: TestClient
) -> None:
    """Starlette keeps the form that is read first: the token's reader sets the bounds for all."""
    token = browser.headers.pop("X-CSRF-Token")
    many = [("csrf_token", (None, token))]
    many += [("file", (f"{at}.csv", b"x")) for at in range(2)]
    answer = browser.post("/imports", files=many)
    assert answer.status_code == 422
    assert "一次上传一个文件" in answer.text
    fields = [(f"f{at}", (None, "x")) for at in range(200)]
    assert browser.post("/me/keys", files=[*many[:1], *fields]).status_code == 422
    assert made(world) == 0
