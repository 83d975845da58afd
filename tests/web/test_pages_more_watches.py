import re
from collections.abc import Iterator

import pytest
from fastapi import FastAPI

from matcher.types import Achievement
from service.workbench.watches import check, watch, watches_of
from tests.web.pages_world import BROWSER, whole, words_of
from tests.web.workbench_world import LI, WANG, World, without_key, world_of

GOOD = "附着力强的热障涂层，耐1100℃，寿命不少于2000小时，用于发动机叶片。"


@pytest.fixture
def world(app: FastAPI) -> Iterator[World]:
    with world_of(app) as found:
        found.comes(LI)
        yield found


def told(world: World) -> int:
    """Let a watch of LI find two matches."""
    kept = watch(world.place, LI, "N1", 0.3)
    for id_ in ("G1", "G2"):
        world.put(Achievement(id=id_, title=f"<i>涂层</i>{id_}", text=GOOD))
    assert set(check(world.place, kept)) == {"G1", "G2"}
    return kept.id


def post(world: World, path: str, **fields: object) -> int:
    return world.client.post(path, data=fields, headers=BROWSER, follow_redirects=False).status_code


def test_news_are_read_one_by_one_or_all_together(world: World) -> None:
    number = told(world)
    page = whole(world.client, "/watches")
    assert "<i>涂层" not in page.text
    assert "2 条新匹配" in words_of(page)
    assert set(re.findall(r'name="achievement" value="(G\d)"', page.text)) == {"G1", "G2"}
    assert post(world, f"/watches/{number}/read", achievement="G1") == 303
    page = whole(world.client, "/watches")
    assert re.findall(r'name="achievement" value="(G\d)"', page.text) == ["G2"]
    assert post(world, f"/watches/{number}/read") == 303
    page = whole(world.client, "/watches")
    assert "没有新的匹配" in page.text
    assert "可以发给同事" not in page.text


def test_the_threshold_is_changed_and_the_address_stays(world: World) -> None:
    watch(world.place, LI, "N1", 0.6, "https://example.com/hook")
    page = whole(world.client, "/watches")
    assert '<option value="0.6" selected>60%</option>' in page.text
    assert post(world, "/needs/N1/watch", threshold="0.85") == 303
    (kept,) = watches_of(world.place, LI)
    assert (kept.threshold, kept.webhook) == (0.85, "https://example.com/hook")


def test_watches_are_of_one_person_and_not_changed_by_who_may_only_read(world: World) -> None:
    number = told(world)
    world.comes(WANG)
    assert "N1" not in whole(world.client, "/watches").text
    assert post(world, f"/watches/{number}/read") == 404
    page = whole(world.comes(without_key(LI)), "/watches")
    assert '<form method="post"' not in page.text.split("<main")[1]
    assert post(world, f"/watches/{number}/read") == 403
    assert "/watch" not in whole(world.client, "/needs/N1/matches").text.split("<main")[1]


def test_a_need_is_watched_from_its_matches(world: World) -> None:
    page = whole(world.client, "/needs/N1/matches")
    assert 'action="/needs/N1/watch"' in page.text
    assert 'watch"' not in whole(world.client, "/achievements/A1/matches").text
