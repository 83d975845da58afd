import pytest
from fastapi.testclient import TestClient

from service.access.audit import note
from service.access.organisations import organisation
from service.access.people import change_person, person
from service.web.errors import ConflictError, NotFoundError
from tests.web.access_world import LOGINS, PASSWORD, World

PEOPLE, ORGANISATIONS, SESSION = "/api/v1/people", "/api/v1/organisations", "/api/v1/session"


@pytest.fixture
def admin(world: World) -> TestClient:
    return world.browser("admin")


def number_of(admin: TestClient, login: str) -> int:
    items = admin.get(PEOPLE).json()["items"]
    return int(next(one["id"] for one in items if one["login"] == login))


def at(admin: TestClient, name: str) -> int:
    items = admin.get(ORGANISATIONS).json()["items"]
    return int(next(one["id"] for one in items if one["name"] == name))


def test_a_person_who_is_added_signs_in_with_the_one_time_password(
    world: World, admin: TestClient
) -> None:
    given = {"login": " New.Person ", "name": "新人", "organisation_id": at(admin, "丙中心")}
    answer = admin.post(PEOPLE, json=given)
    assert answer.status_code == 201
    told = answer.json()
    assert told["person"]["login"] == "new.person"
    assert told["person"]["role"] == "broker"
    assert told["person"]["must_change"] is True
    credentials = {"login": "new.person", "password": told["one_time_password"]}
    assert world.client().post(SESSION, json=credentials).status_code == 201
    assert told["one_time_password"] not in admin.get(PEOPLE).text
    entry = world.audited("add")[-1]
    assert (entry.kind, entry.record_id) == ("person", str(told["person"]["id"]))
    assert told["one_time_password"] not in str(entry)


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"login": "WANG"}, 409),
        ({"login": "a"}, 422),
        ({"login": "有中文"}, 422),
        ({"login": "a b"}, 422),
        ({"login": "-ab"}, 422),
        ({"login": "a" * 65}, 422),
        ({"name": "  "}, 422),
        ({"name": "x\x00y"}, 422),
        ({"organisation_id": 999}, 404),
        ({"role": "admin"}, 422),
    ],
)
def test_a_person_who_cannot_be_added_is_not(
    admin: TestClient, change: dict[str, object], status: int
) -> None:
    before = admin.get(PEOPLE).json()
    given = {"login": "fresh", "name": "新人", "organisation_id": 2, **change}
    assert admin.post(PEOPLE, json=given).status_code == status
    assert admin.get(PEOPLE).json() == before


def test_who_is_let_out_is_out_and_may_be_let_in_again(world: World, admin: TestClient) -> None:
    wang, number = world.browser("wang"), number_of(admin, "wang")
    told = admin.patch(f"{PEOPLE}/{number}", json={"active": False, "name": "王某"}).json()
    assert (told["active"], told["name"]) == (False, "王某")
    assert wang.get("/api/v1/me").status_code == 401
    admin.patch(f"{PEOPLE}/{number}", json={"active": True})
    assert wang.get("/api/v1/me").status_code == 401  # the session has ended for good
    assert world.browser("wang").get("/api/v1/me").status_code == 200
    assert [one.detail["active"] for one in world.audited("change")] == [False, True]


def test_a_change_of_nothing_is_not_written_down(world: World, admin: TestClient) -> None:
    assert admin.patch(f"{PEOPLE}/{number_of(admin, 'wang')}", json={}).status_code == 200
    assert admin.patch(f"{ORGANISATIONS}/{at(admin, '甲厂')}", json={}).status_code == 200
    assert world.audited("change") == []


def test_nobody_locks_everybody_out(world: World, admin: TestClient) -> None:
    own = number_of(admin, "admin")
    assert admin.patch(f"{PEOPLE}/{own}", json={"active": False}).status_code == 409
    platform = at(admin, "平台")
    assert admin.patch(f"{ORGANISATIONS}/{platform}", json={"active": False}).status_code == 409
    with pytest.raises(ConflictError, match="最后一个管理员"):
        change_person(world.store, None, own, active=False)
    added = admin.post(
        PEOPLE, json={"login": "second", "name": "二号", "organisation_id": platform}
    )
    assert added.json()["person"]["role"] == "admin"
    change_person(world.store, None, own, active=False)
    assert admin.get(PEOPLE).status_code == 401


def test_a_reset_gives_a_new_one_time_password_and_ends_the_sessions(
    world: World, admin: TestClient
) -> None:
    wang, number = world.browser("wang"), number_of(admin, "wang")
    once = admin.post(f"{PEOPLE}/{number}/reset").json()["one_time_password"]
    assert wang.get("/api/v1/me").status_code == 401
    for password, status in ((PASSWORD, 401), (once, 201)):
        credentials = {"login": "wang", "password": password}
        assert world.client().post(SESSION, json=credentials).status_code == status


