import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI

from matcher.types import Achievement, Need
from service.workbench.corrections import requirements_of
from service.workbench.decisions import decision_of
from tests.web.pages_world import achievements_of as ids
from tests.web.pages_world import forget, part, patient_world, sent, shared_world, whole, words_of
from tests.web.workbench_world import LI, WANG, ZHAO, World

EVIL = '<script>alert("坏")</script>涂层'


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, prepared: Path) -> Iterator[World]:
    with shared_world(tmp_path_factory.mktemp("pages") / "home", prepared) as found:
        yield found


@pytest.fixture
def world(running: World) -> World:
    return forget(running)


@pytest.fixture
def own_world(app: FastAPI) -> Iterator[World]:
    """A server for a test that writes records."""
    with patient_world(app) as found:
        yield found


def test_the_page_comes_at_once_and_asks_for_the_same_list(world: World) -> None:
    page = whole(world.client, "/needs/N1/matches?province=江苏省&k=24&nonsense=1")
    assert 'hx-get="/needs/N1/matches?province=%E6%B1%9F%E8%8B%8F%E7%9C%81&amp;k=24"' in page.text
    assert 'class="match"' not in page.text
    assert page.headers["Vary"] == "HX-Request"


def test_a_match_shows_level_probabilities_verdicts_and_evidence(world: World) -> None:
    page = part(world.client, "/needs/N1/matches")
    assert ids(page.text)[0] == "A1"
    first = page.text.split("<article")[1]
    drawn = re.findall(r'class="fill-\d" x="[\d.]+" y="0" width="([\d.]+)"', first)
    assert len(drawn) == 4
    assert sum(map(float, drawn)) == pytest.approx(100, abs=0.05)
    assert re.search(r'class="level level-[1-4]">(强|较强|弱|无)相关<', first)
    assert "江苏省苏州市" in first
    assert "TRL 7" in first
    assert re.search(r"满足 \d+ · △ 部分 \d+ · ✗ 未提到 \d+", words_of(page))
    assert 'title="效果：' in first


def test_facets_count_what_the_other_facets_let_pass(world: World) -> None:
    page = part(world.client, "/needs/N1/matches?province=江苏省&province=浙江省")
    assert set(ids(page.text)) == {"A1", "A2"}
    counts = re.findall(
        r'name="province" value="(\w+)"( checked)?>.*?<small>(\d+)</small>', page.text
    )
    assert {name: bool(on) for name, on, _ in counts}["江苏省"]
    assert {name: int(n) for name, _, n in counts}["陕西省"] == 1
    assert "清除筛选" in page.text
    narrow = part(world.client, "/needs/N1/matches?readiness=7&province=江苏省")
    assert ids(narrow.text) == ["A1"]
    assert '<option value="7" selected>TRL ≥ 7（1）</option>' in narrow.text


def test_a_list_can_be_empty_and_says_so(world: World) -> None:
    page = part(world.client, "/needs/N1/matches?since=2020")
    assert ids(page.text) == []
    assert "没有符合条件的成果" in page.text


@pytest.mark.parametrize(
    "query", ["k=13", "since=abcd", "since=0001", "&".join(["modes=许可"] * 41)]
)
def test_an_address_that_means_nothing_is_refused(world: World, query: str) -> None:
    assert part(world.client, f"/needs/N1/matches?{query}").status_code == 422


def test_the_other_direction_lists_needs(world: World) -> None:
    page = part(world.client, "/achievements/A1/matches")
    assert page.text.index("/needs/N1/with/A1") < page.text.index("/needs/N2/with/A1")
    assert "需求清单" in page.text
    assert 'action="/needs/N1/compare"' not in page.text
    assert "找需求" in whole(world.client, "/achievements/A1/matches").text


def test_texts_are_shown_as_texts(own_world: World) -> None:
    need = Need(id="坏/1", title=EVIL, text=f"{EVIL}，附着力强。", region=EVIL, organisation=EVIL)
    own_world.put(need)
    own_world.put(Achievement(id="坏:2", title=EVIL, text=f"{EVIL}，附着力强。", owner=EVIL))
    pages = [
        whole(own_world.client, "/"),
        whole(own_world.client, "/needs"),
        whole(own_world.client, "/needs/坏%2F1"),
        whole(own_world.client, "/needs/坏%2F1/matches"),
        part(own_world.client, "/needs/坏%2F1/matches"),
        part(own_world.client, "/needs/N1/similar"),
        whole(own_world.client, "/needs/坏%2F1/with/坏:2"),
        whole(own_world.client, "/needs/坏%2F1/compare?a=坏:2&b=A1"),
        sent(own_world.client, "/needs/new/read", text=f"{EVIL}，附着力强。", struck=[EVIL]),
    ]
    for page in pages:
        assert page.status_code == 200, page.url
        assert "<script>alert" not in page.text, page.url
        assert "alert(&quot;" not in page.text or "&lt;script&gt;" in page.text


def test_a_hidden_record_is_in_no_list_no_count_and_no_page(own_world: World) -> None:
    secret = Achievement(
        id="3:S",
        title="秘密涂层",
        text="叶片热障涂层，附着力强。",
        region="西藏拉萨市",
        visibility="本机构",
    )
    own_world.put(secret, holder=3)
    page = part(own_world.client, "/needs/N1/matches")
    assert "秘密涂层" not in page.text
    assert "西藏" not in page.text
    for path in ("/achievements/3:S", "/needs/N1/with/3:S", "/needs/N1/compare?a=3:S&b=A1"):
        assert whole(own_world.client, path).status_code == 404
    assert (
        sent(own_world.client, "/decisions", need="N1", achievement="3:S", verdict="").status_code
        == 404
    )
    own_world.comes(ZHAO)
    assert "秘密涂层" in part(own_world.client, "/needs/N1/matches").text


