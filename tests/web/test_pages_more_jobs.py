import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import Response

from service.jobs import queue
from service.jobs.registry import KINDS
from service.pages.quality import quality_of
from tests.web.pages_world import BROWSER, part, whole, words_of
from tests.web.workbench_world import LI, ROOT, ZHAO, World, without_key, world_of

FILE = (
    "需求编号,需求名称,技术需求描述,可见范围,联系电话,紧急程度\n"
    "甲1,低温脱硝<b>催化剂</b>,需要在180℃下脱硝效率不低于95%的催化剂。,本机构,138,高\n"
    "甲2,铝合金压铸件探伤,见附件,公开,139,低\n"
    "甲3,,,公开,,\n"
)


@pytest.fixture
def world(app: FastAPI) -> Iterator[World]:
    with world_of(app) as found:
        app.state.worker.kinds = KINDS
        found.comes(LI)
        yield found


def send(world: World, text: str = FILE, name: str = "需求.csv", **form: Any) -> Response:
    files = {"file": (name, text.encode())}
    return world.client.post(
        "/imports", data={"side": "need", **form}, files=files, headers=BROWSER,
        follow_redirects=False,
    )  # fmt: skip


def ended(world: World, answer: Response) -> Response:
    """Follow an import to its end, as a browser without scripts does."""
    assert answer.status_code == 303, answer.text
    path = answer.headers["Location"]
    world.app.state.worker.tell()
    until = time.monotonic() + 60
    while time.monotonic() < until:
        page = whole(world.client, path)
        assert page.status_code == 200, page.text
        if 'http-equiv="refresh"' not in page.text:
            return page
        time.sleep(0.05)
    raise AssertionError(words_of(page))


def asked(world: World, state: queue.State = "queued", **more: Any) -> int:
    """Queue work that nobody does."""
    with world.place.store.writing() as (connection, _, _):
        number = queue.enqueue(connection, "nothing", {}, LI)
        queue.write(connection, number, state=state, **more)
    return number


def test_an_upload_is_told_row_by_row(world: World) -> None:
    page = ended(world, send(world))
    words = words_of(page)
    assert "3 读入" in words.replace("读入 3", "3 读入")
    assert "有 1 行没有收进来" in words
    assert "需求名称 → 标题" in words
    assert "描述质量" in words
    (rejects,) = re.findall(r'href="(/api/v1/imports/\d+/rejects)"', page.text)
    assert "甲3" in world.client.get(rejects).text
    assert world.place.store.details("need", "2:甲1") is not None
    listed = whole(world.client, "/imports")
    assert "需求.csv" in listed.text
    assert "拒绝 1" in words_of(listed)


def test_a_trial_says_how_each_column_is_read_and_writes_nothing(world: World) -> None:
    words = words_of(ended(world, send(world, dry_run="true")))
    assert "什么也没有写入" in words
    assert "紧急程度：原样保存" in words
    assert "联系电话：个人信息，不保存" in words
    assert world.place.store.details("need", "2:甲1") is None


def test_titles_of_a_file_are_escaped(world: World) -> None:
    page = ended(world, send(world, dry_run="true"))
    assert "<b>催化剂" not in page.text
    assert "&lt;b&gt;催化剂" in page.text


def test_unknown_columns_can_be_named_on_the_page(world: World) -> None:
    text = "代号,要什么\nX,一种耐磨轴承\n"
    failed = ended(world, send(world, text))
    assert "失败" in words_of(failed)
    assert "要什么" in words_of(failed)
    form = {"column": ["要什么", "", "代号"], "field": ["title", "text", ""]}
    ended(world, send(world, text, **form))
    titles = [one.title for one in world.place.store.iterate("need")]
    assert "一种耐磨轴承" in titles


def test_what_cannot_be_uploaded_is_told_on_the_form(world: World) -> None:
    answer = send(world, name="x.exe")
    assert answer.status_code == 422
    assert "格式不能导入" in words_of(answer)
    assert 'type="file"' in answer.text
    wrong = send(world, column=["名称"], field=["nothing"])
    assert wrong.status_code == 422


def test_an_import_of_another_organisation_is_not_there(world: World) -> None:
    path = send(world).headers["Location"]
    world.comes(ZHAO)
    assert whole(world.client, path).status_code == 404
    assert "需求.csv" not in whole(world.client, "/imports").text
    assert "需求.csv" not in whole(world.client, "/jobs").text
    number = path.rpartition("/")[2]
    for act in ("cancel", "retry"):
        assert world.client.post(f"/jobs/{number}/{act}", headers=BROWSER).status_code == 404


