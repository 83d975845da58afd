import re
from collections.abc import Iterator
from html import unescape

import pytest
from fastapi import FastAPI

from matcher.types import Achievement
from service.roadshow.plan_file import read_plan
from tests.web.pages_world import BROWSER, part, whole, words_of
from tests.web.roadshow_world import (
    AGENDA,
    OTHER,
    PLAN,
    chosen,
    ended,
    planned,
    stage_world,
    titles,
)
from tests.web.workbench_world import LI, ROOT, ZHAO, World, without_key


@pytest.fixture
def world(app: FastAPI) -> Iterator[World]:
    with stage_world(app) as found:
        yield found


def test_a_plan_is_kept_chosen_by_and_proved(world: World) -> None:
    assert "还没有路演计划" in words_of(whole(world.client, "/roadshows"))
    path, page = chosen(world)
    words = words_of(page)
    assert "已证明最优" in words
    assert "差距" in words
    assert "0.00%" in words
    assert len(titles(page)) == 2
    assert "单位" in words
    # What could be given up for what: coverage against equal exposure, and the price of each quota.
    assert "覆盖和公平怎么取舍" in words
    assert "曝光基尼" in words
    assert "改一条规则，得分变多少" in words
    assert re.search(r"单位.{0,40}[+-]\d+\.\d\d 已证明", words)
    listed = words_of(whole(world.client, "/roadshows"))
    assert "叶片与环保路演" in listed
    assert "2 项，已证明最优" in listed
    assert whole(world.client, f"{path}/plan").status_code == 200


def test_who_is_not_on_stage_is_answered_exactly(world: World) -> None:
    path, _ = chosen(world)
    answer = part(world.client, f"{path}/why?id=A5")
    assert "一定要它登台" in words_of(answer)
    assert "下去的是" in words_of(answer)
    assert "为什么不选它" in words_of(whole(world.client, f"{path}/why?id=A5"))
    for id_ in ("NO", "2:A5"):
        missing = part(world.client, f"{path}/why?id={id_}")
        assert missing.status_code == 404
        assert "候选里没有编号" in words_of(missing)


def test_other_weights_are_tried_without_being_kept(world: World) -> None:
    path, page = chosen(world)
    before = titles(page)
    same = words_of(part(world.client, f"{path}/try?strong=7"))
    assert "名单不变" in same
    assert part(world.client, f"{path}/try?strong=x").status_code == 422
    assert part(world.client, f"{path}/try?strong=-1").status_code == 422
    assert titles(whole(world.client, path)) == before


def test_weights_that_were_tried_go_into_the_plan(world: World) -> None:
    path, _ = chosen(world)
    sent = world.client.post(
        f"{path}/worth", data={"strong": "9"}, headers=BROWSER, follow_redirects=False
    )
    assert sent.status_code == 303
    text = whole(world.client, f"{path}/plan?toml=1").text
    assert "strong = 9.0" in text
    assert "industries = &#34;section&#34;" in text


def test_all_mistakes_are_shown_at_once_with_their_lines(world: World) -> None:
    answer = planned(world, '[event]\nsize = 0\n[quoto]\na = 1\n[candidates]\nmust = ["NO"]\n')
    words = words_of(answer)
    assert answer.status_code == 422
    for told in ("第 2 行", "第 3 行", "第 6 行", "event.size", "quoto", "NO"):
        assert told in words
    assert "size = 0" in answer.text  # what was typed is still there


CLASH = """
[[quota]]
dimension = "地区"
value = "江苏省"
most = 0
[[quota]]
dimension = "成熟度"
value = "7-9"
least = 2
"""


def test_a_plan_without_an_answer_says_why(world: World) -> None:
    path, page = chosen(world, PLAN + CLASH)
    assert 'role="alert"' in page.text
    assert "江苏省" in words_of(page).partition("计划文件")[0]
    assert whole(world.client, path).status_code == 200


