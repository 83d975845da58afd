"""Uploads, and the jobs that import them."""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from service.access.caller import Caller
from service.app import create_app
from service.jobs import import_file, queue, uploads
from service.settings import Home, Settings
from service.store.store import Store
from service.web.workplace import Limits
from tests.service_parts import ReadingParts
from tests.web.api_people import ADMIN, MAKER, RIVAL, calling, settle

NEEDS_FILE = (
    "需求编号,需求名称,技术需求描述,可见范围\n"
    "甲1,低温脱硝催化剂,需要在180℃下脱硝效率不低于95%的催化剂。,本机构\n"
    "甲2,铝合金压铸件探伤,需要在线检测压铸件内部气孔的方法。,公开\n"
    "甲3,,,公开\n"
)


@pytest.fixture
def running(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, raise_server_exceptions=False) as client:
        settle(app.state.workplace.store)
        app.state.worker.tell()
        yield client


def send(client: TestClient, text: str = NEEDS_FILE, name: str = "需求.csv", **form: str) -> Any:
    given = {"side": "need", **form}
    return client.post("/api/v1/imports", data=given, files={"file": (name, text.encode())})


def ended(client: TestClient, number: int) -> dict[str, Any]:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        job: dict[str, Any] = client.get(f"/api/v1/jobs/{number}").json()
        if job["state"] in queue.ENDED:
            return job
        time.sleep(0.05)
    raise AssertionError(job)


def test_an_upload_is_imported_for_the_organisation_of_who_sent_it(
    app: FastAPI, running: TestClient
) -> None:
    store: Store = app.state.workplace.store
    with calling(app, MAKER):
        answer = send(running)
        assert answer.status_code == 202, answer.text
        job = ended(running, answer.json()["id"])
    assert job["state"] == "done", job
    assert job["progress"] == 1.0
    assert job["about"] == {"file": "需求.csv", "side": "need", "dry_run": False}
    counts = job["result"]["counts"]
    assert (counts["read"], counts["new"], counts["rejected"]) == (3, 2, 1)
    assert job["result"]["quality"]["records"] == 2
    held = store.details("need", "2:甲1")
    assert held is not None
    assert (held.holder, held.record.visibility, held.source) == (2, "本机构", "需求.csv")
    assert list(app.state.workplace.home.uploads.iterdir()) == []


def test_an_upload_of_the_platform_keeps_its_ids(app: FastAPI, running: TestClient) -> None:
    with calling(app, ADMIN):
        ended(running, send(running).json()["id"])
    held = app.state.workplace.store.details("need", "甲1")
    assert held is not None
    assert held.holder is None


def test_rejected_rows_can_be_downloaded_with_their_reasons(
    app: FastAPI, running: TestClient
) -> None:
    again = NEEDS_FILE + "甲1,另一个标题,内容不同。,公开\n"
    with calling(app, MAKER):
        number = send(running, again).json()["id"]
        ended(running, number)
        answer = running.get(f"/api/v1/imports/{number}/rejects")
    assert answer.status_code == 200
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "位置,编号,标题,原因"
    assert len(lines) == 3
    assert "编号 甲1 与" in lines[2]
    assert "2:甲1" not in answer.text
    with calling(app, RIVAL):
        assert running.get(f"/api/v1/imports/{number}/rejects").status_code == 404


def test_an_import_without_rejects_has_none_to_download(app: FastAPI, running: TestClient) -> None:
    with calling(app, MAKER):
        number = send(running, "编号,名称\n1,甲\n").json()["id"]
        assert ended(running, number)["result"]["has_rejects"] is False
        assert running.get(f"/api/v1/imports/{number}/rejects").status_code == 404


def test_a_dry_run_says_how_a_file_would_be_read_and_writes_nothing(
    app: FastAPI, running: TestClient
) -> None:
    store: Store = app.state.workplace.store
    before = store.count("need")
    with calling(app, MAKER):
        job = ended(running, send(running, dry_run="true").json()["id"])
    assert job["state"] == "done"
    assert job["result"]["counts"]["new"] == 2
    assert job["result"]["tables"][0]["fields"]["需求名称"] == "title"
    assert store.count("need") == before


def test_columns_can_be_mapped_by_hand(app: FastAPI, running: TestClient) -> None:
    with calling(app, MAKER):
        text = "代号,要什么\nX,一种耐磨轴承\n"
        mapping = json.dumps({"代号": "id", "要什么": "title"})
        job = ended(running, send(running, text, mapping=mapping).json()["id"])
    assert job["result"]["columns"] == {"代号": "id", "要什么": "title"}
    held = app.state.workplace.store.details("need", "2:X")
    assert held is not None
    assert held.record.title == "一种耐磨轴承"


@pytest.mark.parametrize(
    ("form", "name", "said"),
    [
        ({"side": "people"}, "a.csv", "side"),
        ({"mapping": "[1]"}, "a.csv", "JSON 对象"),
        ({"mapping": "{"}, "a.csv", "有效的 JSON"),
        ({"mapping": '{"名称": "salary"}'}, "a.csv", "可用的字段"),
        ({"dry_run": "maybe"}, "a.csv", "dry_run"),
        ({}, "a.exe", "格式不能导入"),
        ({}, "a.doc", "另存为 docx"),
    ],
)
def test_what_cannot_be_imported_is_refused_at_once(
    app: FastAPI, running: TestClient, form: dict[str, str], name: str, said: str
) -> None:
    with calling(app, MAKER):
        answer = send(running, "名称\n甲\n", name, **form)
    assert answer.status_code == 422
    assert said in answer.json()["error"]["message"]
    assert not any(app.state.workplace.home.uploads.glob("*"))


