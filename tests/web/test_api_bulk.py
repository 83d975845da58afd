from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.web.api_people import MAKER, RIVAL, calling, settle

API = "/api/v1"


@pytest.fixture
def api(client: TestClient) -> TestClient:
    settle(client.app.state.workplace.store)
    return client


def put_all(api: TestClient, who: Any, body: dict[str, Any], side: str = "needs", **head: str):
    with calling(api.app, who):
        return api.post(f"{API}/{side}/import", json=body, headers=head)


def own(api: TestClient, who: Any, side: str = "needs") -> dict[str, str]:
    with calling(api.app, who):
        page = api.get(f"{API}/{side}", params={"whose": "own", "limit": 200}).json()
    return {one["given_id"]: one["title"] for one in page["items"]}


def test_many_records_are_written_with_an_outcome_each(api: TestClient) -> None:
    records = [{"id": "B1", "title": "一"}, {"title": "二"}, {"id": "B3", "title": "三"}]
    done = put_all(api, MAKER, {"records": records})
    assert done.status_code == 200
    assert done.json()["counts"] == {"new": 3}
    assert [one["position"] for one in done.json()["outcomes"]] == [1, 2, 3]
    assert done.json()["outcomes"][0]["id"] == "2:B1"
    records[0]["title"] = "一改"
    again = put_all(api, MAKER, {"records": records}).json()
    assert [one["status"] for one in again["outcomes"]] == ["updated", "unchanged", "unchanged"]
    assert set(own(api, MAKER).values()) == {"一改", "二", "三"}
    assert own(api, RIVAL) == {}


def test_one_bad_record_keeps_all_out(api: TestClient) -> None:
    records = [{"id": "B1", "title": "一"}, {"id": "B2"}, {"id": "B3", "title": "三", "x": 1}]
    done = put_all(api, MAKER, {"records": records})
    assert done.status_code == 422
    message = done.json()["error"]["message"]
    assert "第 2 条" in message
    assert "第 3 条" in message
    assert own(api, MAKER) == {}


def test_each_for_itself_writes_the_good_ones(api: TestClient) -> None:
    records = [
        {"id": "B1", "title": "一"},
        {"id": "B2", "title": "", "trl": 3},
        {"id": "B1", "title": "又一"},
        {"title": "无名"},
        {"title": "无名"},
    ]
    done = put_all(api, MAKER, {"mode": "each", "records": records}, "achievements").json()
    statuses = [one["status"] for one in done["outcomes"]]
    assert statuses == ["new", "rejected", "conflict", "new", "duplicate"]
    assert done["counts"] == {"new": 2, "rejected": 1, "conflict": 1, "duplicate": 1}
    assert [one["id"] is None for one in done["outcomes"]] == [False, True, True, False, True]
    assert all(one["message"] for one in done["outcomes"] if one["id"] is None)
    assert sorted(own(api, MAKER, "achievements").values()) == ["一", "无名"]


def test_a_conflict_inside_the_request_keeps_all_out(api: TestClient) -> None:
    records = [{"id": "B1", "title": "一"}, {"id": "B1", "title": "二"}]
    done = put_all(api, MAKER, {"records": records})
    assert done.status_code == 422
    assert "第 2 条" in done.json()["error"]["message"]
    assert own(api, MAKER) == {}


def test_ids_of_others_are_no_conflict_and_tell_nothing(api: TestClient) -> None:
    body = {"records": [{"id": "B1", "title": "同", "visibility": "本机构"}, {"title": "同文"}]}
    first = put_all(api, MAKER, body).json()
    second = put_all(api, RIVAL, body).json()
    assert second["counts"] == first["counts"] == {"new": 2}
    # nor can somebody write into another's names
    trespassing = {"records": [{"id": "2:B1", "title": "闯"}]}
    assert put_all(api, RIVAL, trespassing).json()["outcomes"][0]["id"] == "3:2:B1"
    assert own(api, MAKER)["B1"] == "同"


def test_a_repeated_import_with_a_key_is_done_once(api: TestClient) -> None:
    body = {"records": [{"id": "B1", "title": "一"}]}
    first = put_all(api, MAKER, body, **{"Idempotency-Key": "many"})
    again = put_all(api, MAKER, body, **{"Idempotency-Key": "many"})
    assert again.json() == first.json()
    assert again.json()["counts"] == {"new": 1}
    assert again.headers["Idempotency-Replayed"] == "true"
    other = put_all(api, MAKER, body, "achievements", **{"Idempotency-Key": "many"})
    assert other.status_code == 422


@pytest.mark.parametrize(
    "body",
    [
        {"records": []},
        {"records": [{"title": "一"}] * 1001},
        {"records": ["一"]},
        {"records": [{"title": "一"}], "mode": "some"},
        {},
    ],
)
def test_what_is_no_list_of_records_is_refused(api: TestClient, body: dict[str, Any]) -> None:
    assert put_all(api, MAKER, body).status_code == 422
