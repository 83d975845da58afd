"""Who is asking: a person with a role in an organisation, by a session or by a key."""

from dataclasses import dataclass
from typing import Literal, get_args

Role = Literal["enterprise", "broker", "organiser", "admin"]
Scope = Literal["read", "write", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)
SCOPES: tuple[Scope, ...] = get_args(Scope)
Kind = Literal["enterprise", "broker", "organiser", "platform"]
ROLE_NAMES: dict[Role, str] = {
    "enterprise": "企业",
    "broker": "技术经理人",
    "organiser": "路演组织方",
    "admin": "管理员",
}
KIND_NAMES: dict[Kind, str] = {
    "enterprise": "企业",
    "broker": "技术转移机构",
    "organiser": "路演组织方",
    "platform": "平台",
}
ROLE_OF_KIND: dict[Kind, Role] = {
    "enterprise": "enterprise",
    "broker": "broker",
    "organiser": "organiser",
    "platform": "admin",
}
"""What the people of an organisation are; only the platform's own people are admins."""
SCOPES_OF_ROLE: dict[Role, frozenset[Scope]] = {
    "enterprise": frozenset({"read", "write"}),
    "broker": frozenset({"read", "write"}),
    "organiser": frozenset({"read", "write"}),
    "admin": frozenset(SCOPES),
}
"""What a role may do; a key never may more."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is asking.

    Attributes:
        user_id, login, name: the person.
        organisation_id, organisation: the tenant that the person belongs to.
        role: what the person is.
        scopes: what this session or key may do; a session may do all that the role allows.
        must_change: the password is the one-time one; nothing but changing it is allowed.
        key_id: the key that a program came with; None for a session.
    """

    user_id: int
    login: str
    name: str
    organisation_id: int
    organisation: str
    role: Role
    scopes: frozenset[Scope]
    must_change: bool = False
    key_id: int | None = None

    @property
    def is_admin(self) -> bool:
        """Whether the caller runs the platform and so sees every record."""
        return self.role == "admin" and "admin" in self.scopes

    @property
    def holder(self) -> int | None:
        """Whose a record is that the caller writes; the platform's own for who runs it."""
        return None if self.role == "admin" else self.organisation_id
