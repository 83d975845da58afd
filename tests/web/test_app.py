from shutil import rmtree

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from service.settings import Settings
from service.web.headers import HEADERS


def test_a_server_says_that_it_is_well(client: TestClient) -> None:
    answer = client.get("/api/v1/health")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "index_behind": False}


def test_every_response_has_the_protecting_headers(client: TestClient) -> None:
    for path in ("/api/v1/health", "/nowhere"):
        answer = client.get(path)
        assert {name: answer.headers[name] for name in HEADERS} == HEADERS


def test_an_unknown_address_is_told_in_the_one_shape(client: TestClient) -> None:
    answer = client.get("/api/v1/nowhere")
    assert answer.status_code == 404
    error = answer.json()["error"]
    assert error["code"] == "not_found"
    assert error["request_id"] == answer.headers["X-Request-ID"]


def test_an_index_is_made_without_being_asked(app: FastAPI, settings: Settings) -> None:
    rmtree(settings.home / "index")
    with TestClient(app):
        place = app.state.workplace
        place.catch_up()
        assert place.matcher.fingerprint("achievement")


def test_an_unforeseen_error_says_nothing_and_is_protected_too(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ValueError("高温轴承")

    monkeypatch.setattr("service.store.store.Store.last_revision", broken)
    answer = client.get("/api/v1/health")
    assert answer.status_code == 500
    assert "轴承" not in answer.text
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
