"""The routes that give issued lists as files."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from service.access.caller import Caller
from service.access.who import caller
from service.exports.formats import LISTS, SHEETS
from service.workbench.issued import issue
from service.workbench.lists import ranked, visible_record
from tests.web.workbench_world import LI, ROOT, ZHAO, World, world_of


@pytest.fixture
def world(app: FastAPI) -> Iterator[World]:
    with world_of(app) as found:
        yield found


@pytest.fixture
def number(world: World) -> int:
    need = visible_record(world.place, LI, "need", "N1")
    return issue(world.place, LI, "五月对接会", {"k": 10}, ranked(world.place, LI, need))


def asking(app: FastAPI, who: Caller) -> TestClient:
    app.dependency_overrides[caller] = lambda: who
    return TestClient(app)


@pytest.mark.parametrize("name", LISTS)
def test_an_issued_list_comes_as_a_file(app: FastAPI, number: int, name: str) -> None:
    answer = asking(app, LI).get(f"/api/v1/lists/{number}/export?format={name}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == LISTS[name].media_type  # type: ignore[index]
    assert f"{number}.{name}" in answer.headers["content-disposition"]
    assert len(answer.content) > 100


@pytest.mark.parametrize("name", SHEETS)
def test_one_match_comes_on_one_page(app: FastAPI, number: int, name: str) -> None:
    answer = asking(app, LI).get(f"/api/v1/lists/{number}/matches/1/sheet?format={name}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == SHEETS[name].media_type  # type: ignore[index]


@pytest.mark.parametrize("who", [ZHAO, ROOT])
def test_other_organisations_do_not_get_it(app: FastAPI, number: int, who: Caller) -> None:
    client = asking(app, who)
    assert client.get(f"/api/v1/lists/{number}/export").status_code == 404
    assert client.get(f"/api/v1/lists/{number}/matches/1/sheet").status_code == 404


def test_what_is_not_there_is_told(app: FastAPI, number: int) -> None:
    client = asking(app, LI)
    assert client.get(f"/api/v1/lists/{number}/matches/99/sheet").status_code == 404
    assert client.get(f"/api/v1/lists/{number}/export?format=exe").status_code == 422
