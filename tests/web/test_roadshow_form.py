"""Pairs that must not meet and people who make the calls, typed into the form of a plan."""

from collections.abc import Iterator
from html import unescape

import pytest
from fastapi import FastAPI

from matcher.types import Achievement, Need
from service.pages.roadshow_lines import LISTS
from tests.web.pages_world import BROWSER, whole, words_of
from tests.web.roadshow_world import ended, stage_world
from tests.web.workbench_world import World

FIELDS = {one.key: one for one in LISTS}
FORM = {"event.title": "表单", "event.size": "2", "candidates.industries": "section"}


@pytest.fixture
def world(app: FastAPI) -> Iterator[World]:
    with stage_world(app) as found:
        yield found


@pytest.mark.parametrize(
    ("key", "line", "row"),
    [
        ("conflict", "A1、A2：同一团队", {"between": ["A1", "A2"], "reason": "同一团队"}),
        ("barred", "A1 × 3:N1", {"achievement": "A1", "need": "3:N1"}),
        (
            "barred",
            "A1 × N1：同一集团",
            {"achievement": "A1", "need": "N1", "reason": "同一集团"},
        ),
        ("broker", "王工", {"name": "王工"}),
        ("broker", "王 工 20", {"name": "王 工", "most": 20}),
        (
            "broker",
            "王工 0；认识 甲 公司、乙公司；只管 丙公司",
            {"name": "王工", "most": 0, "knows": ["甲 公司", "乙公司"], "only": ["丙公司"]},
        ),
        ("room", "主会场 200", {"name": "主会场", "seats": 200}),
        ("break", "12:00-13:30 午餐", {"begins": "12:00", "ends": "13:30", "title": "午餐"}),
    ],
)
def test_a_line_says_a_row_and_a_row_its_line(key: str, line: str, row: dict[str, object]) -> None:
    assert FIELDS[key].rows(f"\n {line}\r\n", {}) == [row]
    assert FIELDS[key].shown({key: [row]}) == line


@pytest.mark.parametrize(
    ("key", "line", "row"),
    [
        ("barred", "A1，N1", {"achievement": "A1", "need": "N1"}),
        ("barred", "A1", {"achievement": "A1"}),
        ("barred", "A1 N1 N2", {"achievement": "A1", "need": "N1 N2"}),
        ("broker", "王工; 熟悉：甲公司，乙公司", {"name": "王工", "knows": ["甲公司", "乙公司"]}),
        ("broker", "王工；随便写", {"name": "王工", "随便写": ["随便写"]}),
    ],
)
def test_other_ways_to_write_a_line(key: str, line: str, row: dict[str, object]) -> None:
    (found,) = FIELDS[key].rows(line, {})
    assert found == row
    assert FIELDS[key].rows(FIELDS[key].shown({key: [row]}), {}) == [row]


def test_what_was_not_touched_stays_whatever_is_in_it() -> None:
    rows = [{"name": "王工", "knows": ["甲、乙公司"]}, {"name": "李工", "only": []}]
    before = {"broker": rows}
    words = FIELDS["broker"].shown(before).replace("\n", "\r\n")
    assert FIELDS["broker"].rows(words, before) == rows
    assert FIELDS["broker"].rows(words + "\r\n赵工", before)[2] == {"name": "赵工"}


def sent(world: World, **more: str) -> str:
    answer = world.client.post(
        "/roadshows", data={**FORM, **more}, headers=BROWSER, follow_redirects=False
    )
    assert answer.status_code == 303, words_of(answer)
    return answer.headers["Location"]


def test_who_calls_whom_is_planned_in_the_form_and_shown(world: World) -> None:
    need = Need(id="N9", title="叶片涂层", text="附着力强的热障涂层。", organisation="甲动力公司")
    world.put(need)
    more = {"broker": "王工 1；认识 甲动力公司", "invitations.least_score": "0", "then": "select"}
    path = sent(world, **more)
    ended(world, path)
    words = words_of(whole(world.client, f"{path}/agenda"))
    assert "由 王工 联系" in words
    assert "王工 联系 1 家" in words
    assert "没有人联系" in words
    form = unescape(whole(world.client, f"{path}/plan").text)
    assert "王工 1；认识 甲动力公司" in form


def test_pairs_that_must_not_meet_are_planned_in_the_form(world: World) -> None:
    own = Achievement(id="3:甲1", title="叶片涂层", text="附着力强的热障涂层，叶片用。")
    world.put(own, 3)
    world.put(Need(id="3:需1", title="叶片热障涂层", text="附着力强的热障涂层。"), 3)
    path = sent(world, barred="甲1 × 需1：同一集团\nA1 × N1")
    text = unescape(whole(world.client, f"{path}/plan?toml=1").text)
    assert 'achievement = "3:甲1"\nneed = "3:需1"\nreason = "同一集团"' in text
    assert 'achievement = "A1"\nneed = "N1"' in text
    again = unescape(whole(world.client, f"{path}/plan").text)
    assert "3:甲1 × 3:需1：同一集团\nA1 × N1" in again


def test_wrong_lines_are_told_and_stay(world: World) -> None:
    wrong = {**FORM, "barred": "A1\nA1 × 没有", "broker": "王工；随便写"}
    answer = world.client.post("/roadshows", data=wrong, headers=BROWSER)
    assert answer.status_code == 422
    words = unescape(words_of(answer))
    for told in ("barred[1].need", "没有编号为“没有”的需求", "broker[1].随便写"):
        assert told in words
    for line in ("A1\nA1 × 没有", "王工；随便写"):
        assert line in unescape(answer.text)
