from dataclasses import replace

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from service.access.caller import ROLES, SCOPES_OF_ROLE
from service.pages.nav import ENTRIES
from service.pages.render import percent
from service.web.errors import NotReadyError
from tests.web.pages_world import BROWSER, HTMX, part, patient_world, sent, whole
from tests.web.workbench_world import LI


@pytest.fixture
def nobody(app: FastAPI) -> TestClient:
    return TestClient(app, raise_server_exceptions=False)


def test_who_is_not_signed_in_is_led_to_the_sign_in_page_and_back(nobody: TestClient) -> None:
    with nobody:
        answer = whole(nobody, "/needs?q=叶片&mine=1")
        assert answer.status_code == 303
        back = "%2Fneeds%3Fq%3D%25E5%258F%25B6%25E7%2589%2587%26mine%3D1"
        assert answer.headers["Location"] == f"/sign-in?next={back}"
        assert whole(nobody, "/").headers["Location"] == "/sign-in"
        moved = part(nobody, "/needs/N1/matches")
        assert (moved.status_code, moved.headers["HX-Redirect"]) == (401, "/sign-in")


def test_a_program_gets_json_and_a_browser_a_page(client: TestClient) -> None:
    page = whole(client, "/needs/无此编号")
    assert page.status_code == 404
    assert page.text.startswith("<!doctype html>")
    assert "没有编号为“无此编号”的记录" in page.text
    assert page.headers["X-Request-ID"] in page.text
    fragment = part(client, "/needs/N9/matches")
    assert fragment.text.startswith('<div class="notice bad"')
    assert client.get("/needs/N9").json()["error"]["code"] == "not_found"
    assert client.get("/api/v1/nowhere", headers=BROWSER).json()["error"]["code"] == "not_found"


def test_an_address_that_is_not_there_and_a_wrong_value_are_told(client: TestClient) -> None:
    assert "没有这个地址" in whole(client, "/nowhere").text
    assert whole(client, "/needs?page=0").status_code == 422
    assert "筛选条件" in part(client, "/needs/N1/matches?province=火星").text


def test_a_text_cannot_bring_script_into_an_error(client: TestClient) -> None:
    answer = whole(client, "/needs/<script>alert(1)<%2Fscript>")
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;" in answer.text


def test_what_went_wrong_by_itself_is_told_without_its_words(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_given: object) -> None:
        raise RuntimeError("秘密的正文")

    monkeypatch.setattr("service.pages.browse.listed", fails)
    answer = whole(client, "/needs")
    assert answer.status_code == 500
    assert "秘密" not in answer.text
    assert "服务出错了" in answer.text


def test_headers_of_an_error_reach_the_browser(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def waits(*_given: object) -> None:
        raise NotReadyError

    monkeypatch.setattr("service.pages.browse.listed", waits)
    answer = whole(client, "/needs")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")


def test_each_role_finds_only_its_own_entries_and_each_leads_somewhere(app: FastAPI) -> None:
    with patient_world(app) as world:
        for role in ROLES:
            world.comes(replace(LI, role=role, scopes=SCOPES_OF_ROLE[role]))
            page = whole(world.client, "/").text
            for entry in ENTRIES:
                shown = f'<li><a href="{entry.path}"' in page
                expected = role in entry.roles and entry.path in app.state.page_paths
                assert shown == expected, (role, entry)
                if shown:
                    assert whole(world.client, entry.path).status_code == 200, (role, entry)


def test_pages_hold_nothing_that_the_policy_forbids(client: TestClient) -> None:
    paths = ("/", "/needs", "/needs/N1", "/needs/new", "/needs/N1/with/A1", "/nowhere")
    for path in paths:
        text = whole(client, path).text
        for bad in (" style=", " onclick=", "<style", "javascript:", "http://", "https://"):
            assert bad not in text.replace("http://www.w3.org", ""), (path, bad)
        assert "<script>" not in text


def test_static_files_are_served_and_are_all_that_pages_ask_for(client: TestClient) -> None:
    for name in ("app.css", "app.js", "csrf.js", "icon.svg", "vendor/htmx.min.js"):
        assert client.get(f"/static/{name}").status_code == 200
    assert client.get("/static/../routes.py").status_code == 404


@pytest.mark.parametrize(
    ("share", "told"), [(0, "0%"), (1, "100%"), (0.001, "<1%"), (0.999, ">99%"), (0.514, "51%")]
)
def test_a_share_never_pretends_to_be_certain(share: float, told: str) -> None:
    assert percent(share) == told


def test_forms_are_answered_for_htmx_with_a_part(client: TestClient) -> None:
    answer = sent(client, "/needs", text="")
    assert answer.status_code == 422
    assert not answer.text.startswith("<!doctype")
    assert HTMX["HX-Request"] == "true"
