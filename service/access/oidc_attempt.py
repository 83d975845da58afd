"""One attempt to sign in through an identity provider, from the button to the way back.

The browser keeps a random secret in a cookie; state, nonce and PKCE verifier are derived from it by
HMAC (RFC 2104), so that the server keeps nothing, and what the provider is shown of one tells
nothing about the others. Who comes back without the cookie of the attempt has not begun it.
"""

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass

from fastapi import Request, Response

from service.access.local_path import HOME_PATH, local_path
from service.access.tokens import new_token

PLAIN, SECURE = "duijie_oidc", "__Host-duijie_oidc"
SECONDS = 600
"""That a person may take at the provider."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What a browser has begun.

    Attributes:
        secret: 256 random bits, known to the browser alone.
        path: where to go afterwards, on this server.
    """

    secret: str
    path: str

    @property
    def state(self) -> str:
        """Comes back with the answer: it belongs to this attempt."""
        return self._derived("state")

    @property
    def nonce(self) -> str:
        """Stands in the token: it was made for this attempt."""
        return self._derived("nonce")

    @property
    def verifier(self) -> str:
        """Proves to the provider that the code is redeemed by who asked for it (RFC 7636)."""
        return self._derived("verifier")

    def _derived(self, name: str) -> str:
        made = hmac.digest(self.secret.encode(), name.encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(made).rstrip(b"=").decode()


def begin(path: str) -> Attempt:
    """Begin an attempt that leads to a path of this server."""
    return Attempt(new_token(), local_path(path))


def give(request: Request, response: Response, attempt: Attempt) -> None:
    """Hand an attempt to the browser."""
    path = base64.urlsafe_b64encode(attempt.path.encode()).rstrip(b"=").decode()
    response.set_cookie(
        _name(request),
        f"{attempt.secret}.{path}",
        max_age=SECONDS,
        path="/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="lax",  # the provider sends the browser back from another site
    )


def take(request: Request) -> Attempt | None:
    """The attempt that a browser has begun; None without one."""
    secret, _, path = request.cookies.get(_name(request), "").partition(".")
    if not secret.isascii() or len(secret) < 43:
        return None
    try:
        told = base64.urlsafe_b64decode(path + "=" * (-len(path) % 4)).decode()
    except (binascii.Error, ValueError):
        told = HOME_PATH
    return Attempt(secret, local_path(told))


def forget(request: Request, response: Response) -> None:
    """Make the browser forget its attempt: it counts once."""
    response.delete_cookie(
        _name(request), path="/", secure=request.url.scheme == "https", httponly=True
    )


def _name(request: Request) -> str:
    return SECURE if request.url.scheme == "https" else PLAIN
