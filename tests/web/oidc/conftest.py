"""A server whose people may come in through a provider in memory."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import update

from service.access.oidc import Provider
from service.access.oidc_way import way_of
from service.store.people_tables import UserRow
from tests.web.access_world import World
from tests.web.oidc_world import WANG, Change, Idp, settings_of


@pytest.fixture
def idp() -> Idp:
    return Idp(person=dict(WANG))


@pytest.fixture
def configured(world: World, idp: Idp) -> Iterator[Change]:
    """Configure the provider; Wang's login is the address that the provider knows."""
    with world.store.writing() as (connection, _, _):
        login = str(WANG["email"]).lower()
        connection.execute(update(UserRow).where(UserRow.login == "wang").values(login=login))

    def configure(**more: Any) -> None:
        way = way_of(settings_of(**more))
        assert way is not None
        world.app.state.provider = Provider(way, idp.transport)

    configure()
    yield configure
    world.app.state.provider = None
