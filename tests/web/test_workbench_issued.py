import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from fastapi import FastAPI
from sqlalchemy import update

from matcher.types import Achievement, MatchList
from service.errors import CorruptStoreError
from service.store.workbench_tables import IssuedListRow
from service.web.errors import InvalidError, NotFoundError
from service.workbench.decision_words import Judgement
from service.workbench.decisions import decide
from service.workbench.issued import issue, issued_list, issued_lists
from service.workbench.lists import ranked, visible_record
from tests.web.workbench_world import LI, ROOT, WANG, ZHAO, World, without_key, world_of


@pytest.fixture
def world(app: FastAPI) -> Iterator[World]:
    with world_of(app) as found:
        yield found


def answered(world: World, side: str = "need", id_: str = "N1") -> MatchList:
    return ranked(world.place, LI, visible_record(world.place, LI, side, id_))  # type: ignore[arg-type]


def test_a_list_is_kept_whole_with_texts_verdicts_and_decisions(world: World) -> None:
    decide(world.place, LI, "N1", "A1", Judgement(verdict="accepted", note="先谈", assigned_to=3))
    answer = answered(world)
    number = issue(world.place, LI, " 对接会 ", {"k": 10}, answer)
    found = issued_list(world.place, WANG, number)
    assert (found.title, found.organisation, found.person) == ("对接会", "甲制造", "li")
    assert (found.fingerprint, found.query, found.direction) == (
        answer.fingerprint,
        {"k": 10},
        "achievement",
    )
    assert (found.asking.title, found.asking.text) == (answer.query.title, answer.query.text)
    assert [one.record.id for one in found.matches] == [one.record.id for one in answer.matches]
    first, kept = answer.matches[0], found.matches[0]
    assert (kept.record.text, kept.record.fields["region"]) == (first.record.text, "江苏省苏州市")
    assert (kept.score, kept.level_name) == (first.score, first.level.label)
    assert sum(kept.probabilities) == pytest.approx(1)
    said = {(one.requirement, one.verdict, one.evidence) for one in kept.verdicts}
    assert said == {
        (one.requirement.span.text, one.name, tuple(span.text for span in one.evidence))
        for one in first.verdicts
    }
    total = sum(one.contribution for one in kept.reasons)
    assert total == pytest.approx(sum(one.contribution for one in first.evidence))
    assert kept.decision is not None
    assert (kept.decision.verdict, kept.decision.note) == ("accepted", "先谈")
    assert kept.decision.assigned_name == "wang"
    assert {one.decision for one in found.matches[1:]} == {None}


def test_what_was_issued_stays_as_it_was(world: World) -> None:
    number = issue(world.place, LI, "对接会", {}, answered(world))
    before = issued_list(world.place, LI, number).as_json()
    world.put(Achievement(id="A1", title="改了标题"))
    decide(world.place, LI, "N1", "A1", Judgement(verdict="accepted"))
    assert issued_list(world.place, LI, number).as_json() == before
    again = issue(world.place, LI, "对接会", {}, answered(world))
    assert issued_list(world.place, LI, again).sha256 != before["sha256"]


def test_the_hash_is_of_the_canonical_json(world: World) -> None:
    number = issue(world.place, LI, "对接会", {"filters": ["trl>=6"]}, answered(world))
    shaped = issued_list(world.place, LI, number).as_json()
    names = ("format", "organisation", "person", "asking", "direction", "matches")
    told = {name: shaped[name] for name in ("title", "query", "fingerprint")}
    told["body"] = {name: shaped[name] for name in names}
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert hashlib.sha256(text.encode()).hexdigest() == shaped["sha256"]


def test_a_list_that_was_tampered_with_is_refused(world: World) -> None:
    number = issue(world.place, LI, "对接会", {}, answered(world))
    with world.place.store.writing() as (connection, _transaction, _revision):
        connection.execute(update(IssuedListRow).values(title="另一个名称"))
    with pytest.raises(CorruptStoreError, match="签发时不一致"):
        issued_list(world.place, LI, number)


def test_only_who_issued_a_list_sees_it(world: World) -> None:
    number = issue(world.place, LI, "对接会", {}, answered(world))
    for other in (ZHAO, ROOT):
        assert issued_lists(world.place, other) == []
        with pytest.raises(NotFoundError):
            issued_list(world.place, other, number)
    assert [one.number for one in issued_lists(world.place, WANG)] == [number]


def test_a_list_of_needs_has_the_decisions_of_its_pairs(world: World) -> None:
    decide(world.place, LI, "N1", "A1", Judgement(verdict="rejected", reasons=("太早",)))
    number = issue(world.place, LI, "需求方", {}, answered(world, "achievement", "A1"))
    found = issued_list(world.place, LI, number)
    decided = {one.record.id: one.decision for one in found.matches}
    assert decided["N1"] is not None
    assert decided["N1"].reasons == ("太早",)
    assert decided["N2"] is None


def test_nothing_and_no_name_are_not_issued(world: World) -> None:
    answer = answered(world)
    with pytest.raises(InvalidError, match="名称"):
        issue(world.place, LI, "  ", {}, answer)
    with pytest.raises(InvalidError, match="没有匹配"):
        issue(world.place, LI, "空的", {}, replace(answer, matches=()))


def test_a_text_that_is_not_stored_can_be_asked_with(world: World) -> None:
    asking = replace(visible_record(world.place, LI, "need", "N1"), id="")
    number = issue(world.place, LI, "随手一问", {}, ranked(world.place, LI, asking))
    assert issued_list(world.place, LI, number).asking.id == ""


def test_the_api_issues_lists_and_reads(world: World) -> None:
    api = world.comes(LI)
    path = "/api/v1/lists"
    made = api.post(path, json={"title": "一", "id": "N1", "k": 2, "filters": ["trl>=4"]})
    assert made.status_code == 201, made.text
    assert len(made.json()["matches"]) == 2
    assert made.json()["query"]["filters"] == ["trl>=4"]
    api.post(path, json={"title": "二", "side": "achievement", "id": "A1"})
    assert api.get(f"{path}/{made.json()['number']}").json() == made.json()
    first = api.get(path, params={"limit": 1}).json()
    second = api.get(path, params={"limit": 1, "cursor": first["next"]}).json()
    assert [one["lists"][0]["title"] for one in (first, second)] == ["二", "一"]
    assert world.comes(ZHAO).get(f"{path}/1").status_code == 404
    assert world.comes(without_key(LI)).post(path, json={"title": "三"}).status_code == 403
    api = world.comes(LI)
    assert api.post(path, json={"title": "三", "id": "nowhere"}).status_code == 404
    assert api.post(path, json={"title": "三", "id": "N1", "filters": ["?"]}).status_code == 422
    assert api.get(f"{path}/0").status_code == 422


def test_a_hidden_record_is_in_no_issued_list(world: World) -> None:
    secret = Achievement(id="3:S1", title="发动机叶片热障涂层", visibility="本机构")
    world.put(secret, holder=3)
    made = world.comes(LI).post("/api/v1/lists", json={"title": "一", "id": "N1", "k": 50})
    assert "3:S1" not in made.text
    theirs = world.comes(ZHAO).post("/api/v1/lists", json={"title": "一", "id": "N1", "k": 50})
    assert "3:S1" in theirs.text
