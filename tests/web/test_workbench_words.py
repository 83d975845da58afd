"""The search box of the lists, on the pages and over the API."""

import re
from collections.abc import Iterator

import pytest
from fastapi import FastAPI

from indexing.bundle import Bundle
from matcher.types import Achievement
from tests.web.pages_world import patient_world, whole
from tests.web.workbench_world import LI, ROOT, ZHAO, World

GARBLED = Achievement(
    id="G1", title="一种新型催囮剂", text="氨分解制氢用的催囮剂，寿命长。", owner="丁所"
)


@pytest.fixture
def world(app: FastAPI) -> Iterator[World]:
    with patient_world(app) as found:
        yield found


def on_page(world: World, words: str) -> set[str]:
    page = whole(world.client, f"/achievements?q={words}")
    return set(re.findall(r'<td><a href="/achievements/([^"/]+)"', page.text))


def over_api(world: World, words: str) -> set[str]:
    answer = world.client.get("/api/v1/achievements", params={"q": words})
    return {one["id"] for one in answer.json()["items"]}


def test_a_garbled_record_is_found_by_the_words_it_was_meant_to_hold(world: World) -> None:
    world.put(GARBLED)
    for ways in (on_page, over_api):
        assert ways(world, "催化剂") == {"G1"}
        assert ways(world, "催囮剂") == {"G1"}  # as written
        assert ways(world, "制氢 催化剂") == {"G1"}
        assert ways(world, "丁所 催化剂") == {"G1"}  # one in the table, the other in the index
        assert ways(world, "叶片 催化剂") == set()
        assert ways(world, "反硝 催化剂") == set()
        assert ways(world, "g1") == {"G1"}


def test_a_record_that_the_index_does_not_know_yet_is_found_as_written(world: World) -> None:
    with world.place.store.importing("achievement", "test") as batch:
        batch.put(GARBLED)
    assert on_page(world, "催囮") == over_api(world, "催囮") == {"G1"}
    assert on_page(world, "催化剂") == over_api(world, "催化剂") == set()


def test_words_are_found_without_any_index(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(world.place, "_matcher", None)
    assert on_page(world, "叶片 涂层") == over_api(world, "叶片 涂层") == {"A1"}


def test_what_is_hidden_is_not_even_searched(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    hidden = Achievement(id="G1", title=GARBLED.title, visibility="本机构")
    world.put(hidden, holder=2)
    masked: list[int] = []
    search = Bundle.lexical_search

    def spy(bundle: Bundle, tokens, k, allowed=None):  # type: ignore[no-untyped-def]
        masked.append(0 if allowed is None else int((~allowed).sum()))
        return search(bundle, tokens, k, allowed)

    monkeypatch.setattr(Bundle, "lexical_search", spy)
    for who, found in ((LI, {"G1"}), (ROOT, {"G1"}), (ZHAO, set())):
        world.comes(who)
        for ways in (on_page, over_api):
            masked.clear()
            assert ways(world, "催化剂") == found
            assert masked
            assert all(count == (not found) for count in masked)
