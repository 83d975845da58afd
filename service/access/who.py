"""Dependencies of routes: the workplace, who asks, and what the caller must be allowed to do."""

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool

from service.access import csrf
from service.access.caller import Caller, Role, Scope
from service.access.identify import identify
from service.access.rates import Rates
from service.web.errors import ForbiddenError, MustChangeError
from service.web.workplace import Workplace


def workplace(request: Request) -> Workplace:
    """The running server's parts."""
    found: Workplace = request.app.state.workplace
    return found


API = "/api/"
"""Addresses of the API begin with this; calls of it are counted."""

Place = Annotated[Workplace, Depends(workplace)]


def counts(request: Request) -> Rates:
    """The running server's counts of attempts and calls."""
    found: Rates = request.app.state.rates
    return found


Counts = Annotated[Rates, Depends(counts)]


async def known(request: Request, place: Place, rates: Counts) -> Caller:
    """Who asks, by the session's cookie or by the key, even with a one-time password.

    Raises:
        SignInError: nobody is signed in, or the key is not valid.
        ForgedError: a write with a session's cookie does not bring the session's token.
        TooManyError: the caller asks the API too often.
    """
    found = await run_in_threadpool(identify, request, place.store)
    await csrf.check(request)
    if request.url.path.startswith(API):
        rates.call(found)
    return found


Known = Annotated[Caller, Depends(known)]


def caller(found: Known) -> Caller:
    """Who asks, once the password is their own.

    Raises:
        SignInError, ForgedError, TooManyError: see `known`.
        MustChangeError: the one-time password has not been changed yet.
    """
    if found.must_change:
        raise MustChangeError
    return found


Asker = Annotated[Caller, Depends(caller)]


def needs(scope: Scope, *roles: Role) -> Callable[[Caller], Caller]:
    """Make a dependency that lets pass who has a scope and one of the roles (none: any role).

    An admin passes whatever the roles.
    """

    def check(asker: Asker) -> Caller:
        if scope not in asker.scopes or (
            roles and asker.role not in roles and asker.role != "admin"
        ):
            raise ForbiddenError
        return asker

    return check


Reader = Annotated[Caller, Depends(needs("read"))]
Writer = Annotated[Caller, Depends(needs("write"))]
Organiser = Annotated[Caller, Depends(needs("write", "organiser", "broker"))]
Admin = Annotated[Caller, Depends(needs("admin", "admin"))]