def test_an_accepted_match_stays_accepted_when_the_rest_is_saved(world: World) -> None:
    pair = {"need": "N1", "achievement": "A1", "key": "1"}
    first = sent(
        world.client, "/decisions", version="0", verdict="accepted", status="拟对接", **pair
    )
    assert first.status_code == 200
    assert 'data-accept aria-pressed="true"' in first.text
    assert 'name="version" value="1"' in first.text
    sent(
        world.client,
        "/decisions",
        version="1",
        verdict="same",
        before="accepted",
        status="已联系",
        assigned_to="3",
        note="周三再谈",
        level="4",
        **pair,
    )
    kept = decision_of(world.place, LI, "N1", "A1")
    assert kept is not None
    assert (kept.verdict, kept.status, kept.assigned_name, kept.note, kept.level) == (
        "accepted",
        "已联系",
        "wang",
        "周三再谈",
        4,
    )
    page = part(world.client, "/needs/N1/matches").text
    assert "已接受" in page
    assert "周三再谈" in page
    assert "周三再谈" in part(world.client, "/achievements/A1/matches").text
    world.comes(WANG)
    assert "/needs/N1/with/A1" in whole(world.client, "/").text


def test_a_rejection_needs_a_reason_and_ends_what_was_under_way(world: World) -> None:
    pair = {"need": "N1", "achievement": "A4", "verdict": "rejected", "version": "0"}
    refused = sent(world.client, "/decisions", **pair)
    assert refused.status_code == 422
    assert "至少要选一个原因" in refused.text
    answer = sent(world.client, "/decisions", reasons=["指标不达", "太早"], status="已联系", **pair)
    assert answer.status_code == 200
    kept = decision_of(world.place, LI, "N1", "A4")
    assert kept is not None
    assert (kept.reasons, kept.status) == (("太早", "指标不达"), "放弃")
    taken = sent(world.client, "/decisions", **{**pair, "verdict": "", "version": "1"})
    assert "已记录" in taken.text


def test_two_people_at_one_list_are_told_of_each_other(world: World) -> None:
    pair = {"need": "N1", "achievement": "A1", "version": "0"}
    sent(world.client, "/decisions", verdict="accepted", **pair)
    world.comes(WANG)
    late = sent(world.client, "/decisions", verdict="rejected", reasons=["太早"], **pair)
    assert late.status_code == 409
    assert "同事刚刚改动过" in late.text
    assert 'name="version" value="1"' in late.text
    assert "已接受" in late.text


@pytest.mark.parametrize(
    "wrong",
    [
        {"verdict": "maybe"},
        {"status": "忘了"},
        {"reasons": "心情不好"},
        {"assigned_to": "x"},
        {"version": "-1"},
        {"assigned_to": "4"},
    ],
)
def test_a_decision_that_no_form_sends_is_refused(world: World, wrong: dict[str, str]) -> None:
    fields = {"need": "N1", "achievement": "A1", "version": "0", "verdict": "accepted", **wrong}
    assert sent(world.client, "/decisions", **fields).status_code == 422


def test_a_list_that_is_issued_can_be_opened_again(world: World) -> None:
    address = "/needs/N1/matches/issue?province=江苏省"
    told = sent(world.client, address, title="周五对接会")
    number = re.search(r'href="/issued/(\d+)"', told.text)
    assert number
    page = whole(world.client, f"/issued/{number[1]}")
    assert "周五对接会" in page.text
    assert "等离子喷涂热障涂层" in page.text
    assert "反硝化" not in page.text
    assert f"/api/v1/lists/{number[1]}/export?format=xlsx" in page.text
    assert "周五对接会" in whole(world.client, "/issued").text
    assert sent(world.client, "/achievements/A1/matches/issue", title="给企业的").status_code == 200
    assert sent(world.client, address, title=" ").status_code == 422
    world.comes(ZHAO)
    assert whole(world.client, f"/issued/{number[1]}").status_code == 404
    assert "还没有出具过" in whole(world.client, "/issued").text


def test_requirements_of_a_stored_need_are_corrected_and_given_back(world: World) -> None:
    address = "/needs/N1/requirements"
    page = whole(world.client, address)
    assert "核对要求" in page.text
    assert 'name="struck"' not in page.text
    words = requirements_of(world.place, LI, "N1").requirements[1].span.text
    need = requirements_of(world.place, LI, "N1").need
    form = {"title": need.title, "text": need.text}
    saved = sent(world.client, address, struck=[words], added=["method|附着力强"], **form)
    assert saved.headers["HX-Redirect"] == "/needs/N1/matches"
    now = requirements_of(world.place, LI, "N1")
    told = {(one.kind, one.span.text) for one in now.requirements}
    assert ("method", "附着力强") in told
    assert words not in {text for _, text in told}
    again = whole(world.client, address)
    assert f'name="struck" value="{words}"' in again.text
    assert 'name="added" value="method|附着力强"' in again.text
    assert "由 甲制造 改定" in again.text
    world.comes(ZHAO)
    assert "改定" not in whole(world.client, address).text
    world.comes(LI)
    plain = world.client.post(address, data=form, follow_redirects=False)
    assert plain.status_code == 303
    assert not requirements_of(world.place, LI, "N1").corrected
    assert sent(world.client, address, **form).status_code == 200
    assert whole(world.client, "/needs/N9/requirements").status_code == 404
