"""The server beside its records: health, readiness, numbers, models, the document, the queue."""

import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from service.api.idempotency import KEPT
from tests.web.api_people import ADMIN, MAKER, calling

API = "/api/v1"
DOCS = (Path(__file__).parents[2] / "docs" / "api.md").read_text("utf-8")


def test_a_server_is_ready_when_there_is_an_index(client: TestClient) -> None:
    client.app.dependency_overrides.clear()  # nobody is signed in
    assert client.get(f"{API}/ready").json() == {"status": "ready"}
    client.app.state.workplace._matcher = None
    answer = client.get(f"{API}/ready")
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "not_ready")
    assert client.get(f"{API}/health").status_code == 200


def test_numbers_name_routes_and_never_ids_or_words(client: TestClient) -> None:
    client.get(f"{API}/needs/N1")
    client.get(f"{API}/needs", params={"q": "机密词"})
    client.get(f"{API}/needs/absent")
    client.get("/somewhere/else")
    client.post(f"{API}/match/text", json={"text": "机密词"})
    answer = client.get(f"{API}/metrics")
    assert answer.headers["Content-Type"].startswith("text/plain")
    text = answer.text
    assert 'route="/api/v1/needs/{id:path}",status="200"} 1.0' in text
    assert 'route="/api/v1/needs/{id:path}",status="404"} 1.0' in text
    assert 'route="other",status="404"} 1.0' in text
    assert 'duijie_request_seconds_count{route="/api/v1/match/text"} 1.0' in text
    assert 'duijie_index_lag{side="need"} 0.0' in text
    assert "duijie_computations 0.0" in text
    for word in ("N1", "absent", "机密词", "somewhere"):
        assert word not in text


def test_numbers_tell_what_the_index_lacks(client: TestClient) -> None:
    place = client.app.state.workplace
    with place.store.importing("need", "x") as batch:
        from matcher.types import Need

        batch.put(Need(id="new", title="新的"))
    assert 'duijie_index_lag{side="need"} 1.0' in client.get(f"{API}/metrics").text


def test_numbers_are_for_admins(client: TestClient) -> None:
    with calling(client.app, MAKER):
        assert client.get(f"{API}/metrics").status_code == 403
    with calling(client.app, replace(ADMIN, scopes=frozenset({"read"}))):
        assert client.get(f"{API}/metrics").status_code == 200


def test_the_models_are_named(client: TestClient) -> None:
    body = client.get(f"{API}/models").json()
    matcher = client.app.state.workplace.matcher
    assert body["encoder"] == matcher.embedder.encoder.fingerprint
    assert body["weights"] == matcher.weights.fingerprint
    assert body["reader"] == "chars-1"
    assert {"e5-small-zh-int8", "pair-reader-zh"} <= {one["name"] for one in body["cards"]}


@pytest.fixture
def document(app: FastAPI) -> dict[str, Any]:
    return app.openapi()


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def test_every_operation_is_described(document: dict[str, Any]) -> None:
    for method, path, operation in operations(document):
        where = f"{method} {path}"
        assert re.search("[\u4e00-\u9fff]", operation["summary"]), where
        assert operation["tags"], where
        assert not {"4XX", "5XX"} & operation["responses"].keys(), where
        good = [status for status in operation["responses"] if status < "400"]
        assert good, where
        for status, response in operation["responses"].items():
            if status >= "400":
                schema = response["content"]["application/json"]["schema"]
                assert schema["$ref"].endswith("/ProblemBody"), where
        if operation.get("security"):
            assert {"401", "403", "429"} <= operation["responses"].keys(), where


def test_only_a_few_operations_are_open_to_everybody(document: dict[str, Any]) -> None:
    is_open = {
        f"{method} {path}" for method, path, one in operations(document) if not one.get("security")
    }
    assert is_open == {f"GET {API}/health", f"GET {API}/ready", f"POST {API}/session"}


def test_the_page_has_a_heading_for_each_route(document: dict[str, Any]) -> None:
    headings = set(re.findall(r"^### `(\w+ \S+)`", DOCS, re.M))
    routes = {f"{method} {path.removeprefix(API)}" for method, path, _ in operations(document)}
    assert headings == routes


def test_the_page_tells_how_long_answers_are_kept() -> None:
    assert f"{int(KEPT.total_seconds() / 3600)} 小时" in DOCS


class Gate:
    """A stand-in for matching that waits until it is let go."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.entered = threading.Semaphore(0)

    def __call__(self, *_given: Any, **_named: Any) -> Any:
        self.entered.release()
        self.open.wait(20)
        raise AssertionError("the answer of this is not looked at")


@pytest.fixture
def slow(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    gate = Gate()
    monkeypatch.setattr("service.workbench.remembered.ranked", gate)
    yield gate
    gate.open.set()


def test_while_matches_run_the_server_answers_and_says_when_it_is_full(
    client: TestClient, slow: Gate
) -> None:
    place = client.app.state.workplace
    place.limits = replace(place.limits, waiting=1, patient=0)
    many = place.limits.threads + 1
    with ThreadPoolExecutor(many) as pool:
        running = [pool.submit(client.get, f"{API}/needs/N1/matches") for _ in range(many)]
        for _ in range(place.limits.threads):
            assert slow.entered.acquire(timeout=10)
        while place.taken < many:
            pass
        assert place.is_crowded
        assert client.get(f"{API}/health").status_code == 200
        assert client.get(f"{API}/needs/N1").status_code == 200
        assert f"duijie_computations {many}.0" in client.get(f"{API}/metrics").text
        refused = client.get(f"{API}/needs/N1/matches")
        assert (refused.status_code, refused.json()["error"]["code"]) == (429, "too_many")
        assert int(refused.headers["Retry-After"]) >= 1
        slow.open.set()
        assert {one.result().status_code for one in running} == {500}  # the gate's own error
    assert place.taken == 0
    assert not place.is_crowded


def test_what_takes_too_long_is_told_so(client: TestClient, slow: Gate) -> None:
    place = client.app.state.workplace
    place.limits = replace(place.limits, seconds=0.05)
    answer = client.get(f"{API}/needs/N1/matches")
    assert (answer.status_code, answer.json()["error"]["code"]) == (504, "too_slow")
