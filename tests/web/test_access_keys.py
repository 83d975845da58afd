from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from service.access import keys
from service.store.people_tables import KeyRow, UserRow
from tests.web.access_world import World

ME, KEYS = "/api/v1/me", "/api/v1/keys"


def change(world: World, **values: object) -> None:
    with world.store.writing() as (connection, _, _):
        connection.execute(update(KeyRow).values(**values))


def test_a_key_is_shown_once_and_only_its_hash_is_kept(world: World) -> None:
    browser = world.browser("wang")
    made = browser.post(KEYS, json={"name": " 夜间  同步 ", "scopes": ["read"]}).json()
    assert made["key"].startswith(f"dj_{made['about']['prefix']}_")
    secret = made["key"].split("_", 2)[2]
    assert len(secret) >= 43  # 256 bits
    assert made["about"]["name"] == "夜间 同步"
    with world.store.reading() as connection:
        assert secret not in str(connection.execute(select(KeyRow.__table__)).all())
    assert secret not in browser.get(KEYS).text
    assert secret not in str(world.audited("add"))
    assert world.audited("add")[-1].detail == {"scopes": "read", "days": 90}


def test_a_key_may_do_what_its_scopes_say_and_no_more(world: World) -> None:
    reader, writer = world.program("wang", "read"), world.program("wang", "write")
    assert reader.get("/api/v1/needs").status_code == 200
    assert reader.post("/api/v1/needs", json={"title": "x"}).status_code == 403
    assert writer.get("/api/v1/needs").status_code == 403
    assert writer.post("/api/v1/needs", json={"title": "x"}).status_code == 201
    assert world.program("admin", "read").get("/api/v1/people").status_code == 403
    assert world.program("admin", "admin").get("/api/v1/people").status_code == 200


@pytest.mark.parametrize(
    ("login", "scopes", "status"),
    [
        ("wang", ["read", "write"], 201),
        ("wang", ["admin"], 403),
        ("wang", ["read", "admin"], 403),
        ("admin", ["read", "write", "admin"], 201),
        ("wang", [], 422),
        ("wang", ["everything"], 422),
    ],
)
def test_a_key_never_has_more_than_the_role_allows(
    world: World, login: str, scopes: list[str], status: int
) -> None:
    answer = world.browser(login).post(KEYS, json={"name": "k", "scopes": scopes})
    assert answer.status_code == status


def test_a_key_loses_what_its_owners_role_loses(world: World) -> None:
    program = world.program("admin", "read", "admin")
    with world.store.writing() as (connection, _, _):
        connection.execute(update(UserRow).where(UserRow.login == "admin").values(role="broker"))
    assert program.get(ME).json()["scopes"] == ["read"]
    assert program.get("/api/v1/people").status_code == 403


def test_an_admins_key_without_the_scope_sees_no_more_than_anybody(world: World) -> None:
    answer = world.program("admin", "read").get(KEYS, params={"everybody": True})
    assert answer.status_code == 403


def test_a_key_makes_no_key(world: World) -> None:
    program = world.program("wang", "read", "write")
    assert program.post(KEYS, json={"name": "k", "scopes": ["read"]}).status_code == 403


@pytest.mark.parametrize(
    "values",
    [
        {"expires_at": datetime.now(UTC) - timedelta(seconds=1)},
        {"revoked_at": datetime.now(UTC) - timedelta(days=1)},
        {"secret_hash": "0" * 64},
        {"prefix": "0" * 12},
    ],
)
def test_a_key_that_is_expired_revoked_or_another_is_refused(
    world: World, values: dict[str, object]
) -> None:
    program = world.program("wang")
    assert program.get(ME).status_code == 200
    change(world, **values)
    answer = program.get(ME)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "given",
    ["", "Bearer", "Bearer ", "Bearer x", "Basic YTpi", "Bearer dj_a_b", "dj_{0}", "Bearer {1}"],
)
def test_what_is_no_key_is_refused_even_beside_a_session(world: World, given: str) -> None:
    key = world.program("wang").headers["Authorization"].removeprefix("Bearer ")
    browser = world.browser("wang")
    given = given.format(key, key.replace("dj_", "xx_"))
    assert browser.get(ME, headers={"Authorization": given}).status_code == 401


def test_a_key_that_is_revoked_is_refused_from_then_on(world: World) -> None:
    program, browser = world.program("wang"), world.browser("wang")
    number = browser.get(KEYS).json()["items"][0]["id"]
    told = browser.delete(f"{KEYS}/{number}").json()
    assert told["revoked_at"] is not None
    assert program.get(ME).status_code == 401
    assert browser.delete(f"{KEYS}/{number}").json() == told
    assert len(world.audited("revoke")) == 1


def test_only_the_owner_and_the_admin_revoke_a_key(world: World) -> None:
    world.program("wang")
    number = world.browser("wang").get(KEYS).json()["items"][0]["id"]
    for login, status in (("qian", 404), ("li", 404), ("admin", 200)):
        assert world.browser(login).delete(f"{KEYS}/{number}").status_code == status
    assert world.browser("wang").delete(f"{KEYS}/999").status_code == 404


def test_keys_are_listed_to_their_owner_and_to_the_admin(world: World) -> None:
    world.program("wang")
    world.program("zhao")
    assert [one["login"] for one in world.browser("wang").get(KEYS).json()["items"]] == ["wang"]
    assert world.browser("wang").get(KEYS, params={"everybody": True}).status_code == 403
    everybody = world.browser("admin").get(KEYS, params={"everybody": True}).json()["items"]
    assert [one["login"] for one in everybody] == ["zhao", "wang"]


@pytest.mark.parametrize("given", [{"days": 0}, {"days": 4000}, {"name": " "}, {"name": "x" * 81}])
def test_a_key_that_cannot_be_had_is_refused(world: World, given: dict[str, object]) -> None:
    body = {"name": "k", "scopes": ["read"], **given}
    assert world.browser("wang").post(KEYS, json=body).status_code == 422


def test_a_key_may_be_valid_for_ever(world: World) -> None:
    body = {"name": "k", "scopes": ["read"], "days": None}
    assert world.browser("wang").post(KEYS, json=body).json()["about"]["expires_at"] is None


def test_days_are_checked_below_the_routes_too(world: World) -> None:
    with pytest.raises(Exception, match="有效期"):
        keys.make_key(world.store, world.caller("wang"), "k", ["read"], 0)


def test_what_a_key_does_is_written_down_with_its_number(world: World) -> None:
    program = world.program("admin", "admin")
    program.post("/api/v1/organisations", json={"name": "戊厂", "kind": "enterprise"})
    entry = world.audited("add")[-1]
    assert entry.detail == {"key": 1, "kind": "enterprise"}
    assert entry.user_id == world.caller("admin").user_id


def test_calls_are_limited_for_each_person(world: World) -> None:
    from service.access.rates import Rates

    world.app.state.rates = Rates(3)
    program, other = world.program("wang"), world.program("zhao")
    assert [program.get(ME).status_code for _ in range(5)] == [200, 200, 200, 429, 429]
    answer = world.program("wang").get(ME)  # another key is no way around it
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert other.get(ME).status_code == 200
