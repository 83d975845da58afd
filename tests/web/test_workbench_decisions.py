from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from fastapi import FastAPI
from sqlalchemy import insert, select

from matcher.types import Achievement, Need
from service.store.people_tables import AuditRow
from service.store.tables import AchievementRow
from service.store.workbench_tables import DecisionRow
from service.web.errors import ConflictError, InvalidError, NotFoundError
from service.workbench.decision_words import REASONS, STATUSES, Judgement
from service.workbench.decisions import decide, decision_of, decisions_of, my_list
from service.workbench.lists import ranked, visible_record
from tests.service_parts import ACHIEVEMENTS
from tests.web.workbench_world import LI, ROOT, WANG, ZHAO, World, without_key, world_of

ACCEPT = Judgement(verdict="accepted")
REJECT = Judgement(verdict="rejected", reasons=("指标不达", "太早"))


@pytest.fixture
def world(app: FastAPI) -> Iterator[World]:
    with world_of(app) as found:
        yield found


def test_a_decision_is_kept_with_what_the_list_said(world: World) -> None:
    need = visible_record(world.place, LI, "need", "N1")
    answer = ranked(world.place, LI, need)
    said = {one.record.id: one.score for one in answer.matches}
    kept = decide(world.place, LI, "N1", "A1", ACCEPT)
    assert kept.score == pytest.approx(said["A1"], abs=1e-9)
    assert len(kept.fingerprint) == len(kept.model) == 16
    assert (kept.verdict, kept.version, kept.by) == ("accepted", 1, "li")
    assert decision_of(world.place, WANG, "N1", "A1") == kept


def test_the_score_is_that_of_the_day_on_which_the_verdict_was_given(world: World) -> None:
    first = decide(world.place, LI, "N1", "A1", ACCEPT)
    world.put(replace(ACHIEVEMENTS[0], text="双层热障涂层。"))
    noted = decide(world.place, LI, "N1", "A1", replace(ACCEPT, note="约下周", version=1))
    assert (noted.fingerprint, noted.score) == (first.fingerprint, first.score)
    again = decide(world.place, LI, "N1", "A1", replace(REJECT, version=2))
    assert again.fingerprint != first.fingerprint
    assert again.score != first.score
    assert again.model == first.model


def test_what_is_kept_tells_nothing_of_other_records(world: World) -> None:
    first = decide(world.place, LI, "N1", "A1", ACCEPT)
    world.put(Achievement(id="3:S1", title="保密的涂层", visibility="本机构"), holder=3)
    again = decide(world.place, LI, "N1", "A1", replace(REJECT, version=1))
    assert again.fingerprint == first.fingerprint


def test_without_an_index_a_decision_is_kept_without_a_score(app: FastAPI) -> None:
    with world_of(app) as world:
        world.place._matcher = None
        kept = decide(world.place, LI, "N1", "A1", ACCEPT)
    assert (kept.score, kept.fingerprint, kept.model) == (None, "", "")


def test_of_two_people_with_one_row_the_second_is_told(world: World) -> None:
    decide(world.place, LI, "N1", "A1", ACCEPT)
    with pytest.raises(ConflictError, match="刷新"):
        decide(world.place, WANG, "N1", "A1", REJECT)
    kept = decision_of(world.place, WANG, "N1", "A1")
    assert kept is not None
    assert kept.verdict == "accepted"
    after = decide(world.place, WANG, "N1", "A1", replace(REJECT, version=kept.version))
    assert (after.version, after.by, after.reasons) == (2, "wang", ("指标不达", "太早"))
    with pytest.raises(ConflictError):
        decide(world.place, LI, "N1", "A1", replace(ACCEPT, version=1))


