from dataclasses import replace
from datetime import date

import pytest

from matcher.capital.rights import ip_states
from matcher.capital.rules import judge, unread_parts
from matcher.capital.seeker import seeker_of
from tests.matcher.capital.samples import TODAY, achievement, mandate, need


def ruling(rule, fund, seeker):
    found = [one for one in judge(fund, seeker, TODAY) if one.rule == rule]
    return found[0] if found else None


def state(rule, record, fund=None, **known):
    found = ruling(rule, fund or mandate(), seeker_of(record, **known))
    return found and found.state


def test_a_pair_made_for_each_other_only_leaves_the_stage_to_ask() -> None:
    rulings = judge(mandate(), seeker_of(achievement()), TODAY)
    assert {one.rule: one.state for one in rulings} == {
        "validity": "met",
        "field": "met",
        "region": "met",
        "readiness": "met",
        "stage": "unknown",
        "ticket": "met",
        "requirement": "met",
    }


def test_what_a_mandate_does_not_state_is_not_judged() -> None:
    bare = mandate(
        min_trl=None, max_trl=None, stages=(), industries=(), min_wan=None, max_wan=None,
        regions=(), requirements=(), valid_until=None,
    )  # fmt: skip
    assert judge(bare, seeker_of(achievement()), TODAY) == ()


@pytest.mark.parametrize(
    ("until", "expected"), [(TODAY, "met"), (date(2026, 11, 22), "broken"), (None, None)]
)
def test_the_last_day_still_counts(until, expected) -> None:
    assert state("validity", achievement(), mandate(valid_until=until)) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"industry": "纺织业"}, "met"),
        ({"industry": "医药制造业"}, "broken"),
        ({"industry": "", "title": "装置", "text": ""}, "unknown"),
    ],
)
def test_a_stated_industry_decides_and_an_unknown_one_asks(changes, expected) -> None:
    assert state("field", achievement(**changes)) == expected


def test_a_section_holds_all_its_divisions() -> None:
    assert state("field", achievement(), mandate(industries=("制造业",))) == "met"


def test_a_record_of_the_whole_section_is_asked_for_its_division() -> None:
    whole = replace(seeker_of(achievement()), division="")
    assert whole.section == "C"
    assert ruling("field", mandate(), whole).state == "unknown"
    other = replace(whole, section="I")
    assert ruling("field", mandate(), other).state == "broken"


def test_a_keyword_in_the_text_opens_another_industry() -> None:
    fund = mandate(keywords=("染色",))
    assert state("field", achievement(industry="医药制造业"), fund) == "met"


def test_keywords_alone_exclude_nobody() -> None:
    fund = mandate(industries=(), keywords=("区块链",))
    assert state("field", achievement(), fund) == "unknown"


def test_an_industry_that_nobody_understands_excludes_nobody() -> None:
    fund = mandate(industries=("朝阳行当",))
    assert state("field", achievement(), fund) == "unknown"
    assert [one for one in unread_parts(fund) if "朝阳行当" in one]


def test_an_inferred_industry_never_breaks_the_rule() -> None:
    record = achievement(
        industry="", title="片剂包衣与冻干制剂工艺", text="药品生产，注射剂，制药企业"
    )
    seeker = seeker_of(record)
    assert seeker.division == "27"
    assert not seeker.industry_is_stated
    assert ruling("field", mandate(), seeker).state == "unknown"


@pytest.mark.parametrize(
    ("region", "expected"),
    [("浙江省绍兴市", "met"), ("江苏省", "broken"), ("", "unknown")],
)
def test_an_enterprise_has_to_be_where_the_money_goes(region, expected) -> None:
    assert state("region", need(region=region, organisation="")) == expected


def test_an_achievement_from_elsewhere_may_still_come() -> None:
    found = ruling("region", mandate(), seeker_of(achievement(region="江苏省")))
    assert found.state == "unknown"
    assert "当地转化" in found.reason


def test_a_place_known_too_coarsely_is_asked_for() -> None:
    fund = mandate(regions=("浙江省绍兴市",))
    assert state("region", need(region="浙江省"), fund) == "unknown"


@pytest.mark.parametrize(
    ("trl", "expected"), [(6, "met"), (8, "met"), (5, "broken"), (9, "broken")]
)
def test_readiness_has_both_ends(trl, expected) -> None:
    assert state("readiness", achievement(trl=trl)) == expected


def test_a_readiness_that_the_text_suggests_is_told_with_the_question() -> None:
    record = achievement(trl=None, text="已建成中试线并完成中试。")
    found = ruling("readiness", mandate(), seeker_of(record))
    assert found.state == "unknown"
    assert "由描述推测约" in found.reason


def test_readiness_is_no_matter_of_the_enterprise() -> None:
    assert state("readiness", need()) is None


@pytest.mark.parametrize(("stage", "expected"), [("growth", "met"), ("seed", "broken")])
def test_a_known_stage_decides(stage, expected) -> None:
    assert state("stage", need(), stage=stage) == expected


