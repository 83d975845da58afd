from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.fields.dates import read_date
from matcher.fields.money import read_money
from matcher.fields.numerals import value_of, with_arabic_digits


@pytest.mark.parametrize(
    ("raw", "low", "high"),
    [
        ("50万元", 50, 50),
        ("1.2亿", 12_000, 12_000),
        ("1亿2000万", 12_000, 12_000),
        ("500,000元", 50, 50),
        ("50-100万", 50, 100),
        ("500万-1亿", 500, 10_000),
        ("5000元-2万元", 0.5, 2),
        ("10万~20万元", 10, 20),
        ("五十万元", 50, 50),
        ("壹佰万元整", 100, 100),
        ("一亿两千万", 12_000, 12_000),
        ("两千五百元", 0.25, 0.25),
        ("不超过80万", None, 80),
        ("80万以内", None, 80),
        ("不低于80万", 80, None),
        ("80万以上", 80, None),
        ("约30万人民币", 30, 30),
        ("预算50万", 50, 50),
        ("免费", 0, 0),
        ("80", 80, 80),
    ],
)
def test_an_amount_keeps_both_its_ends(raw, low, high):
    parsed = read_money(raw)
    assert (parsed.state, parsed.low, parsed.high) == ("amount", low, high)
    assert parsed.value == (low if high is None else high)
    ends = {"low_wan": low, "high_wan": high}
    shown = {name: value for name, value in ends.items() if value is not None}
    assert parsed.as_json() == {"raw": raw, "state": "amount", **shown}


def test_a_bare_number_counts_in_the_unit_of_the_heading():
    assert read_money("500000", 1e-4).value == 50
    assert read_money("10-20", 1e-4).low == 0.001
    assert read_money("50万", 1e-4).value == 50


@pytest.mark.parametrize(
    ("raw", "state"),
    [
        ("面议", "negotiable"),
        ("双方协商", "negotiable"),
        ("无", "none"),
        ("不限", "none"),
        ("若干", "unreadable"),
        ("80万元/年", "unreadable"),
        ("三五十万", "unreadable"),
        ("100万-50万", "unreadable"),
        ("5万3万", "unreadable"),
        ("9" * 400, "unreadable"),
    ],
)
def test_why_there_is_no_amount_is_kept(raw, state):
    parsed = read_money(raw)
    assert (parsed.state, parsed.value, parsed.raw) == (state, None, raw)


@pytest.mark.parametrize(
    ("raw", "currency"),
    [("100万美元", "USD"), ("$50k", "USD"), ("HK$20", "HKD"), ("3万欧元", "EUR"), ("US$5", "USD")],
)
def test_foreign_money_is_named_and_not_converted(raw, currency):
    parsed = read_money(raw)
    assert parsed.as_json() == {"raw": raw, "state": "foreign", "currency": currency}


@pytest.mark.parametrize(
    ("numeral", "value"),
    [
        ("十", 10),
        ("十五", 15),
        ("二十", 20),
        ("一百零五", 105),
        ("一百一十", 110),
        ("两千", 2000),
        ("九千九百九十九", 9999),
        ("二〇二四", 2024),
        ("三五十", None),
        ("百", None),
        ("", None),
        ("甲", None),
    ],
)
def test_chinese_numerals_are_read(numeral, value):
    assert value_of(numeral) == value


CHINESE = "零一二三四五六七八九"


@given(st.integers(1, 9999))
def test_a_numeral_below_ten_thousand_is_read_as_it_was_written(number):
    digits, written = f"{number:04}", ""
    for digit, step in zip(digits, ("千", "百", "十", ""), strict=True):
        if digit != "0":
            written += CHINESE[int(digit)] + step
        elif written and not written.endswith("零"):
            written += "零"
    assert with_arabic_digits(f"约{written.rstrip('零')}元") == f"约{number}元"


@pytest.mark.parametrize(
    ("raw", "first", "last", "precision"),
    [
        ("2024-03-01", "2024-03-01", "2024-03-01", "day"),
        ("2024年3月1日", "2024-03-01", "2024-03-01", "day"),
        ("2024年12月31日前", "2024-12-31", "2024-12-31", "day"),
        ("20240301", "2024-03-01", "2024-03-01", "day"),
        ("45000", "2023-03-15", "2023-03-15", "day"),
        ("2024年2月", "2024-02-01", "2024-02-29", "month"),
        ("202403", "2024-03-01", "2024-03-31", "month"),
        ("2024年6月底", "2024-06-01", "2024-06-30", "month"),
        ("截止2024年5月", "2024-05-01", "2024-05-31", "month"),
        ("二〇二四年六月", "2024-06-01", "2024-06-30", "month"),
        ("2024年第三季度", "2024-07-01", "2024-09-30", "quarter"),
        ("2024年四季度", "2024-10-01", "2024-12-31", "quarter"),
        ("2024Q1", "2024-01-01", "2024-03-31", "quarter"),
        ("2024年上半年", "2024-01-01", "2024-06-30", "half"),
        ("2024下半年", "2024-07-01", "2024-12-31", "half"),
        ("2024年", "2024-01-01", "2024-12-31", "year"),
        ("2024", "2024-01-01", "2024-12-31", "year"),
        ("2024年底", "2024-12-01", "2024-12-31", "month"),
        ("2024年1月-2025年12月", "2024-01-01", "2025-12-31", "month"),
        ("2024.01.01至2024.12.31", "2024-01-01", "2024-12-31", "day"),
    ],
)
def test_a_date_is_as_exact_as_it_says(raw, first, last, precision):
    assert read_date(raw).as_json() == {
        "raw": raw,
        "state": "date",
        "first": first,
        "last": last,
        "precision": precision,
    }


@pytest.mark.parametrize(
    ("raw", "months"),
    [("2年内", 24), ("三年", 36), ("半年", 6), ("一年半", 18), ("6个月", 6), ("90天", 3)],
)
def test_a_length_of_time_has_no_day_but_is_kept(raw, months):
    parsed = read_date(raw)
    assert (parsed.state, parsed.months, parsed.first) == ("relative", months, None)
    assert parsed.as_json() == {"raw": raw, "state": "relative", "months": months}


@pytest.mark.parametrize(
    ("raw", "state"),
    [
        ("长期有效", "open"),
        ("不限", "open"),
        ("待定", "none"),
        ("面议", "none"),
        ("明年", "unreadable"),
        ("3月1日", "unreadable"),
        ("25-3-1", "unreadable"),
        ("1234", "unreadable"),
        ("2025年12月-2024年1月", "unreadable"),
        ("2024-02-30", "impossible"),
        ("2024年13月", "impossible"),
    ],
)
def test_why_there_is_no_date_is_kept(raw, state):
    parsed = read_date(raw)
    assert (parsed.state, parsed.first, parsed.last) == (state, None, None)


@given(st.dates(date(1950, 1, 1), date(2100, 12, 31)))
def test_every_day_is_read_back(day):
    for written in (day.isoformat(), f"{day.year}年{day.month}月{day.day}日", f"{day:%Y%m%d}"):
        assert read_date(written).first == read_date(written).last == day
