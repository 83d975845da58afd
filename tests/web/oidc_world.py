"""An identity provider in memory, as far as signing in needs one."""

import base64
import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
from fastapi.testclient import TestClient
from httpx import Response
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from sqlalchemy import func, select

from service.settings import Settings
from service.store.people_tables import SessionRow
from tests.web.access_world import World

ISSUER = "https://id.example.org/realm"
CLIENT, SECRET = "duijie-test", "a secret of both"
HTML = {"Accept": "text/html"}
ME = "/api/v1/me"
WANG = {"email": "Wang@factory.example", "email_verified": True, "name": "王工"}
Change = Callable[..., None]
KEY = RSAKey.generate_key(2048, {"kid": "k1", "use": "sig"})
OTHER_KEY = RSAKey.generate_key(2048, {"kid": "k1", "use": "sig"})


@dataclass
class Idp:
    """Answers as a provider does; each test changes what it needs.

    Attributes:
        person: claims of who is signed in there.
        change: claims of the token that are other than right; None leaves one out.
        described: what its description says otherwise.
        info: what only its user info tells; None for none.
        asked: paths that were asked for, in order.
    """

    person: dict[str, Any] = field(default_factory=dict)
    change: dict[str, Any] = field(default_factory=dict)
    described: dict[str, Any] = field(default_factory=dict)
    info: dict[str, Any] | None = None
    key: Any = field(default_factory=lambda: KEY)
    alg: str = "RS256"
    status: int = 200
    asked: list[str] = field(default_factory=list)
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def transport(self) -> httpx2.MockTransport:
        return httpx2.MockTransport(self._answer)

    def agree(self, there: str) -> dict[str, str]:
        """What the browser brings back from an authorization address."""
        asked = {name: one[0] for name, one in parse_qs(urlsplit(there).query).items()}
        assert (asked["response_type"], asked["client_id"]) == ("code", CLIENT)
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        code = f"code-{len(self._codes)}"
        self._codes[code] = asked
        return {"code": code, "state": asked["state"]}

    def _answer(self, request: httpx2.Request) -> httpx2.Response:
        path = request.url.path
        self.asked.append(path)
        if self.status != 200:
            return httpx2.Response(self.status, json={"error": "server_error"})
        if path.endswith("/openid-configuration"):
            return httpx2.Response(200, json=self._description())
        if path.endswith("/keys"):
            return httpx2.Response(200, json={"keys": [KEY.as_dict(private=False)]})
        if path.endswith("/info"):
            assert request.headers["Authorization"] == "Bearer access-1"
            return httpx2.Response(200, json={"sub": "u-17", **(self.info or {})})
        return self._token(request)

    def _description(self) -> dict[str, Any]:
        more = {} if self.info is None else {"userinfo_endpoint": f"{ISSUER}/info"}
        return {
            "issuer": ISSUER,
            "authorization_endpoint": f"{ISSUER}/authorize?tenant=1",
            "token_endpoint": f"{ISSUER}/token",
            "jwks_uri": f"{ISSUER}/keys",
            # What the provider offers is not what counts here.
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
            **more,
            **self.described,
        }

    def _token(self, request: httpx2.Request) -> httpx2.Response:
        given = {name: one[0] for name, one in parse_qs(request.content.decode()).items()}
        asked = self._codes.pop(given.get("code", ""), None)
        verifier = hashlib.sha256(given.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(verifier).rstrip(b"=").decode()
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".replace(" ", "+").encode()).decode()
        proved = request.headers.get("Authorization", "").removeprefix("Basic ")
        known = proved in (basic, base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode())
        known = known or given.get("client_secret") == SECRET
        if not asked or asked["code_challenge"] != challenge or not known:
            return httpx2.Response(400, json={"error": "invalid_grant"})
        assert given["redirect_uri"] == asked["redirect_uri"]
        now = int(time.time())
        claims = {
            "iss": ISSUER,
            "sub": "u-17",
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            **self.person,
            **self.change,
        }
        told = {name: value for name, value in claims.items() if value is not None}
        token = self._signed(told)
        body = {"access_token": "access-1", "token_type": "Bearer", "id_token": token}
        return httpx2.Response(200, json=body)

    def _signed(self, claims: dict[str, Any]) -> str:
        if self.alg == "none":
            parts = [{"alg": "none", "typ": "JWT"}, claims]
            plain = [base64.urlsafe_b64encode(json.dumps(one).encode()) for one in parts]
            return b".".join([*(one.rstrip(b"=") for one in plain), b""]).decode()
        key = OctKey.import_key(SECRET * 4) if self.alg.startswith("HS") else self.key
        header = {"alg": self.alg, "kid": "k1"}
        return jwt.encode(header, claims, key, algorithms=[self.alg])


def settings_of(**more: Any) -> Settings:
    given = {"oidc_issuer": ISSUER, "oidc_client_id": CLIENT, "oidc_client_secret": SECRET}
    return Settings(**{**given, **more})


def begun(client: TestClient, next: str = "/") -> str:
    """Press the button; where the browser is sent."""
    answer = client.get("/sign-in/oidc", params={"next": next}, headers=HTML)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def brought(client: TestClient, **given: str) -> Response:
    """Come back from the provider."""
    return client.get("/sign-in/oidc/back", params=given, headers=HTML)


def come_in(client: TestClient, idp: Idp, next: str = "/") -> Response:
    return brought(client, **idp.agree(begun(client, next)))


def refused(world: World, answer: Response, reason: str, status: int = 401) -> None:
    """Nobody is signed in, the page says why, and the log tells the reason."""
    assert answer.status_code == status
    assert 'role="alert"' in answer.text
    assert "duijie_session" not in answer.headers.get("Set-Cookie", "")
    (entry,) = world.audited("sign_in_refused")
    assert (entry.detail["by"], entry.detail["reason"]) == ("oidc", reason)
    assert "factory" not in str(entry)
    with world.store.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(SessionRow)) == 0
