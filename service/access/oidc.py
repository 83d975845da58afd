"""Asks an identity provider who somebody is: OpenID Connect's authorization code flow with PKCE.

The network is used only when somebody presses the button, and only towards the configured provider.
What its token says counts only after signature, issuer, audience, time and nonce were checked
(OpenID Connect Core 1.0, section 3.1.3.7).
"""

import logging
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import Any

from service.access.oidc_attempt import Attempt
from service.access.oidc_way import Way, is_safe
from service.web.errors import ProviderError, SignInError, TooManyError

log = logging.getLogger(__name__)

SCOPE = "openid email profile"
SECONDS = 5.0
"""That connecting to the provider, and each read, may take."""
KNOWN_SECONDS = 600.0
"""That the provider's description is remembered."""
LEEWAY = 60
"""Seconds that two clocks may differ."""
AT_ONCE = 8
"""Threads that may wait for the provider: however slow it is, the others serve."""
_SIGNED = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signatures that only the provider can make: none with the shared secret, and not `none`."""
_NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class Provider:
    """The identity provider of one running server.

    Args:
        way: what the settings say.
        transport: of the HTTP client; for tests.
    """

    def __init__(self, way: Way, transport: Any = None) -> None:
        self.way = way
        self._transport = transport
        self._known: tuple[float, Mapping[str, Any]] = (0.0, {})
        self._turns = BoundedSemaphore(AT_ONCE)

    def address(self, attempt: Attempt, back: str) -> str:
        """Where to send the browser.

        Args:
            attempt: that it begins.
            back: address of this server at which it shall return.

        Raises:
            ProviderError: the provider does not answer, or not as it should.
        """
        with self._asking(), self._client(back) as client:
            there = self._described(client)["authorization_endpoint"]
            url, _state = client.create_authorization_url(
                there, state=attempt.state, code_verifier=attempt.verifier, nonce=attempt.nonce
            )
            return str(url)

    def claims(
        self, attempt: Attempt, back: str, code: str, issuer: str | None = None
    ) -> dict[str, Any]:
        """Redeem a code for what the provider says of a person.

        Args:
            attempt: that the browser had begun.
            back: the same as for `address`.
            code: that the browser brought.
            issuer: who the answer says it is from, if it says so (RFC 9207).

        Raises:
            SignInError: the token is not what it should be.
            ProviderError: the provider does not answer, or refuses the code.
        """
        with self._asking(), self._client(back) as client:
            described = self._described(client)
            told = described.get("authorization_response_iss_parameter_supported") is True
            if issuer != self.way.issuer and (issuer is not None or told):
                raise _unfit("issuer")
            if self.way.client_secret:
                known = described.get("token_endpoint_auth_methods_supported")
                basic = not isinstance(known, list) or "client_secret_basic" in known
                method = "client_secret_basic" if basic else "client_secret_post"
                client.token_endpoint_auth_method = method
            token = client.fetch_token(
                described["token_endpoint"], code=code, code_verifier=attempt.verifier
            )
            keys = _read(client.request("GET", described["jwks_uri"], withhold_token=True))
            claims = self._checked(dict(token), keys, attempt)
            return {**self._more(client, described, claims), **claims}

    def _checked(
        self, token: Mapping[str, Any], keys: Mapping[str, Any], attempt: Attempt
    ) -> dict[str, Any]:
        """The claims of an ID token, after all that must hold of it was checked."""
        from authlib.oidc.core import CodeIDToken
        from joserfc import jwt
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        usable = [
            one
            for one in keys["keys"]
            if isinstance(one, dict)
            and one.get("kty") in ("RSA", "EC", "OKP")
            and one.get("use", "sig") == "sig"
        ]
        options = {
            "iss": {"essential": True, "value": self.way.issuer},
            "aud": {"essential": True, "value": self.way.client_id},
        }
        expected = {
            "nonce": attempt.nonce,
            "client_id": self.way.client_id,
            "access_token": token.get("access_token"),
        }
        try:
            ring = KeySet.import_key_set({"keys": usable})
            read = jwt.decode(str(token["id_token"]), ring, algorithms=list(_SIGNED))
            claims = CodeIDToken(read.claims, read.header, options, expected)
            claims.validate(leeway=LEEWAY)
        except JoseError as error:
            # The kind of the fault, never the token: whoever has it could use it.
            reason = str(getattr(error, "claim", "") or getattr(error, "error", ""))
            raise _unfit(reason or type(error).__name__) from error
        return dict(claims)

    def _more(
        self, client: Any, described: Mapping[str, Any], claims: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        """What only the provider's user info tells; nothing if the token has told it."""
        there = described.get("userinfo_endpoint")
        wanted = {self.way.claim, self.way.organisation_claim} - {""}
        wanted |= {"email"} if self.way.needs_email else set()
        if wanted <= set(claims) or not isinstance(there, str) or not is_safe(there):
            return {}
        told = _read(client.request("GET", there))
        if told.get("sub") != claims["sub"]:
            raise _unfit("sub")
        return {name: value for name, value in told.items() if name != "nonce"}

    def _described(self, client: Any) -> Mapping[str, Any]:
        """The provider's description (OpenID Connect Discovery 1.0, section 4)."""
        until, described = self._known
        if time.monotonic() < until:
            return described
        where = self.way.issuer.rstrip("/") + "/.well-known/openid-configuration"
        described = _read(client.request("GET", where, withhold_token=True))
        if described.get("issuer") != self.way.issuer:
            raise ProviderError("issuer 与 DUIJIE_OIDC_ISSUER 不一致")
        places = [described.get(name) for name in _NEEDED]
        if not all(isinstance(one, str) and is_safe(one) for one in places):
            raise ProviderError("说明文件里的地址不全，或者不是 https")
        self._known = (time.monotonic() + KNOWN_SECONDS, described)
        return described

    def _client(self, back: str) -> Any:
        from authlib.integrations.httpx_client import OAuth2Client

        more = {} if self._transport is None else {"transport": self._transport}
        return OAuth2Client(
            client_id=self.way.client_id,
            client_secret=self.way.client_secret or None,
            token_endpoint_auth_method=None if self.way.client_secret else "none",
            scope=SCOPE,
            redirect_uri=back,
            code_challenge_method="S256",
            timeout=SECONDS,
            follow_redirects=False,
            **more,
        )

    @contextmanager
    def _asking(self) -> Iterator[None]:
        """Turn whatever goes wrong on the way into an error of ours."""
        from authlib.common.errors import AuthlibBaseError
        from httpx2 import HTTPError, InvalidURL

        if not self._turns.acquire(blocking=False):
            raise TooManyError
        try:
            yield
        except (HTTPError, InvalidURL, AuthlibBaseError, ValueError, KeyError, TypeError) as error:
            log.warning("identity provider failed: %s", type(error).__name__)
            raise ProviderError(type(error).__name__) from error
        finally:
            self._turns.release()


def _read(answer: Any) -> dict[str, Any]:
    answer.raise_for_status()
    told = answer.json()
    if not isinstance(told, dict):
        raise ValueError("not an object")
    return told


def _unfit(reason: str) -> SignInError:
    log.warning("identity provider's answer refused: %s", reason)
    return SignInError("统一身份平台的答复没有通过核对，没有登录。请回到登录页重试。")
