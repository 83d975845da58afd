"""Two people of one organisation work on the same match at once."""

import pytest
from playwright.sync_api import expect

from tests.e2e.watched import Window

pytestmark = pytest.mark.e2e


def test_the_second_is_told_and_neither_loses_what_was_said(site, opens) -> None:
    wang: Window = opens(site)
    qian: Window = opens(site)
    qian.refusals = {409}
    for window, login in ((wang, "wang"), (qian, "qian")):
        window.enters(login)
        window.goes("/needs/N2/with/A2")
    wang.page.get_by_label("备注").fill("周三去看过中试线")
    wang.page.get_by_role("button", name="接受").click()
    expect(wang.page.locator(".decide")).to_contain_text("已接受")

    decide = qian.page.locator(".decide")
    decide.get_by_label("备注").fill("池容不够，先放一放")
    decide.get_by_role("button", name="保存").click()
    expect(decide.get_by_role("alert")).to_contain_text("同事刚刚改动过")
    expect(decide).to_contain_text("已接受 · wang某")
    expect(decide.get_by_role("alert")).to_contain_text("池容不够，先放一放")
    expect(decide.get_by_label("备注")).to_have_value("周三去看过中试线")

    # Having seen it, the second may say so after all.
    decide.get_by_label("备注").fill("中试线可以，池容要另算")
    decide.get_by_role("button", name="保存").click()
    expect(decide.get_by_role("alert")).to_have_count(0)
    wang.goes("/needs/N2/with/A2")
    expect(wang.page.locator(".decide")).to_contain_text("已接受 · qian某")
    expect(wang.page.get_by_label("备注")).to_have_value("中试线可以，池容要另算")


def test_a_rejection_without_a_reason_is_refused_and_the_words_stay(site, opens) -> None:
    window: Window = opens(site)
    window.refusals = {422}
    window.enters("sun")
    window.goes("/needs/N2/with/A3")
    decide = window.page.locator(".decide")
    decide.get_by_label("备注").fill("温度对不上")
    decide.get_by_text("不合适，选原因").click()
    decide.get_by_role("button", name="判为不合适").click()
    expect(decide.get_by_role("alert")).to_contain_text("至少要选一个原因")
    expect(decide.get_by_label("备注")).to_have_value("温度对不上")
    decide.get_by_label("指标不达").check()  # still open
    decide.get_by_role("button", name="判为不合适").click()
    expect(decide).to_contain_text("已判为不合适")
    expect(decide.get_by_label("备注")).to_have_value("温度对不上")
