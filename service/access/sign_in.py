"""Signing in with login and password, and out."""

import logging

from fastapi import Request
from sqlalchemy import select, update

from service.access import cookies, passwords, sessions
from service.access.audit import write
from service.access.csrf import same_site
from service.access.people import plain
from service.access.rates import Rates
from service.store.people_tables import OrganisationRow, UserRow
from service.store.store import Store
from service.web.errors import SignInError

log = logging.getLogger(__name__)

WRONG = "账号或密码不对，或者账号已停用。请重试；忘记密码请联系管理员。"


def sign_in(
    request: Request, store: Store, rates: Rates, login: str, password: str
) -> sessions.NewSession:
    """Begin a session for who knows the password; a session that the browser had ends.

    Raises:
        SignInError: login or password is wrong, or the account is not active: all told alike.
        TooManyError: too many attempts for this login or from this address.
        ForgedError: another site sent it.
    """
    same_site(request)
    login = plain(login)
    address = request.client.host if request.client else ""
    rates.try_to_sign_in(login, address)
    with store.reading() as connection:
        row = connection.execute(
            select(
                UserRow.id, UserRow.password, UserRow.active, OrganisationRow.active.label("in_use")
            )
            .join_from(UserRow, OrganisationRow, UserRow.organisation_id == OrganisationRow.id)
            .where(UserRow.login == login)
        ).one_or_none()
    # A login that does not exist takes as long as a wrong password.
    right = passwords.matches(password, row.password if row else "")
    if row is None or not right or not (row.active and row.in_use):
        _refused(store, row.id if row else None, address)
        raise SignInError(WRONG)
    rates.signed_in(login)
    fresh = passwords.hashed(password) if passwords.is_outdated(row.password) else ""
    with store.writing() as (connection, _, _):
        if fresh:
            connection.execute(update(UserRow).where(UserRow.id == row.id).values(password=fresh))
        sessions.end(connection, cookies.token_of(request))
        write(connection, row.id, "sign_in", "person", row.id, {"address": address})
        return sessions.begin(connection, row.id)


def sign_out(request: Request, store: Store) -> None:
    """End the session that the request came with."""
    with store.writing() as (connection, _, _):
        sessions.end(connection, cookies.token_of(request))


def _refused(store: Store, user_id: int | None, address: str) -> None:
    # What was typed as a login is written nowhere: it may be a password in the wrong field.
    log.warning("sign-in refused user=%s address=%s", user_id, address)
    # Also without a person: else the time that the write takes would tell who there is.
    with store.writing() as (connection, _, _):
        write(connection, user_id, "sign_in_refused", "person", user_id or "", {"address": address})