def test_nobody_else_sees_a_plan_or_what_came_of_it(world: World) -> None:
    path, _ = chosen(world)
    world.comes(LI)
    assert "叶片与环保路演" not in whole(world.client, "/roadshows").text
    for below in ("", "/why?id=A5", "/try"):
        assert whole(world.client, path + below).status_code == 404
    assert "路演" not in words_of(whole(world.client, "/jobs"))
    world.comes(OTHER)
    for below in ("/plan", "/agenda", "/screen", "/progress"):
        assert whole(world.client, path + below).status_code == 404
    form = {"as": "toml", "plan": PLAN, "version": "1", "party": "A1"}
    for below in ("/select", "/plan", "/worth", "/agenda", "/absent", "/held", "/held/undo"):
        sent = world.client.post(path + below, data=form, headers=BROWSER)
        assert (below, sent.status_code) == (below, 404)
    assert world.client.post(f"{path}/remove", headers=BROWSER).status_code == 404
    world.comes(ROOT)
    assert whole(world.client, path).status_code == 200


def test_only_those_who_organise_write_plans(world: World) -> None:
    path, _ = chosen(world)
    for who in (LI, without_key(ZHAO)):
        world.comes(who)
        assert planned(world).status_code == 403
        assert whole(world.client, "/roadshows/new").status_code == 403
        for below in ("/select", "/plan", "/worth", "/remove"):
            assert world.client.post(path + below, headers=BROWSER).status_code == 403
        assert "新计划" not in whole(world.client, "/roadshows").text


FORM = {
    "event.title": "表单路演",
    "event.size": "2",
    "event.date": "2026-12-05",
    "candidates.trl": "4",
    "candidates.industries": "section",
    "candidates.must": "A1",
    "quota.dimension": ["region", "institution"],
    "quota.value": ["江苏省", ""],
    "quota.least": ["1", ""],
    "quota.most": ["50%", ""],
    "audience.weights": "N1 2",
    "worth.strong": "8",
    "worth.repeats": "1、0.5",
    "conflict": "A2、A3：同一团队",
    "caps.institution": "2",
    "invitations.least_score": "0",
    "agenda": "1",
    "agenda.place": "会展中心",
    "agenda.tables": "3",
    "room": "主会场 200\n小厅",
    "break": "10:00-10:15 茶歇",
}


def test_a_form_says_the_same_as_a_plan_file(world: World) -> None:
    sent = world.client.post("/roadshows", data=FORM, headers=BROWSER, follow_redirects=False)
    assert sent.status_code == 303, words_of(sent)
    path = sent.headers["Location"]
    page = whole(world.client, f"{path}/plan?toml=1")
    text = unescape(re.findall(r"<textarea[^>]*>\n(.*?)</textarea>", page.text, re.DOTALL)[0])
    plan = read_plan(text.encode(), "plan.toml")
    assert (plan.event.title, plan.event.size) == ("表单路演", 2)
    assert plan.candidates.filters == ["trl>=4"]
    assert plan.candidates.must == ["A1"]
    assert [(one.dimension, one.least, one.most) for one in plan.quota] == [("region", 1, "50%")]
    assert plan.audience.weights == {"N1": 2.0}
    assert (plan.worth.strong, plan.worth.repeats) == (8.0, [1.0, 0.5])
    assert (plan.conflict[0].between, plan.conflict[0].reason) == (["A2", "A3"], "同一团队")
    assert plan.agenda is not None
    assert plan.agenda.tables == 3
    assert [(one.name, one.seats) for one in plan.room] == [("主会场", 200), ("小厅", 100)]
    assert [one.title for one in plan.breaks] == ["茶歇"]
    # Shown again and sent again, it is the same plan; what the form has no field for stays.
    more = text + '\n[[absent]]\nparty = "乙厂"\n'
    changed = {"as": "toml", "plan": more, "version": "1"}
    assert world.client.post(f"{path}/plan", data=changed, follow_redirects=False).is_redirect
    again = whole(world.client, f"{path}/plan")
    values = {**FORM, "version": "2", "event.title": "改了名字"}
    assert 'value="表单路演"' in again.text
    assert world.client.post(f"{path}/plan", data=values, follow_redirects=False).is_redirect
    last = unescape(whole(world.client, f"{path}/plan?toml=1").text)
    assert "乙厂" in last
    assert "改了名字" in last
    late = world.client.post(f"{path}/plan", data=values, headers=BROWSER, follow_redirects=False)
    assert late.status_code == 409


