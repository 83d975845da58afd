"""What was in a series, a package or a supply list and is then hidden is told by no way."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from fastapi import FastAPI

from matcher.types import Achievement, Need
from tests.web.pages_world import whole, words_of
from tests.web.plan_world import PLANS, cells, worked_out
from tests.web.roadshow_world import stage_world
from tests.web.workbench_world import World

OWNER, ASKING = "云岭涂层研究所", "河湾动力公司"
OFFER = Achievement(
    id="2:H", title="叶片秘密涂层", text="叶片热障涂层，附着力强。", owner=OWNER, region="贵州"
)
ASKED = Need(id="2:N", title="燃机叶片涂层", text="需要附着力强的叶片涂层。", organisation=ASKING)
SECRETS = (OWNER, ASKING, "秘密", "热障涂层，附着力强", "燃机叶片", "贵州")
REGIONS = '\n[[quota]]\ndimension = "地区"\nvalue = "*"\nmost = 9\n'
FORCED = {
    "series": PLANS["series"].replace("places = 2", 'places = 2\nmust = ["2:H"]')
    + REGIONS.replace("[[quota]]", "[[event.quota]]"),
    "package": PLANS["package"] + '\n[candidates]\nmust = ["2:H"]\n' + REGIONS,
    "supply": PLANS["supply"],
}


@pytest.fixture
def world(app: FastAPI) -> Iterator[World]:
    with stage_world(app) as found:
        found.put(OFFER, 2)
        found.put(ASKED, 2)
        yield found


def told(world: World, path: str) -> dict[str, str]:
    """Everything that can be had of a plan, by the way."""
    ways = [path, *([f"{path}?event=%E6%98%A5"] if "series" in path else [])]
    found = {one: whole(world.client, one).text for one in ways}
    found["api"] = world.client.get(f"/api/v1{path}/result").text
    book = world.client.get(f"/api/v1{path}/file")
    assert book.status_code == 200
    return {**found, "file": cells(book.content)}


@pytest.mark.parametrize("kind", FORCED)
def test_nothing_of_what_was_hidden_is_told_by_any_way(world: World, kind: str) -> None:
    path = worked_out(world, kind, FORCED[kind])
    before = told(world, path)
    for words in (OWNER, "秘密", ASKING if kind != "series" else OWNER):
        assert words in before["file"] + before[path], words
    world.put(replace(OFFER, visibility="本机构"), 2)
    world.put(replace(ASKED, visibility="本机构"), 2)
    for way, words in told(world, path).items():
        for secret in SECRETS:
            assert secret not in words, (way, secret)
    page = words_of(whole(world.client, path))
    assert "撤回了或不再公开" in page
    if kind != "supply":
        assert "（已撤回，或不再公开）" in page
    # A new result is made without them, and a plan that names them says so.
    again = world.client.post(f"/api/v1{path}/make")
    assert again.status_code == 202


def test_a_hidden_record_changes_nothing_for_who_may_not_see_it(world: World) -> None:
    """A record that was never visible: counts, names and fingerprints are as without it."""
    secret = replace(OFFER, id="2:S", visibility="本机构")
    without = {
        kind: world.client.get(f"/api/v1{worked_out(world, kind)}/result").json() for kind in FORCED
    }
    world.put(secret, 2)
    world.put(replace(ASKED, id="2:T", visibility="本机构"), 2)
    for kind, before in without.items():
        after = world.client.get(f"/api/v1{worked_out(world, kind)}/result").json()
        for answer in (before, after):
            answer.pop("seconds", None)
        assert after == before, kind


def test_a_sentence_that_was_rewritten_is_not_quoted_any_more(world: World) -> None:
    path = worked_out(world, "package", FORCED["package"])
    world.put(replace(OFFER, text="改写过的文字。"), 2)
    words = told(world, path)
    assert "改了文字" in words[path]
    for way in (path, "api", "file"):
        assert "热障涂层，附着力强" not in words[way], way
