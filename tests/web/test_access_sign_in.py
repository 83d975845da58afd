import logging
from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select, update

from service.access import passwords, sessions
from service.access.rates import TRIES_PER_ADDRESS, TRIES_PER_LOGIN
from service.errors import StoreBusyError
from service.store.people_tables import OrganisationRow, SessionRow, UserRow
from service.store.store import Store
from tests.web.access_world import PASSWORD, World

ME, SESSION = "/api/v1/me", "/api/v1/session"


def attempt(world: World, login: str, password: str = PASSWORD) -> int:
    answer = world.client().post(SESSION, json={"login": login, "password": password})
    return answer.status_code


def bearing(token: str, client: TestClient) -> TestClient:
    client.cookies["duijie_session"] = token
    return client


def test_who_signs_in_is_known_until_they_sign_out(world: World) -> None:
    browser = world.browser("wang")
    told = browser.get(ME).json()
    assert (told["login"], told["organisation"], told["role"]) == ("wang", "甲厂", "enterprise")
    assert told["scopes"] == ["read", "write"]
    assert told["csrf_token"] == browser.headers["X-CSRF-Token"]
    token = browser.cookies["duijie_session"]
    assert browser.delete(SESSION).status_code == 204
    assert "duijie_session" not in browser.cookies
    browser.cookies["duijie_session"] = token
    assert browser.get(ME).status_code == 401


def test_capitals_and_blanks_in_a_login_make_no_difference(world: World) -> None:
    assert attempt(world, " WANG ") == 201


def test_only_hashes_are_kept(world: World, settings: object) -> None:
    browser = world.browser("wang")
    token = browser.cookies["duijie_session"]
    assert len(token) >= 43  # 256 bits
    with world.store.reading() as connection:
        rows = str(connection.execute(select(SessionRow.__table__)).all())
        rows += str(connection.execute(select(UserRow.__table__)).all())
    assert token not in rows
    assert PASSWORD not in rows


@pytest.mark.parametrize(
    ("login", "password"),
    [("wang", "wrong password"), ("nobody", PASSWORD), ("", ""), ("wang", "")],
)
def test_whatever_is_wrong_is_told_alike(world: World, login: str, password: str) -> None:
    answer = world.client().post(SESSION, json={"login": login, "password": password})
    assert answer.status_code == 401
    assert answer.json()["error"]["message"].startswith("账号或密码不对")
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("row", [UserRow, OrganisationRow])
def test_who_is_not_active_is_out_at_once_and_stays_out(world: World, row: type) -> None:
    browser, program = world.browser("wang"), world.program("wang")
    with world.store.writing() as (connection, _, _):
        connection.execute(update(row).values(active=False))
    assert browser.get(ME).status_code == 401
    assert program.get(ME).status_code == 401
    assert attempt(world, "wang") == 401


def test_an_unknown_login_costs_a_hash_and_a_write_as_a_wrong_password_does(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[str] = []
    real = passwords.HASHER

    class Counting:
        def __getattr__(self, name: str) -> object:
            return getattr(real, name)

        def verify(self, kept: str, password: str) -> bool:
            checked.append(kept)
            return real.verify(kept, password)

    monkeypatch.setattr(passwords, "HASHER", Counting())
    attempt(world, "nobody")
    attempt(world, "wang", "wrong password")
    assert len(checked) == 2
    assert all(kept.startswith("$argon2id$") for kept in checked)
    refused = world.audited("sign_in_refused")
    assert [one.user_id for one in refused] == [None, world.caller("wang").user_id]
    assert "nobody" not in str(refused)


def test_a_hash_is_renewed_when_the_parameters_have_changed(world: World) -> None:
    old = passwords.PasswordHasher(time_cost=2, memory_cost=8, parallelism=1).hash(PASSWORD)
    with world.store.writing() as (connection, _, _):
        connection.execute(update(UserRow).where(UserRow.login == "wang").values(password=old))
    assert attempt(world, "wang") == 201
    with world.store.reading() as connection:
        fresh = connection.scalar(select(UserRow.password).where(UserRow.login == "wang"))
    assert fresh != old
    assert passwords.matches(PASSWORD, fresh or "")


def test_signing_in_renews_the_session_against_fixation(world: World) -> None:
    fixed = world.client()
    fixed.cookies["duijie_session"] = "x" * 43
    answer = fixed.post(SESSION, json={"login": "wang", "password": PASSWORD})
    token = answer.cookies["duijie_session"]
    assert token != "x" * 43
    assert bearing("x" * 43, world.client()).get(ME).status_code == 401
    # Signing in again ends the session that the browser had.
    again = world.client()
    again.cookies["duijie_session"] = token
    fresh = again.post(SESSION, json={"login": "wang", "password": PASSWORD})
    assert fresh.cookies["duijie_session"] != token
    with world.store.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(SessionRow)) == 1


def test_the_cookie_is_closed_to_scripts_and_other_sites(world: World) -> None:
    given = {"login": "wang", "password": PASSWORD}
    plain = world.client().post(SESSION, json=given).headers["Set-Cookie"]
    assert plain.startswith("duijie_session=")
    for part in ("HttpOnly", "SameSite=lax", "Path=/"):
        assert part in plain
    assert "Secure" not in plain
    assert "Domain" not in plain
    secure = world.client("https://testserver")
    cookie = secure.post(SESSION, json=given).headers["Set-Cookie"]
    assert cookie.startswith("__Host-duijie_session=")
    assert "; Secure" in cookie
    assert secure.get(ME).status_code == 200


