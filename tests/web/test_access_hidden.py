"""Records that somebody may not see, sought through every address that the application has."""

import re
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient

from matcher.types import Achievement, Need
from service.access import passwords
from service.app import create_app
from service.settings import Settings
from service.web.workplace import Limits
from tests.service_parts import ReadingParts
from tests.web.access_world import QUICK, World

MARK = "QUIXOTIC77"
TEXT = f"在1100℃的燃气中工作的叶片需要附着力强的热障涂层，寿命不少于2000小时。{MARK}。"
NEED = Need(
    id=f"{MARK}-N",
    title=f"发动机叶片抗氧化涂层{MARK}",
    text=TEXT,
    organisation=f"甲厂{MARK}",
    region="西藏拉萨市",
    visibility="本机构",
)
ACHIEVEMENT = Achievement(
    id=f"{MARK}-A",
    title=f"等离子喷涂热障涂层{MARK}",
    text=TEXT,
    owner=f"甲厂{MARK}",
    region="西藏拉萨市",
    visibility="受限",
)
ABSENT = {NEED.id: "ABSENTREC1-N", ACHIEVEMENT.id: "ABSENTREC1-A"}
BODY = {
    "title": "t",
    "text": "t",
    "organisation": "丁会",
    "requirements": [],
    "verdict": "accepted",
}
STRANGER, HOLDER = "zhao", "wang"
ENDLESS = "/events"
"""Addresses that end so stream; they are jobs', and no record stands in them."""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, prepared: Path) -> Iterator[FastAPI]:
    """A server whose index holds what 甲厂 keeps to itself."""
    home = tmp_path_factory.mktemp("hidden")
    copytree(prepared, home, dirs_exist_ok=True)
    app = create_app(Settings(home=home), ReadingParts(), Limits(catch_up_seconds=3600))
    with TestClient(app) as running, pytest.MonkeyPatch.context() as patch:
        app.state.portal = running.portal
        patch.setattr(passwords, "HASHER", QUICK)
        world = World(app)
        world.settle()
        world.put(HOLDER, "need", NEED)
        world.put(HOLDER, "achievement", ACHIEVEMENT)
        world.place.catch_up()
        yield app


@pytest.fixture(scope="module")
def stranger(served: FastAPI) -> TestClient:
    return World(served).browser(STRANGER)


@pytest.fixture(scope="module")
def holder(served: FastAPI) -> TestClient:
    return World(served).browser(HOLDER)


def paths(app: FastAPI, *, safe: bool) -> list[tuple[str, str]]:
    """Method and path of every route but the static files."""
    every = iter_route_contexts(app.routes)
    found = [(method, one.path or "") for one in every for method in one.methods or ()]
    wanted = [(method, path) for method, path in found if not path.endswith(ENDLESS)]
    return sorted((m, p) for m, p in wanted if (m == "GET") is safe and m != "HEAD")


def filled(path: str, need: str, achievement: str) -> str:
    """The path with ids of records in the place of its parameters."""
    path = re.sub(r"\{(need|nid(:path)?)\}", need, path)
    path = re.sub(r"\{(achievement|aid(:path)?)\}", achievement, path)
    own = achievement if "/achievements" in path else need
    path = path.replace("{folder}", "needs").replace("{side}", "achievement")
    path = re.sub(r"\{id(:path)?\}", own, path)
    return re.sub(r"\{[^}]*\}", "1", path)


def lists(app: FastAPI) -> list[str]:
    """What can be read without naming a hidden record: public ones stand in the paths."""
    plain = [filled(path, "N1", "A1") for _, path in paths(app, safe=True)]
    searches = ["/api/v1/needs?q=涂层", "/api/v1/achievements?q=涂层", "/needs?q=涂层"]
    sides = ["/api/v1/facets/need", "/api/v1/recommendations?limit=50"]
    return [*plain, *searches, *sides]


def shown(client: TestClient, app: FastAPI) -> set[str]:
    """Addresses whose answers hold the mark, or the region that nobody else has."""
    answers = {path: client.get(path, headers={"Accept": "*/*"}).text for path in lists(app)}
    assert "" not in {path for path in answers if not path}
    return {path for path, text in answers.items() if MARK in text or "西藏" in text}


