from dataclasses import replace

import pytest

from matcher.errors import RoadshowError
from matcher.roadshow.checks import check
from matcher.roadshow.plan import Plan, Quota, Worth
from matcher.roadshow.pool import Entrant, Guest, PairFit, Pool
from matcher.types import Level

POOL = Pool(
    (
        Entrant(id="a", title="", groups={"industry": ("新材料",)}),
        Entrant(id="b", title="", groups={"industry": ("农业",)}),
    ),
    (Guest(id="x", title=""),),
    (),
)
GOOD = Plan(title="春季路演", size=1)


def mistakes(plan, pool=POOL):
    with pytest.raises(RoadshowError) as caught:
        check(pool, plan)
    return str(caught.value)


def test_a_sound_plan_passes():
    quotas = (
        Quota(dimension="industry", value="*", most=1),
        Quota(dimension="industry", value="农业", least=1, most=1),
    )
    check(POOL, replace(GOOD, quotas=quotas, must=("a",), must_not=("b",), barred=(("a", "x"),)))


def test_all_mistakes_are_told_at_once_and_numbered():
    plan = Plan(
        title="春季路演",
        size=5,
        quotas=(
            Quota(dimension="industry", value="农业", least=3, most=1),
            Quota(dimension="industry", value="航天", most=1),
            Quota(dimension="region", value="甲市", least=-1),
        ),
        must=("a", "zz"),
        must_not=("a", "yy"),
        conflicts=(("a", "a"), ("b", "qq")),
        barred=(("pp", "x"), ("a", "nn")),
    )
    text = mistakes(plan)
    told = (
        "名额 5 项超过候选成果 2 项",
        "行业“农业”的配额下限 3 高于上限 1",
        "没有这个取值，现有：农业、新材料",
        "地区“甲市”的配额下限为 -1",
        "现有：无",
        "“必须登台”中的 zz",
        "“不得登台”中的 yy",
        "a 既在“必须登台”又在“不得登台”",
        "a × a 是同一项成果",
        "b × qq 中的 qq",
        "pp × x 中的 pp 不在候选成果里",
        "a × nn 中的 nn 不在听众需求里",
    )
    assert all(one in text for one in told)
    assert "春季路演" in text
    assert f"有 {len(told)} 处错误" in text
    assert f"\n{len(told)}. " in text


@pytest.mark.parametrize(
    ("plan", "told"),
    [
        (replace(GOOD, size=0), "至少要 1 项"),
        (replace(GOOD, most_shown=0), "登台上限为 0 次"),
        (replace(GOOD, seconds=0.0), "应大于 0"),
        (replace(GOOD, seconds=float("nan")), "应大于 0"),
        (replace(GOOD, worth=Worth(strong=-1.0)), "“强相关”的分值为 -1"),
        (replace(GOOD, worth=Worth(fairness=float("inf"))), "“曝光公平”"),
        (replace(GOOD, worth=Worth(repeats=())), "份额为空"),
        (replace(GOOD, worth=Worth(repeats=(1.0, -0.5))), "有负数"),
        (replace(GOOD, worth=Worth(repeats=(0.5, 1.0))), "应当不升"),
        (replace(GOOD, quotas=(Quota(dimension="colour", value="*"),)), "“colour”无法识别"),
    ],
)
def test_each_kind_of_nonsense_is_named(plan, told):
    assert told in mistakes(plan)


def test_an_empty_pool_is_said_to_be_empty():
    assert "没有候选成果" in mistakes(GOOD, Pool((), (), ()))


def fit(entrant="a", guest="x", odds=(0.25, 0.25, 0.25, 0.25)):
    return PairFit(entrant=entrant, guest=guest, probabilities=odds, level=Level.WEAK)


@pytest.mark.parametrize(
    ("guests", "fits", "told"),
    [
        ((), (fit(),), "候选或听众之外"),
        ((Guest(id="x", title=""),), (fit(), fit()), "出现了两次"),
        ((Guest(id="x", title=""),), (fit(odds=(0.5, 0.0, 0.0, 0.0)),), "合计为 1"),
        ((Guest(id="x", title=""),), (fit(odds=(1.5, -0.5, 0.0, 0.0)),), "不小于 0"),
        ((Guest(id="x", title="", weight=0.0),), (), "权重为 0"),
        ((Guest(id="x", title=""), Guest(id="x", title="")), (), "听众需求“x”出现了两次"),
    ],
)
def test_a_pool_that_makes_no_sense_is_refused(guests, fits, told):
    with pytest.raises(RoadshowError, match=told):
        Pool(POOL.entrants, guests, fits)
