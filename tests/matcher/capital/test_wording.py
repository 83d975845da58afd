import pytest

from matcher.capital.types import KINDS
from matcher.capital.wording import (
    read_condition,
    read_industries,
    read_kind,
    read_list,
    read_stages,
)


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("知识产权质押贷款", "pledge"),
        ("贷款担保", "guarantee"),
        ("科技贷", "loan"),
        ("天使投资", "equity"),
        ("股权基金", "equity"),
        ("後補助", "grant"),
        ("Equity", "equity"),
        ("其他", None),
    ],
)
def test_the_kind_is_read_from_usual_words(written, kind) -> None:
    assert read_kind(written) == kind


def test_every_kind_is_read_from_its_own_label() -> None:
    assert {read_kind(label): label for label in KINDS.values()} == dict(KINDS)


@pytest.mark.parametrize(
    ("written", "stages", "levels"),
    [
        ("种子期至成长期", ("seed", "startup", "growth"), (None, None)),
        ("初创期；成熟期", ("startup", "mature"), (None, None)),
        ("成长期及以后", ("growth", "mature"), (None, None)),
        ("TRL 4-7", (), (4, 7)),
        ("成长期、成熟度六至八级", ("growth",), (6, 8)),
        ("6级以上", (), (6, None)),
        ("5级以下", (), (None, 5)),
        ("Pre-A轮", ("startup",), (None, None)),
        ("7", (), (7, 7)),
        ("不限", (), (None, None)),
        ("", (), (None, None)),
    ],
)
def test_stages_and_levels_share_a_cell(written, stages, levels) -> None:
    found = read_stages(written)
    assert (found.stages, (found.min_trl, found.max_trl), found.unread) == (stages, levels, ())


def test_what_is_no_stage_is_told() -> None:
    assert read_stages("成长期；朝阳行业").unread == ("朝阳行业",)


@pytest.mark.parametrize(
    ("written", "condition"),
    [
        ("已授权发明专利", "granted_invention"),
        ("有效专利两项以上", "granted_patent"),
        ("专利（含申请中）", "patent"),
        ("软件著作权", "software"),
        ("高新技术企业", "high_tech"),
        ("科技型中小企业", "small_tech"),
        ("专精特新企业", "specialised"),
        ("已有销售收入", "revenue"),
        ("在本市注册公司", "local"),
        ("返投比例不低于一点五倍", "local"),
        ("已设立公司", "company"),
        ("完成中试", "piloted"),
        ("实际控制人无不良记录", None),
    ],
)
def test_requirements_are_read_from_usual_words(written, condition) -> None:
    assert read_condition(written) == condition


def test_an_industry_with_a_comma_in_its_name_stays_whole() -> None:
    written = "计算机、通信和其他电子设备制造业；纺织业"
    assert read_industries(written) == ("计算机、通信和其他电子设备制造业", "纺织业")


def test_lists_lose_blanks_doubles_and_what_means_no_bound() -> None:
    assert read_list(" 浙江省，江苏省;浙江省;; ") == ("浙江省", "江苏省")
    assert read_list("不限") == ()
