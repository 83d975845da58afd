import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from fastapi import FastAPI
from httpx import Response

from matcher.types import Achievement, Need
from service.pages import browse
from service.pages.words import day, fields_of
from service.present import quantity_as_text
from service.workbench.watches import watches_of
from tests.web.pages_world import forget, part, patient_world, sent, shared_world, whole, words_of
from tests.web.workbench_world import LI, ROOT, ZHAO, World


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, prepared: Path) -> Iterator[World]:
    with shared_world(tmp_path_factory.mktemp("pages") / "home", prepared) as found:
        yield found


@pytest.fixture
def world(running: World) -> World:
    return forget(running)


@pytest.fixture
def own_world(app: FastAPI) -> Iterator[World]:
    """A server for a test that writes records."""
    with patient_world(app) as found:
        yield found


def shown(page: Response, folder: str = "achievements") -> set[str]:
    return set(re.findall(rf'<td><a href="/{folder}/([^"/]+)"', page.text))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"A1", "A2", "A3", "A4", "A5"}),
        ("?q=叶片", {"A1", "A4"}),
        ("?q=叶片+涂层", {"A1"}),
        ("?q=a2", {"A2"}),
        ("?q=%25", set()),
        ("?q=_", set()),
        ("?region=浙江", {"A2"}),
        ("?industry=航空&q=熔覆", {"A4"}),
        ("?mine=1", set()),
    ],
)
def test_records_are_found_by_words_fields_and_holder(
    world: World, query: str, found: set[str]
) -> None:
    assert shown(whole(world.client, f"/achievements{query}")) == found


def test_pages_follow_each_other_without_gaps(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browse, "PAGE", 2)
    pages = [whole(world.client, f"/achievements?page={n}") for n in (1, 2, 3, 4)]
    assert [len(shown(page)) for page in pages] == [2, 2, 1, 0]
    assert set.union(*map(shown, pages)) == {"A1", "A2", "A3", "A4", "A5"}
    assert ['rel="next"' in page.text for page in pages] == [True, True, False, False]
    assert ['rel="prev"' in page.text for page in pages] == [False, True, True, False]


def test_the_next_page_keeps_what_was_searched_for() -> None:
    wanted = browse.Wanted(q="叶片", region="江苏", mine=True, page=2)
    assert wanted.pairs(3) == [("q", "叶片"), ("region", "江苏"), ("mine", "1"), ("page", "3")]
    assert wanted.pairs(1) == [("q", "叶片"), ("region", "江苏"), ("mine", "1")]


def test_a_second_page_begins_where_the_first_ends(world: World) -> None:
    first, total = browse.listed(world.place, LI, "achievement", browse.Wanted(), 3)
    second, _ = browse.listed(world.place, LI, "achievement", browse.Wanted(page=2), 3)
    assert total == 5
    assert [one.id for one in [*first, *second]] == ["A5", "A4", "A3", "A2", "A1"]


def test_a_record_is_shown_with_all_that_it_says(world: World) -> None:
    page = whole(world.client, "/achievements/A2")
    told = words_of(page)
    for words in ("反硝化生物滤池", "8℃下出水总氮低于10 mg/L", "浙江省杭州市", "TRL 8", "描述质量"):
        assert words in told
    assert 'hx-get="/achievements/A2/similar"' in page.text
    assert "撤回这条" not in page.text
    assert "盯着新匹配" not in page.text


def test_similar_records_are_of_the_same_side(world: World) -> None:
    page = part(world.client, "/achievements/A1/similar")
    assert "叶片激光熔覆修复" in page.text
    assert "/needs/" not in page.text
    assert part(world.client, "/needs/N9/similar").status_code == 404


