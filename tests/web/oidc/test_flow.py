"""From the button to the way back, and what is not believed of it."""

import time
from typing import Any

import pytest
from sqlalchemy import func, select

from service.access.oidc_way import way_of
from service.settings import Settings
from service.store.people_tables import SessionRow
from tests.web.access_world import World
from tests.web.oidc_world import (
    CLIENT,
    HTML,
    ISSUER,
    ME,
    OTHER_KEY,
    Change,
    Idp,
    begun,
    brought,
    come_in,
    refused,
)


def test_without_settings_there_is_no_such_way(world: World) -> None:
    client = world.client()
    assert "/sign-in/oidc" not in client.get("/sign-in", headers=HTML).text
    assert client.get("/sign-in/oidc", headers=HTML).status_code == 404
    assert brought(client, code="x", state="y").status_code == 404
    assert way_of(Settings()) is None


def test_the_button_is_shown_and_nothing_is_asked_before_it_is_pressed(
    world: World, idp: Idp, configured: Change
) -> None:
    configured(oidc_name="园区账号")
    page = world.client().get("/sign-in?next=/needs", headers=HTML).text
    assert "用园区账号登录" in page
    assert 'href="/sign-in/oidc?next=%2Fneeds"' in page
    assert idp.asked == []


def test_a_person_comes_in_and_is_led_to_where_they_were(
    world: World, idp: Idp, configured: Change
) -> None:
    client = world.client()
    there = begun(client, "/needs?page=2")
    assert there.startswith(f"{ISSUER}/authorize?tenant=1&")
    answer = brought(client, **idp.agree(there), iss=ISSUER)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/needs?page=2")
    told = client.get(ME).json()
    assert (told["login"], told["organisation"]) == ("wang@factory.example", "甲厂")
    assert "duijie_oidc" not in client.cookies
    (entry,) = world.audited("sign_in")
    assert entry.detail["by"] == "oidc"
    base = "/realm/"
    assert idp.asked == [f"{base}.well-known/openid-configuration", f"{base}token", f"{base}keys"]


def test_the_attempts_cookie_is_closed_to_scripts_and_never_the_session(
    world: World, idp: Idp, configured: Change
) -> None:
    client = world.client("https://testserver")
    answer = client.get("/sign-in/oidc", headers=HTML)
    cookie = answer.headers["Set-Cookie"]
    for part in ("__Host-duijie_oidc=", "HttpOnly", "SameSite=lax", "Secure", "Path=/"):
        assert part in cookie
    secret = client.cookies["__Host-duijie_oidc"].partition(".")[0]
    assert secret not in answer.headers["Location"]
    assert (
        "redirect_uri=https%3A%2F%2Ftestserver%2Fsign-in%2Foidc%2Fback"
        in (answer.headers["Location"])
    )
    assert come_in(client, idp).status_code == 303
    assert "__Host-duijie_session" in client.cookies


def test_the_session_is_a_new_one_and_the_old_one_ends(
    world: World, idp: Idp, configured: Change
) -> None:
    fixed = world.client()
    fixed.cookies["duijie_session"] = "x" * 43
    answer = come_in(fixed, idp)
    token = answer.cookies["duijie_session"]
    assert token != "x" * 43
    again = world.client()
    again.cookies["duijie_session"] = token
    assert come_in(again, idp).cookies["duijie_session"] != token
    with world.store.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(SessionRow)) == 1


def test_another_browsers_answer_is_not_taken(world: World, idp: Idp, configured: Change) -> None:
    """Else somebody could be signed in under another's name without noticing."""
    answer = idp.agree(begun(world.client()))
    refused(world, brought(world.client(), **answer), "state")


@pytest.mark.parametrize("state", ["", "wrong", "错", "x" * 43])
def test_a_wrong_state_is_refused(world: World, idp: Idp, configured: Change, state: str) -> None:
    client = world.client()
    answer = idp.agree(begun(client))
    refused(world, brought(client, code=answer["code"], state=state), "state")
    assert len(idp.asked) == 1, "the code is not redeemed"


def test_an_answer_counts_once(world: World, idp: Idp, configured: Change) -> None:
    client = world.client()
    answer = idp.agree(begun(client))
    assert brought(client, **answer).status_code == 303
    assert brought(client, **answer).status_code == 401


def test_who_is_refused_by_the_provider_is_told_so(
    world: World, idp: Idp, configured: Change
) -> None:
    client = world.client()
    state = idp.agree(begun(client))["state"]
    refused(world, brought(client, error="access_denied", state=state), "denied")


@pytest.mark.parametrize(
    "change",
    [
        {"nonce": "another"},
        {"nonce": None},
        pytest.param({"exp": int(time.time()) - 120}, id="ended"),  # the same name in all processes
        {"exp": None},
        pytest.param({"iat": int(time.time()) + 3600}, id="to come"),
        {"iss": "https://evil.example"},
        {"aud": "another-client"},
        {"aud": [CLIENT, "another-client"]},
        {"aud": [CLIENT, "another-client"], "azp": "another-client"},
        {"sub": None},
        {"at_hash": "wrong"},
    ],
    ids=str,
)
def test_a_token_that_is_not_for_this_attempt_is_refused(
    world: World, idp: Idp, configured: Change, change: dict[str, Any]
) -> None:
    idp.change = change
    refused(world, come_in(world.client(), idp), "token")


@pytest.mark.parametrize(("key", "alg"), [(OTHER_KEY, "RS256"), (None, "HS256"), (None, "none")])
def test_a_token_that_the_provider_did_not_sign_is_refused(
    world: World, idp: Idp, configured: Change, key: Any, alg: str
) -> None:
    idp.key, idp.alg = key, alg
    refused(world, come_in(world.client(), idp), "token")


def test_an_answer_that_names_another_provider_is_refused(
    world: World, idp: Idp, configured: Change
) -> None:
    client = world.client()
    answer = idp.agree(begun(client))
    refused(world, brought(client, **answer, iss="https://evil.example"), "token")


def test_a_provider_that_says_who_it_is_must_do_so(
    world: World, idp: Idp, configured: Change
) -> None:
    idp.described = {"authorization_response_iss_parameter_supported": True}
    refused(world, come_in(world.client(), idp), "token")
