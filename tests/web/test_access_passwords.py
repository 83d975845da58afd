import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.access import passwords
from service.access.passwords import check_rules, hashed, is_outdated, matches, weakness
from service.web.errors import InvalidError, TooManyError
from tests.web.access_world import PASSWORD, QUICK


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "HASHER", QUICK)
    passwords._of_nobody.cache_clear()


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("", "太短"),
        ("short pw9", "太短"),
        ("x" * 129, "太长"),
        ("purple\thippo seven", "不能显示"),
        ("abababababab", "重复"),
        ("我我我我我我我我我我我", "重复"),
        ("1234567890", "连着"),
        ("0987654321", "连着"),
        ("abcdefghijk", "连着"),
        ("QWERTYUIOP", "连着"),
        ("PASSWORD2024!", "太常见"),
        ("admin@123456", "太常见"),
        ("woaini1314520", "太常见"),
        ("wang.li is fine", "账号"),
        ("purple WANG.LI hippo", "账号"),
        ("我在甲制造公司上班呢", "单位"),
    ],
)
def test_a_weak_password_is_refused_with_its_reason(password: str, reason: str) -> None:
    with pytest.raises(InvalidError, match=reason):
        check_rules(password, "wang.li", "王", "甲制造公司")


@pytest.mark.parametrize(
    "password",
    [PASSWORD, "correct horse battery", "Tr0ub4dor&3x", "我家门前有两棵枣树啊", "王" + "x7 yq.-2w"],
)
def test_a_strong_password_passes(password: str) -> None:
    check_rules(password, "wang.li", "王", "甲制造公司")


def test_the_reason_does_not_quote_the_password() -> None:
    assert "purple WANG.LI" not in weakness("purple WANG.LI hippo", "wang.li")


@given(st.text(max_size=20))
def test_any_text_is_judged(password: str) -> None:
    assert (weakness(password) != "") or len(password) >= passwords.SHORTEST


def test_a_hash_matches_its_password_alone() -> None:
    kept = hashed(PASSWORD)
    assert kept.startswith("$argon2id$")
    assert PASSWORD not in kept
    assert kept != hashed(PASSWORD)
    assert matches(PASSWORD, kept)
    assert not matches(PASSWORD + "x", kept)
    assert not matches(PASSWORD, "not a hash")


def test_nobody_has_the_password_of_nobody() -> None:
    assert not matches("nobody has this password", "")


def test_a_longer_password_than_can_be_set_never_matches() -> None:
    longest = "ab cd ef g" * 13
    kept = hashed(longest[:128])
    assert matches(longest[:128], kept)
    assert not matches(longest, kept)


def test_a_hash_with_other_parameters_is_outdated() -> None:
    from argon2 import PasswordHasher

    assert not is_outdated(hashed(PASSWORD))
    assert is_outdated(PasswordHasher(time_cost=2, memory_cost=8, parallelism=1).hash(PASSWORD))


def test_when_too_many_are_hashing_the_next_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_TURNS", threading.BoundedSemaphore(1))
    monkeypatch.setattr(passwords, "_PATIENCE_SECONDS", 0.01)
    with passwords._turn(), pytest.raises(TooManyError):
        hashed(PASSWORD)
    assert hashed(PASSWORD)
