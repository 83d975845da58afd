import pytest

from indexing.filters import AnyOf, Equals, InRange
from matcher import indexer
from matcher.errors import FilterSyntaxError
from matcher.indexer import column_values, create, has_all_columns, open_or_create
from matcher.query_filters import parse_filter
from matcher.types import Achievement, Need

OFFERED = [
    Achievement(
        id="A1",
        title="水性防腐涂料",
        text="树脂与助剂复配，已完成中试。",
        owner="浙江大学",
        industry_code="C26",
        transfer_modes=("独占许可",),
    ),
    Achievement(
        id="A2",
        title="心电诊断算法",
        text="已在三家医院应用。",
        region="北京市海淀区",
        industry="软件和信息技术服务业",
        trl=4,
        transfer_modes=("作价投资", "合作开发"),
    ),
    Achievement(id="A3", title="甲", text="乙"),
]


@pytest.mark.parametrize(
    ("text", "parsed"),
    [
        ("province=浙江", Equals("province", "浙江省")),
        ("province=浙江;上海市；内蒙", AnyOf("province", ("浙江省", "上海市", "内蒙古自治区"))),
        ("city=杭州", Equals("city", "杭州市")),
        ("city=上海", Equals("city", "上海市")),
        ("industry_section=C", Equals("industry_section", "C")),
        ("industry_section=制造业", Equals("industry_section", "C")),
        ("industry_division=27", Equals("industry_division", "27")),
        ("industry_division=c27;软件和信息技术服务业", AnyOf("industry_division", ("27", "65"))),
        ("modes=技术转让", Equals("modes", "转让")),
        ("owner_kind=高校", Equals("owner_kind", "高校")),
        ("readiness>=6", InRange("readiness", 6.0, None)),
    ],
)
def test_what_was_read_can_be_filtered_by_in_any_writing(text, parsed):
    assert parse_filter(text, "achievement") == parsed


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("province=杭州", "不是省"),
        ("province=火星", "不是省"),
        ("city=浙江", "不是市"),
        ("city=西湖区", "不是市"),
        ("industry_section=C27", "不是国民经济行业门类"),
        ("industry_division=制造业", "不是国民经济行业大类"),
        ("industry_division=新材料", "不是国民经济行业大类"),
        ("modes=抵押", "不是转化方式"),
    ],
)
def test_a_value_that_is_none_of_the_list_is_refused(text, message):
    with pytest.raises(FilterSyntaxError, match=message):
        parse_filter(text, "achievement")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("province=浙江", "A1"),
        ("city=北京", "A2"),
        ("industry_section=制造业", "A1"),
        ("industry_division=26;65", "A1 A2"),
        ("modes=许可", "A1"),
        ("modes=独占许可", "A1"),
        ("modes=作价入股", "A2"),
        ("owner_kind=高校", "A1"),
        ("readiness>=6", "A1"),
        ("readiness<=5", "A2"),
    ],
)
def test_filters_find_what_was_stated_or_read(world, text, expected):
    bundle = world.side("achievement", OFFERED).bundle
    mask = bundle.mask([parse_filter(text, "achievement")])
    assert [one.id for one, passes in zip(OFFERED, mask, strict=True) if passes] == expected.split()


def test_a_need_s_fields_are_read_too(world):
    need = Need(id="N1", title="膜", organisation="苏州某某有限公司", cooperation="联合攻关")
    values = column_values(world.read(need))
    assert (values["province"], values["city"], values["modes"]) == (
        "江苏省",
        "苏州市",
        ("合作开发",),
    )
    assert "readiness" not in values


def test_an_index_with_older_columns_is_made_anew(world, tmp_path, monkeypatch):
    old = dict(indexer.COLUMNS["need"])
    old.pop("province")
    monkeypatch.setitem(indexer.COLUMNS, "need", old)
    create("need", world.embedder, world.segmenter).save(tmp_path)
    stale = open_or_create(tmp_path, "need", world.embedder, world.segmenter)
    assert has_all_columns(stale, "need")
    monkeypatch.undo()
    assert not has_all_columns(stale, "need")
    fresh = open_or_create(tmp_path, "need", world.embedder, world.segmenter)
    assert has_all_columns(fresh, "need")
    assert len(fresh) == 0


def test_a_kind_of_owner_may_be_named_as_people_name_it():
    asked = parse_filter("owner_kind=大学", "achievement")
    assert asked == parse_filter("owner_kind=高校", "achievement")
    with pytest.raises(FilterSyntaxError, match="不是单位类型"):
        parse_filter("owner_kind=某某", "achievement")
