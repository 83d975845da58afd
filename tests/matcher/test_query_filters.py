from datetime import date

import pytest

from indexing.errors import FilterError
from indexing.filters import AnyOf, Equals, InRange, StartsWith
from matcher.errors import FilterSyntaxError
from matcher.indexer import COLUMNS
from matcher.query_filters import parse_filter
from tests.matcher.worlds import ACHIEVEMENTS, NEEDS, ids


@pytest.mark.parametrize(
    ("text", "parsed"),
    [
        ("region=江苏", StartsWith("region", "江苏")),
        ("  owner = 某 大学 ", Equals("owner", "某 大学")),
        ("owner=甲=乙", Equals("owner", "甲=乙")),
        ("industry=农业;纺织业", AnyOf("industry", ("农业", "纺织业"))),
        ("industry=农业； 纺织业;", AnyOf("industry", ("农业", "纺织业"))),
        ("transfer_modes=许可", Equals("transfer_modes", "许可")),
        ("trl=6", InRange("trl", 6.0, 6.0)),
        ("trl>=6", InRange("trl", 6.0, None)),
        ("price_wan <= 12.5", InRange("price_wan", None, 12.5)),
        ("published>=2026-01-31", InRange("published", "2026-01-31", None)),
        ("published=2026-01-31", InRange("published", "2026-01-31", "2026-01-31")),
    ],
)
def test_a_filter_is_read_as_people_write_it(text, parsed):
    assert parse_filter(text, "achievement") == parsed


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "无法理解筛选条件"),
        ("江苏", "写法为 字段=值"),
        ("region=", "无法理解"),
        ("region>江苏", "无法理解"),
        ("colour=红", "可用字段：owner、owner_type"),
        ("has_text=1", "无法理解"),  # for the matcher alone
        ("budget_wan>=3", "无法理解"),  # a field of the other side
        ("owner>=甲", "字段 owner 是文字，只能用“=”"),
        ("region<=江苏", "字段 region 是文字"),
        ("industry=；;", "没有写出值"),
        ("trl>=六", "字段 trl 须与一个数字比较"),
        ("published>=去年", "日期须写成 2026-01-31"),
        ("published<=2026-1-3", "日期须写成 2026-01-31"),
        ("published<=2026-02-30", "日期须写成 2026-01-31"),
        ("published<=20260203", "日期须写成 2026-01-31"),
    ],
)
def test_a_filter_that_cannot_be_understood_is_named_with_what_to_do(text, message):
    with pytest.raises(FilterSyntaxError, match=message) as refused:
        parse_filter(text, "achievement")
    assert text in str(refused.value)


@pytest.mark.parametrize(
    ("texts", "passing"),
    [
        (["region=江苏"], {"A01"}),
        (["industry=农业"], {"A05", "A06"}),
        (["transfer_modes=许可"], {"A01", "A02"}),
        (["transfer_modes=转让;自用"], {"A01"}),
        (["trl>=4", "trl<=7"], {"A01", "A02"}),
        (["published>=2025-05-01"], {"A01"}),
        (["published>=2025-05-02"], set()),
        (["price_wan=30"], {"A19"}),
        (["industry=农业", "trl=8"], {"A05"}),
    ],
)
def test_only_what_passes_all_filters_is_listed(world, texts, passing):
    filters = [parse_filter(text, "achievement") for text in texts]
    for rerank in (0, 50):
        found = world.matcher(rerank=rerank).match(NEEDS[1], k=20, filters=filters)
        assert set(ids(found)) == passing


def test_needs_are_filtered_by_their_own_fields(world):
    matcher = world.matcher()
    for text, passing in (
        ("budget_wan>=80", ["N1"]),
        ("deadline<=2027-03-01", ["N1"]),
        ("min_trl>=6", ["N3"]),
        ("region=江苏", ["N1", "N3"]),
    ):
        found = matcher.match(ACHIEVEMENTS[16], filters=[parse_filter(text, "need")])
        assert sorted(ids(found)) == passing


def test_filters_come_before_ranking(world):
    """A record far down is found though each retriever gives but one row."""
    price = ACHIEVEMENTS[18]  # the only one with a price, about something else
    for settings in ({"depth": 1}, {"depth": 1, "rerank": 0}, {"depth": 1, "lexical": False}):
        matcher = world.matcher(**settings)
        assert price.id not in ids(matcher.match(NEEDS[0], k=1))
        found = matcher.match(NEEDS[0], k=1, filters=[InRange("price_wan", 1, 99)])
        assert ids(found) == [price.id]


@pytest.mark.parametrize(
    "condition",
    [
        Equals("colour", "红"),
        Equals("trl", "六"),
        InRange("region", "甲", "乙"),
        InRange("published", "2026-02-30", None),
        StartsWith("trl", "6"),
    ],
)
def test_a_filter_that_the_index_cannot_answer_is_refused(world, condition):
    with pytest.raises(FilterError, match=condition.field):
        world.matcher().match(NEEDS[0], filters=[condition])


def test_each_filter_field_is_a_field_of_its_records_or_read_out_of_them():
    for side, record in (("need", NEEDS[0]), ("achievement", ACHIEVEMENTS[0])):
        names = list(COLUMNS[side])
        stated = names[: names.index("has_text")]
        assert all(hasattr(record, name) for name in stated)
        assert not any(hasattr(record, name) for name in names[len(stated) :])


def test_dates_given_as_dates_are_compared_as_dates(world):
    found = world.matcher().match(NEEDS[0], filters=[Equals("published", date(2025, 5, 1))])
    assert ids(found) == ["A01"]
