"""Lists that are given again, and lists that come by search alone where many wait."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI

from matcher.types import Achievement, MatchList
from service.web.workplace import Workplace
from service.workbench import remembered
from service.workbench.corrections import correct
from service.workbench.remembered import ranked_once
from service.workbench.stated import Stated
from tests.web.pages_world import achievements_of, part, patient_world
from tests.web.workbench_world import LI, ZHAO, World


@pytest.fixture
def own_world(app: FastAPI) -> Iterator[World]:
    """A server for a test that writes records."""
    with patient_world(app) as found:
        yield found


def test_a_list_is_made_once_until_something_changes(
    own_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []
    ranked = remembered.ranked

    def counted(*given: Any, **named: Any) -> MatchList:
        made.append(given[2].id)
        return ranked(*given, **named)

    monkeypatch.setattr(remembered, "ranked", counted)
    for _ in range(2):
        part(own_world.client, "/needs/N1/matches")
    assert own_world.client.get("/api/v1/needs/N1/matches?k=12").status_code == 200
    assert made == ["N1"]
    part(own_world.client, "/needs/N1/matches?province=江苏省")
    correct(own_world.place, LI, "N1", [Stated("effect", "text", 0, 4)])
    page = part(own_world.client, "/needs/N1/matches")
    assert "要求由 甲制造 改定" in page.text
    own_world.comes(ZHAO)
    part(own_world.client, "/needs/N1/matches")
    assert made == ["N1"] * 4
    own_world.put(Achievement(id="A9", title="叶片涂层"))
    part(own_world.client, "/needs/N1/matches")
    assert made == ["N1"] * 5


def test_where_many_wait_a_list_comes_unread_says_so_and_is_not_kept(
    own_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as crowd:
        crowd.setattr(Workplace, "is_crowded", True)
        hurried = part(own_world.client, "/needs/N1/matches").text
        answer = own_world.client.get("/api/v1/needs/N2/matches").json()
        need = own_world.place.store.get("need", "N1")
        issued = ranked_once(own_world.place, LI, need, 5, whole=True)
    assert "还没有逐条对读" in hurried
    assert "A1" in achievements_of(hurried)
    assert answer["notes"] == ["hurried"]
    assert all("unread" in one["flags"] for one in answer["matches"])
    assert issued.notes == ()
    page = part(own_world.client, "/needs/N2/matches").text  # made anew, and read this time
    assert "还没有逐条对读" not in page
    assert "未逐条对读" not in page


def test_a_list_that_is_kept_does_not_outlive_its_records(own_world: World) -> None:
    assert "A1" in achievements_of(part(own_world.client, "/needs/N1/matches").text)
    own_world.place.store.withdraw("achievement", ["A1"])  # and the index does not know yet
    assert "A1" not in achievements_of(part(own_world.client, "/needs/N1/matches").text)


def test_only_the_newest_lists_are_kept(own_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "MOST", 1)
    for path in ("/needs/N1/matches", "/needs/N2/matches"):
        part(own_world.client, path)
    assert len(remembered._lists[own_world.place.matcher]) == 1
