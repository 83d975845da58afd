from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.importer import coerce
from service.importer.coerce import BadValueError


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("50万元", 50.0),
        ("50 万", 50.0),
        ("５０万元", 50.0),
        ("50w", 50.0),
        ("1.2亿", 12_000.0),
        ("1.2亿元", 12_000.0),
        ("500000元", 50.0),
        ("￥500,000元", 50.0),
        ("¥50万", 50.0),
        ("人民币50万元", 50.0),
        ("50", 50.0),
        ("1,200", 1200.0),
        ("1，200", 1200.0),
        ("3千万", 3000.0),
        ("五十万元", 50.0),
        ("1亿2000万", 12_000.0),
        ("2百万元", 200.0),
        ("8千元", 0.8),
        ("10-20万元", 20.0),
        ("10万元~20万元", 20.0),
        ("5000-8000元", 0.8),
        ("10万至1亿", 10_000.0),
        ("约50万元", 50.0),
        ("不超过100万元", 100.0),
        ("100万以上", 100.0),
        ("50万元左右", 50.0),
        (50, 50.0),
        (12.5, 12.5),
        (0, 0.0),
        ("面议", None),
        (" 价格面议 ", None),
        ("-", None),
        ("无", None),
        ("N/A", None),
    ],
)
def test_money_is_read_in_wan(cell: Any, expected: float | None) -> None:
    assert coerce.money(cell) == expected


@pytest.mark.parametrize(
    "cell",
    ["若干", "50万美元", "-5", "50万元/年", "三五十万", True, float("nan"), float("inf"), -1, [5]],
)
def test_money_that_is_not_understood_is_not_guessed(cell: Any) -> None:
    with pytest.raises(BadValueError):
        coerce.money(cell)


def test_the_heading_gives_a_bare_number_its_unit() -> None:
    assert coerce.money("500000", 1e-4) == 50.0
    assert coerce.money(500000, 1e-4) == 50.0
    assert coerce.money("50万", 1e-4) == 50.0


@given(st.floats(0, 1e8, allow_nan=False).map(lambda value: round(value, 4)))
def test_an_amount_survives_its_units(amount: float) -> None:
    assert coerce.money(f"{amount:.4f}万元") == pytest.approx(amount)
    assert coerce.money(f"{amount:.4f}") == pytest.approx(amount)
    assert coerce.money(f"{amount * 1e4:.0f}元") == pytest.approx(amount, abs=1e-4)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2025-03-01", date(2025, 3, 1)),
        ("2025/3/1", date(2025, 3, 1)),
        ("2025.3.1", date(2025, 3, 1)),
        ("2025年3月1日", date(2025, 3, 1)),
        ("2025 年 3 月 1 日", date(2025, 3, 1)),
        ("2025年12月31", date(2025, 12, 31)),
        ("20250301", date(2025, 3, 1)),
        ("2025-03-01 10:20:30", date(2025, 3, 1)),
        ("2025-03-01T10:20:30Z", date(2025, 3, 1)),
        ("２０２５年３月１日", date(2025, 3, 1)),
        ("2025年3月", date(2025, 3, 1)),
        ("2025-03", date(2025, 3, 1)),
        ("45717", date(2025, 3, 1)),
        (45717.0, date(2025, 3, 1)),
        (45717, date(2025, 3, 1)),
        (date(2025, 3, 1), date(2025, 3, 1)),
        (datetime(2025, 3, 1, 12), date(2025, 3, 1)),
        ("2025", date(2025, 1, 1)),
        ("2025年第三季度", date(2025, 7, 1)),
        ("长期有效", None),
        ("不限", None),
        (" ", None),
    ],
)
def test_days_are_read(cell: Any, expected: date | None) -> None:
    assert coerce.day(cell) == expected