@pytest.mark.parametrize(
    ("amount", "expected", "hard"),
    [(100.0, "met", True), (500.0, "met", True), (99.0, "broken", True), (800.0, "broken", False)],
)
def test_too_small_a_sum_excludes_and_too_large_a_one_needs_a_partner(
    amount, expected, hard
) -> None:
    found = ruling("ticket", mandate(), seeker_of(need(), amount_wan=amount))
    assert (found.state, found.hard) == (expected, hard)


@pytest.mark.parametrize(
    ("price", "expected"), [(300.0, "met"), (20.0, "unknown"), (None, "unknown")]
)
def test_a_price_is_an_estimate_that_never_excludes(price, expected) -> None:
    assert state("ticket", achievement(price_wan=price)) == expected


@pytest.mark.parametrize(
    ("low", "high", "told"), [(None, 500.0, "不超过 500"), (100.0, None, "100 万元以上")]
)
def test_an_open_ticket_is_told_as_one(low, high, told) -> None:
    fund = mandate(min_wan=low, max_wan=high)
    assert told in ruling("ticket", fund, seeker_of(achievement(price_wan=None))).reason


@pytest.mark.parametrize(
    ("kinds", "expected"), [({"equity"}, "met"), ({"loan"}, "broken"), ((), None)]
)
def test_only_who_states_a_kind_of_capital_is_held_to_it(kinds, expected) -> None:
    assert state("kind", need(), kinds=frozenset(kinds)) == expected


@pytest.mark.parametrize(
    ("ip", "granted", "any_patent"),
    [
        ("已授权发明专利2项", "met", "met"),
        ("发明专利2项", "unknown", "met"),
        ("发明专利申请3项（实审）", "broken", "met"),
        ("ZL202010001234.5", "met", "met"),
        ("软著2项", "broken", "broken"),
        ("发明专利0项", "broken", "broken"),
        ("实用新型3项，软著1项", "broken", "met"),
        ("申请5项，授权3项", "unknown", "unknown"),
        ("发明专利申请5项，授权3项", "met", "met"),
        ("发明专利5项，其中3项已授权", "met", "met"),
        ("申请发明专利5项，授权实用新型3项", "broken", "met"),
        ("无人机发明专利", "unknown", "met"),
        ("无线充电发明专利1项（已授权）", "met", "met"),
        ("专利5项，授权3项", "unknown", "met"),
        ("已授权专利3项（其中发明1项）", "met", "met"),
        ("发明专利2项，尚未授权", "broken", "met"),
        ("发明专利2项已获受理", "broken", "met"),
        ("发明专利5项，授权0项", "unknown", "met"),
        ("软著2项，受理5项", "unknown", "unknown"),
        ("ZL202020001234.5", "broken", "met"),
        ("发明专利2项，已获省科技进步奖", "unknown", "met"),
        ("拥有自主知识产权", "unknown", "unknown"),
        ("暂无授权专利", "broken", "unknown"),
        ("暂无专利", "broken", "broken"),
        ("没有申请专利", "broken", "broken"),
        ("无", "broken", "broken"),
    ],
)
def test_a_column_of_rights_proves_what_it_says_and_no_more(ip, granted, any_patent) -> None:
    held = ip_states(ip)
    assert (held["granted_invention"], held["patent"]) == (granted, any_patent)
    assert state("requirement", achievement(ip=ip)) == granted


def test_no_column_of_rights_proves_nothing() -> None:
    assert ip_states("") == {}
    assert state("requirement", achievement(ip="")) == "unknown"


def test_software_is_a_right_of_its_own() -> None:
    fund = mandate(requirements=("软件著作权",))
    assert state("requirement", achievement(ip="软著2项"), fund) == "met"
    assert state("requirement", achievement(ip="发明专利1项"), fund) == "broken"


@pytest.mark.parametrize(("known", "expected"), [(True, "met"), (False, "broken")])
def test_what_an_organiser_knows_wins(known, expected) -> None:
    fund = mandate(requirements=("高新技术企业",))
    assert state("requirement", need(), fund, holds={"high_tech": known}) == expected
    assert state("requirement", need(), fund) == "unknown"


def test_a_requirement_that_nobody_reads_is_left_to_a_person() -> None:
    fund = mandate(requirements=("实际控制人无不良记录",))
    found = ruling("requirement", fund, seeker_of(need()))
    assert found.state == "unknown"
    assert "人工核对" in found.reason
    assert any("无不良记录" in one for one in unread_parts(fund))


@pytest.mark.parametrize(("trl", "expected"), [(6, "met"), (5, "broken"), (None, "unknown")])
def test_a_pilot_is_judged_by_readiness(trl, expected) -> None:
    fund = mandate(requirements=("完成中试",), min_trl=None, max_trl=None)
    assert state("requirement", achievement(trl=trl), fund) == expected


def test_an_enterprise_of_the_region_is_local() -> None:
    fund = mandate(requirements=("在当地注册",))
    assert state("requirement", need(), fund) == "met"
    assert state("requirement", achievement(), fund) == "unknown"


def test_a_region_that_nobody_understands_is_told() -> None:
    fund = mandate(regions=("云深处",))
    assert any("云深处" in one for one in unread_parts(fund))
    assert state("region", need(), fund) == "unknown"