def test_what_was_filled_in_wrongly_is_told_and_stays(world: World) -> None:
    wrong = {**FORM, "event.size": "两项", "candidates.must": "没有", "break": "中午", "file": ""}
    answer = world.client.post("/roadshows", data=wrong, headers=BROWSER)
    assert answer.status_code == 422
    for told in ("event.size", "没有编号为“没有”的成果", "break[1]"):
        assert told in unescape(words_of(answer))
    assert 'value="两项"' in answer.text
    assert "茶歇" not in answer.text


def test_own_records_may_be_named_as_the_organisation_does(world: World) -> None:
    own = Achievement(id="3:甲17", title="叶片涂层检测仪", text="测量热障涂层厚度。")
    world.put(own, 3)
    form = {**FORM, "candidates.must": "甲17", "candidates.trl": "", "quota.least": ["", ""]}
    sent = world.client.post("/roadshows", data=form, headers=BROWSER, follow_redirects=False)
    assert sent.status_code == 303, words_of(sent)
    assert "3:甲17" in whole(world.client, f"{sent.headers['Location']}/plan?toml=1").text


def test_invitations_and_the_timetable_are_shown_by_room_table_and_party(world: World) -> None:
    path, page = chosen(world, PLAN + AGENDA)
    empty = words_of(whole(world.client, f"{path}/agenda"))
    assert "还没有排日程" in empty
    assert "邀请" in empty
    assert whole(world.client, f"{path}/screen").status_code == 404
    assert world.client.post(f"{path}/agenda", follow_redirects=False).status_code == 303
    shown = ended(world, f"{path}/agenda")
    words = words_of(shown)
    for title in titles(page):
        assert title in words
    assert "主会场" in words
    assert "号桌" in words
    (party,) = re.findall(r'<option value="([^"]+)">需求 N1</option>', shown.text)[:1]
    assert "洽谈：" in words_of(whole(world.client, f"{path}/agenda?party={party}"))
    assert whole(world.client, f"{path}/agenda?party=没有").status_code == 404
    screen = whole(world.client, f"{path}/screen")
    assert 'http-equiv="refresh" content="60"' in screen.text
    wrong = world.client.post(f"{path}/absent", data={"party": "没有"}, headers=BROWSER)
    assert wrong.status_code == 422
    world.client.post(f"{path}/absent", data={"party": party}, follow_redirects=False)
    after = words_of(ended(world, f"{path}/agenda"))
    assert "第 2 版" in after
    assert "上一次重排改了什么" in after


def test_an_event_is_recorded_as_held_and_taken_back(world: World) -> None:
    path, _ = chosen(world)
    world.client.post(f"{path}/held", follow_redirects=False)
    words = words_of(whole(world.client, path))
    assert "已记为第" in words
    assert "已办" in words_of(whole(world.client, "/roadshows"))
    world.client.post(f"{path}/held/undo", follow_redirects=False)
    assert "已记为第" not in words_of(whole(world.client, path))


def test_the_work_leads_back_to_the_page_that_waits(world: World) -> None:
    path, _ = chosen(world)
    over = part(world.client, f"{path}/progress?here={path}/agenda")
    assert over.headers["HX-Redirect"] == f"{path}/agenda"
    away = part(world.client, f"{path}/progress?here=https://elsewhere.invalid/")
    assert away.headers["HX-Redirect"] == path
    jobs = words_of(whole(world.client, "/jobs"))
    assert "第 1 号，选成果" in jobs
    assert f'href="{path}"' in whole(world.client, "/jobs").text
    world.client.post(f"{path}/remove", follow_redirects=False)
    assert whole(world.client, path).status_code == 404