def test_a_month_can_mean_its_last_day() -> None:
    assert coerce.day("2024年2月", last_of_month=True) == date(2024, 2, 29)
    assert coerce.day("2025-12", last_of_month=True) == date(2025, 12, 31)
    assert coerce.day("2025-12-05", last_of_month=True) == date(2025, 12, 5)
    assert coerce.day("2025年第三季度", last_of_month=True) == date(2025, 9, 30)


@pytest.mark.parametrize(
    "cell",
    [
        "2025/13/1",
        "2025-02-30",
        "2025年13月",
        "2年内",
        "明年",
        "3月1日",
        "25-3-1",
        True,
        time(3),
        [],
    ],
)
def test_days_that_are_none_are_not_guessed(cell: Any) -> None:
    with pytest.raises(BadValueError):
        coerce.day(cell)


@given(st.dates(date(1000, 1, 1)))
def test_every_day_is_read_however_it_is_written(day: date) -> None:
    for written in (
        day.isoformat(),
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}{day.month:02}{day.day:02}",
    ):
        assert coerce.day(written) == day


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("7", 7),
        (7, 7),
        (7.0, 7),
        ("TRL7", 7),
        ("trl-7", 7),
        ("TRL 7级", 7),
        ("7级", 7),
        ("第7级", 7),
        ("七级", 7),
        ("6-7级", 6),
        ("TRL7（系统样机）", 7),
        ("技术成熟度：5级", 5),
        ("小试", 4),
        ("中试", 6),
        ("产业化阶段", 9),
        ("无要求", None),
        ("不限", None),
    ],
)
def test_readiness_levels_are_read(cell: Any, expected: int | None) -> None:
    assert coerce.trl(cell) == expected


@pytest.mark.parametrize("cell", ["0", "10", "12", "未中试", "拟产业化", "7.5", "高"])
def test_readiness_levels_that_are_none_are_not_guessed(cell: Any) -> None:
    with pytest.raises(BadValueError):
        coerce.trl(cell)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("转让；许可;作价入股", ("转让", "许可", "作价入股")),
        ("转让、许可，合作", ("转让", "许可", "合作")),
        ("转让/许可|合作", ("转让", "许可", "合作")),
        ('["转让", "许可"]', ("转让", "许可")),
        (["转让", " 许可 ", None, 3], ("转让", "许可", "3")),
        ("转让;;转让; ", ("转让",)),
        ("[转让", ("[转让",)),
        ("无", ()),
        ("", ()),
    ],
)
def test_lists_are_split(cell: Any, expected: tuple[str, ...]) -> None:
    assert coerce.names(cell) == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("公开", "公开"),
        ("是", "公开"),
        (True, "公开"),
        ("内部", "本机构"),
        ("否", "受限"),
        ("保密", "受限"),
        ("Restricted", "受限"),
        (" ", None),
    ],
)
def test_visibility_is_read(cell: Any, expected: str | None) -> None:
    assert coerce.visibility(cell) == expected


def test_visibility_that_is_not_understood_raises() -> None:
    with pytest.raises(BadValueError, match="受限"):
        coerce.visibility("看情况")


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("  涂层 ", "涂层"),
        ("涂\x00层\x07\x1b\x85", "涂层"),
        ("一\r\n二\r三\n四\t五", "一\n二\n三\n四\t五"),
        ("\ud800涂层\ufffe", "涂层"),
        ("\u3000涂层\u3000", "涂层"),
        (50.0, "50"),
        (1.5, "1.5"),
        (7, "7"),
        (True, "True"),
        (["a", "乙"], '["a", "乙"]'),
        (date(2025, 3, 1), "2025-03-01"),
        (timedelta(hours=1), "1:00:00"),
    ],
)
def test_texts_are_cleaned(cell: Any, expected: str) -> None:
    assert coerce.text(cell) == expected


@given(st.text())
def test_a_cleaned_text_is_clean_and_stays_so(text: str) -> None:
    cleaned = coerce.text(text)
    assert coerce.text(cleaned) == cleaned
    assert "\0" not in cleaned
    assert "\r" not in cleaned
    cleaned.encode()
