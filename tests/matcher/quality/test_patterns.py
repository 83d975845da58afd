import time

import pytest

from matcher.quality.aspects import aspects
from matcher.quality.indicators import find_indicators
from matcher.quality.titles import title_value


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("耐温不低于1200℃", ["不低于1200℃"]),
        ("厚度0.2～0.3 mm，重5-8kg", ["0.2～0.3 mm", "5-8kg"]),
        ("误差±0.05%FS", ["±0.05%"]),
        ("活菌数≥2×10^10 CFU/g", ["≥2×10^10 CFU"]),
        ("合格率达到95以上", ["达到95"]),
        ("容积40～300 m3", ["40～300 m3"]),
        ("粒径小于50μm；转速3000r/min", ["小于50μm", "3000r/min"]),
        ("2016年成立，注册资金500万元，6月前交付", []),
        ("不超过200万元", []),
        ("ISO9001认证，TC4合金，1、工艺 2、设备", []),
        ("5men", []),
    ],
)
def test_indicators_are_numbers_with_units_or_comparators(text: str, found: list[str]) -> None:
    assert [text[start:end].strip() for start, end in find_indicators(text)] == found


@pytest.mark.parametrize(
    ("title", "value"),
    [
        ("发动机叶片抗氧化涂层", 1.0),
        ("技术需求", 0.0),
        ("某公司技术需求", 0.0),
        ("关于甲乙丙有限公司的技术难题", 0.0),
        ("涂层技术", 0.5),
        ("", 0.0),
        ("项目3号", 0.0),
    ],
)
def test_a_title_that_could_stand_over_anything_says_nothing(title: str, value: float) -> None:
    assert title_value(title) == value


PIECES = (" ", "1", "≥ ", "1 ", "1.", "1~", "用", "已在", "公司", "由", "以x", "年产")


@pytest.mark.parametrize("piece", PIECES)
def test_a_page_of_anything_is_read_in_time(piece: str) -> None:
    find_indicators("")  # tables are read once
    page = piece * 20_000
    started = time.process_time()
    find_indicators(page)
    title_value(page)
    for aspect in aspects().all:
        if aspect.words is not None:
            assert sum(1 for _ in aspect.words.finditer(page)) <= len(page)
    assert time.process_time() - started < 2
