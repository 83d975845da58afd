"""Who may come in through a provider, and who may not."""

from typing import Any

import pytest
from sqlalchemy import update

from service.access import passwords
from service.store.people_tables import OrganisationRow, UserRow
from tests.web.access_world import PASSWORD, World
from tests.web.oidc_world import (
    ME,
    WANG,
    Change,
    Idp,
    come_in,
    refused,
)


@pytest.mark.parametrize(
    "person",
    [
        {"email": "nobody@factory.example", "email_verified": True},
        {"email": "", "email_verified": True},
    ],
)
def test_who_is_unknown_is_not_added_unasked(
    world: World, idp: Idp, configured: Change, person: dict[str, Any]
) -> None:
    idp.person = person
    reason = "unknown" if person["email"] else "unverified"
    refused(world, come_in(world.client(), idp), reason)


@pytest.mark.parametrize("verified", [False, None, "false", 1])
def test_an_address_that_is_not_verified_names_nobody(
    world: World, idp: Idp, configured: Change, verified: Any
) -> None:
    idp.person["email_verified"] = verified
    refused(world, come_in(world.client(), idp), "unverified")


@pytest.mark.parametrize("row", [UserRow, OrganisationRow])
def test_who_is_not_active_stays_out_and_is_told_the_same(
    world: World, idp: Idp, configured: Change, row: type
) -> None:
    configured(oidc_organisations="factory.example=甲厂")  # nor are they added anew
    with world.store.writing() as (connection, _, _):
        connection.execute(update(row).values(active=False))
    refused(world, come_in(world.client(), idp), "unknown")


def test_only_addresses_of_the_named_domains_come_in(
    world: World, idp: Idp, configured: Change
) -> None:
    configured(oidc_domains="@Factory.example, other.example")
    assert come_in(world.client(), idp).status_code == 303
    configured(oidc_domains="example")
    assert come_in(world.client(), idp).status_code == 401


def test_another_claim_may_name_the_person(world: World, idp: Idp, configured: Change) -> None:
    configured(oidc_claim="employee")
    idp.person = {"employee": " ZHAO "}
    client = world.client()
    assert come_in(client, idp).status_code == 303
    assert client.get(ME).json()["login"] == "zhao"
    idp.person = {"employee": ["zhao"]}
    assert come_in(world.client(), idp).status_code == 401


def test_what_the_token_does_not_tell_is_asked_for(
    world: World, idp: Idp, configured: Change
) -> None:
    idp.info, idp.person = idp.person, {}
    assert come_in(world.client(), idp).status_code == 303
    idp.info = {**WANG, "sub": "somebody else"}
    assert come_in(world.client(), idp).status_code == 401
    assert world.audited("sign_in_refused")[-1].detail["reason"] == "token"


def test_who_is_new_is_added_to_the_organisation_that_the_settings_name(
    world: World, idp: Idp, configured: Change
) -> None:
    configured(oidc_organisations="lab.example = 丙中心 ；factory.example=甲厂")
    idp.person = {"email": "new@lab.example", "email_verified": "true", "name": "新 人"}
    client = world.client()
    assert come_in(client, idp).status_code == 303
    told = client.get(ME).json()
    assert (told["login"], told["name"]) == ("new@lab.example", "新 人")
    assert (told["organisation"], told["role"], told["must_change"]) == ("丙中心", "broker", False)
    assert come_in(world.client(), idp).status_code == 303, "known from now on"
    assert not passwords.matches("", "")
    attempt = {"login": "new@lab.example", "password": ""}
    assert world.client().post("/api/v1/session", json=attempt).status_code == 401


def test_a_claim_may_tell_the_organisation_but_never_the_platform(
    world: World, idp: Idp, configured: Change
) -> None:
    mapping = "makers=甲厂;root=平台;gone=没有的单位"
    configured(oidc_organisations=mapping, oidc_organisation_claim="groups")
    idp.person = {"email": "a@x.example", "email_verified": True, "groups": ["root", "gone"]}
    refused(world, come_in(world.client(), idp), "unknown")
    idp.person |= {"groups": [17, "root", "Makers"], "name": "\n"}
    client = world.client()
    assert come_in(client, idp).status_code == 303
    assert client.get(ME).json()["role"] == "enterprise"
    assert client.get(ME).json()["name"] == "a@x.example"


def test_a_login_that_cannot_be_one_is_refused(world: World, idp: Idp, configured: Change) -> None:
    configured(oidc_organisations="x.example=甲厂")
    idp.person = {"email": "有@x.example", "email_verified": True}
    refused(world, come_in(world.client(), idp), "unknown")


def test_a_one_time_password_ends_when_its_owner_comes_through_the_provider(
    world: World, idp: Idp, configured: Change
) -> None:
    with world.store.writing() as (connection, _, _):
        connection.execute(update(UserRow).values(must_change=True))
    client = world.client()
    assert come_in(client, idp).status_code == 303
    assert client.get("/api/v1/keys").status_code == 200
    attempt = {"login": "wang@factory.example", "password": PASSWORD}
    assert world.client().post("/api/v1/session", json=attempt).status_code == 401


def test_whoever_has_the_name_of_an_administrator_at_the_provider_is_not_one(
    world: World, idp: Idp, configured: Change
) -> None:
    configured(oidc_claim="preferred_username")
    with world.store.writing() as (connection, _, _):
        connection.execute(update(UserRow).where(UserRow.login == "admin").values(active=True))
    idp.person["preferred_username"] = "admin"
    refused(world, come_in(world.client(), idp), "unknown")


@pytest.mark.parametrize("name", ["\u212aate", "ka\u0000te", ""])
def test_a_look_alike_of_a_login_names_nobody(
    world: World, idp: Idp, configured: Change, name: str
) -> None:
    configured(oidc_claim="preferred_username")
    idp.person["preferred_username"] = name
    assert come_in(world.client(), idp).status_code == 401