def test_the_page_of_an_import_shows_no_other_job(world: World) -> None:
    assert whole(world.client, f"/imports/{asked(world)}").status_code == 404


def test_who_may_only_read_can_neither_upload_nor_cancel(world: World) -> None:
    number = asked(world)
    world.comes(without_key(LI))
    assert "multipart" not in whole(world.client, "/imports").text
    assert send(world).status_code == 403
    assert "取消" not in re.findall(
        r"<button[^>]*>([^<]*)</button>", whole(world.client, "/jobs").text
    )
    assert world.client.post(f"/jobs/{number}/cancel", headers=BROWSER).status_code == 403


def test_jobs_are_listed_by_state_and_page_by_page(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.pages.jobs.SHOWN", 2)
    first, second = asked(world, "failed", error="坏了<i>"), asked(world, "done", progress=1.0)
    third = asked(world)
    page = whole(world.client, "/jobs")
    assert numbers(page) == [third, second]
    assert 'hx-trigger="every 2s"' in page.text
    (older,) = re.findall(r'href="(/jobs\?[^"]*before=\d+)"', page.text)
    assert numbers(whole(world.client, older)) == [first]
    failed = part(world.client, "/jobs?state=failed")
    assert numbers(failed) == [first]
    assert "every 2s" not in failed.text
    assert not failed.text.startswith("<!doctype")
    assert "坏了&lt;i&gt;" in failed.text
    assert "没有这样的作业" in whole(world.client, "/jobs?state=cancelled").text


def test_a_waiting_job_is_cancelled_and_retried(world: World) -> None:
    number = asked(world)
    answer = world.client.post(f"/jobs/{number}/cancel", headers=BROWSER, follow_redirects=False)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/jobs")
    page = whole(world.client, "/jobs")
    assert "已取消" in words_of(page)
    assert f"/jobs/{number}/retry" in page.text
    world.client.post(f"/jobs/{number}/retry", headers=BROWSER)
    assert f"/jobs/{number}/cancel" in whole(world.client, "/jobs").text
    assert world.client.post(f"/jobs/{number}/retry", headers=BROWSER).status_code == 409


def test_a_running_job_shows_how_far_it_is(world: World) -> None:
    asked(world, "running", progress=0.25, attempts=2)
    page = whole(world.client, "/jobs")
    assert '<progress max="1" value="0.250"' in page.text
    assert "第 2 次" in words_of(page)


def test_the_platform_sees_the_jobs_of_everybody(world: World) -> None:
    number = asked(world)
    assert numbers(whole(world.comes(ROOT), "/jobs?state=queued")) == [number]


def numbers(page: Response) -> list[int]:
    """Numbers of the jobs in a table that nobody but the program's own may be missing from."""
    rows = re.findall(r"<tr>\s*<td class=\"num\">(\d+)</td>\s*<td>nothing", page.text)
    return [int(one) for one in rows]


QUALITY = {
    "records": 4,
    "examined": 4,
    "missing": {"title": 0, "text": 4, "region": 1},
    "short_texts": {"below": 30, "records": 2},
    "dates": {"deadline_passed": 1, "old": 0, "future": 1, "old_years": 2},
    "duplicates": {"exact": 0, "suspected": {"records": 2, "groups": 1}},
    "rejected": 0,
    "garble": {"records": 1, "share": 0.25, "character_share": 0.1, "repairs": {"width": 3}},
    "description": {
        "mean": 0.4,
        "defects": {"placeholder": 1},
        "advice": [{"advice": "写清指标", "records": 3}],
    },
}


def test_a_quality_report_is_told_with_the_emptiest_field_first() -> None:
    told = quality_of(QUALITY)
    assert told is not None
    assert [(one.name, one.records, one.share) for one in told.fields] == [
        ("正文", 0, 0.0),
        ("地区", 3, 0.75),
        ("标题", 4, 1.0),
    ]
    assert [label for label, _ in told.findings] == ["正文过短", "日期", "日期", "空话", "乱码"]
    assert "3 处" in dict(told.findings)["乱码"]
    assert (told.suspected, told.advice) == (2, (("写清指标", 3),))


def test_there_is_no_report_of_nothing() -> None:
    assert quality_of(None) is None
    assert quality_of({**QUALITY, "records": 0}) is None
