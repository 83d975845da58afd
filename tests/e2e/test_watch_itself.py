"""The watch over every page is worth something only if it sees what is wrong."""

from pathlib import Path

import pytest

from tests.e2e.watched import Window

pytestmark = pytest.mark.e2e
PROBE = Path(__file__).with_name("probe.js").read_text("utf-8")
SPOILS = """() => document.querySelector("main").insertAdjacentHTML("beforeend", `
  <input name="bare"><button></button><p id="main">twice</p><h1>again</h1>
  <table class="records"><tr><td>${"<b>宽</b>".repeat(1)}</td></tr></table>`)"""
FAINT = """() => {
  const one = document.querySelector("main h1");
  one.style.color = "#999"; one.style.width = "3000px";
}"""


def test_what_is_wrong_with_a_page_is_seen(site, opens) -> None:
    window: Window = opens(site)
    page = window.goes("/sign-in")
    page.evaluate(SPOILS)
    page.evaluate(FAINT)
    found = " ".join(page.evaluate(PROBE))
    for fault in ("no label", "no words", "id twice: main", "not one h1", "contrast", "wider"):
        assert fault in found


def test_what_is_wrong_in_a_window_is_seen(site, opens) -> None:
    window: Window = opens(site)
    page = window.goes("/sign-in")
    page.evaluate("() => document.body.insertAdjacentHTML('beforeend', '<p style=color:red>x</p>')")
    page.evaluate("() => fetch('http://elsewhere.invalid/').catch(() => {})")
    page.goto("/no-such-page")
    page.evaluate("() => { setTimeout(() => { throw new Error('broken') }) }")
    page.wait_for_timeout(300)
    found = " ".join(window.faults)
    for fault in ("Content Security Policy", "elsewhere.invalid", "404 for GET", "broken"):
        assert fault in found, window.faults
    window.faults.clear()
