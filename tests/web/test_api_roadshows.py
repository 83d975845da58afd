import hashlib
import io
from collections.abc import Iterator
from dataclasses import replace

import pytest
from fastapi import FastAPI
from python_calamine import CalamineWorkbook

from matcher.types import Achievement
from tests.web.roadshow_world import AGENDA, API, OTHER, PLAN, done, made, selected, stage_world
from tests.web.workbench_world import LI, ROOT, ZHAO, World, without_key

SECRET = Achievement(id="2:H", title="叶片秘密涂层", text="叶片热障涂层。")


@pytest.fixture
def world(app: FastAPI) -> Iterator[World]:
    with stage_world(app) as found:
        yield found


def test_a_plan_is_chosen_by_and_the_answer_has_its_proof(world: World) -> None:
    path = selected(world)
    told = world.client.get(f"{path}/result").json()
    assert told["status"] == "optimal"
    assert told["gap"] == 0
    assert len(told["chosen"]) == 2
    assert told["candidates"] == 5
    assert told["matcher_fingerprint"]
    assert told["plan_sha256"] == hashlib.sha256(PLAN.encode()).hexdigest()
    every = {one["id"] for one in told["chosen"] + told["rejected"]}
    assert every == {f"A{number}" for number in range(1, 6)}
    assert set(told["sensitivity"]["stays"]) == {one["id"] for one in told["chosen"]}
    assert told["front"]
    (listed,) = world.client.get(API).json()["roadshows"]
    assert listed["selected"]["chosen"] == 2
    assert listed["selected"]["fingerprint"] == told["fingerprint"]


def test_why_not_is_answered_by_choosing_again(world: World) -> None:
    path = selected(world)
    told = world.client.get(f"{path}/result").json()
    out = told["rejected"][0]["id"]
    answer = world.client.get(f"{path}/why-not", params={"id": out}).json()
    assert answer["feasible"]
    assert answer["proved"]
    forced = selected(world, PLAN.replace("[candidates]", f'[candidates]\nmust = ["{out}"]'))
    other = world.client.get(f"{forced}/result").json()
    assert answer["loss"] == pytest.approx(told["value"] - other["value"], abs=1e-6)
    before, after = ({one["id"] for one in each["chosen"]} for each in (told, other))
    assert set(answer["left"]) == before - after
    inside = world.client.get(f"{path}/why-not", params={"id": told["chosen"][0]["id"]}).json()
    assert inside["chosen"]
    assert world.client.get(f"{path}/why-not", params={"id": "NO"}).status_code == 404


def test_plans_are_changed_only_by_who_has_seen_them(world: World) -> None:
    path = selected(world)
    held = world.client.post(f"{path}/held").json()["event"]
    plan = {"plan": PLAN.replace("size = 2", "size = 1")}
    assert world.client.put(path, json=plan).status_code == 428
    assert world.client.put(path, json=plan, headers={"If-Match": '"9"'}).status_code == 412
    changed = world.client.put(path, json=plan, headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.headers["ETag"]) == (200, '"2"')
    assert changed.json()["selected"] is None
    assert changed.json()["held"] == held
    assert world.client.get(f"{path}/result").status_code == 404
    bad = world.client.put(path, json={"plan": "[event]\nsize = 0"}, headers={"If-Match": "*"})
    assert bad.status_code == 422
    assert "第 2 行 event.size" in bad.json()["error"]["message"]
    assert world.client.delete(path).status_code == 204
    assert world.client.get(path).status_code == 404


def test_an_event_that_was_held_counts_and_can_be_taken_back(world: World) -> None:
    path = selected(world)
    chosen = {one["id"] for one in world.client.get(f"{path}/result").json()["chosen"]}
    event = world.client.post(f"{path}/held").json()["event"]
    assert world.client.post(f"{path}/held").status_code == 422
    again = selected(world, PLAN.replace("size = 2", "size = 3") + "\n[caps]\nshown = 1\n")
    later = {one["id"] for one in world.client.get(f"{again}/result").json()["chosen"]}
    assert later == {f"A{n}" for n in range(1, 6)} - chosen
    assert world.client.delete(f"{path}/held").status_code == 204
    assert world.client.delete(f"{path}/held").status_code == 204
    assert world.client.get(path).json()["held"] is None
    assert world.client.post(f"{path}/held").json()["event"] >= event
    undated = made(world, "[event]\nsize = 1\n")
    assert world.client.post(f"{API}/{undated}/held").status_code == 422


