"""Plans of series, packages, supply lists and pairs: all mistakes at once, with their lines."""

from typing import Any

import pytest

from service.roadshow.errors import PlanFileError
from service.roadshow.package import read_package
from service.roadshow.pairs import read_pairs
from service.roadshow.series_file import read_series
from service.roadshow.supply import read_supply
from service.sample import sample_file


def told(read: Any, text: str, known: Any = None) -> str:
    with pytest.raises(PlanFileError) as caught:
        read(text.encode(), "计划.toml", *((known,) if known else ()))
    return str(caught.value)


def nobody(_side: Any, _ids: Any) -> set[str]:
    return set()


def test_all_mistakes_of_a_series_are_told_with_their_lines() -> None:
    said = told(
        read_series,
        """[series]
most_times = -1

[candidates]
must = ["A1"]

[[event]]
id = "E"
size = "巨型"

[[event]]
id = "E"
places = 1
times = 2
held = ["A1"]
must = ["A2", "A3"]
must_not = ["A2"]
industries = ["朝阳行当"]
audience_regions = ["云深处"]

[[event]]
id = "E1"

[[event.quota]]
dimension = "行业"
value = "朝阳行当"
least = 1

[colour]
""",
        nobody,
    )
    for part in (
        "第 2 行 series.most_times", "第 5 行 candidates.must：系列里必选的写在",
        "第 9 行 event[1].size", "large（大型）", "第 12 行 event[2].id：场次“E1”有 2 场",
        "第 15 行 event[2].held", "超过名额 1", "event[2].must[1]：“A2”也在 must_not 里",
        "第 18 行 event[2].industries[1]：“朝阳行当”不是国民经济行业", "“云深处”不是地区",
        "第 26 行 event[3].quota[1].value", "第 29 行 colour：没有这个键",
        "event[2].held[1]：没有编号为“A1”的成果",
    ):  # fmt: skip
        assert part in said, part
    assert "[[event]]" in told(read_series, "[series]\n")
    assert "最多 400 场" in told(
        read_series, "".join(f'[[event]]\nid = "{n}-"\ntimes = 200\n' for n in range(3))
    )


def test_all_mistakes_of_a_package_are_told_with_their_lines() -> None:
    said = told(
        read_package,
        """[package]
size = 1
most_alike = 0.0

[candidates]
must = ["A1", "A2"]

[theme]
industries = ["朝阳行当"]

[[alike]]
between = ["A9", "A8"]

[quota]
most = 1
""",
        nobody,
    )
    for part in (
        "第 3 行 package.most_alike", "第 6 行 candidates.must：列了 2 项必选",
        "第 9 行 theme.industries[1]", "第 12 行 alike[1].between[1]：没有编号为“A9”",
        "quota：要写成 [[quota]]", "candidates.must[1]：没有编号为“A1”",
    ):  # fmt: skip
        assert part in said, part
    assert "package：没有写，请补上 [package]" in told(read_package, "[theme]\n")


def test_all_mistakes_of_a_supply_list_are_told_with_their_lines() -> None:
    said = told(
        read_supply,
        """[[link]]
id = "L1"
name = "一"
after = ["L2", "L9"]

[[link]]
id = "L2"
name = "二"
after = ["L1"]

[[link]]
id = "L1"
name = ""
""",
    )
    for part in ("第 4 行 link[1].after[2]：上游“L9”", "绕成了圈", "第 13 行 link[3].name"):
        assert part in said, part
    assert "写了不止一次" in told(read_supply, '[[link]]\nid = "L"\nname = "一"\n' * 2)


def test_all_mistakes_of_ranks_are_told_with_their_lines() -> None:
    said = told(
        read_pairs,
        """[[asking]]
name = "甲"
prefers = ["x", "x", "w"]

[[asking]]
name = "甲"
prefers = []
most = 0

[[asked]]
name = "x"
prefers = ["乙"]
""",
    )
    for part in (
        "第 3 行 asking[1].prefers[2]：“x”写了两次", "“w”不在 [[asked]] 里",
        "“乙”不在 [[asking]] 里", "第 8 行 asking[2].most",
        "第 6 行 asking[2].name：“甲”写了不止一次",
    ):  # fmt: skip
        assert part in said, part
    assert "asked：没有写" in told(read_pairs, '[[asking]]\nname = "甲"\nprefers = []\n')


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("series", read_series),
        ("package", read_package),
        ("supply", read_supply),
        ("pairs", read_pairs),
    ],
)
def test_the_sample_plans_have_no_mistakes(name: str, read: Any) -> None:
    file = sample_file(f"{name}.toml")
    assert read(file.read_bytes(), file.name).mistakes == []


def test_too_many_sections_of_a_kind_are_told_and_not_read() -> None:
    text = '[[asking]]\nname = "甲"\nprefers = []\n' * 501
    assert "asking：写了 501 节，最多 500 节" in told(read_pairs, text)


def test_what_is_no_section_is_told() -> None:
    assert "package：3 不能用，要写一节" in told(read_package, "package = 3\n")
