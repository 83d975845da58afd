import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.quantities.han import of_han, value_said
from matcher.quantities.numbers import next_number


def written(number: int) -> str:
    """Write a number below 10,000 in Chinese numerals, as people say it."""
    digits, out, gap = "零一二三四五六七八九", "", False
    for step, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // step % 10
        if digit:
            out += ("零" if gap and out else "") + digits[digit] + name
            gap = False
        else:
            gap = bool(out)
    return out


@settings(deadline=None)
@given(st.integers(1, 9999), st.integers(0, 9999))
def test_a_chinese_numeral_has_the_value_that_it_was_written_from(small: int, large: int) -> None:
    assert of_han(written(small)) == small
    if large:
        gap = "零" if small < 1000 else ""
        assert of_han(f"{written(large)}万{gap}{written(small)}") == large * 10_000 + small


@pytest.mark.parametrize("numeral", ["", "三五", "三个"])
def test_a_vague_numeral_has_no_value(numeral: str) -> None:
    assert of_han(numeral) is None


@pytest.mark.parametrize(
    ("text", "value"), [("1,200.5", 1200.5), ("九十九点五", 99.5), ("九点十", None), ("三五", None)]
)
def test_what_stands_after_a_share_is_read_in_either_writing(
    text: str, value: float | None
) -> None:
    assert value_said(text) == value


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("1.25×10^3", 1250, ""),
        ("1.25x10³", 1250, ""),
        ("1.25×103个", 1250, ""),
        ("10⁻⁶", 1e-6, ""),
        ("1e-3", 1e-3, ""),
        ("10的-6次方", 1e-6, ""),
        ("1,234,567", 1234567, ""),
        (".5", 0.5, ""),
        ("3/4", 0.75, ""),
        ("五分之二", 0.4, ""),
        ("百分之12.5", 12.5, "%"),
        ("千分之三", 3, "‰"),
        ("万分之五", 0.05, "%"),
        ("百万分之二", 2, "ppm"),
        ("一半", 0.5, ""),
        ("减半", 0.5, ""),
        ("翻两番", 3, "倍"),
        ("十万", 100000, ""),
        ("两千万", 2e7, ""),
        ("几十倍", None, ""),
        ("百分之三五", None, ""),
    ],
)
def test_a_number_is_read_in_every_writing(text: str, value: float | None, unit: str) -> None:
    found = next_number(text, 0)
    if value is None:
        assert found is None or found.value is None
    else:
        assert found is not None
        assert (found.value, found.unit) == (pytest.approx(value), unit)
