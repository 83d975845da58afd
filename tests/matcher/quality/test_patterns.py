import time

import pytest

from matcher.quality.aspects import aspects
from matcher.quality.titles import title_value


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
    page = piece * 20_000
    started = time.process_time()
    title_value(page)
    for aspect in aspects().all:
        if aspect.words is not None:
            assert sum(1 for _ in aspect.words.finditer(page)) <= len(page)
    assert time.process_time() - started < 2