def test_a_request_without_a_file_is_refused(app: FastAPI, running: TestClient) -> None:
    with calling(app, MAKER):
        assert running.post("/api/v1/imports", data={"side": "need"}).status_code == 422
        broken = running.post(
            "/api/v1/imports",
            content=b"--x\r\nnonsense",
            headers={"Content-Type": "multipart/form-data"},
        )
    assert broken.status_code == 422
    assert "multipart" in broken.json()["error"]["message"]


def test_a_file_that_cannot_be_read_fails_with_a_reason_and_no_path(
    app: FastAPI, running: TestClient
) -> None:
    with calling(app, MAKER):
        job = ended(running, send(running, "编号,无关\n1,2\n").json()["id"])
    assert job["state"] == "failed"
    assert "需求.csv 里没有认出标题列或正文列" in job["error"]
    assert "uploads" not in job["error"]


def test_an_upload_that_is_too_large_is_refused_while_it_comes(
    settings: Settings, app: FastAPI
) -> None:
    small = create_app(settings, ReadingParts(), Limits(upload_mb=1, catch_up_seconds=3600))
    with TestClient(small, raise_server_exceptions=False) as client, calling(small, MAKER):
        answer = send(client, "x" * (1 << 20) + "y")
        assert answer.status_code == 413
        assert answer.json()["error"]["code"] == "too_large"
        assert "1 MB" in answer.json()["error"]["message"]
        assert not any(Home(settings.home).uploads.glob("*"))


def test_any_other_body_that_is_too_large_is_refused(settings: Settings, app: FastAPI) -> None:
    small = create_app(settings, ReadingParts(), Limits(body_mb=1, catch_up_seconds=3600))
    with TestClient(small, raise_server_exceptions=False) as client, calling(small, MAKER):
        answer = client.post("/api/v1/needs", json={"title": "长" * (1 << 20)})
    assert answer.status_code == 413


def test_jobs_are_shown_to_their_organisation_and_to_admins_only(
    app: FastAPI, running: TestClient
) -> None:
    with calling(app, MAKER):
        number = send(running).json()["id"]
        ended(running, number)
        assert [job["id"] for job in running.get("/api/v1/jobs").json()["items"]] == [number]
    with calling(app, RIVAL):
        assert running.get("/api/v1/jobs").json()["items"] == []
        assert running.get(f"/api/v1/jobs/{number}").status_code == 404
        assert running.get(f"/api/v1/jobs/{number}/events").status_code == 404
        for act in ("cancel", "retry"):
            assert running.post(f"/api/v1/jobs/{number}/{act}").status_code == 404
    with calling(app, ADMIN):
        assert running.get(f"/api/v1/jobs/{number}").json()["login"] == "user2"


def test_suspected_duplicates_that_the_sender_may_not_see_are_not_counted(
    app: FastAPI, running: TestClient
) -> None:
    text = (
        "编号,名称,描述,可见范围\n{0},低温脱硝催化剂,需要在180℃下脱硝效率不低于95%的催化剂。,{1}\n"
    )
    found = {}
    with calling(app, RIVAL):
        ended(running, send(running, text.format("乙1", "本机构")).json()["id"])
    for who in (MAKER, ADMIN):
        with calling(app, who):
            job = ended(running, send(running, text.format("同", "公开")).json()["id"])
        found[who.role] = job["result"]["quality"]["duplicates"]["suspected"]
    assert found["enterprise"] == {"records": 0, "groups": 0}
    assert found["admin"]["records"] == 1


def test_a_server_killed_after_the_import_goes_on_with_its_counts(
    app: FastAPI, running: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first attempt dies between the commit and what follows it."""
    place, worker = app.state.workplace, app.state.worker
    real = import_file.suspected

    def die(*_given: object) -> None:
        monkeypatch.setattr(import_file, "suspected", real)
        raise SystemExit

    monkeypatch.setattr(import_file, "suspected", die)
    worker.stop()
    folder = uploads.keep(place.home, _stream(NEEDS_FILE), "需求.csv")
    upload = import_file.Upload("need", folder, "需求.csv", {}, dry_run=False)
    with place.store.writing() as (connection, _, _):
        number = import_file.ask(connection, MAKER, upload)
        job = queue.claim(connection, {"import"})
    assert job is not None
    with pytest.raises(SystemExit):
        import_file.run(place, {**job.arguments, "job": number}, lambda share: None, lambda: False)
    assert place.store.details("need", "2:甲1") is not None
    again = type(worker)(place, worker.kinds, worker.pace)
    again.start()
    with calling(app, MAKER):
        job = ended(running, number)
    again.stop()
    assert job["state"] == "done"
    assert job["attempts"] == 2
    assert job["result"]["counts"]["new"] == 2
    assert job["result"]["counts"]["unchanged"] == 0
    assert job["result"]["quality"]["records"] == 2


def _stream(text: str) -> Any:
    import io

    return io.BytesIO(text.encode())


def reader(who: Caller) -> Caller:
    from dataclasses import replace

    return replace(who, scopes=frozenset({"read"}))


def test_who_may_only_read_can_neither_upload_nor_cancel(app: FastAPI, running: TestClient) -> None:
    with calling(app, MAKER):
        number = send(running).json()["id"]
    with calling(app, reader(MAKER)):
        assert send(running).status_code == 403
        assert running.post(f"/api/v1/jobs/{number}/cancel").status_code == 403
        assert running.get(f"/api/v1/jobs/{number}").status_code == 200
