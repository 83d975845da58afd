"""Series, packages, supply lists and pairs: planned, worked out, read on pages and over HTTP."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import Response
from sqlalchemy import insert

from matcher.capital.types import Mandate
from service.roadshow.plan_kinds import KINDS
from service.store.roadshow_tables import MandateRow
from tests.web.pages_world import BROWSER, part, whole, words_of
from tests.web.plan_world import API, BAD, PLANS, cells, worked_out
from tests.web.roadshow_world import OTHER, done, ended, selected, stage_world
from tests.web.workbench_world import LI, NOW, ROOT, ZHAO, World, without_key


@pytest.fixture
def world(app: FastAPI) -> Iterator[World]:
    with stage_world(app) as found:
        yield found


def sent(world: World, kind: str, text: str, **more: Any) -> Response:
    """Send a plan as its page does."""
    fields = {"as": "toml", "plan": text, **more}
    return world.client.post(f"/plans/{kind}", data=fields, headers=BROWSER, follow_redirects=False)


@pytest.mark.parametrize("kind", KINDS)
def test_a_plan_is_pasted_worked_out_and_shown(world: World, kind: str) -> None:
    assert "还没有计划" in words_of(whole(world.client, f"/plans/{kind}"))
    begun = whole(world.client, f"/plans/{kind}/new")
    assert KINDS[kind].example.split("\n")[0] in begun.text
    answer = sent(world, kind, PLANS[kind], then="make")
    assert answer.status_code == 303, words_of(answer)
    page = words_of(ended(world, answer.headers["Location"]))
    told = {
        "series": ("两年对接", "差距", "春季场", "有没有忘了谁", "基尼系数", "2/2"),
        "package": ("叶片成果包", "差距", "包里的 2 项", "覆盖需求"),
        "supply": ("叶片产业链", "空白：量子存储", "叶片涂层", "环节 × 成果", "背后的需求"),
        "pairs": ("双选会", "乙厂", "一队", "稳定"),
    }
    for words in told[kind]:
        assert words in page, words
    listed = words_of(whole(world.client, f"/plans/{kind}"))
    made = {"series": "2 场", "package": "2 项", "supply": "2 个环节，空白 1 个", "pairs": "2 对"}
    assert made[kind] in listed
    assert "还没有路演计划" in words_of(whole(world.client, "/roadshows"))
    book = world.client.get(f"/api/v1{answer.headers['Location']}/file")
    assert book.status_code == 200
    assert told[kind][0] in cells(book.content)


@pytest.mark.parametrize("kind", KINDS)
def test_all_mistakes_are_told_at_once_with_line_and_rule(world: World, kind: str) -> None:
    told = {
        "series": ("第 2 行 series.most_times", "没有编号为“NO”的成果", "第 6 行 colour"),
        "package": ("第 2 行 package.size", "没有编号为“NO”的成果", "第 5 行 colour"),
        "supply": (
            "第 3 行 link[1].name",
            "第 7 行 link[2].after[1]",
            "上游“NO”不在",
            "第 8 行 colour",
        ),
        "pairs": ("第 3 行 asking[1].most", "“NO”不在", "第 5 行 colour"),
    }
    answer = sent(world, kind, BAD[kind])
    over_http = world.client.post(f"{API}/{kind}", json={"plan": BAD[kind]})
    assert answer.status_code == over_http.status_code == 422
    for words in told[kind]:
        assert words in words_of(answer), words
        assert words in over_http.json()["error"]["message"], words
    assert BAD[kind].split("\n")[0] in answer.text  # what was sent is still there
    assert "没有收到计划" in words_of(sent(world, kind, "", **{"as": "form"}))
    uploaded = world.client.post(
        f"/plans/{kind}", files={"file": ("坏.toml", b"[" + b"x" * 9)}, headers=BROWSER
    )
    assert uploaded.status_code == 422
    assert "第 1 行 TOML" in words_of(uploaded)
    assert "还没有计划" in words_of(whole(world.client, f"/plans/{kind}"))


def test_a_plan_is_changed_only_by_who_has_seen_it_and_loses_its_result(world: World) -> None:
    path = worked_out(world, "pairs")
    text = PLANS["pairs"].replace("双选会", "又一次")
    edit = whole(world.client, f"{path}/plan")
    assert 'name="version" value="1"' in edit.text
    for version, status in (("7", 409), ("1", 303)):
        changed = {"as": "toml", "plan": text, "version": version}
        answer = world.client.post(
            f"{path}/plan", data=changed, headers=BROWSER, follow_redirects=False
        )
        assert answer.status_code == status
    page = words_of(whole(world.client, path))
    assert "又一次" in page
    assert "还没有计算" in page
    api = f"/api/v1{path}"
    assert world.client.get(f"{api}/result").status_code == 404
    assert world.client.put(api, json={"plan": text}).status_code == 428
    put = world.client.put(api, json={"plan": text}, headers={"If-Match": '"2"'})
    assert (put.status_code, put.headers["ETag"]) == (200, '"3"')
    again = ended(world, world.client.post(f"{path}/make").headers.get("Location", path))
    assert "稳定" in words_of(again)
    assert world.client.delete(api).status_code == 204
    assert whole(world.client, path).status_code == 404


def test_what_is_asked_over_http_is_what_the_command_line_prints(world: World) -> None:
    told = {kind: world.client.get(f"/api/v1{worked_out(world, kind)}/result") for kind in KINDS}
    assert {one.status_code for one in told.values()} == {200}
    series, package, supply, pairs = (told[kind].json() for kind in KINDS)
    assert [one["id"] for one in series["events"]] == ["春", "秋"]
    assert series["gap"] == pytest.approx(
        abs(series["bound"] - series["value"]) / max(series["bound"], 1e-9)
    )
    assert len(package["chosen"]) == 2
    assert supply["uncovered"] == ["L2"]
    assert pairs["pairs"][1] == {
        "asking": "甲厂", "asked": "二队", "rank_of_asked": 2, "rank_of_asking": 1
    }  # fmt: skip
    for kind in KINDS:
        page = world.client.get(f"{API}/{kind}", params={"limit": 1}).json()
        assert (page["plans"][0]["kind"], page["next"]) == (kind, None)
        assert page["plans"][0]["made"]["told"]


def test_an_event_of_a_series_becomes_a_roadshow_of_its_own(world: World) -> None:
    path = worked_out(world, "series")
    page = whole(world.client, f"{path}?event=%E6%98%A5")
    assert "登台的 2 项" in words_of(page)
    assert "强相关" in words_of(page)
    stages = world.client.get(f"/api/v1{path}/result").json()["events"]
    opened = world.client.post(
        f"{path}/roadshow", data={"event": "春"}, headers=BROWSER, follow_redirects=False
    )
    assert opened.status_code == 303
    number = opened.headers["Location"].removeprefix("/roadshows/")
    plan = world.client.get(f"/api/v1/roadshows/{number}").json()
    assert (plan["title"], plan["date"], plan["size"]) == ("春季场", "2027-04-15", 2)
    job = done(world, world.client.post(f"/api/v1/roadshows/{number}/select"))
    assert job["state"] == "done", job
    chosen = world.client.get(f"/api/v1/roadshows/{number}/result").json()["chosen"]
    assert {one["id"] for one in chosen} == set(stages[0]["chosen"])
    for event, where in (("没有", path), ("春", worked_out(world, "package"))):
        gone = world.client.post(f"{where}/roadshow", data={"event": event}, headers=BROWSER)
        assert gone.status_code == 404
    assert whole(world.client, f"{path}?event=no").status_code == 404


@pytest.mark.parametrize("kind", KINDS)
def test_plans_are_ones_own_organisations_and_only_some_write_them(world: World, kind: str) -> None:
    path = worked_out(world, kind)
    number = path.rpartition("/")[2]
    reads = (path, f"/api/v1{path}", f"/api/v1{path}/result", f"/api/v1{path}/file")
    writes = (path + "/make", path + "/plan", path + "/remove", f"/api/v1{path}/make")
    for who, read, write in (
        (ZHAO, 200, 303),
        (ROOT, 200, 303),
        (without_key(ZHAO), 200, 403),
        (OTHER, 404, 404),
        (LI, 404, 403),
    ):
        world.comes(who)
        got = {one: world.client.get(one, headers=BROWSER).status_code for one in reads}
        assert set(got.values()) == {read}, (who.login, got)
        listed = world.client.get(f"{API}/{kind}").json()["plans"]
        assert [one["number"] for one in listed] == ([int(number)] if read == 200 else [])
        if write != 303:
            got = {one: world.client.post(one, headers=BROWSER).status_code for one in writes}
            assert set(got.values()) == {write}, (who.login, got)
            assert world.client.delete(f"/api/v1{path}").status_code == write
    world.comes(ZHAO)
    for other in KINDS:
        if other != kind:  # a number is of one kind
            assert world.client.get(f"{API}/{other}/{number}").status_code == 404
    assert world.client.get(f"/api/v1/roadshows/{number}").status_code == 404
    assert world.client.get("/plans/colours").status_code == 422


def test_capital_is_brought_to_a_list_and_seen_by_who_may(world: World) -> None:
    path = selected(world)
    page = path.removeprefix("/api/v1") + "/capital"
    assert "还没有资金方的要求" in words_of(whole(world.client, page))
    assert world.client.get(f"{path}/capital").json() is None
    assert world.client.get(f"{path}/capital/file").status_code == 404
    fund(world, "F1", "青松基金", "公开", None)
    fund(world, "F2", "赤松基金", "本机构", 2)
    words = words_of(whole(world.client, page))
    told = world.client.get(f"{path}/capital").json()
    book = cells(world.client.get(f"{path}/capital/file").content)
    assert told["triples"]
    assert {one["mandate"] for one in told["triples"]} == {"F1"}
    for way in (words, book):
        assert "青松基金" in way
        assert "赤松基金" not in way
    world.comes(OTHER)
    assert whole(world.client, page).status_code == 404
    assert world.client.get(f"{path}/capital").status_code == 404


def fund(world: World, id_: str, name: str, visibility: Any, holder: int | None) -> None:
    """Write a mandate that takes anything."""
    body = asdict(
        Mandate(id=id_, name=name, institution=f"{name}管理公司", kind="equity", text="叶片涂层。")
    )
    row = {"id": id_, "name": name, "institution": name, "kind": "equity", "source": "test"}
    more = {"visibility": visibility, "holder": holder, "body": body, "updated_at": NOW}
    with world.place.store.writing() as (connection, _transaction, _revision):
        connection.execute(insert(MandateRow).values(**row, **more))


def test_a_job_that_failed_says_why_and_progress_leads_back(world: World) -> None:
    text = PLANS["package"] + "\n[theme]\nleast_quality = 1.0\n"
    path = sent(world, "package", text, then="make").headers["Location"]
    page = words_of(ended(world, path))
    assert "没有符合范围的候选成果" in page
    answer = part(world.client, f"{path}/progress")
    assert answer.headers["HX-Redirect"] == path
    assert "科技成果包，第" in words_of(whole(world.client, "/jobs"))
