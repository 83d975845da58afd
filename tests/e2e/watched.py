"""A browser window that keeps what goes wrong in it: console, other hosts, broken answers."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response

from tests.e2e.site import PATIENCE, Site
from tests.web.access_world import PASSWORD

DESK = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
OWN = ("http", "https", "ws", "wss")


@dataclass
class Window:
    """One person's browser.

    Attributes:
        faults: what must not happen on any page.
        refusals: statuses that a test brings about on purpose; the console tells of them too.
    """

    site: Site
    context: BrowserContext
    page: Page
    faults: list[str] = field(default_factory=list)
    refusals: set[int] = field(default_factory=set)

    @classmethod
    def open(cls, browser: Browser, site: Site, **options: object) -> "Window":
        context = browser.new_context(
            base_url=site.url, locale="zh-CN", **{"viewport": DESK, **options}
        )
        context.set_default_timeout(PATIENCE * 1000)
        window = cls(site, context, context.new_page())
        context.on("console", window._heard)
        context.on("weberror", lambda error: window.faults.append(f"script: {error.error}"))
        context.on("request", window._asked)
        context.on("response", window._answered)
        return window

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type not in ("error", "warning"):
            return
        if any(f"status of {status}" in message.text for status in self.refusals):
            return
        self.faults.append(f"console on {self.page.url}: {message.text}")

    def _asked(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in OWN and f"{parts.scheme}://{parts.netloc}" != self.site.url:
            self.faults.append(f"asked another host: {request.url}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.refusals:
            self.faults.append(f"{response.status} for {response.request.method} {response.url}")

    def enters(self, login: str, password: str = PASSWORD) -> Page:
        """Sign in by the form."""
        self.page.goto("/sign-in")
        self.page.get_by_label("账号").fill(login)
        self.page.get_by_label("密码").fill(password)
        self.page.get_by_role("button", name="登录").click()
        self.page.wait_for_url(lambda url: "/sign-in" not in url)
        return self.page

    def goes(self, path: str) -> Page:
        """Open a page and wait until nothing on it is being fetched."""
        self.page.goto(path)
        settled(self.page)
        return self.page

    def closed(self) -> Iterable[str]:
        """Close the window; gives back what went wrong in it."""
        self.context.close()
        return self.faults


def settled(page: Page) -> None:
    """Wait until all that htmx fetches by itself has come."""
    page.wait_for_function("() => !document.querySelector('main .waiting')")
