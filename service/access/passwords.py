"""Passwords: what they must be like, their argon2 hashes, and checking one.

Rules after NIST SP 800-63B, 5.1.1.2: a minimum of length, no composition rules, no password that
is common, repetitive, sequential or made of the person's own names.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from importlib.resources import files
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from service.web.errors import InvalidError, TooManyError

SHORTEST = 10
LONGEST = 128
_DISTINCT = 5
_SEQUENCES = (
    "0123456789012345678901234567890",
    "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/",
)
_SHORTEST_OWN = 3  # names shorter than this may be part of anything

HASHER = PasswordHasher()  # RFC 9106, second recommended option: 64 MiB, 3 passes, 4 lanes
# 64 MiB each: many sign-ins at a time must neither fill the memory nor take every core.
_TURNS = BoundedSemaphore(2)
_PATIENCE_SECONDS = 3.0


def check_rules(password: str, *own: str) -> None:
    """Refuse a weak password.

    Args:
        password: as the person typed it.
        own: what it must not be made of: login, name, organisation.

    Raises:
        InvalidError: says what is wrong with it.
    """
    reason = weakness(password, *own)
    if reason:
        raise InvalidError(f"这个密码不能用：{reason}。请换一个，例如几个不相干的词连起来。")


def weakness(password: str, *own: str) -> str:
    """Tell in Chinese why a password is weak; empty where it is not."""
    plain = password.casefold()
    if len(password) < SHORTEST:
        return f"太短，至少 {SHORTEST} 个字符"
    if len(password) > LONGEST:
        return f"太长，至多 {LONGEST} 个字符"
    if not password.isprintable():
        return "含有不能显示的字符"
    if len(set(plain)) < _DISTINCT:
        return "重复的字符太多"
    if any(plain in row or plain[::-1] in row for row in _SEQUENCES):
        return "是键盘或字母表上连着的字符"
    if _core(plain) in _common():
        return "太常见，容易被猜到"
    if any(len(name) >= _SHORTEST_OWN and name.casefold() in plain for name in own):
        return "含有账号、姓名或单位名称"
    return ""


def hashed(password: str) -> str:
    """Hash a password.

    Raises:
        TooManyError: too many are being hashed.
    """
    with _turn():
        return HASHER.hash(password)


def matches(password: str, kept: str) -> bool:
    """Whether a password is the one that was hashed.

    Where nothing is kept (no such person, or none with a password) a hash is computed
    nevertheless, so that the answer takes as long.

    Raises:
        TooManyError: too many are being hashed.
    """
    with _turn():
        nobodys = _of_nobody()
        try:
            return HASHER.verify(kept or nobodys, password[: LONGEST + 1]) and bool(kept)
        except (VerificationError, InvalidHashError):
            return False


def is_outdated(kept: str) -> bool:
    """Whether a hash was made with other parameters than new ones are."""
    return HASHER.check_needs_rehash(kept)


@lru_cache(maxsize=1)
def _of_nobody() -> str:
    return HASHER.hash("nobody has this password")


@contextmanager
def _turn() -> Iterator[None]:
    if not _TURNS.acquire(timeout=_PATIENCE_SECONDS):
        raise TooManyError
    try:
        yield
    finally:
        _TURNS.release()


def _core(plain: str) -> str:
    """What is left of a password without the digits and signs that people put at its ends."""
    return plain.strip("0123456789!@#$%^&*().,_-+=~? ") or plain


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    text = (files("service.access") / "common_passwords.txt").read_text("utf-8")
    return frozenset(text.split())