def test_the_timetable_is_made_and_changed_when_somebody_is_missing(world: World) -> None:
    path = selected(world, PLAN + AGENDA)
    assert world.client.get(f"{path}/files/agenda.ics").status_code == 404
    assert done(world, world.client.post(f"{path}/agenda", json={}))["state"] == "done"
    told = world.client.get(f"{path}/agenda").json()
    assert len(told["agenda"]["talks"]) == 2
    assert told["changes"] == []
    request = next(iter(told["agenda"]["requests"].values()))
    wrong = world.client.post(f"{path}/agenda", json={"absent": "没有这家"})
    assert wrong.status_code == 422
    late = world.client.post(f"{path}/agenda", json={"absent": request["guest"], "since": "03:07"})
    assert late.status_code == 422
    nobody = world.client.post(f"{path}/agenda", json={"since": "14:30"})
    assert nobody.status_code == 422
    assert "没有写 absent" in nobody.json()["error"]["message"]
    assert world.client.get(f"{path}/agenda").json()["agenda"] == told["agenda"]
    job = done(world, world.client.post(f"{path}/agenda", json={"absent": request["guest"]}))
    assert job["state"] == "done", job
    after = world.client.get(f"{path}/agenda").json()
    assert after["agenda"]["sequence"] == 1
    assert {one["kind"] for one in after["changes"]} >= {"cancelled"}


def test_files_come_as_what_they_are(world: World) -> None:
    path = selected(world, PLAN + AGENDA)
    done(world, world.client.post(f"{path}/agenda", json={}))
    begins = {"booklet.pdf": b"%PDF", "booklet.docx": b"PK", "agenda.ics": b"BEGIN:VCALENDAR"}
    for name, sign in begins.items():
        assert world.client.get(f"{path}/files/{name}").content.startswith(sign)
    for name in ("audit.xlsx", "invitations.xlsx", "agenda.xlsx"):
        answer = world.client.get(f"{path}/files/{name}")
        assert CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).sheet_names
        assert answer.headers["Content-Disposition"].startswith("attachment")
    assert world.client.get(f"{path}/files/other.txt").status_code == 422


def test_nobody_else_reads_or_changes_a_roadshow(world: World) -> None:
    path = selected(world)
    job = world.client.get(path).json()["job"]
    world.comes(LI)
    assert world.client.get(API).json()["roadshows"] == []
    below = ("", "/result", "/why-not?id=A1", "/agenda", "/files/audit.xlsx")
    assert {world.client.get(path + one).status_code for one in below} == {404}
    assert world.client.get(f"/api/v1/jobs/{job}").status_code == 404
    for who in (LI, without_key(ZHAO)):
        world.comes(who)
        assert world.client.post(API, json={"plan": PLAN}).status_code == 403
        assert world.client.delete(path).status_code == 403
    world.comes(OTHER)
    changed = {"json": {"plan": PLAN}, "headers": {"If-Match": "*"}}
    writes = (
        world.client.put(path, **changed),
        world.client.delete(path),
        world.client.post(f"{path}/select"),
        world.client.post(f"{path}/agenda", json={}),
        world.client.post(f"{path}/agenda", json={"absent": "A1"}),
        world.client.post(f"{path}/held"),
        world.client.delete(f"{path}/held"),
    )
    assert [one.status_code for one in writes] == [404] * len(writes)
    assert {world.client.get(path + one).status_code for one in below} == {404}
    world.comes(ZHAO)
    after = world.client.get(path).json()
    assert (after["version"], after["held"], after["job"]) == ("1", None, job)
    world.comes(ROOT)
    assert world.client.get(f"{path}/result").status_code == 200


def test_hidden_records_are_neither_candidates_nor_shown_later(world: World) -> None:
    world.put(replace(SECRET, visibility="本机构"), 2)
    named = world.client.post(
        API, json={"plan": PLAN.replace("[candidates]", '[candidates]\nmust = ["2:H"]')}
    )
    assert named.status_code == 422
    assert "没有编号" in named.json()["error"]["message"]
    path = selected(world)
    told = world.client.get(f"{path}/result").text
    assert "2:H" not in told
    assert world.client.get(f"{path}/why-not?id=2:H").status_code == 404
    # Asked for by the platform's people, it is still the organisation's list.
    world.comes(ROOT)
    assert done(world, world.client.post(f"{path}/select"))["state"] == "done"
    assert "2:H" not in world.client.get(f"{path}/result").text
    # What is hidden after it was chosen shows neither title nor proof.
    world.put(SECRET, 2)
    world.comes(ZHAO)
    forced = selected(world, PLAN.replace("[candidates]", '[candidates]\nmust = ["2:H"]'))
    assert "叶片秘密涂层" in world.client.get(f"{forced}/result").text
    world.put(replace(SECRET, visibility="本机构"), 2)
    for below in ("result", "agenda"):
        told = world.client.get(f"{forced}/{below}").text
        assert "2:H" in told or below == "agenda"
        assert "秘密" not in told
        assert "叶片热障涂层" not in told
    assert "秘密" not in world.client.get(f"/roadshows/{forced.rpartition('/')[2]}").text
