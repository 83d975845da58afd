"""Three organisations with their people over a few records, as the tests of the workbench need."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import insert

from matcher.types import Achievement, Need
from service.access.caller import SCOPES_OF_ROLE, Caller
from service.access.who import caller
from service.store.batch import Incoming
from service.store.people_tables import GrantRow, OrganisationRow, UserRow
from service.store.store import Store
from service.web.workplace import Workplace

NOW = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)


def _caller(user_id: int, login: str, organisation_id: int, organisation: str, role: Any) -> Caller:
    scopes = SCOPES_OF_ROLE[role]
    return Caller(user_id, login, login, organisation_id, organisation, role, scopes)


ROOT = _caller(1, "root", 1, "平台", "admin")
LI = _caller(2, "li", 2, "甲制造", "enterprise")
WANG = _caller(3, "wang", 2, "甲制造", "enterprise")
ZHAO = _caller(4, "zhao", 3, "乙转移", "broker")
PEOPLE = (ROOT, LI, WANG, ZHAO)
KINDS = {1: "platform", 2: "enterprise", 3: "broker"}


def settle(store: Store) -> None:
    """Write the organisations and their people."""
    with store.writing() as (connection, _transaction, _revision):
        names = {one.organisation_id: one.organisation for one in PEOPLE}
        for id_, name in names.items():
            row = {"id": id_, "name": name, "kind": KINDS[id_], "created_at": NOW}
            connection.execute(insert(OrganisationRow).values(**row))
        for one in PEOPLE:
            row = {
                "id": one.user_id,
                "login": one.login,
                "name": one.name,
                "organisation_id": one.organisation_id,
                "role": one.role,
                "password": "",
                "created_at": NOW,
            }
            connection.execute(insert(UserRow).values(**row))


class World:
    """A running server with its people."""

    def __init__(self, app: FastAPI, client: TestClient) -> None:
        self.app = app
        self.client = client
        self.place: Workplace = app.state.workplace
        settle(self.place.store)

    def comes(self, who: Caller) -> TestClient:
        """Let the next requests come from a person."""
        self.app.dependency_overrides[caller] = lambda: who
        return self.client

    def put(self, record: Need | Achievement, holder: int | None = None) -> None:
        """Write a record and bring the index up to date."""
        side: Any = "need" if isinstance(record, Need) else "achievement"
        with self.place.store.importing(side, "test", holder=holder) as batch:
            batch.put_many([Incoming(record)])
        self.place.catch_up()

    def grant(self, side: str, id_: str, organisation_id: int) -> None:
        """Let an organisation see a 受限 record."""
        row = {"kind": side, "record_id": id_, "organisation_id": organisation_id}
        with self.place.store.writing() as (connection, _transaction, _revision):
            connection.execute(insert(GrantRow).values(**row))


@contextmanager
def world_of(app: FastAPI) -> Iterator[World]:
    """Start a server over the usual records, its index made; it does no work of its own."""
    app.state.worker.kinds = ()
    with TestClient(app, raise_server_exceptions=False) as client:
        world = World(app, client)
        world.place.catch_up()
        yield world


def without_key(who: Caller) -> Caller:
    """The same person, who may only read."""
    return replace(who, scopes=frozenset({"read"}))
