"""Random secrets, what is kept of them, and their comparison."""

import hashlib
import secrets

_READABLE = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that is mistaken for something else


def new_token() -> str:
    """Make a secret of 256 random bits."""
    return secrets.token_urlsafe(32)


def kept(token: str) -> str:
    """What the database keeps of a secret of high entropy: its SHA-256, 64 hexadecimal digits."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def same(given: str, expected: str) -> bool:
    """Compare in a time that does not tell where two strings differ."""
    return secrets.compare_digest(
        given.encode("utf-8", "surrogatepass"), expected.encode("utf-8", "surrogatepass")
    )


def one_time_password() -> str:
    """Make a password that a person can type: 16 characters, 79 random bits."""
    drawn = [secrets.choice(_READABLE) for _ in range(16)]
    return "-".join("".join(drawn[at : at + 4]) for at in range(0, 16, 4))
