"""Who of this installation somebody is whom an identity provider has named."""

import logging
from collections.abc import Mapping
from typing import Any
from unicodedata import normalize

from fastapi import Request
from sqlalchemy import Connection, select, update

from service.access import cookies, sessions
from service.access.audit import write
from service.access.oidc_way import Way
from service.access.organisations import Organisation, checked_name, named
from service.access.people import OneTime, add_person, plain
from service.store.people_tables import OrganisationRow, UserRow
from service.store.store import Store
from service.web.errors import ConflictError, InvalidError, SignInError

log = logging.getLogger(__name__)

NOBODY = "统一身份没有对应的账号，或者账号已停用。请联系管理员。"


def come_in(
    request: Request, store: Store, way: Way, claims: Mapping[str, Any]
) -> sessions.NewSession:
    """Begin a session for whom the provider's checked claims name; one that was there ends.

    Args:
        request: of the browser.
        store: knows who there is.
        way: whom to let in.
        claims: from `service.access.oidc.Provider.claims`.

    Raises:
        SignInError: nobody is named, or nobody who may come in: all told alike.
    """
    address = request.client.host if request.client else ""
    login = _login(way, claims)
    with store.writing() as (connection, _, _):
        if login:
            id_ = _known(connection, login) or _added(connection, way, login, claims)
            if id_ is not None:
                sessions.end(connection, cookies.token_of(request))
                detail = {"address": address, "by": "oidc"}
                write(connection, id_, "sign_in", "person", id_, detail)
                return sessions.begin(connection, id_)
    refuse(store, address, "unknown" if login else "unverified")
    raise SignInError(NOBODY)


def refuse(store: Store, address: str, reason: str) -> None:
    """Write down that somebody was not let in; no claim, since it names who was meant."""
    log.warning("sign-in by provider refused address=%s reason=%s", address, reason)
    detail = {"address": address, "by": "oidc", "reason": reason}
    with store.writing() as (connection, _, _):
        write(connection, None, "sign_in_refused", "person", "", detail)


def _login(way: Way, claims: Mapping[str, Any]) -> str:
    """The login that the claims name; empty where they may not name one."""
    if way.needs_email:
        domain = _domain(claims)
        if not domain or (way.domains and domain not in way.domains):
            return ""
    given = claims.get(way.claim)
    if not isinstance(given, str) or not given.isprintable() or normalize("NFKC", given) != given:
        return ""  # a look-alike of somebody's login, or no text at all
    return plain(given)


def _domain(claims: Mapping[str, Any]) -> str:
    """Domain of a verified e-mail address; empty without one."""
    email = claims.get("email")
    # Some providers write the truth as a word.
    verified = claims.get("email_verified")
    if (
        (verified is not True and verified != "true")
        or not isinstance(email, str)
        or email.count("@") != 1
    ):
        return ""
    return email.strip().rpartition("@")[2].lower()


def _known(connection: Connection, login: str) -> int | None:
    """Id of the person of a login who may come in; of who never used the first password, too.

    Administrators come in by password alone: whoever chooses names at the provider must not
    choose theirs.
    """
    row = connection.execute(
        select(UserRow.id, UserRow.must_change, UserRow.role)
        .join_from(UserRow, OrganisationRow, UserRow.organisation_id == OrganisationRow.id)
        .where(UserRow.login == login, UserRow.active, OrganisationRow.active)
    ).one_or_none()
    if row is None or row.role == "admin":
        return None
    if row.must_change:  # who comes this way needs no password; the one-time one ends
        values = {"must_change": False, "password": ""}
        connection.execute(update(UserRow).where(UserRow.id == row.id).values(**values))
        write(connection, row.id, "change", "person", row.id, {"password": "none", "by": "oidc"})
    return int(row.id)


def _added(connection: Connection, way: Way, login: str, claims: Mapping[str, Any]) -> int | None:
    """Add who is new, where the settings name an organisation for them; else None."""
    at = _organisation(connection, way, claims)
    if at is None:
        return None
    try:
        made = add_person(connection, None, login, _name(claims, login), at, OneTime("", ""))
    except (ConflictError, InvalidError):  # an inactive person's login, or one that is no login
        return None
    values = {"must_change": False}
    connection.execute(update(UserRow).where(UserRow.id == made.id).values(**values))
    return made.id


def _organisation(
    connection: Connection, way: Way, claims: Mapping[str, Any]
) -> Organisation | None:
    told = claims.get(way.organisation_claim) if way.organisation_claim else _domain(claims)
    values = told if isinstance(told, list) else [told]
    for value in values:
        name = way.organisations.get(value.lower()) if isinstance(value, str) else None
        found = named(connection, name) if name else None
        # Nobody runs the platform because a provider says so.
        if found is not None and found.active and found.kind != "platform":
            return found
    return None


def _name(claims: Mapping[str, Any], login: str) -> str:
    try:
        return checked_name(str(claims.get("name") or ""), "姓名")
    except InvalidError:
        return login