def test_over_https_the_plain_cookie_counts_for_nothing(world: World) -> None:
    token = world.browser("wang").cookies["duijie_session"]
    secure = world.client("https://testserver")
    assert bearing(token, secure).get(ME).status_code == 401


def test_a_session_that_is_used_goes_on_until_its_absolute_end(world: World) -> None:
    browser = world.browser("wang")
    now = datetime.now(UTC)
    world.change_session(browser, expires_at=now + timedelta(minutes=5))
    assert browser.get(ME).status_code == 200
    with world.store.reading() as connection:
        until = connection.scalar(select(SessionRow.expires_at))
    assert until is not None
    assert until > now + sessions.IDLE - timedelta(minutes=1)
    world.change_session(browser, created_at=now - sessions.ABSOLUTE)
    assert browser.get(ME).status_code == 401


def test_a_session_that_is_idle_ends_and_is_swept_out(world: World) -> None:
    browser = world.browser("wang")
    world.change_session(browser, expires_at=datetime.now(UTC) - timedelta(seconds=1))
    assert browser.get(ME).status_code == 401
    world.browser("zhao")
    with world.store.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(SessionRow)) == 1


def test_a_busy_store_does_not_stop_a_reader(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = world.browser("wang")
    world.change_session(browser, expires_at=datetime.now(UTC) + timedelta(minutes=5))

    def busy(store: Store) -> None:
        raise StoreBusyError("x")

    monkeypatch.setattr(Store, "writing", busy)
    assert browser.get(ME).status_code == 200


def test_attempts_are_limited_for_each_login(world: World) -> None:
    for _ in range(TRIES_PER_LOGIN.amount):
        assert attempt(world, "wang", "wrong password") == 401
    answer = world.client().post(SESSION, json={"login": "wang", "password": PASSWORD})
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= 300
    assert attempt(world, "zhao") == 201


def test_who_comes_in_may_be_wrong_again(world: World) -> None:
    for _ in range(3):
        for _ in range(TRIES_PER_LOGIN.amount - 1):
            assert attempt(world, "wang", "wrong password") == 401
        assert attempt(world, "wang") == 201


def test_attempts_are_limited_for_each_address(world: World) -> None:
    codes = [attempt(world, f"nobody{at}") for at in range(TRIES_PER_ADDRESS.amount + 1)]
    assert set(codes[:-1]) == {401}
    assert codes[-1] == 429
    assert attempt(world, "wang") == 429


def test_with_a_one_time_password_only_changing_it_is_allowed(world: World) -> None:
    with world.store.writing() as (connection, _, _):
        connection.execute(update(UserRow).values(must_change=True))
    browser, program = world.browser("wang"), world.program("wang")
    for client in (browser, program):
        assert client.get(ME).json()["must_change"] is True
        answer = client.get("/api/v1/keys")
        assert answer.status_code == 403
        assert answer.json()["error"]["code"] == "password_must_change"
    given = {"current": PASSWORD, "new": "correct horse battery"}
    assert program.put("/api/v1/me/password", json=given).status_code == 403
    assert browser.put("/api/v1/me/password", json=given).status_code == 201
    assert browser.get("/api/v1/keys").status_code == 200


def test_changing_the_password_ends_every_other_session(world: World) -> None:
    here, there = world.browser("wang"), world.browser("wang")
    before = here.cookies["duijie_session"]
    given = {"current": PASSWORD, "new": "correct horse battery"}
    answer = here.put("/api/v1/me/password", json=given)
    assert answer.status_code == 201
    assert here.cookies["duijie_session"] != before
    assert here.get(ME).json()["csrf_token"] == answer.json()["csrf_token"]
    assert there.get(ME).status_code == 401
    assert attempt(world, "wang") == 401
    assert attempt(world, "wang", "correct horse battery") == 201
    assert len(world.audited("change_password")) == 1


@pytest.mark.parametrize(
    ("current", "new", "status"),
    [
        ("wrong password", "correct horse battery", 403),
        (PASSWORD, PASSWORD, 422),
        (PASSWORD, "short", 422),
        (PASSWORD, "my name is wang某 ok", 422),
    ],
)
def test_a_password_that_cannot_be_had_changes_nothing(
    world: World, current: str, new: str, status: int
) -> None:
    browser = world.browser("wang")
    answer = browser.put("/api/v1/me/password", json={"current": current, "new": new})
    assert answer.status_code == status
    assert browser.get(ME).status_code == 200
    assert attempt(world, "wang") == 201


def test_no_log_line_holds_a_password_a_token_or_what_was_typed(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    browser = world.browser("wang")
    secret = browser.post("/api/v1/keys", json={"name": "k", "scopes": ["read"]}).json()["key"]
    browser.put("/api/v1/me/password", json={"current": PASSWORD, "new": "short"})
    attempt(world, "my-typed-login", "my-typed-password")
    told = "\n".join(record.getMessage() for record in caplog.records)
    assert "sign-in refused" in told
    hidden = (PASSWORD, secret, browser.cookies["duijie_session"], "my-typed-", "short")
    assert [one for one in hidden if one in told] == []