def test_organisations_are_added_renamed_and_let_out(world: World, admin: TestClient) -> None:
    answer = admin.post(ORGANISATIONS, json={"name": " 戊  中心 ", "kind": "organiser"})
    assert answer.status_code == 201
    made = answer.json()
    assert (made["name"], made["kind"], made["active"]) == ("戊 中心", "organiser", True)
    address = f"{ORGANISATIONS}/{made['id']}"
    assert admin.patch(address, json={"name": "戊会"}).json()["name"] == "戊会"
    assert admin.patch(address, json={"name": "戊会"}).status_code == 200
    assert admin.patch(address, json={"name": "甲厂"}).status_code == 409
    assert admin.patch(address, json={"active": False}).json()["active"] is False
    for given in ({"name": "戊会", "kind": "broker"}, {"name": "甲厂", "kind": "broker"}):
        assert admin.post(ORGANISATIONS, json=given).status_code == 409
    for given in ({"name": " ", "kind": "broker"}, {"name": "己", "kind": "king"}):
        assert admin.post(ORGANISATIONS, json=given).status_code == 422


def test_whoever_does_not_run_the_platform_sees_their_own_organisation_only(world: World) -> None:
    items = world.browser("li").get(ORGANISATIONS).json()["items"]
    assert [one["name"] for one in items] == ["丙中心"]


def test_what_is_not_there_is_told(world: World, admin: TestClient) -> None:
    for answer in (
        admin.patch(f"{PEOPLE}/999", json={"active": False}),
        admin.post(f"{PEOPLE}/999/reset"),
        admin.patch(f"{ORGANISATIONS}/999", json={"active": False}),
    ):
        assert answer.status_code == 404
    with world.store.reading() as connection:
        for find in (person, organisation):
            with pytest.raises(NotFoundError):
                find(connection, 0)


def test_the_log_is_read_a_page_at_a_time_the_newest_first(admin: TestClient) -> None:
    whole = admin.get("/api/v1/audit", params={"limit": 200}).json()
    assert whole["next"] is None
    assert whole["items"][0]["action"] == "sign_in"
    assert whole["items"][-1]["login"] is None  # the program itself
    paged, cursor = [], ""
    while cursor is not None:
        answer = admin.get("/api/v1/audit", params={"limit": 5, "cursor": cursor}).json()
        paged += answer["items"]
        cursor = answer["next"]
    assert paged == whole["items"]


@pytest.mark.parametrize("cursor", ["x", "W10", "WyIwIiwgIjEiXQ"])
def test_a_cursor_that_is_none_is_refused(admin: TestClient, cursor: str) -> None:
    assert admin.get("/api/v1/audit", params={"cursor": cursor}).status_code == 422


def test_a_cursor_of_the_log_holds_a_number(admin: TestClient) -> None:
    from service.api.paging import cursor_of

    answer = admin.get("/api/v1/audit", params={"cursor": cursor_of("N1", "audit")})
    assert answer.status_code == 422


def test_a_text_is_never_written_into_the_log(world: World) -> None:
    with (
        pytest.raises(ValueError, match="note"),
        world.store.writing() as (connection, _, _),
    ):
        note(connection, None, "add", "need", "N1", note="需要耐高温的涂层，" * 10)
    assert world.audited("add")[-1].kind == "person"


FORBIDDEN, FINE = 403, 200
BY_ROLE = [
    # method, path, body, admin, organiser, broker, enterprise
    ("GET", "/api/v1/me", None, FINE, FINE, FINE, FINE),
    ("GET", "/api/v1/keys", None, FINE, FINE, FINE, FINE),
    ("GET", "/api/v1/organisations", None, FINE, FINE, FINE, FINE),
    ("GET", "/api/v1/needs", None, FINE, FINE, FINE, FINE),
    ("GET", PEOPLE, None, FINE, FORBIDDEN, FORBIDDEN, FORBIDDEN),
    ("POST", PEOPLE, {"login": "x1", "name": "x", "organisation_id": 2}, 201, *[FORBIDDEN] * 3),
    ("PATCH", f"{PEOPLE}/3", {"name": "x"}, FINE, *[FORBIDDEN] * 3),
    ("POST", f"{PEOPLE}/3/reset", None, FINE, *[FORBIDDEN] * 3),
    ("POST", ORGANISATIONS, {"name": "x", "kind": "broker"}, 201, *[FORBIDDEN] * 3),
    ("PATCH", f"{ORGANISATIONS}/3", {"name": "y"}, FINE, *[FORBIDDEN] * 3),
    ("GET", "/api/v1/audit", None, FINE, *[FORBIDDEN] * 3),
    ("GET", "/me/keys", None, FINE, FINE, FINE, FINE),
    ("GET", "/admin/people", None, FINE, *[FORBIDDEN] * 3),
    ("GET", "/admin/audit", None, FINE, *[FORBIDDEN] * 3),
]
WHO = ("admin", "sun", "li", "wang")


@pytest.mark.parametrize("login", WHO)
def test_each_role_may_do_what_the_table_says(world: World, login: str) -> None:
    assert {LOGINS[one] for one in WHO} == {"平台", "丁会", "丙中心", "甲厂"}
    browser = world.browser(login)
    got = {
        (method, path): browser.request(method, path, json=body).status_code
        for method, path, body, *_ in BY_ROLE
    }
    expected = {(row[0], row[1]): row[3 + WHO.index(login)] for row in BY_ROLE}
    assert got == expected