def test_no_list_count_facet_or_page_shows_what_is_hidden(
    served: FastAPI, stranger: TestClient
) -> None:
    assert shown(stranger, served) == set()


def test_the_holder_finds_it_in_the_same_places(served: FastAPI, holder: TestClient) -> None:
    found = shown(holder, served)
    assert found >= {
        "/api/v1/needs",
        "/api/v1/needs?q=涂层",
        "/api/v1/achievements",
        "/api/v1/needs/N1/matches",
        "/api/v1/achievements/A1/matches",
        "/api/v1/facets/achievement",
        "/needs",
        "/needs/N1/similar",
    }


def test_free_text_finds_what_is_hidden_for_its_holder_alone(
    stranger: TestClient, holder: TestClient
) -> None:
    given = {"title": NEED.title.replace(MARK, ""), "text": TEXT.replace(MARK, "")}
    body = {"side": "need", **given}
    answers = [one.post("/api/v1/match/text", json=body) for one in (stranger, holder)]
    assert [one.status_code for one in answers] == [200, 200]
    assert [MARK in one.text for one in answers] == [False, True]


@pytest.mark.parametrize("safe", [True, False])
@pytest.mark.parametrize("hidden", ["both", "need", "achievement"])
def test_what_is_hidden_is_told_as_what_is_absent(
    served: FastAPI, stranger: TestClient, safe: bool, hidden: str
) -> None:
    need = NEED.id if hidden in ("both", "need") else "N1"
    achievement = ACHIEVEMENT.id if hidden in ("both", "achievement") else "A1"
    asked = 0
    for method, path in paths(served, safe=safe):
        closed = filled(path, need, achievement)
        if MARK not in closed:
            continue
        told = []
        for address in (closed, _absent(closed)):
            body = None if safe else BODY
            answer = stranger.request(method, address, json=body, headers={"If-Match": '"1"'})
            told.append((answer.status_code, _plain(answer.text)))
        assert told[0] == told[1], (method, path)
        assert told[0][0] >= 400, (method, path)
        asked += 1
    assert asked > 3


WRITES: list[tuple[str, str, dict[str, object]]] = [
    ("PUT", f"/api/v1/needs/{NEED.id}", {"title": "t", "text": "t"}),
    ("DELETE", f"/api/v1/needs/{NEED.id}", {}),
    ("PUT", f"/api/v1/achievements/{ACHIEVEMENT.id}", {"title": "t", "text": "t"}),
    ("DELETE", f"/api/v1/achievements/{ACHIEVEMENT.id}", {}),
    ("POST", f"/api/v1/needs/{NEED.id}/grants", {"organisation": "丁会"}),
    ("DELETE", f"/api/v1/needs/{NEED.id}/grants/1", {}),
    ("PUT", f"/api/v1/needs/{NEED.id}/requirements", {"requirements": []}),
    ("DELETE", f"/api/v1/needs/{NEED.id}/requirements", {}),
    ("PUT", f"/api/v1/decisions/{NEED.id}/A1", {"verdict": "accepted"}),
    ("PUT", f"/api/v1/decisions/N1/{ACHIEVEMENT.id}", {"verdict": "accepted"}),
    ("POST", "/api/v1/lists", {"title": "t", "id": NEED.id}),
    ("POST", "/api/v1/lists", {"title": "t", "side": "achievement", "id": ACHIEVEMENT.id}),
    ("POST", "/api/v1/watches", {"need": NEED.id}),
]


@pytest.mark.parametrize(("method", "path", "body"), WRITES)
def test_nobody_writes_on_what_is_hidden_from_them(
    stranger: TestClient, method: str, path: str, body: dict[str, object]
) -> None:
    told = []
    for change in (str, _absent):
        given = {
            name: change(str(one)) if name in ("id", "need") else one for name, one in body.items()
        }
        headers = {"If-Match": '"0-0"'}
        answer = stranger.request(method, change(path), json=given or None, headers=headers)
        told.append((answer.status_code, _plain(answer.text)))
    assert told[0] == told[1]
    assert told[0][0] == 404, told[0][1]


def _absent(address: str) -> str:
    for id_, other in ABSENT.items():
        address = address.replace(id_, other)
    return address


def _plain(text: str) -> str:
    """An answer without what differs in any two answers."""
    return re.sub(r'"request_id":"\w+"|<code>\w{16}</code>', "", _absent(text))
