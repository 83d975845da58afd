import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import insert

from service.pages import dashboard as board
from service.store.workbench_tables import DecisionRow
from service.workbench.coverage import coverage
from service.workbench.pair import model_name
from tests.service_parts import NEEDS
from tests.web.pages_world import part, whole, words_of
from tests.web.workbench_world import LI, ROOT, ZHAO, World, world_of

NOW = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture
def world(app: FastAPI) -> Iterator[World]:
    with world_of(app) as found:
        found.comes(ZHAO)
        yield found


def decided(world: World, count: int, **values: Any) -> None:
    """Write decisions of 乙转移 beside scores of the deployed model, on pairs that are made up."""
    common: dict[str, Any] = {
        "organisation_id": ZHAO.organisation_id,
        "user_id": ZHAO.user_id,
        "level": None,
        "reasons": [],
        "note": "",
        "status": "",
        "assigned_to": None,
        "fingerprint": "",
        "model": model_name(world.place.matcher),
        "version": 1,
        "created_at": NOW,
        "updated_at": NOW,
    }
    with world.place.store.writing() as (connection, _, _):
        for at in range(count):
            row = {"need": "N1", "achievement": f"{values}{at}", **common, **values}
            connection.execute(insert(DecisionRow).values(**row))


def charts(text: str) -> dict[str, Any]:
    """The numbers of the charts by their names."""
    found = re.findall(r'<script type="application/json" id="([^"]+)">(.*?)</script>', text, re.S)
    return {name: json.loads(told) for name, told in found}


def test_a_new_organisation_is_told_how_to_begin(world: World) -> None:
    page = whole(world.client, "/dashboard")
    assert page.status_code == 200
    assert "从这里开始数" in page.text
    assert "满 20 条" in page.text
    assert charts(page.text) == {}
    assert 'hx-get="/dashboard"' in page.text


def test_the_funnel_stands_in_a_chart_and_in_a_table(world: World) -> None:
    decided(world, 3, verdict="accepted", score=0.8, status="已联系")
    decided(world, 1, verdict="rejected", score=0.2)
    page = whole(world.client, "/dashboard")
    told = charts(page.text)["chart-funnel"]
    assert dict(zip(told["names"], told["series"][0]["values"], strict=True)) == {
        "候选": 4,
        "接受": 3,
        "拟对接": 3,
        "已联系": 3,
        "已签约": 0,
    }
    assert "拟对接 3 75%" in words_of(page)
    assert "不合适 1 25%" in words_of(page)


def test_the_figures_of_another_organisation_are_not_told(world: World) -> None:
    decided(world, 3, verdict="accepted", score=0.8)
    assert "从这里开始数" in whole(world.comes(LI), "/dashboard").text
    page = whole(world.comes(ROOT), "/dashboard")
    assert "全平台" in page.text
    assert "接受 3 100%" in words_of(page)


def test_promises_are_compared_with_verdicts_once_there_are_enough(world: World) -> None:
    decided(world, 15, verdict="accepted", score=0.9)
    decided(world, 5, verdict="rejected", score=0.1, reasons=["技术质疑"], level=1)
    page = whole(world.client, "/dashboard")
    points = charts(page.text)["chart-calibration"]["points"]
    assert sum(point[4] for point in points) == 20
    assert all(point[2] <= point[1] <= point[3] for point in points)
    assert "平均偏差" in words_of(page)


def test_needs_without_a_match_come_as_a_part_with_a_table_beside_each_chart(
    world: World,
) -> None:
    answer = part(world.client, "/dashboard")
    assert answer.status_code == 200
    assert not answer.text.startswith("<!doctype")
    told = charts(answer.text)
    assert set(told) == {"chart-industry", "chart-province"}
    assert sum(map(sum, (one["values"] for one in told["chart-province"]["series"]))) == len(NEEDS)
    assert "江苏" in words_of(answer)
    assert "every" not in answer.text
    whole_page = whole(world.client, "/dashboard?coverage=1")
    assert set(charts(whole_page.text)) == set(told)


def test_a_count_that_ran_out_of_time_goes_on(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board, "coverage", lambda place, caller: coverage(place, caller, -1.0))
    answer = part(world.client, "/dashboard")
    assert 'hx-trigger="load delay:2s"' in answer.text
    assert "还没有需求" not in answer.text
    monkeypatch.setattr(board, "coverage", coverage)
    assert "delay" not in part(world.client, "/dashboard").text


def test_hidden_needs_are_neither_counted_nor_named(world: World) -> None:
    secret = replace(NEEDS[0], id="2:S", title="机密轴承", visibility="本机构")
    world.put(secret, holder=2)
    told = charts(part(world.client, "/dashboard").text)["chart-province"]
    assert sum(map(sum, (one["values"] for one in told["series"]))) == len(NEEDS)
    assert "机密轴承" not in part(world.client, "/dashboard").text


def test_names_cannot_end_the_block_of_numbers(world: World) -> None:
    from service.pages.render import environment

    draw = environment().from_string(
        '{% import "dashboard/parts.html" as draw %}{{ draw.chart("c", told, "图") }}'
    )
    name = "</script><script>alert(1)</script>"
    text = draw.render(told={"names": [name]})
    assert text.count("</script>") == 1
    assert charts(text) == {"c": {"names": [name]}}


def test_no_page_needs_a_script_or_style_of_its_own(world: World) -> None:
    world.comes(ROOT)
    for path in ("/dashboard?coverage=1", "/imports", "/jobs", "/duplicates", "/admin"):
        page = whole(world.client, path)
        assert page.status_code == 200, path
        tags = re.findall(r"<script(?![^>]*\bsrc=)([^>]*)>", page.text)
        assert set(tags) <= {tag for tag in tags if 'type="application/json"' in tag}
        assert not re.search(r"\sstyle=|\son[a-z]+=|<style", page.text), path
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]


def test_the_platform_sees_records_index_and_models(world: World) -> None:
    page = whole(world.comes(ROOT), "/admin")
    words = words_of(page)
    assert "最新" in words
    assert world.place.matcher.parts[2].fingerprint in page.text
    assert "duijie --home" in words
    with world.place.store.importing("need", "t") as batch:
        batch.put(replace(NEEDS[0], id="N9", visibility="受限"))
    assert "差 1 处改动" in words_of(whole(world.client, "/admin"))


def test_an_installation_without_an_index_can_be_looked_at(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(world.place, "_matcher", None)
    words = words_of(whole(world.comes(ROOT), "/admin"))
    assert "还没有索引" in words


@pytest.mark.parametrize("who", [LI, ZHAO])
def test_nobody_else_sees_the_administration(world: World, who: Any) -> None:
    page = whole(world.comes(who), "/admin")
    assert page.status_code == 403
    assert "指纹" not in page.text
    assert 'href="/admin"' not in whole(world.client, "/jobs").text
