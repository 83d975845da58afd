import json

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select

from matcher.types import Achievement
from service.store.merges import Merges, Proposal
from service.store.people_tables import AuditRow
from tests.web.api_people import ADMIN, API, BROKER, MAKER, RIVAL, calling, get, grant, post, settle

NEED = {"id": "W-1", "title": "高温密封圈", "text": "耐 300℃ 的密封圈", "budget_wan": 30}


@pytest.fixture
def api(app: FastAPI, client: TestClient) -> TestClient:
    settle(app.state.workplace.store)
    return client


def test_a_new_record_belongs_to_the_callers_organisation(api: TestClient) -> None:
    made = post(api, MAKER, NEED)
    assert made.status_code == 201
    body = made.json()
    assert (body["id"], body["given_id"]) == ("2:W-1", "W-1")
    assert body["budget_wan"] == 30.0
    assert body["about"]["own"] is True
    assert made.headers["Location"] == f"{API}/needs/2:W-1"
    read = get(api, MAKER, "/needs/2:W-1")
    assert read.json() == body
    assert read.headers["ETag"] == made.headers["ETag"] == f'"{body["about"]["version"]}"'
    store = api.app.state.workplace.store
    assert store.details("need", "2:W-1").holder == 2
    with store.reading() as connection:
        noted = connection.execute(select(AuditRow.action, AuditRow.record_id, AuditRow.user_id))
        assert ("create", "2:W-1", 2) in noted.all()


def test_two_organisations_may_use_one_id(api: TestClient) -> None:
    assert post(api, MAKER, NEED).json()["id"] == "2:W-1"
    assert post(api, RIVAL, NEED | {"title": "别的"}).json()["id"] == "3:W-1"
    assert get(api, MAKER, "/needs/2:W-1").json()["title"] == "高温密封圈"


def test_a_record_without_an_id_gets_one_from_its_content(api: TestClient) -> None:
    body = {"owner": "某校", "title": "氮化硅陶瓷", "transfer_modes": ["许可"], "trl": 6}
    made = post(api, MAKER, body, "achievements").json()
    assert made["given_id"].startswith("A")
    again = post(api, MAKER, body, "achievements")
    assert again.status_code == 409
    assert again.json()["error"]["code"] == "conflict"
    other = post(api, RIVAL, body, "achievements")
    assert other.status_code == 201  # nobody learns what others have


def test_an_id_that_is_taken_is_refused_and_a_withdrawn_one_is_free(api: TestClient) -> None:
    first = post(api, MAKER, NEED)
    again = post(api, MAKER, NEED)
    assert again.status_code == 409
    with calling(api.app, MAKER):
        gone = api.delete(f"{API}/needs/2:W-1", headers={"If-Match": first.headers["ETag"]})
        assert gone.status_code == 204
    back = post(api, MAKER, NEED)
    assert back.status_code == 201
    assert back.headers["ETag"] != first.headers["ETag"]


WRONG = [
    {"title": "", "text": " "},
    {"title": "题" * 501},
    {"text": "文" * 20_001},
    {"title": "a\0b"},
    {"title": "半个\ud800"},
    {"budget_wan": -1},
    {"budget_wan": "30"},
    {"min_trl": 10},
    {"min_trl": True},
    {"deadline": "2026-13-01"},
    {"deadline": 1700000000},
    {"deadline": "2026-01-31T00:00:00"},
    {"visibility": "秘密"},
    {"id": "a/b"},
    {"holder": 3},
]


def test_what_a_record_may_not_be_is_refused(api: TestClient) -> None:
    for wrong in WRONG:
        content = json.dumps(NEED | wrong)  # what half a character is sent as
        with calling(api.app, MAKER):
            sent = {"Content-Type": "application/json"}
            answer = api.post(f"{API}/needs", content=content, headers=sent)
        assert answer.status_code == 422, wrong
        assert answer.json()["error"]["code"] == "invalid"
    assert get(api, MAKER, "/needs", whose="own").json()["items"] == []


