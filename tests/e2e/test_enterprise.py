"""An enterprise writes a need, corrects how it was read, and looks at what is offered."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.watched import Window, settled

pytestmark = pytest.mark.e2e
NEED = "发动机叶片用涂层，1150℃循环氧化后附着力强，颜色要天蓝"
OTHER = "果蔬保鲜薄膜，能在冷库里用"


@pytest.fixture
def wang(site, opens) -> Window:
    window: Window = opens(site)
    window.enters("wang")
    return window


def test_what_is_understood_follows_the_text_while_it_is_written(wang) -> None:
    page = wang.goes("/needs/new")
    text = page.get_by_label("需求正文")
    understood = page.locator("#understood")
    text.fill(OTHER)
    expect(understood.locator(".asked li")).to_have_count(2)
    expect(understood.locator("ol.compact li").first).to_contain_text("果蔬气调保鲜薄膜")
    text.fill(NEED)
    expect(understood.locator(".asked li")).to_have_count(3)
    expect(understood.locator("ol.compact li").first).to_contain_text("等离子喷涂热障涂层")
    expect(understood.get_by_text("描述质量")).to_be_visible()


def test_a_need_is_corrected_saved_matched_and_looked_at_side_by_side(wang) -> None:
    page = wang.goes("/")
    page.get_by_label("贵单位要解决什么问题？").fill(NEED)
    page.get_by_role("button", name="这是需求，找成果").click()
    asked = page.locator(".asked li")
    expect(asked).to_have_count(3)
    page.get_by_role("button", name="去掉：颜色要天蓝").click()
    expect(asked).to_have_count(2)
    page.get_by_label("补上的要求").fill("附着力强")
    page.get_by_role("button", name="补上").click()
    expect(asked).to_have_count(3)
    first = asked.first.get_by_role("combobox")
    first.select_option("application")
    expect(first).to_be_enabled()
    expect(page.get_by_text("已按改动核对")).to_be_visible()
    words = [one.strip() for one in asked.locator("> span").all_inner_texts()]
    assert "颜色要天蓝" not in words

    page.get_by_role("button", name="保存并发布").click()
    expect(page.get_by_role("heading", name="各项信息")).to_be_visible()
    page.get_by_role("link", name="找成果").click()
    settled(page)
    expect(page.get_by_text("改定")).to_be_visible()
    best = page.locator("article.match").first
    expect(best).to_contain_text("等离子喷涂热障涂层")
    expect(best).not_to_contain_text("颜色要天蓝")

    best.get_by_role("heading").get_by_role("link").click()
    expect(page.get_by_role("heading", name="逐条核对")).to_be_visible()
    rows = page.locator(".verdicts tbody tr")
    expect(rows).to_have_count(len(words))
    settled(page)
    # What belongs together lights up together, in both texts and in the table.
    mark = page.locator("section[aria-label=需求] mark[tabindex]").first
    mark.hover()
    name = mark.get_attribute("data-r").split()[0]
    expect(page.locator(f"tr[data-r='{name}']").first).to_have_class(re.compile("lit"))


def test_corrections_in_quick_succession_are_all_kept(wang) -> None:
    page = wang.goes("/needs/new")
    page.get_by_label("需求正文").fill(NEED)
    asked = page.locator(".asked li")
    expect(asked).to_have_count(3)
    # Nothing is waited for in between: whoever is quicker than the server loses nothing.
    page.get_by_role("button", name="去掉：颜色要天蓝").click()
    page.get_by_role("button", name="去掉：发动机叶片用涂层").click()
    page.get_by_role("button", name="保存并发布").click()
    expect(page.get_by_role("heading", name="各项信息")).to_be_visible()
    page.goto(f"{page.url}/requirements")
    settled(page)
    expect(asked).to_have_count(1)
    expect(asked).to_contain_text("附着力强")


def test_an_empty_need_is_refused_and_what_was_typed_stays(wang) -> None:
    wang.refusals = {422}
    page = wang.goes("/needs/new")
    page.get_by_text("更多信息").click()
    page.get_by_label("预算（万元）").fill("30")
    page.get_by_role("button", name="保存并发布").click()
    expect(page.get_by_role("alert")).to_contain_text("请至少填写一项")
    expect(page.get_by_label("预算（万元）")).to_have_value("30")


def test_a_need_of_ones_own_house_is_not_there_for_others(site, opens, wang) -> None:
    page = wang.goes("/needs/new")
    page.get_by_label("需求正文").fill("只给自家看的阀门密封试验台，压力 40 MPa")
    page.get_by_role("radio", name="本机构").first.check()
    page.get_by_role("button", name="保存并发布").click()
    expect(page.get_by_role("heading", name="描述质量")).to_be_visible()
    zhao: Window = opens(site)
    zhao.refusals = {404}
    zhao.enters("zhao")
    zhao.goes(page.url)
    expect(zhao.page.locator(".error-code")).to_have_text("404")
    zhao.goes("/needs?q=阀门密封试验台")
    expect(zhao.page.get_by_text("没有找到")).to_be_visible()


def test_the_first_matches_are_narrowed_and_stay_so_while_the_text_goes_on(wang) -> None:
    page = wang.goes("/needs/new")
    understood = page.locator("#understood")
    page.get_by_label("需求正文").fill(NEED)
    offered = understood.locator("ol.compact li")
    expect(offered.first).to_contain_text("等离子喷涂热障涂层")
    understood.get_by_text("筛选", exact=True).click()
    understood.get_by_label("地区").select_option("山东省")
    expect(understood.get_by_text("筛选（1）")).to_be_visible()
    expect(offered.first).not_to_contain_text("等离子喷涂热障涂层")
    page.get_by_label("需求正文").fill(f"{NEED}，能现场修补")
    expect(understood.locator(".asked li")).to_have_count(4)
    expect(understood.get_by_label("地区")).to_have_value("山东省")
