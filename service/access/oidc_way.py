"""How people come in through an identity provider: what the settings say about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from urllib.parse import urlsplit

from service.errors import SettingsError
from service.settings import Settings

_NEEDED = ("authlib", "httpx2", "joserfc")
_OWN = frozenset({"localhost", "127.0.0.1", "::1"})
"""Hosts to which plain HTTP goes without leaving the machine."""


@dataclass(frozen=True, slots=True)
class Way:
    """One identity provider, and whom of its people to let in.

    Attributes:
        issuer: https address that names the provider; its description lies below it.
        client_id, client_secret: of this installation; the secret is empty for a public client.
        claim: that holds a person's login; `email` counts only if it is verified.
        domains: of verified e-mail addresses that may come in, in small letters; empty for any.
        organisations: names of organisations by what `organisation_claim` says: who is new and
            of one of these is added to it; empty for nobody.
        organisation_claim: the claim that tells the organisation; empty for the e-mail's domain.
        name: on the button.
        public_url: where browsers find this server; empty for what the request says.
    """

    issuer: str
    client_id: str
    client_secret: str
    claim: str
    domains: frozenset[str]
    organisations: Mapping[str, str]
    organisation_claim: str
    name: str
    public_url: str

    @property
    def needs_email(self) -> bool:
        """Whether nobody may come in without a verified e-mail address."""
        by_domain = bool(self.organisations) and not self.organisation_claim
        return self.claim == "email" or bool(self.domains) or by_domain


def way_of(settings: Settings) -> Way | None:
    """Read the settings; None where no identity provider is configured.

    Raises:
        SettingsError: something is missing or cannot be used; all of it is told at once.
    """
    issuer = settings.oidc_issuer.strip()
    if not issuer:
        return None
    problems = []
    if not is_safe(issuer) or urlsplit(issuer).query or urlsplit(issuer).fragment:
        problems.append("DUIJIE_OIDC_ISSUER 要写成 https:// 开头、不带 ? 和 # 的地址")
    if not settings.oidc_client_id.strip():
        problems.append("配置了 DUIJIE_OIDC_ISSUER，还要配置 DUIJIE_OIDC_CLIENT_ID")
    if not settings.oidc_claim.strip():
        problems.append("DUIJIE_OIDC_CLAIM 是空的；不需要时请不要设置它")
    public = settings.public_url.strip().rstrip("/")
    if public and (urlsplit(public).scheme not in ("http", "https") or not urlsplit(public).netloc):
        problems.append("DUIJIE_PUBLIC_URL 要写成 https://主机 的样子")
    organisations = _pairs(settings.oidc_organisations)
    if organisations is None:
        problems.append("DUIJIE_OIDC_ORGANISATIONS 要写成 值=单位名称，几项之间用分号隔开")
    if any(find_spec(name) is None for name in _NEEDED):
        problems.append("使用统一身份登录需要先运行 pip install 'duijie[oidc]'")
    if problems:
        raise SettingsError(problems)
    return Way(
        issuer=issuer,
        client_id=settings.oidc_client_id.strip(),
        client_secret=settings.oidc_client_secret.get_secret_value().strip(),
        claim=settings.oidc_claim.strip(),
        domains=frozenset(one.lower().lstrip("@") for one in _words(settings.oidc_domains)),
        organisations=organisations or {},
        organisation_claim=settings.oidc_organisation_claim.strip(),
        name=settings.oidc_name.strip() or "统一身份",
        public_url=public,
    )


def is_safe(url: str) -> bool:
    """Whether an address is https, or never leaves this machine."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    if "@" in parts.netloc or not host:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and host in _OWN)


def _words(text: str) -> list[str]:
    return [one for one in text.replace("，", ",").replace(",", " ").split() if one]


def _pairs(text: str) -> dict[str, str] | None:
    """Read `value=name;value=name`; None where it is not written so."""
    found = {}
    for part in text.replace("；", ";").split(";"):
        if not part.strip():
            continue
        value, sign, name = part.partition("=")
        if not sign or not value.strip() or not name.strip():
            return None
        found[value.strip().lower()] = " ".join(name.split())
    return found
