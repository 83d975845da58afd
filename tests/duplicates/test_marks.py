import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.duplicates.marks import describe, marks_of


@pytest.mark.parametrize(
    ("text", "same_as"),
    [
        ("功率5 kW", "功率5000W"),
        ("功率5kW", "功率5千瓦"),
        ("厚0.5 mm", "厚500μm"),
        ("每批1,200 kg", "每批1.2吨"),
        ("预算50万元", "预算500000元"),
        ("保温2 h", "保温120分钟"),
    ],
)
def test_one_quantity_in_two_units_is_one_quantity(text: str, same_as: str) -> None:
    assert marks_of(text).quantities == marks_of(same_as).quantities != frozenset()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("智慧灌区（一期）", "智慧灌区（二期）"),
        ("智慧灌区第一批", "智慧灌区第2批"),
        ("YX系列A型泵", "YX系列B型泵"),
        ("储能变流器型号A", "储能变流器型号B"),
        ("水质模型V1.0", "水质模型V2.0"),
        ("矿用皮带机Ⅰ型".replace("Ⅰ", "I"), "矿用皮带机II型"),
        ("工艺规程（上）", "工艺规程（下）"),
        ("调研报告之一", "调研报告之三"),
        ("管网改造一标段", "管网改造三标段"),
    ],
)
def test_parts_of_a_series_are_told_apart(one: str, other: str) -> None:
    first, second = marks_of(one).series, marks_of(other).series
    kinds = {kind for kind, _ in first} & {kind for kind, _ in second}
    assert kinds
    assert not first & second


def test_numerals_of_a_series_are_the_same_however_they_are_written() -> None:
    written = ("第十二期", "第12期", "12期")
    assert {marks_of(text).series for text in written} == {frozenset({("期", "12")})}
    assert marks_of("第二十期").series == {("期", "20")}
    assert marks_of("一二期").series != marks_of("三四期").series


@pytest.mark.parametrize("text", ["新型C70250类铜带", "三七饮片", "一种装置", "重型A股"])
def test_words_that_only_look_like_a_series_are_none(text: str) -> None:
    assert marks_of(text).series <= {("类", "C70250")}
    assert ("型", "C") not in marks_of(text).series


def test_model_numbers_lose_hyphens_and_are_no_quantities() -> None:
    found = marks_of("YX-3000a型样机与GH4169合金，功率5kW")
    assert found.codes == {"YX3000A", "GH4169"}
    assert found.quantities == {("W", 5000.0)}


def test_years_are_no_quantities() -> None:
    found = marks_of("2024年度需求，预算2024万元")
    assert found.years == {"2024"}
    assert found.quantities == {("元", 2.024e7)}


@pytest.mark.parametrize(
    ("text", "shown"), [("5kW", "5kW"), ("0.5mm", "500um"), ("80%", "80%"), ("7", "7")]
)
def test_a_quantity_is_described_briefly(text: str, shown: str) -> None:
    (found,) = marks_of(text).quantities
    assert describe(found).lower() == shown.lower()


@given(st.text(alphabet="一二十期第（）A1.5kW%℃年2024 -V中", max_size=30))
def test_marks_of_any_text_are_found_without_error(text: str) -> None:
    found = marks_of(text)
    assert all(value >= 0 for _, value in found.quantities)
    assert all(describe(one) for one in found.quantities)


def test_an_edition_is_another_thing_than_the_plain_one():
    assert marks_of("矿井水处理系统（升级版）").series == {("版", "升级")}
    assert marks_of("矿井水处理系统").series == frozenset()
    assert marks_of("装置排版").series == frozenset()
