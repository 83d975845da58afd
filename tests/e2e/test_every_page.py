"""What must hold on every page: on a phone as on a desk, in the light as in the dark."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.watched import DESK, PHONE, Window

pytestmark = pytest.mark.e2e
PROBE = Path(__file__).with_name("probe.js").read_text("utf-8")
FOR_ALL = (
    "/",
    "/needs",
    "/achievements?q=叶片",
    "/needs/new",
    "/achievements/new",
    "/needs/N1",
    "/achievements/A1",
    "/needs/N1/matches",
    "/achievements/A1/matches",
    "/needs/N1/with/A1",
    "/needs/N1/compare?a=A1&b=A4",
    "/needs/N1/requirements",
    "/recommendations",
    "/watches",
    "/issued",
    "/dashboard",
    "/imports",
    "/me/keys",
    "/password",
)
FOR_ADMINS = ("/", "/duplicates", "/roadshows", "/jobs", "/admin", "/admin/people", "/admin/audit")


def walk(window: Window, paths: tuple[str, ...]) -> list[str]:
    """Look all pages over; with both themes, since a phone keeps to one only by day."""
    found = []
    for path in paths:
        page = window.goes(path)
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            found += [f"{path} ({theme}): {fault}" for fault in page.evaluate(PROBE)]
    return found


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize(("login", "paths"), [("li", FOR_ALL), ("admin", FOR_ADMINS)])
def test_pages_are_labelled_legible_and_no_wider_than_the_window(
    site, opens, login, paths, viewport
) -> None:
    window: Window = opens(site, viewport=viewport)
    assert walk(window, ("/sign-in",)) == []
    window.enters(login)
    assert walk(window, paths) == []


def test_a_page_that_is_not_there_says_so_and_leads_back(site, opens) -> None:
    window: Window = opens(site, viewport=PHONE)
    window.refusals = {404}
    window.enters("wang")
    assert walk(window, ("/needs/NO-SUCH",)) == []
    window.page.get_by_role("link", name="回到首页").click()
    expect(window.page.get_by_label("贵单位要解决什么问题？")).to_be_visible()


def test_every_entry_of_the_navigation_leads_to_its_page(site, opens) -> None:
    window: Window = opens(site)
    window.enters("admin")
    links = window.page.get_by_role("navigation", name="主导航").get_by_role("link")
    for path in [one.get_attribute("href") for one in links.all()]:
        window.goes(path)
        expect(links.and_(window.page.locator("[aria-current=page]"))).to_have_attribute(
            "href", path
        )
