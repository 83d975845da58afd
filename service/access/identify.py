"""Tells who sends a request: a session's cookie or a key."""

from fastapi import Request

from service.access import cookies, keys, sessions
from service.access.caller import Caller
from service.store.store import Store
from service.web.errors import SignInError


def identify(request: Request, store: Store) -> Caller:
    """Return who sends the request; a key, where one is given, goes before the cookie.

    Of a session it leaves the CSRF token with the request (`service.access.csrf` checks it).

    Raises:
        SignInError: nobody is signed in, or the key is not valid.
    """
    given = request.headers.get("Authorization")
    if given is not None:
        return _by_key(given, store)
    token = cookies.token_of(request)
    session = sessions.find(store, token) if token else None
    if session is None:
        raise SignInError
    request.state.csrf = session.csrf
    return session.caller


def _by_key(given: str, store: Store) -> Caller:
    scheme, _, key = given.partition(" ")
    found = keys.caller_with(store, key.strip()) if scheme.lower() == "bearer" else None
    if found is None:
        raise SignInError(
            "密钥无效、已过期或已吊销。请在 Authorization 头里写 Bearer 和有效的密钥。",
            headers={"WWW-Authenticate": "Bearer"},
        )
    return found
