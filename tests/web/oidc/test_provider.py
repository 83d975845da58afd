"""A provider that fails, and settings that cannot be used."""

from dataclasses import replace
from typing import Any

import pytest

from service.access import oidc as oidc_module
from service.access.oidc import Provider
from service.access.oidc_way import Way, way_of
from service.access.rates import TRIES_PER_ADDRESS
from service.errors import SettingsError
from tests.web.access_world import World
from tests.web.oidc_world import (
    HTML,
    SECRET,
    Change,
    Idp,
    begun,
    brought,
    come_in,
    settings_of,
)


@pytest.mark.parametrize(
    "described",
    [
        {"issuer": "https://evil.example"},
        {"token_endpoint": "http://id.example.org/token"},
        {"jwks_uri": None},
        {"authorization_endpoint": "https://user@id.example.org/"},
    ],
)
def test_a_description_that_is_not_the_providers_is_not_used(
    world: World, idp: Idp, configured: Change, described: dict[str, Any]
) -> None:
    idp.described = described
    answer = world.client().get("/sign-in/oidc", headers=HTML)
    assert answer.status_code == 502
    assert "DUIJIE_OIDC_" in answer.text


def test_a_provider_that_fails_is_told_and_the_password_still_works(
    world: World, idp: Idp, configured: Change, caplog: pytest.LogCaptureFixture
) -> None:
    client = world.client()
    answer = idp.agree(begun(client))
    idp.status = 503
    assert brought(client, **answer).status_code == 502
    assert answer["code"] not in caplog.text
    assert SECRET not in caplog.text
    configured()
    assert client.get("/sign-in/oidc", headers=HTML).status_code == 502
    world.browser("zhao")


def test_a_slow_provider_does_not_take_every_thread(
    world: World, idp: Idp, configured: Change, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oidc_module, "AT_ONCE", 1)
    configured()
    with world.app.state.provider._asking():
        answer = world.client().get("/sign-in/oidc", headers=HTML)
    assert answer.status_code == 429
    assert begun(world.client())


def test_attempts_are_limited_for_each_address(world: World, idp: Idp, configured: Change) -> None:
    client = world.client()
    for _ in range(TRIES_PER_ADDRESS.amount):
        client.get("/sign-in/oidc", headers=HTML)
    assert client.get("/sign-in/oidc", headers=HTML).status_code == 429
    assert brought(client, code="c", state="s").status_code == 429


def test_another_site_cannot_begin_an_attempt(world: World, idp: Idp, configured: Change) -> None:
    headers = {**HTML, "Sec-Fetch-Site": "cross-site"}
    answer = world.client().get("/sign-in/oidc", headers=headers)
    assert (answer.status_code, idp.asked) == (403, [])


@pytest.mark.parametrize("next", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_nobody_is_led_to_another_server(
    world: World, idp: Idp, configured: Change, next: str
) -> None:
    assert come_in(world.client(), idp, next).headers["Location"] == "/"


def test_a_spoilt_cookie_begins_nothing(world: World, idp: Idp, configured: Change) -> None:
    client = world.client()
    there = begun(client, "/needs")
    secret = client.cookies["duijie_oidc"].partition(".")[0]
    client.cookies.clear()
    client.cookies["duijie_oidc"] = f"{secret}.!!!"
    assert brought(client, **idp.agree(there)).headers["Location"] == "/"
    client.cookies.clear()
    client.cookies["duijie_oidc"] = "short.x"
    assert brought(client, code="c", state="s").status_code == 401


def test_the_public_address_and_the_ways_to_prove_the_secret(
    world: World, idp: Idp, configured: Change
) -> None:
    configured(public_url="https://duijie.example.org/")
    idp.described = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    there = begun(world.client())
    assert "redirect_uri=https%3A%2F%2Fduijie.example.org%2Fsign-in%2Foidc%2Fback" in there
    assert come_in(world.client(), idp).status_code == 303


def test_a_public_client_has_no_secret() -> None:
    way = way_of(settings_of(oidc_client_secret=""))
    assert way is not None
    assert Provider(way)._client("https://x.example").token_endpoint_auth_method == "none"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"oidc_issuer": "http://id.example.org"}, "OIDC_ISSUER"),
        ({"oidc_issuer": "https://id.example.org?x=1"}, "OIDC_ISSUER"),
        ({"oidc_issuer": "https://[::1"}, "OIDC_ISSUER"),
        ({"oidc_client_id": " "}, "CLIENT_ID"),
        ({"oidc_claim": ""}, "OIDC_CLAIM"),
        ({"oidc_organisations": "甲厂"}, "OIDC_ORGANISATIONS"),
        ({"public_url": "duijie.example.org"}, "PUBLIC_URL"),
    ],
)
def test_settings_that_cannot_be_used_are_told(given: dict[str, Any], told: str) -> None:
    with pytest.raises(SettingsError, match=told) as caught:
        way_of(settings_of(**given))
    assert SECRET not in str(caught.value)


def test_without_the_packages_the_settings_say_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("service.access.oidc_way.find_spec", lambda _name: None)
    with pytest.raises(SettingsError, match=r"duijie\[oidc\]"):
        way_of(settings_of())


def test_plain_http_is_only_for_this_machine() -> None:
    way = way_of(settings_of(oidc_issuer="http://127.0.0.1:9000", oidc_claim="sub"))
    assert isinstance(way, Way)
    assert not way.needs_email
    assert replace(way, organisations={"x": "y"}).needs_email
