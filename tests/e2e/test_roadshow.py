"""An organiser's whole way: a plan, the list and why, invitations, the day, the record."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_every_page import PROBE
from tests.e2e.watched import PHONE, Window
from tests.web.plan_world import PLANS

pytestmark = pytest.mark.e2e


@pytest.fixture
def sun(site, opens) -> Window:
    window: Window = opens(site)
    window.enters("sun")
    return window


def ended(page: Page) -> None:
    """Wait until the work in the background has ended and the page has come anew."""
    expect(page.locator("#progress")).to_have_count(0)


def plan(page: Page, title: str, size: int = 2) -> None:
    """Fill in the form and have it chosen by."""
    page.goto("/roadshows/new")
    page.get_by_label("名称", exact=True).fill(title)
    page.get_by_label("日期").fill("2026-12-05")
    page.get_by_label("登台几项（名额）").fill(str(size))
    page.get_by_label("同一单位至多").fill("2")
    page.get_by_text("邀请和日程", exact=True).click()
    page.get_by_label("排日程：路演和一对一洽谈").check()
    page.get_by_label("把握不低于（通常 0.3）").fill("0")
    page.get_by_label("地点").fill("会展中心")
    page.get_by_role("button", name="保存并选成果").click()
    expect(page.get_by_role("heading", name="结论")).to_be_visible()
    ended(page)


def on_stage(page: Page) -> list[str]:
    return [one.inner_text() for one in page.locator(".stage h3").all()]


def test_the_organiser_goes_the_whole_way(sun) -> None:
    page = sun.page
    page.get_by_role("link", name="路演", exact=True).click()
    expect(page.get_by_role("heading", name="路演")).to_be_visible()
    plan(page, "冬季对接会")
    expect(page.get_by_text("已证明最优").first).to_be_visible()
    chosen = on_stage(page)
    assert len(chosen) == 2

    # Why not this one?
    page.get_by_role("link", name="为什么不选它").first.click()
    expect(page.locator("#why")).to_contain_text("一定要它登台")

    # What if a past appearance, or a strong answer, counted otherwise?
    page.get_by_label("描述质量").fill("5")
    expect(page.locator("#tried")).to_contain_text("按这些分值")
    expect(page.locator("output[for=w-quality]")).to_have_text("5")
    page.get_by_role("button", name="把这些分值写进计划，重新选").click()
    ended(page)
    page.get_by_text("计划文件", exact=True).click()
    expect(page.locator("pre.plan")).to_contain_text("quality = 5.0")

    # Invitations and the day.
    page.get_by_role("link", name="邀请和日程").click()
    page.get_by_role("button", name="排日程").click()
    ended(page)
    expect(page.get_by_role("heading", name="路演：会场和时段")).to_be_visible()
    talks = page.locator("table.timetable").first.locator("td b")
    expect(talks).to_have_count(2)
    for name, begins in (("会刊 PDF", b"%PDF"), ("日程表", b"PK"), ("日历", b"BEGIN:VCALENDAR")):
        with page.expect_download() as coming:
            page.get_by_role("link", name=name).click()
        assert Path(coming.value.path()).read_bytes().startswith(begins)

    # Somebody cannot come.
    who = page.get_by_label("单位：").last
    who.select_option(index=1)
    page.get_by_role("button", name="重排").click()
    ended(page)
    expect(page.get_by_text("第 2 版")).to_be_visible()

    page.get_by_role("link", name="大屏").click()
    expect(page.get_by_role("heading", name="冬季对接会")).to_be_visible()
    page.go_back()

    # It was held, and that can be taken back.
    page.get_by_role("link", name="名单", exact=True).click()
    page.get_by_role("button", name="记为已办").click()
    expect(page.get_by_text("已记为第")).to_be_visible()
    page.get_by_role("button", name="撤销").click()
    expect(page.get_by_role("button", name="记为已办")).to_be_visible()


def worked_out(page: Page, kind: str, title: str, text: str) -> None:
    """Paste a plan of another kind and have it worked out."""
    page.get_by_role("navigation", name="路演的几种计划").get_by_role("link", name=kind).click()
    page.get_by_role("link", name="新计划").click()
    field = page.get_by_label("计划", exact=True)
    expect(field).to_have_value(re.compile(r"docs/roadshow\.md"))
    field.fill(text)
    page.get_by_role("button", name="保存并计算").click()
    expect(page.get_by_role("heading", name="结论")).to_be_visible()
    ended(page)
    expect(page.get_by_role("heading", name=title, level=1)).to_be_visible()


def workbook(page: Page) -> bytes:
    with page.expect_download() as coming:
        page.get_by_role("link", name="下载 Excel").click()
    return Path(coming.value.path()).read_bytes()


def test_the_organiser_plans_a_year_and_a_supply_list(sun) -> None:
    page = sun.goes("/roadshows")
    worked_out(page, "年度场次", "两年对接", PLANS["series"])
    expect(page.get_by_text("够条件的单位全年至少登台一次")).to_be_visible()
    assert workbook(page).startswith(b"PK")

    # One event on its own, and on to invitations and a timetable.
    page.get_by_role("link", name="春", exact=True).click()
    expect(page.locator(".stage h3")).to_have_count(2)
    names = [one.inner_text() for one in page.locator(".stage h3 a").all()]
    page.get_by_role("button", name="作为一场路演打开").click()
    expect(page.get_by_role("heading", name="春季场", level=1)).to_be_visible()
    page.get_by_role("button", name="选成果").click()
    expect(page.get_by_role("heading", name="结论")).to_be_visible()
    ended(page)
    stage = " ".join(on_stage(page))
    assert all(name in stage for name in names)

    page.goto("/roadshows")
    worked_out(page, "技术供给清单", "叶片产业链", PLANS["supply"])
    expect(page.get_by_text("空白：量子存储")).to_be_visible()
    expect(page.get_by_role("region", name="环节与成果的矩阵")).to_contain_text("强相关")
    assert workbook(page).startswith(b"PK")


def test_mistakes_of_a_plan_are_all_told_with_their_lines(sun) -> None:
    sun.refusals = {422}
    page = sun.page
    page.goto("/roadshows/new?toml=1")
    page.get_by_label("计划", exact=True).fill('[event]\nsize = "两"\n[quota]\nvalue = 1\n')
    page.get_by_role("button", name="只保存").click()
    told = page.get_by_role("alert")
    expect(told).to_contain_text("第 2 行 event.size")
    expect(told).to_contain_text("第 3 行 quota")
    expect(page.get_by_label("计划", exact=True)).to_have_value(re.compile("两"))

    page.get_by_role("link", name="改用表单").click()
    page.get_by_label("登台几项（名额）").fill("2")
    page.get_by_label("必须登台的成果编号").fill("没有这项")
    page.get_by_role("button", name="只保存").click()
    expect(page.get_by_role("alert")).to_contain_text("没有编号为“没有这项”的成果")
    expect(page.get_by_label("必须登台的成果编号")).to_have_value("没有这项")


@pytest.mark.parametrize("viewport", [None, PHONE], ids=["desk", "phone"])
def test_the_pages_are_labelled_legible_and_no_wider_than_the_window(site, opens, viewport) -> None:
    window: Window = opens(site, **({"viewport": viewport} if viewport else {}))
    window.enters("sun")
    plan(window.page, f"看得清 {viewport and 'phone'}")
    own = window.page.url.removeprefix(site.url)
    window.page.goto(f"{own}/agenda")
    window.page.get_by_role("button", name="排日程").click()
    ended(window.page)
    found = []
    paths = ("", "/agenda", "/screen", "/plan", "/plan?toml=1", "/why?id=A5", "/try?quality=5")
    for path in ("/roadshows", "/roadshows/new", *(own + below for below in paths)):
        page = window.goes(path)
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            found += [f"{path} ({theme}): {fault}" for fault in page.evaluate(PROBE)]
    for kind, text in PLANS.items():
        page = window.goes(f"/plans/{kind}/new")
        page.get_by_label("计划", exact=True).fill(text)
        page.get_by_role("button", name="保存并计算").click()
        expect(page.get_by_role("heading", name="结论")).to_be_visible()
        ended(page)
        own = page.url.removeprefix(site.url)
        more = (f"{own}?event=%E6%98%A5",) if kind == "series" else ()
        for path in (f"/plans/{kind}", f"/plans/{kind}/new", own, f"{own}/plan", *more):
            page = window.goes(path)
            for theme in ("light", "dark"):
                page.emulate_media(color_scheme=theme, reduced_motion="reduce")
                found += [f"{path} ({theme}): {fault}" for fault in page.evaluate(PROBE)]
    assert found == []
