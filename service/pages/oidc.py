"""Signing in through an identity provider, where one is configured."""

import logging

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from service.access import cookies, oidc_attempt
from service.access.csrf import same_site
from service.access.oidc import Provider
from service.access.oidc_people import come_in, refuse
from service.access.tokens import same
from service.access.who import Counts, Place
from service.pages.sign_in import sign_in_page
from service.web.errors import NotFoundError, RequestError, SignInError

log = logging.getLogger(__name__)

router = APIRouter()
PATH = "/sign-in/oidc"
BACK = "/sign-in/oidc/back"


def provider_of(request: Request) -> Provider:
    """The running server's identity provider. Raises NotFoundError where none is configured."""
    found: Provider | None = request.app.state.provider
    if found is None:
        raise NotFoundError("没有配置统一身份登录。请用账号和密码登录。")
    return found


@router.get(PATH)
def go(request: Request, rates: Counts, next: str = "/") -> Response:
    """Send the browser to the provider."""
    provider = provider_of(request)
    attempt = oidc_attempt.begin(next)
    try:
        same_site(request)
        rates.try_from(_address(request))
        there = provider.address(attempt, _back(request, provider))
    except RequestError as error:
        return sign_in_page(request, attempt.path, error=error)
    response = RedirectResponse(there, 303)
    oidc_attempt.give(request, response, attempt)
    return response


@router.get(BACK)
def back(
    request: Request,
    place: Place,
    rates: Counts,
    state: str = "",
    code: str = "",
    error: str = "",
    iss: str | None = None,
) -> Response:
    """Take the provider's answer, and begin a session."""
    provider = provider_of(request)
    attempt = oidc_attempt.take(request)
    path = attempt.path if attempt else "/"
    try:
        rates.try_from(_address(request))
        if attempt is None or not same(state, attempt.state):
            refuse(place.store, _address(request), "state")
            raise SignInError("这次登录不是从本页开始的，或者已经过期。请重新点一次。")
        if error or not code:
            refuse(place.store, _address(request), "denied")
            raise SignInError("统一身份平台没有同意这次登录。请重试，或者用账号和密码登录。")
        try:
            claims = provider.claims(attempt, _back(request, provider), code, iss)
        except SignInError:
            refuse(place.store, _address(request), "token")
            raise
        session = come_in(request, place.store, provider.way, claims)
    except RequestError as problem:
        response = sign_in_page(request, path, error=problem)
        oidc_attempt.forget(request, response)
        return response
    answer = RedirectResponse(path, 303)
    oidc_attempt.forget(request, answer)
    cookies.give(request, answer, session.token)
    return answer


def _back(request: Request, provider: Provider) -> str:
    base = provider.way.public_url or str(request.base_url).rstrip("/")
    return base + BACK


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