def test_a_decision_is_seen_by_its_own_organisation_only(world: World) -> None:
    decide(world.place, LI, "N1", "A1", ACCEPT)
    for other in (ZHAO, ROOT):
        assert decisions_of(world.place, other) == []
        assert decision_of(world.place, other, "N1", "A1") is None
    theirs = decide(world.place, ZHAO, "N1", "A1", REJECT)
    assert theirs.version == 1
    assert [one.verdict for one in decisions_of(world.place, LI)] == ["accepted"]


def test_nobody_decides_on_what_is_hidden(world: World) -> None:
    world.put(Achievement(id="2:S1", title="保密的涂层", visibility="本机构"), holder=2)
    world.put(Need(id="3:M1", title="保密的需求", visibility="受限"), holder=3)
    assert decide(world.place, LI, "N1", "2:S1", ACCEPT).version == 1
    for who, need, achievement in (
        (ZHAO, "N1", "2:S1"),
        (LI, "3:M1", "A1"),
        (LI, "N1", "nowhere"),
    ):
        with pytest.raises(NotFoundError):
            decide(world.place, who, need, achievement, ACCEPT)
    world.grant("need", "3:M1", 2)
    assert decide(world.place, LI, "3:M1", "A1", ACCEPT).need == "3:M1"


def test_a_decision_on_what_was_hidden_later_is_left_out(world: World) -> None:
    secret = Achievement(id="3:S1", title="公开一阵的涂层")
    world.put(secret, holder=3)
    decide(world.place, LI, "N1", "3:S1", ACCEPT)
    world.put(replace(secret, visibility="本机构"), holder=3)
    assert decisions_of(world.place, LI) == []


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (Judgement(verdict="rejected"), "至少要选一个原因"),
        (Judgement(verdict="accepted", reasons=("太早",)), "不接受时才"),
        (Judgement(verdict="rejected", reasons=("太早",), status="已签约"), "已签约"),
        (Judgement(verdict="maybe"), "maybe"),  # type: ignore[arg-type]
        (Judgement(verdict="rejected", reasons=("太贵",)), "太贵"),  # type: ignore[arg-type]
        (Judgement(status="完成"), "完成"),  # type: ignore[arg-type]
        (Judgement(level=5), "1 到 4"),
        (Judgement(note="长" * 2001), "2001"),
        (Judgement(assigned_to=4), "本机构"),
        (Judgement(assigned_to=99), "本机构"),
    ],
)
def test_what_contradicts_itself_is_refused(world: World, said: Judgement, told: str) -> None:
    with pytest.raises(InvalidError, match=told):
        decide(world.place, LI, "N1", "A1", said)
    assert decisions_of(world.place, LI) == []


def test_my_list_holds_what_i_see_to_by_status(world: World) -> None:
    assigned = Judgement(verdict="accepted", status="拟对接", assigned_to=3)
    decide(world.place, LI, "N1", "A1", assigned)
    decide(world.place, LI, "N2", "A2", replace(assigned, status="已联系"))
    decide(world.place, LI, "N3", "A3", ACCEPT)
    assert [one.need for one in my_list(world.place, WANG)] == ["N2", "N1"]
    assert [one.need for one in my_list(world.place, WANG, "拟对接")] == ["N1"]
    assert my_list(world.place, WANG)[0].assigned_name == "wang"
    assert my_list(world.place, LI) == []


def test_who_said_what_is_written_down_without_the_note(world: World) -> None:
    decide(world.place, LI, "N1", "A1", replace(ACCEPT, note="电话里谈得不错"))
    with world.place.store.reading() as connection:
        rows = connection.execute(select(AuditRow.__table__)).all()
    assert [(row.user_id, row.action, row.record_id) for row in rows] == [(2, "decide", "N1|A1")]
    assert "谈得不错" not in str(rows)


