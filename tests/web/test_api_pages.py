from datetime import UTC, datetime, timedelta

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import func, select, update

from service.store.job_tables import ReplyRow
from tests.web.api_people import MAKER, RIVAL, get, post, settle

NEED = {"id": "W-1", "title": "高温密封圈", "text": "耐 300℃ 的密封圈", "budget_wan": 30}


@pytest.fixture
def api(app: FastAPI, client: TestClient) -> TestClient:
    settle(app.state.workplace.store)
    return client


def test_pages_follow_one_another_without_gap_or_repeat(api: TestClient) -> None:
    for number in range(7):
        post(api, MAKER, {"id": f"P{number}", "title": f"第{number}项"})
    seen: list[str] = []
    cursor = ""
    while cursor is not None:
        page = get(api, MAKER, "/needs", whose="own", limit=3, cursor=cursor).json()
        assert len(page["items"]) <= 3
        seen += [one["given_id"] for one in page["items"]]
        cursor = page["next"]
        if len(seen) == 3:  # one that comes meanwhile, before the cursor, moves nothing
            post(api, MAKER, {"id": "P00", "title": "插队"})
    assert seen == [f"P{number}" for number in range(7)]


def test_a_cursor_that_is_none_is_refused(api: TestClient) -> None:
    for cursor in ["x", "é", "AAAA", "W10", "bnVsbA", "ey==", "a" * 2001]:
        assert get(api, MAKER, "/needs", cursor=cursor).status_code == 422, cursor


def test_a_cursor_of_another_question_is_refused(api: TestClient) -> None:
    cursor = get(api, MAKER, "/needs", limit=1).json()["next"]
    assert get(api, MAKER, "/needs", limit=2, cursor=cursor).status_code == 200
    assert get(api, MAKER, "/needs", q="a", cursor=cursor).status_code == 422
    assert get(api, MAKER, "/achievements", cursor=cursor).status_code == 422


def test_a_search_takes_signs_of_patterns_literally(api: TestClient) -> None:
    post(api, MAKER, {"id": "L1", "title": "含量 50%_以上 a\\b"})
    for words, found in (("50%", 1), ("%_", 1), ("a\\", 1), ("5%以", 0), ("_____", 0), ("l1", 1)):
        assert len(get(api, MAKER, "/needs", q=words).json()["items"]) == found, words
    assert get(api, MAKER, "/needs", q="a\0").status_code == 422


def test_merged_records_are_listed_once_and_read_with_where_they_went(api: TestClient) -> None:
    store = api.app.state.workplace.store
    from service.store.merges import Merges, Proposal

    merges = Merges(store)
    (number,) = merges.propose("need", [Proposal("N1", "N3", 0.9, ())])
    merges.merge("need", [number])
    ids = [one["id"] for one in get(api, MAKER, "/needs").json()["items"]]
    assert ids == ["N1", "N2"]
    assert get(api, MAKER, "/needs/N3").json()["about"]["merged_into"] == "N1"


def test_a_repeated_write_with_a_key_is_done_once(api: TestClient) -> None:
    body = {"title": "只要一次"}
    first = post(api, MAKER, body, **{"Idempotency-Key": "k1"})
    again = post(api, MAKER, body, **{"Idempotency-Key": "k1"})
    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["ETag"] == first.headers["ETag"]
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    other = post(api, MAKER, {"title": "别的"}, **{"Idempotency-Key": "k1"})
    assert other.status_code == 422
    # keys of others are other keys
    assert post(api, RIVAL, {"title": "别的"}, **{"Idempotency-Key": "k1"}).status_code == 201
    assert len(get(api, MAKER, "/needs", whose="own").json()["items"]) == 1
    assert post(api, MAKER, body, **{"Idempotency-Key": "a" * 129}).status_code == 422


def test_a_write_that_fails_keeps_no_answer(api: TestClient) -> None:
    post(api, MAKER, NEED)
    assert post(api, MAKER, NEED, **{"Idempotency-Key": "k2"}).status_code == 409
    store = api.app.state.workplace.store
    with store.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(ReplyRow)) == 0


def test_kept_answers_are_let_go_after_two_days(api: TestClient) -> None:
    post(api, MAKER, {"title": "甲"}, **{"Idempotency-Key": "old"})
    store = api.app.state.workplace.store
    with store.writing() as (connection, _, _):
        long_ago = datetime.now(UTC) - timedelta(hours=49)
        connection.execute(update(ReplyRow).values(created_at=long_ago))
    fresh = post(api, MAKER, {"title": "乙"}, **{"Idempotency-Key": "old"})
    assert fresh.status_code == 201
    assert fresh.json()["title"] == "乙"
