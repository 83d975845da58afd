"""People of several organisations who call the API, and how to call it as one of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import insert, select

from service.access.caller import ROLE_OF_KIND, SCOPES_OF_ROLE, Caller, Role
from service.access.who import caller
from service.store.people_tables import GrantRow, OrganisationRow, UserRow
from service.store.store import Store


def _caller(number: int, organisation: str, role: Role) -> Caller:
    scopes = SCOPES_OF_ROLE[role]
    return Caller(number, f"user{number}", "人", number, organisation, role, scopes)


API = "/api/v1"
ADMIN = _caller(1, "平台", "admin")
MAKER = _caller(2, "甲厂", "enterprise")
RIVAL = _caller(3, "乙厂", "enterprise")
BROKER = _caller(4, "技转中心", "broker")
KINDS = {role: kind for kind, role in ROLE_OF_KIND.items()}
PEOPLE = (ADMIN, MAKER, RIVAL, BROKER)


def settle(store: Store) -> None:
    """Write down the organisations and people, unless they are there."""
    now = datetime.now(UTC)
    with store.writing() as (connection, _, _):
        there = set(connection.scalars(select(OrganisationRow.id)))
        for one in PEOPLE:
            if one.organisation_id in there:
                continue
            organisation = {
                "id": one.organisation_id,
                "name": one.organisation,
                "kind": KINDS[one.role],
            }
            connection.execute(
                insert(OrganisationRow).values(**organisation, active=True, created_at=now)
            )
            connection.execute(
                insert(UserRow).values(
                    id=one.user_id,
                    login=one.login,
                    name=one.name,
                    organisation_id=one.organisation_id,
                    role=one.role,
                    password="",
                    must_change=False,
                    active=True,
                    created_at=now,
                )
            )


def grant(store: Store, side: str, id_: str, to: Caller) -> None:
    row = {"kind": side, "record_id": id_, "organisation_id": to.organisation_id}
    with store.writing() as (connection, _, _):
        connection.execute(insert(GrantRow).values(**row))


@contextmanager
def calling(app: FastAPI, who: Caller) -> Iterator[None]:
    before = app.dependency_overrides.get(caller)
    app.dependency_overrides[caller] = lambda: who
    try:
        yield
    finally:
        if before is None:
            app.dependency_overrides.pop(caller, None)
        else:
            app.dependency_overrides[caller] = before


def post(
    api: TestClient, who: Any, body: dict[str, Any], side: str = "needs", **headers: str
) -> Any:
    with calling(api.app, who):
        return api.post(f"{API}/{side}", json=body, headers=headers)


def get(api: TestClient, who: Any, path: str, **query: Any) -> Any:
    with calling(api.app, who):
        return api.get(API + path, params=query)