def test_a_merged_record_keeps_what_was_decided(world: World) -> None:
    decide(world.place, LI, "N1", "A4", ACCEPT)
    with world.place.store.writing() as (connection, _transaction, _revision):
        table = AchievementRow.__table__
        connection.execute(
            table.update().where(table.c.id == "A4").values(merged_into="A1")  # type: ignore[attr-defined]
        )
    (kept,) = decisions_of(world.place, LI, need_id="N1", achievement_id="A1")
    assert kept.achievement == "A1"
    after = decide(world.place, WANG, "N1", "A4", replace(REJECT, version=1))
    assert (after.achievement, after.version) == ("A1", 2)


def test_of_two_decisions_on_what_became_one_pair_the_latest_is_shown(world: World) -> None:
    decide(world.place, LI, "N1", "A4", ACCEPT)
    decide(world.place, LI, "N1", "A1", REJECT)
    with world.place.store.writing() as (connection, _transaction, _revision):
        table = AchievementRow.__table__
        connection.execute(
            table.update().where(table.c.id == "A4").values(merged_into="A1")  # type: ignore[attr-defined]
        )
    (kept,) = decisions_of(world.place, LI, need_id="N1")
    assert kept.verdict == "rejected"
    with world.place.store.writing() as (connection, _transaction, _revision):
        connection.execute(
            table.update()  # type: ignore[attr-defined]
            .where(table.c.id == "A1")
            .values(visibility="本机构", holder=3)
        )
    assert decisions_of(world.place, LI) == []


def test_the_api_keeps_lists_and_pages_decisions(world: World) -> None:
    api = world.comes(LI)
    path = "/api/v1/decisions"
    assert api.get(f"{path}/N1/A1").status_code == 404
    put = api.put(f"{path}/N1/A1", json={"verdict": "accepted", "level": 4, "status": "拟对接"})
    assert put.status_code == 200, put.text
    assert put.json()["version"] == 1
    assert api.get(f"{path}/N1/A1").json() == put.json()
    by_ids = api.put(path, params={"need": "N2", "achievement": "A2"}, json={})
    assert by_ids.json()["need"] == "N2"
    first = api.get(path, params={"limit": 1}).json()
    second = api.get(path, params={"limit": 1, "cursor": first["next"]}).json()
    assert [one["decisions"][0]["need"] for one in (first, second)] == ["N2", "N1"]
    assert api.get(path, params={"status": "拟对接"}).json()["next"] is None
    assert api.get(path, params={"mine": True}).json()["decisions"] == []
    (change,) = api.get(f"{path}/N1/A1/history").json()
    assert (change["by"], change["said"]["level"]) == ("li", 4)


def test_the_api_refuses_what_it_cannot_keep(world: World) -> None:
    path = "/api/v1/decisions/N1/A1"
    api = world.comes(LI)
    api.put(path, json={"verdict": "accepted"})
    conflict = api.put(path, json={"verdict": "rejected", "reasons": [REASONS[0]]})
    assert conflict.status_code == 409
    assert conflict.json()["error"]["code"] == "conflict"
    for body in ({"verdict": "rejected", "version": 1}, {"verdict": "?"}, {"unknown": 1}):
        assert api.put(path, json=body).status_code == 422
    assert world.comes(without_key(LI)).put(path, json={"version": 1}).status_code == 403
    assert world.comes(ZHAO).get(path).status_code == 404
    assert STATUSES[-1] == ""


def test_a_page_of_another_organisation_is_empty_whatever_the_cursor(world: World) -> None:
    now = datetime.now(UTC)
    row = {"need": "N1", "achievement": "A1", "organisation_id": 3, "user_id": 4, "verdict": ""}
    more = {"level": 4, "reasons": [], "note": "", "status": "", "fingerprint": "", "model": ""}
    stamps = {"version": 1, "created_at": now, "updated_at": now}
    with world.place.store.writing() as (connection, _transaction, _revision):
        connection.execute(insert(DecisionRow).values(**row, **more, **stamps))
    answer = world.comes(LI).get("/api/v1/decisions", params={"cursor": 99})
    assert answer.json() == {"decisions": [], "next": None}