def test_a_change_must_name_the_version_that_it_changes(api: TestClient) -> None:
    made = post(api, MAKER, NEED)
    path, change = f"{API}/needs/2:W-1", {"title": "更高温的密封圈"}
    with calling(api.app, MAKER):
        without = api.put(path, json=change)
        assert (without.status_code, without.json()["error"]["code"]) == (428, "version_missing")
        other = api.put(path, json=change, headers={"If-Match": '"other"'})
        assert (other.status_code, other.json()["error"]["code"]) == (412, "version_changed")
        weak = api.put(path, json=change, headers={"If-Match": "W/" + made.headers["ETag"]})
        assert weak.status_code == 412
        tags = f'"other", {made.headers["ETag"]}'
        done = api.put(path, json=change, headers={"If-Match": tags})
        assert done.status_code == 200
        assert (done.json()["title"], done.json()["text"]) == ("更高温的密封圈", "")
        assert done.headers["ETag"] != made.headers["ETag"]
        assert api.delete(path).status_code == 428
        assert api.delete(path, headers={"If-Match": made.headers["ETag"]}).status_code == 412
        assert api.delete(path, headers={"If-Match": "*"}).status_code == 204
        assert api.delete(path, headers={"If-Match": "*"}).status_code == 404


def test_the_same_written_again_keeps_its_version(api: TestClient) -> None:
    made = post(api, MAKER, NEED)
    body = {name: value for name, value in NEED.items() if name != "id"}
    with calling(api.app, MAKER):
        again = api.put(f"{API}/needs/2:W-1", json=body, headers={"If-Match": "*"})
    assert again.headers["ETag"] == made.headers["ETag"]


def test_only_the_holder_or_the_platform_may_change_a_record(api: TestClient) -> None:
    post(api, MAKER, NEED)
    for who, status in ((RIVAL, 403), (BROKER, 403), (ADMIN, 200)):
        with calling(api.app, who):
            path = f"{API}/needs/2:W-1"
            done = api.put(path, json={"title": "改"}, headers={"If-Match": "*"})
        assert done.status_code == status
    assert api.app.state.workplace.store.details("need", "2:W-1").holder == 2
    with calling(api.app, RIVAL):
        path = f"{API}/needs/N1"  # the platform's
        assert api.delete(path, headers={"If-Match": "*"}).status_code == 403


def test_a_withdrawn_record_is_seen_by_its_holder_alone(api: TestClient) -> None:
    post(api, MAKER, NEED)
    with calling(api.app, MAKER):
        api.delete(f"{API}/needs/2:W-1", headers={"If-Match": "*"})
    assert get(api, MAKER, "/needs/2:W-1").json()["about"]["withdrawn"] is True
    assert get(api, RIVAL, "/needs/2:W-1").status_code == 404
    ids = [one["id"] for one in get(api, MAKER, "/needs", withdrawn=True).json()["items"]]
    assert ids == ["2:W-1"]
    assert get(api, RIVAL, "/needs", withdrawn=True).json()["items"] == []
    with calling(api.app, MAKER):
        back = api.put(f"{API}/needs/2:W-1", json={"title": "又要"}, headers={"If-Match": "*"})
    assert back.json()["about"]["withdrawn"] is False


def test_hidden_records_are_as_absent_ones(api: TestClient) -> None:
    post(api, MAKER, NEED | {"visibility": "本机构"})
    post(api, MAKER, NEED | {"id": "W-2", "visibility": "受限"})
    absent = get(api, RIVAL, "/needs/2:W-9")
    for id_ in ("2:W-1", "2:W-2"):
        hidden = get(api, RIVAL, f"/needs/{id_}")
        assert hidden.status_code == absent.status_code == 404
        told = hidden.json()["error"] | {"request_id": ""}
        assert told["message"].replace(id_, "2:W-9") == absent.json()["error"]["message"]
        for method, status in (("PUT", 404), ("DELETE", 404)):
            with calling(api.app, RIVAL):
                done = api.request(
                    method,
                    f"{API}/needs/{id_}",
                    json={"title": "x"} if method == "PUT" else None,
                )
            assert done.status_code == status
    for query in ({}, {"q": "密封"}, {"q": "W-1"}, {"whose": "own"}):
        items = get(api, RIVAL, "/needs", **query).json()["items"]
        assert not [one for one in items if one["id"].startswith("2:")]
    grant(api.app.state.workplace.store, "need", "2:W-2", RIVAL)
    assert get(api, RIVAL, "/needs/2:W-2").json()["about"]["own"] is False
    assert get(api, RIVAL, "/needs/2:W-1").status_code == 404
    assert get(api, ADMIN, "/needs/2:W-1").status_code == 200


