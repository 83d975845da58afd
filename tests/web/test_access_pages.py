import re
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update

from matcher.types import Need
from service.store.people_tables import UserRow
from tests.web.access_world import PASSWORD, World

HTML = {"Accept": "text/html"}


def sign_in(client: TestClient, login: str = "wang", next: str = "/") -> str:
    """Sign in as a browser does; returns where it is led."""
    data = {"login": login, "password": PASSWORD, "next": next}
    answer = client.post("/sign-in", data=data, headers=HTML)
    assert answer.status_code == 303
    return str(answer.headers["Location"])


def token(page: str) -> str:
    (meta,) = re.findall(r'<meta name="csrf-token" content="([^"]*)">', page)
    fields = set(re.findall(r'name="csrf_token" value="([^"]*)"', page))
    assert fields <= {meta}
    return str(meta)


@pytest.fixture
def admin(world: World) -> TestClient:
    client = world.client()
    client.headers.update(HTML)
    sign_in(client, "admin")
    client.headers["X-CSRF-Token"] = token(client.get("/admin/people").text)
    return client


def test_a_browser_signs_in_and_is_led_to_where_it_was(world: World) -> None:
    client = world.client()
    page = client.get("/sign-in", params={"next": "/me/keys?a=1"}, headers=HTML)
    assert page.status_code == 200
    assert 'name="next" value="/me/keys?a=1"' in page.text
    assert token(page.text) == ""
    assert sign_in(client, next="/me/keys?a=1") == "/me/keys?a=1"
    shown = client.get("/me/keys", headers=HTML)
    assert shown.status_code == 200
    assert len(token(shown.text)) >= 43


@pytest.mark.parametrize("next", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_a_browser_is_never_led_to_another_server(world: World, next: str) -> None:
    client = world.client()
    assert sign_in(client, next=next) == "/"
    page = client.get(f"/sign-in?next={quote(next)}", headers=HTML)
    assert "evil" not in page.text


def test_a_wrong_password_is_told_on_the_page_and_not_repeated(world: World) -> None:
    data = {"login": "<b>wang", "password": "my wrong password", "next": "/me/keys"}
    answer = world.client().post("/sign-in", data=data, headers=HTML)
    assert answer.status_code == 401
    assert "账号或密码不对" in answer.text
    assert "my wrong password" not in answer.text
    assert "&lt;b&gt;wang" in answer.text
    assert 'value="/me/keys"' in answer.text


def test_too_many_attempts_are_told_on_the_page(world: World) -> None:
    client = world.client()
    data = {"login": "wang", "password": "x"}
    answers = [client.post("/sign-in", data=data, headers=HTML) for _ in range(11)]
    assert [one.status_code for one in answers] == [401] * 10 + [429]
    assert "Retry-After" in answers[-1].headers


def test_signing_out_ends_the_session(world: World) -> None:
    client = world.client()
    sign_in(client)
    kept = client.cookies["duijie_session"]
    data = {"csrf_token": token(client.get("/me/keys", headers=HTML).text)}
    assert client.post("/sign-out", data=data, headers=HTML).headers["Location"] == "/sign-in"
    assert "duijie_session" not in client.cookies
    client.cookies["duijie_session"] = kept
    assert client.get("/me/keys", headers=HTML).status_code == 303


def test_a_one_time_password_leads_to_the_page_that_changes_it(world: World) -> None:
    with world.store.writing() as (connection, _, _):
        connection.execute(update(UserRow).values(must_change=True))
    client = world.client()
    sign_in(client)
    answer = client.get("/me/keys", headers=HTML)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/password")
    part = client.get("/me/keys", headers={**HTML, "HX-Request": "true"})
    assert part.headers["HX-Redirect"] == "/password"
    page = client.get("/password", headers=HTML).text
    assert "一次性密码" in page
    new = "correct horse battery"
    data = {"current": PASSWORD, "new": new, "again": new, "csrf_token": token(page)}
    assert client.post("/password", data=data, headers=HTML).headers["Location"] == "/"
    assert client.get("/me/keys", headers=HTML).status_code == 200


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"again": "another horse battery"}, "不一样"),
        ({"current": "wrong password"}, "现在的密码不对"),
        ({"new": "short", "again": "short"}, "太短"),
    ],
)
def test_a_password_that_is_not_changed_is_told(
    world: World, given: dict[str, str], told: str
) -> None:
    browser = world.browser("wang")
    new = "correct horse battery"
    data = {"current": PASSWORD, "new": new, "again": new, **given}
    answer = browser.post("/password", data=data, headers=HTML)
    assert answer.status_code == 422
    assert told in answer.text
    assert new not in answer.text
    assert browser.get("/api/v1/me").status_code == 200


