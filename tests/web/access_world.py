"""A running server with people who really sign in, and programs that really bring keys."""

from dataclasses import dataclass

from argon2 import PasswordHasher
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from service.access import keys
from service.access.caller import Caller, Kind
from service.access.organisations import add_organisation
from service.access.people import OneTime, add_person, caller_for, with_login
from service.access.tokens import kept
from service.store.batch import Incoming
from service.store.people_tables import AuditRow, SessionRow, UserRow
from service.store.store import Store
from service.web.workplace import Workplace

QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""Hashes as argon2 does, but without taking long; tests put it in the place of the real one."""
PASSWORD = "三只 purple 河马 7"
HASH = QUICK.hash(PASSWORD)
ORGANISATIONS: tuple[tuple[str, Kind], ...] = (
    ("平台", "platform"),
    ("甲厂", "enterprise"),
    ("乙厂", "enterprise"),
    ("丙中心", "broker"),
    ("丁会", "organiser"),
)
LOGINS = {
    "admin": "平台",
    "wang": "甲厂",
    "qian": "甲厂",
    "zhao": "乙厂",
    "li": "丙中心",
    "sun": "丁会",
}


@dataclass
class World:
    """A running server and its people, all with `PASSWORD`."""

    app: FastAPI

    @property
    def place(self) -> Workplace:
        found: Workplace = self.app.state.workplace
        return found

    @property
    def store(self) -> Store:
        return self.place.store

    def settle(self) -> None:
        """Add everybody."""
        with self.store.writing() as (connection, _, _):
            made = {
                name: add_organisation(connection, None, name, kind) for name, kind in ORGANISATIONS
            }
            for login, name in LOGINS.items():
                once = OneTime(PASSWORD, HASH)
                add_person(connection, None, login, f"{login}某", made[name], once)
            connection.execute(update(UserRow).values(must_change=False))

    def caller(self, login: str) -> Caller:
        """A person as the functions below the routes see them."""
        with self.store.reading() as connection:
            return caller_for(with_login(connection, login))

    def client(self, base: str = "http://testserver") -> TestClient:
        """A browser or program that nobody knows yet, on the event loop that the server runs on."""
        found = TestClient(self.app, base, raise_server_exceptions=False, follow_redirects=False)
        # Without one a client starts a loop and its threads anew for each request.
        found.portal = getattr(self.app.state, "portal", None)
        return found

    def browser(self, login: str) -> TestClient:
        """A browser in which somebody has signed in; its requests bring the CSRF token."""
        client = self.client()
        answer = client.post("/api/v1/session", json={"login": login, "password": PASSWORD})
        assert answer.status_code == 201, answer.text
        client.headers["X-CSRF-Token"] = answer.json()["csrf_token"]
        return client

    def program(self, login: str, *scopes: str) -> TestClient:
        """A program with a key of somebody's."""
        _, secret = keys.make_key(self.store, self.caller(login), "程序", scopes or ("read",), 1)
        client = self.client()
        client.headers["Authorization"] = f"Bearer {secret}"
        return client

    def put(self, login: str, side: str, *records: object) -> None:
        """Store records of somebody's, with the ids that they are given."""
        holder = self.caller(login).holder
        with self.store.importing(side, "t", holder=holder) as batch:  # type: ignore[arg-type]
            batch.put_many([Incoming(one) for one in records])  # type: ignore[arg-type]

    def audited(self, action: str) -> list[AuditRow]:
        """Entries of the audit log with an action, the oldest first."""
        statement = (
            select(AuditRow.__table__).where(AuditRow.action == action).order_by(AuditRow.id)
        )
        with self.store.reading() as connection:
            return list(connection.execute(statement))  # type: ignore[arg-type]

    def change_session(self, client: TestClient, **values: object) -> None:
        """Change the stored session of a browser."""
        token = client.cookies["duijie_session"]
        with self.store.writing() as (connection, _, _):
            statement = update(SessionRow).where(SessionRow.token_hash == kept(token))
            connection.execute(statement.values(**values))
