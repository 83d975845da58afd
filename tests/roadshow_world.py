"""A few needs and achievements for an event, all written for the tests."""

from datetime import UTC, date, datetime

from sqlalchemy import insert

from matcher.types import Achievement, Need
from service.access.caller import SCOPES_OF_ROLE, Caller
from service.store.people_tables import OrganisationRow
from service.store.store import Store

MADE = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)

NEEDS = (
    Need(
        id="N1",
        title="发动机叶片抗氧化涂层",
        text="叶片在1100℃的燃气中工作。需要附着力强的热障涂层，寿命不少于2000小时。",
        organisation="甲动力公司",
    ),
    Need(
        id="N2",
        title="污水低温脱氮",
        text="园区污水厂出水总氮偏高，希望找到占地小、低温下仍能脱氮的工艺。",
        organisation="乙水务公司",
    ),
    Need(
        id="N3",
        title="鲜切果蔬保鲜包装",
        text="货架期需要延长到七天，包装膜透气可调。",
        organisation="丙果蔬公司",
    ),
)
ACHIEVEMENTS = (
    Achievement(
        id="A1",
        title="等离子喷涂热障涂层",
        text="在高温合金叶片表面喷涂双层热障涂层，1150℃循环氧化后附着力强，寿命2600小时。",
        owner="东澜理工大学",
        owner_type="高校",
        region="江苏省苏州市",
        industry="C37",
        trl=7,
        transfer_modes=("技术转让",),
        published=date(2026, 3, 1),
    ),
    Achievement(
        id="A2",
        title="反硝化生物滤池低温脱氮",
        text="用驯化的耐冷菌群，8℃下出水总氮低于10 mg/L，占地比活性污泥法小一半。",
        owner="西岭环保研究院",
        owner_type="科研院所",
        region="浙江省杭州市",
        industry="N77",
        trl=8,
        transfer_modes=("许可", "合作开发"),
        published=date(2025, 3, 1),
    ),
    Achievement(
        id="A3",
        title="果蔬气调保鲜薄膜",
        text="鲜切果蔬包装膜，透气可调，货架期延长到九天。",
        owner="北禾包装公司",
        owner_type="企业",
        region="山东省寿光市",
        industry="C29",
        trl=5,
    ),
    Achievement(
        id="A4",
        title="叶片激光熔覆修复",
        text="对磨损的叶片进行激光熔覆，恢复尺寸和强度，附着力强。",
        owner="东澜理工大学",
        owner_type="高校",
        region="江苏省苏州市",
        industry="C37",
        trl=4,
    ),
    Achievement(
        id="A5",
        title="低温厌氧氨氧化脱氮",
        text="低温下总氮去除率九成，占地小，无需外加碳源。",
        owner="乙水务公司",
        owner_type="企业",
        region="浙江省宁波市",
        industry="N77",
        trl=3,
    ),
    Achievement(
        id="A6",
        title="玉米秸秆深翻还田机",
        text="一次完成粉碎与覆土。",
        owner="北禾农机研究所",
        owner_type="科研院所",
        region="吉林省长春市",
        industry="A01",
        trl=9,
    ),
)

PLAN = """[event]
title = "春季路演"
size = 3
date = 2026-12-05
seconds = 10

[candidates]
must_not = ["A6"]

[audience.weights]
N2 = 2.0

[caps]
institution = 1

[[quota]]
dimension = "owner_type"
value = "高校"
least = 1
"""


def organiser(number: int) -> Caller:
    return Caller(
        number, "o", "o", number, f"单位{number}", "organiser", SCOPES_OF_ROLE["organiser"]
    )


def settle(store: Store, *numbers: int) -> None:
    with store.writing() as (connection, _transaction, _revision):
        for number in numbers:
            row = {"id": number, "name": f"单位{number}", "kind": "organiser", "created_at": MADE}
            connection.execute(insert(OrganisationRow).values(**row))
