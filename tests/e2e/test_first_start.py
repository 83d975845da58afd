"""The first hour of an installation: the admin comes in and lets others in."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.watched import Window

pytestmark = pytest.mark.e2e
OWN, THEIRS = "三匹 green 斑马 8", "七只 yellow 海狸 5"


def change_password(page: Page, once: str, own: str) -> None:
    page.get_by_label("现在的密码").fill(once)
    page.get_by_label("新密码", exact=True).fill(own)
    page.get_by_label("再输一次新密码").fill(own)
    page.get_by_role("button", name="修改").click()


def add_organisation(page: Page, name: str, kind: str) -> None:
    page.get_by_text("添加单位", exact=True).click()
    page.get_by_label("全称").fill(name)
    page.get_by_label("类别", exact=True).select_option(kind)
    page.get_by_role("button", name="添加", exact=True).click()
    expect(page.get_by_role("cell", name=name)).to_be_visible()


def add_person(page: Page, login: str, name: str, at: str) -> str:
    field = page.get_by_label("账号")
    if not field.is_visible():
        page.get_by_text("添加用户", exact=True).click()
    field.fill(login)
    page.get_by_label("姓名").fill(name)
    page.get_by_label("单位（").select_option(label=at)
    page.get_by_role("button", name="添加，显示").click()
    told = page.get_by_role("status").filter(has_text="一次性密码")
    expect(told).to_contain_text(login)
    return told.locator("code").inner_text()


def test_the_admin_comes_in_with_a_password_for_once_and_lets_others_in(new_site, opens) -> None:
    admin: Window = opens(new_site)
    page = admin.enters("admin", new_site.once)
    expect(page).to_have_url(re.compile("/password$"))
    page.goto("/needs")  # nothing else before the password is changed
    expect(page).to_have_url(re.compile("/password$"))
    change_password(page, new_site.once, OWN)
    expect(page.get_by_role("heading", name="接下来")).to_be_visible()

    page.goto("/admin/people")
    add_organisation(page, "云岭铸造厂", "enterprise")
    add_organisation(page, "江畔技术转移中心", "broker")
    once = add_person(page, "meng", "孟工", "云岭铸造厂（企业）")
    add_person(page, "tao", "陶经理", "江畔技术转移中心（技术转移机构）")
    expect(page.get_by_role("row", name=re.compile("tao.*待改一次性密码"))).to_be_visible()

    meng: Window = opens(new_site)
    page = meng.enters("meng", once)
    change_password(page, once, THEIRS)
    expect(page.get_by_role("heading", name="贵单位要解决什么问题？")).to_be_visible()
    expect(page.get_by_role("link", name="管理", exact=True)).to_have_count(0)
    page.get_by_role("button", name="退出").click()
    expect(page.get_by_role("heading", name="登录")).to_be_visible()
    page.goto("/needs")
    expect(page).to_have_url(re.compile("/sign-in"))


def test_a_wrong_password_is_told_and_the_password_for_once_works_only_once(
    new_site, opens
) -> None:
    window: Window = opens(new_site)
    window.refusals = {401}
    page = window.page
    page.goto("/sign-in?next=/needs")
    page.get_by_label("账号").fill("admin")
    page.get_by_label("密码").fill("不是 this 密码 1")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("账号或密码不对")
    page.get_by_label("密码").fill(new_site.once)
    page.keyboard.press("Enter")
    change_password(page, new_site.once, OWN)
    page.get_by_role("button", name="退出").click()
    page.get_by_label("账号").fill("admin")
    page.get_by_label("密码").fill(new_site.once)
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("账号或密码不对")