def test_only_the_holder_withdraws_a_record_and_then_nobody_else_sees_it(own_world: World) -> None:
    own_world.put(Need(id="2:W", title="废水脱氮", text="出水总氮低于10 mg/L"), holder=2)
    assert "撤回这条需求" in whole(own_world.client, "/needs/2:W").text
    assert "废水脱氮" in whole(own_world.client, "/needs?mine=1").text
    own_world.comes(ZHAO)
    assert sent(own_world.client, "/needs/2:W/withdraw").status_code == 403
    own_world.comes(LI)
    answer = sent(own_world.client, "/needs/2:W/withdraw")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/needs?mine=1")
    assert "已撤回" in whole(own_world.client, "/needs/2:W").text
    assert "废水脱氮" not in whole(own_world.client, "/needs?mine=1").text
    own_world.comes(ZHAO)
    assert whole(own_world.client, "/needs/2:W").status_code == 404
    assert sent(own_world.client, "/achievements/A1/withdraw").status_code == 403


def test_the_first_page_tells_each_role_what_to_do_next(own_world: World) -> None:
    own_world.put(Need(id="2:O", title="我们的难题"), holder=2)
    mine = words_of(whole(own_world.client, "/"))
    assert "贵单位要解决什么问题" in mine
    assert "我们的需求 1 条" in mine
    assert "发动机叶片抗氧化涂层" not in mine
    assert "4 条需求" in mine.replace("条需求 4", "4 条需求")
    own_world.comes(ZHAO)
    broker = words_of(whole(own_world.client, "/"))
    assert "从需求开始找成果" in broker
    assert "发动机叶片抗氧化涂层" in broker
    own_world.comes(ROOT)
    assert "管理账号和密钥" in words_of(whole(own_world.client, "/"))


def test_a_need_that_is_watched_stands_among_the_watches(world: World) -> None:
    assert "还没有盯着" in whole(world.client, "/watches").text
    answer = sent(world.client, "/needs/N1/watch", threshold="0.3")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/watches")
    page = whole(world.client, "/watches")
    assert "发动机叶片抗氧化涂层" in page.text
    assert "没有新的匹配" in page.text
    (kept,) = watches_of(world.place, LI)
    assert kept.threshold == 0.3
    assert sent(world.client, f"/watches/{kept.id}/read").status_code == 303
    world.comes(ZHAO)
    assert "发动机" not in whole(world.client, "/watches").text
    assert sent(world.client, f"/watches/{kept.id}/end").status_code == 404
    world.comes(LI)
    assert sent(world.client, f"/watches/{kept.id}/end").status_code == 303
    assert watches_of(world.place, LI) == []
    assert sent(world.client, "/needs/N1/watch", threshold="2").status_code == 422


def test_recommendations_say_why(own_world: World) -> None:
    fresh = words_of(whole(own_world.client, "/recommendations"))
    assert "换个方向" in fresh
    own_world.put(Need(id="2:T", title="叶片热障涂层", text="叶片要耐1100℃，附着力强。"), holder=2)
    page = whole(own_world.client, "/recommendations?k=10")
    assert "与您的需求“叶片热障涂层”相近" in page.text
    assert "/needs/2:T/with/A1" in page.text
    assert whole(own_world.client, "/recommendations?k=99").status_code == 422


def test_fields_are_told_as_people_write_them() -> None:
    achievement = Achievement(
        id="1",
        title="题",
        price_wan=1234.5,
        transfer_modes=("许可", "转让"),
        trl=7,
        published=date(2024, 5, 6),
    )
    told = fields_of(achievement)
    assert told["价格"] == "1,234.5 万元"
    assert told["转化方式"] == "许可、转让"
    assert told["成熟度"] == "TRL 7"
    assert told["发布日期"] == "2024-05-06"
    assert fields_of(Need(id="1", min_trl=6, budget_wan=0))["成熟度要求"] == "不低于 TRL 6"
    assert fields_of(Need(id="1", budget_wan=0))["预算"] == "0 万元"
    assert day(None) == ""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("耐温不低于1200℃", "耐温 ≥ 1200 ℃"),
        ("孔径为5至8 mm", "孔径 5 至 8 mm"),
        ("能耗降低20%以上", "能耗降低 ≥ 20 %"),
    ],
)
def test_a_number_is_told_as_it_was_understood(text: str, told: str) -> None:
    from matcher.quantities import find_indicators

    assert quantity_as_text(find_indicators(text)[0]) == told
