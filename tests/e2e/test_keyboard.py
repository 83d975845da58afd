"""The workbench without a mouse."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.watched import Window

pytestmark = pytest.mark.e2e


@pytest.fixture
def page(site, opens) -> Page:
    window: Window = opens(site)
    return window.enters("zhao")


def opened(page: Page, path: str) -> Page:
    page.goto(path)
    expect(page.locator("article.match").nth(1)).to_be_visible()
    return page


def test_matches_are_walked_decided_and_opened_by_keys(page: Page) -> None:
    opened(page, "/needs/N1/matches")
    matches = page.locator("article.match")
    page.keyboard.press("j")
    expect(matches.nth(0)).to_be_focused()
    page.keyboard.press("j")
    expect(matches.nth(1)).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("k")
    expect(matches.nth(0)).to_be_focused()
    page.keyboard.press("a")
    expect(matches.nth(0)).to_contain_text("已接受")
    expect(matches.nth(1)).not_to_contain_text("已接受")

    matches.nth(1).focus()
    page.keyboard.press("r")
    expect(matches.nth(1).get_by_role("checkbox").first).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    matches.nth(1).get_by_role("button", name="判为不合适").focus()
    page.keyboard.press("Enter")
    expect(matches.nth(1)).to_contain_text("已判为不合适")

    where = matches.nth(1).locator("h3 a").get_attribute("href")
    matches.nth(1).focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"{re.escape(where)}$"))


def test_after_a_decision_the_keys_go_on_from_the_same_match(page: Page) -> None:
    opened(page, "/needs/N2/matches")
    matches = page.locator("article.match")
    matches.nth(1).focus()
    page.keyboard.press("a")
    expect(matches.nth(1)).to_contain_text("已接受")
    page.keyboard.press("j")
    expect(matches.nth(2)).to_be_focused()


def test_keys_that_are_typed_into_a_field_are_words(page: Page) -> None:
    opened(page, "/needs/N3/matches")
    note = page.get_by_label("备注").first
    note.press_sequentially("ajr?k")
    expect(note).to_have_value("ajr?k")
    expect(note).to_be_focused()
    expect(page.locator("#keys")).to_be_hidden()


def test_the_table_of_keys_opens_and_closes(page: Page) -> None:
    keys = page.get_by_role("dialog")
    page.locator("h2").first.click()
    page.keyboard.press("?")
    expect(keys).to_be_visible()
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    page.keyboard.press("/")
    expect(page.locator("#paste")).to_be_focused()


def test_the_first_tab_leads_past_the_navigation_to_the_main_action(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="跳到正文")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("#paste")).to_be_focused()
    page.keyboard.type("果蔬保鲜薄膜，能在冷库里用")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="这是需求，找成果")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_label("需求正文")).to_have_value("果蔬保鲜薄膜，能在冷库里用")


def test_marks_of_the_side_by_side_page_are_reached_by_tab(page: Page) -> None:
    page.goto("/needs/N1/with/A1")
    mark = page.locator("mark[tabindex]").first
    mark.focus()
    name = mark.get_attribute("data-r").split()[0]
    row = page.locator(f".verdicts tr[data-r='{name}']").first
    expect(row).to_have_class(re.compile("lit"))
    page.keyboard.press("Enter")  # held fast, wherever the focus goes
    page.locator("h1").hover()
    expect(row).to_have_class(re.compile("lit"))
