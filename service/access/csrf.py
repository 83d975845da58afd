"""Tells a page's own requests from forged ones.

Every session has a token. A page carries it in `<meta name="csrf-token">` (`static/csrf.js` sends
it along) and in the hidden field `csrf_token` of its forms; a write with a session's cookie must
bring it. Requests that the browser itself says come from another site are refused before that.
"""

from urllib.parse import urlsplit

from fastapi import Request

from service.access.tokens import same
from service.web.errors import ForgedError
from service.web.forms import form_of

HEADER = "X-CSRF-Token"
FIELD = "csrf_token"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


def csrf_token(request: Request) -> str:
    """The token that a page must put into its forms; empty where no session is signed in."""
    return str(getattr(request.state, "csrf", ""))


def same_site(request: Request) -> None:
    """Refuse what the browser says another site sent.

    `Sec-Fetch-Site` is not sent over plain HTTP; then `Origin` must name the host that was asked.

    Raises:
        ForgedError: another site sent it.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        if site not in ("same-origin", "none"):
            raise ForgedError
        return
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("Host", ""):
        raise ForgedError


async def check(request: Request) -> None:
    """Refuse a write with a session's cookie that does not bring the session's token.

    Raises:
        ForgedError: the token is absent or wrong, or another site sent the request.
        InvalidError: the form that should bring it cannot be read.
    """
    expected = csrf_token(request)
    if request.method in _SAFE or not expected:
        return
    same_site(request)
    given = request.headers.get(HEADER) or await _field(request)
    if not same(given, expected):
        await request.close()  # uploaded files
        raise ForgedError


async def _field(request: Request) -> str:
    if not request.headers.get("Content-Type", "").lower().startswith(_FORMS):
        return ""
    # What is read here is what the route gets: the bounds of a form must hold here already.
    given = (await form_of(request)).get(FIELD)
    return given if isinstance(given, str) else ""