def test_the_admin_adds_a_person_and_sees_the_one_time_password_once(
    world: World, admin: TestClient
) -> None:
    data = {"login": "fresh", "name": "<新人>", "organisation_id": "2"}
    page = admin.post("/admin/people", data=data)
    assert page.status_code == 200
    (once,) = re.findall(r"<code>(\w{4}-\w{4}-\w{4}-\w{4})</code>", page.text)
    assert "&lt;新人&gt;" in page.text
    assert once not in admin.get("/admin/people").text
    credentials = {"login": "fresh", "password": once}
    assert world.client().post("/api/v1/session", json=credentials).status_code == 201
    again = admin.post("/admin/people", data=data)
    assert again.status_code == 409
    assert 'value="fresh"' in again.text


def test_the_admin_lets_people_and_organisations_in_and_out(
    world: World, admin: TestClient
) -> None:
    wang = world.browser("wang")
    number = world.caller("wang").user_id
    page = admin.post(f"/admin/people/{number}/active", data={"active": "false"})
    assert page.text.count("已停用") == 1
    assert wang.get("/api/v1/me").status_code == 401
    admin.post(f"/admin/people/{number}/active", data={"active": "true"})
    page = admin.post("/admin/organisations/2/active", data={"active": "false"})
    assert page.text.count("已停用") == 1
    own = world.caller("admin")
    for path in (f"/admin/people/{own.user_id}/active", "/admin/organisations/1/active"):
        answer = admin.post(path, data={"active": "false"})
        assert answer.status_code == 409
        assert "自己" in answer.text


def test_the_admin_resets_a_password_and_adds_an_organisation(
    world: World, admin: TestClient
) -> None:
    number = world.caller("wang").user_id
    page = admin.post(f"/admin/people/{number}/reset")
    assert re.search(r"wang 的一次性密码：<code>[\w-]{19}</code>", page.text)
    assert admin.post("/admin/people/999/reset").status_code == 404
    data = {"name": "戊中心", "kind": "broker"}
    assert "戊中心" in admin.post("/admin/organisations", data=data).text
    assert admin.post("/admin/organisations", data=data).status_code == 409


def test_a_key_is_made_shown_once_and_revoked_on_its_page(world: World) -> None:
    browser = world.browser("wang")
    data = {"name": "同步", "scopes": ["read", "write"], "days": "30"}
    page = browser.post("/me/keys", data=data, headers=HTML)
    (key,) = re.findall(r"<code>(dj_[0-9a-f]{12}_[\w-]{43})</code>", page.text)
    assert key not in browser.get("/me/keys", headers=HTML).text
    program = world.client()
    program.headers["Authorization"] = f"Bearer {key}"
    assert program.get("/api/v1/me").json()["scopes"] == ["read", "write"]
    assert "已吊销" in browser.post("/me/keys/1/revoke", headers=HTML).text
    assert program.get("/api/v1/me").status_code == 401
    refused = browser.post("/me/keys", data={**data, "scopes": ["admin"]}, headers=HTML)
    assert refused.status_code == 403
    assert "不能超过" in refused.text
    assert browser.post("/me/keys", data={"name": "k"}, headers=HTML).status_code == 422


def test_the_admin_pages_through_the_audit_log(
    world: World, admin: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.pages.people._LOG_PAGE", 10)
    first = admin.get("/admin/audit").text
    assert "sign_in" in first
    (older,) = re.findall(r'href="(/admin/audit\?before=\d+)"', first)
    last = admin.get(older).text
    assert "before=" not in last
    assert "organisation" in last
    assert "sign_in" not in last


@pytest.mark.parametrize("path", ["/admin/people", "/admin/audit"])
def test_nobody_else_sees_the_pages_of_the_admin(world: World, path: str) -> None:
    answer = world.browser("li").get(path, headers=HTML)
    assert answer.status_code == 403
    assert "没有权限" in answer.text


def test_the_holder_grants_a_restricted_record_on_its_page(world: World) -> None:
    need = Need(id="2:R/1", title="耐磨涂层", text="要耐磨的涂层。", visibility="受限")
    world.put("wang", "need", need)
    wang, path = world.browser("wang"), "/needs/2:R%2F1/grants"
    assert f'href="{path}"' in wang.get("/needs/2:R%2F1", headers=HTML).text
    assert "还没有授权" in wang.get(path, headers=HTML).text
    answer = wang.post(path, data={"organisation": "丙中心"}, headers=HTML)
    assert (answer.status_code, answer.headers["Location"]) == (303, path)
    page = wang.get(path, headers=HTML).text
    assert "丙中心" in page
    (end,) = re.findall(r'action="([^"]+/end)"', page)
    assert world.browser("li").get("/needs/2:R%2F1", headers=HTML).status_code == 200
    assert wang.post(end, headers=HTML).status_code == 303
    for method in ("GET", "POST"):
        answer = world.browser("li").request(
            method, path, data={"organisation": "丁会"} if method == "POST" else None, headers=HTML
        )
        assert answer.status_code == 404
    unknown = wang.post(path, data={"organisation": "<没有的>"}, headers=HTML)
    assert unknown.status_code == 404
    assert "没有名为“&lt;没有的&gt;”的单位" in unknown.text
    assert world.browser("zhao").post(path, data={"organisation": "x"}).status_code == 404
