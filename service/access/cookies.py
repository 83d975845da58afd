"""The cookie that carries a session's token."""

from fastapi import Request, Response

from service.access.sessions import ABSOLUTE

PLAIN = "duijie_session"
SECURE = "__Host-duijie_session"
"""Over HTTPS: browsers take a cookie of such a name from nobody but this very host."""


def _name(request: Request) -> str:
    return SECURE if request.url.scheme == "https" else PLAIN


def token_of(request: Request) -> str:
    """The token that a request brings; empty without one."""
    return request.cookies.get(_name(request), "")


def give(request: Request, response: Response, token: str) -> None:
    """Hand a token to the browser."""
    response.set_cookie(
        _name(request),
        token,
        max_age=int(ABSOLUTE.total_seconds()),
        path="/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="lax",
    )


def take_back(request: Request, response: Response) -> None:
    """Make the browser forget the token."""
    response.delete_cookie(
        _name(request),
        path="/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="lax",
    )