def test_an_id_with_slashes_can_be_read(api: TestClient) -> None:
    store = api.app.state.workplace.store
    with store.importing("achievement", "file") as batch:
        batch.put(Achievement(id="2026/甲/1?", title="斜杠"))
    with calling(api.app, MAKER):
        answer = api.get(f"{API}/achievements/2026%2F%E7%94%B2%2F1%3F")
    assert answer.json()["title"] == "斜杠"
    assert get(api, MAKER, "/achievements/a%00b").status_code == 422


def test_who_may_only_read_cannot_write(api: TestClient) -> None:
    from dataclasses import replace

    reader = replace(MAKER, scopes=frozenset({"read"}))
    assert post(api, reader, NEED).status_code == 403
    with calling(api.app, reader):
        put = api.put(f"{API}/needs/N1", json={"title": "x"}, headers={"If-Match": "*"})
        gone = api.delete(f"{API}/needs/N1", headers={"If-Match": "*"})
        many = api.post(f"{API}/needs/import", json={"records": [NEED]})
    assert {put.status_code, gone.status_code, many.status_code} == {403}


def test_an_admins_key_that_may_only_write_keeps_to_the_platforms_records(api: TestClient) -> None:
    from dataclasses import replace

    key = replace(ADMIN, scopes=frozenset({"read", "write"}))
    made = post(api, key, NEED | {"visibility": "本机构"})
    assert made.status_code == 201
    assert made.json()["id"] == "W-1"
    post(api, MAKER, NEED)
    with calling(api.app, key):
        done = api.put(f"{API}/needs/2:W-1", json={"title": "x"}, headers={"If-Match": "*"})
    assert done.status_code == 403


def test_what_is_written_is_found_by_matching_after_the_index_caught_up(api: TestClient) -> None:
    post(api, MAKER, NEED)
    place = api.app.state.workplace
    place.catch_up()
    assert "2:W-1" in place.matcher.sides["need"].bundle


def test_what_is_known_already_is_not_sent_again(api: TestClient) -> None:
    made = post(api, MAKER, NEED)
    path, tag = f"{API}/needs/2:W-1", made.headers["ETag"]
    with calling(api.app, MAKER):
        for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
            answer = api.get(path, headers={"If-None-Match": known})
            assert (answer.status_code, answer.content) == (304, b""), known
            assert answer.headers["ETag"] == tag
            assert answer.headers["Cache-Control"] == "private, no-cache"
            assert answer.headers["Vary"] == "Authorization, Cookie"
        for other in ("", '"other"', tag.strip('"')):
            answer = api.get(path, headers={"If-None-Match": other})
            assert (answer.status_code, answer.json()) == (200, made.json()), other
        api.put(path, json={"title": "另一个"}, headers={"If-Match": tag})
        assert api.get(path, headers={"If-None-Match": tag}).status_code == 200


def test_a_version_tells_where_a_record_is_shown(api: TestClient) -> None:
    before = get(api, ADMIN, "/needs/N3")
    merges = Merges(api.app.state.workplace.store)
    merges.merge("need", merges.propose("need", [Proposal("N1", "N3", 0.9, ())]))
    with calling(api.app, ADMIN):
        after = api.get(f"{API}/needs/N3", headers={"If-None-Match": before.headers["ETag"]})
    assert (after.status_code, after.json()["about"]["merged_into"]) == (200, "N1")


def test_what_is_hidden_is_not_there_whatever_version_is_named(api: TestClient) -> None:
    tag = post(api, MAKER, {**NEED, "visibility": "本机构"}).headers["ETag"]
    with calling(api.app, RIVAL):
        for known in (tag, "*"):
            answer = api.get(f"{API}/needs/2:W-1", headers={"If-None-Match": known})
            assert answer.status_code == 404
            assert "ETag" not in answer.headers
