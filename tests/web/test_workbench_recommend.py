from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np
import pytest
from fastapi import FastAPI
from sqlalchemy import insert, select

from matcher.types import Achievement, Need
from service.store.people_tables import OrganisationRow
from service.store.workbench_tables import ExposureRow
from service.workbench import exposure
from service.workbench.decision_words import Judgement
from service.workbench.decisions import decide
from service.workbench.exposure import DAYS, ORGANISATIONS, shown, worn
from service.workbench.recommend import EXPLORED, Recommended, recommend
from service.workbench.taste import AWAY, direction_of, taste_of
from tests.web.workbench_world import LI, NOW, ROOT, WANG, ZHAO, World, world_of

DAY = date(2026, 3, 2)
ACCEPT = Judgement(verdict="accepted")
REJECT = Judgement(verdict="rejected", reasons=("太早",))
NEED = Need(id="2:M1", title="热障涂层", text="需要附着力强的热障涂层，寿命不少于2000小时。")


@pytest.fixture
def world(app: FastAPI) -> Iterator[World]:
    with world_of(app) as found:
        yield found


def ids(found: list[Recommended], *, explored: bool | None = None) -> list[str]:
    return [one.achievement.id for one in found if explored in (None, one.explored)]


def test_an_own_need_brings_what_fits_it(world: World) -> None:
    world.put(NEED, holder=2)
    found = recommend(world.place, LI, 5, DAY)
    first = found[0]
    assert first.achievement.id == "A1"
    assert (first.need, first.explored) == ("2:M1", False)
    assert [(why.kind, why.id) for why in first.why] == [("need", "2:M1")]
    assert first.why[0].text == "与您的需求“热障涂层”相近"
    scores = [one.score for one in found if not one.explored]
    assert scores == sorted(scores, key=lambda one: -(one or 0))


def test_what_was_accepted_brings_what_is_like_it(world: World) -> None:
    world.put(Achievement(id="B1", title="等离子喷涂热障涂层", text="高温合金叶片的双层热障涂层。"))
    decide(world.place, LI, "N1", "A1", ACCEPT)
    first = recommend(world.place, LI, 5, DAY)[0]
    assert first.achievement.id == "B1"
    assert [why.text for why in first.why] == [
        "因为您接受过“等离子喷涂热障涂层”",
        "与您处理过的需求“发动机叶片抗氧化涂层”相近",
    ]
    assert "A1" not in ids(recommend(world.place, WANG, 5, DAY))


def test_what_was_decided_on_does_not_come_again(world: World) -> None:
    world.put(NEED, holder=2)
    decide(world.place, LI, "2:M1", "A1", REJECT)
    decide(world.place, WANG, "N3", "A3", ACCEPT)
    assert not {"A1", "A3"} & set(ids(recommend(world.place, LI, 5, DAY)))
    assert "A1" in ids(recommend(world.place, ZHAO, 5, DAY))


def test_the_direction_leads_to_the_accepted_and_away_from_the_rejected() -> None:
    one, two, three = np.eye(3, dtype=np.float32)
    none = np.zeros((0, 3), dtype=np.float32)
    found = direction_of(np.array([one, two]), np.array([two]), np.array([three]))
    expected = np.array([0.5, 1.5, -AWAY])
    assert found == pytest.approx(expected / np.linalg.norm(expected))
    assert direction_of(none, none, np.array([three])) is None
    assert direction_of(np.array([one]), np.array([-one]), none) is None


def test_an_organisation_without_a_past_gets_a_look_around(world: World) -> None:
    found = recommend(world.place, ZHAO, 3, DAY)
    assert len(found) == 3
    assert all(one.explored and one.score is None and one.need == "" for one in found)
    assert "还没有需求和结论" in found[0].why[0].text
    assert taste_of(world.place, ROOT).needs == ()


def test_a_day_has_its_own_exploration(world: World) -> None:
    world.put(NEED, holder=2)
    with world.place.store.importing("achievement", "test") as batch:
        for at in range(40):
            batch.put(Achievement(id=f"C{at:02}", text=f"第{at}种热障涂层与叶片的附着力"))
    world.place.catch_up()
    today = recommend(world.place, LI, 10, DAY)
    assert recommend(world.place, LI, 10, DAY) == today
    assert sum(one.explored for one in today) == int(10 * EXPLORED)
    assert today[-1].why[0].kind == "explore"
    tomorrow = recommend(world.place, LI, 10, DAY + timedelta(days=1))
    assert ids(tomorrow, explored=False) == ids(today, explored=False)
    assert ids(tomorrow, explored=True) != ids(today, explored=True)


def test_nothing_hidden_is_recommended_or_gives_a_reason(world: World) -> None:
    world.put(NEED, holder=2)
    secret = Achievement(id="3:S1", title="热障涂层附着力", visibility="本机构")
    world.put(secret, holder=3)
    world.put(Need(id="3:M1", title="保密的热障涂层", visibility="本机构"), holder=3)
    assert "3:S1" not in ids(recommend(world.place, LI, 20, DAY))
    theirs = recommend(world.place, ZHAO, 20, DAY)
    assert "3:S1" in ids(theirs)
    assert {one.need for one in theirs} <= {"3:M1", ""}


def test_what_enough_others_were_shown_is_passed_over(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.put(NEED, holder=2)
    monkeypatch.setattr(exposure, "ORGANISATIONS", 1)
    shown(world.place, ZHAO, DAY - timedelta(days=1), ["A1"])
    assert worn(world.place, LI, DAY) == {"A1"}
    assert worn(world.place, ZHAO, DAY) == frozenset()
    assert "A1" not in ids(recommend(world.place, LI, 5, DAY))
    later = DAY + timedelta(days=DAYS)
    assert "A1" in ids(recommend(world.place, LI, 5, later))


def test_the_cap_counts_organisations_not_looks(world: World) -> None:
    with world.place.store.writing() as (connection, _transaction, _revision):
        for id_ in range(10, 10 + ORGANISATIONS):
            about = {"id": id_, "name": f"第{id_}家", "kind": "enterprise", "created_at": NOW}
            connection.execute(insert(OrganisationRow).values(**about))
            row = {"achievement": "A1", "organisation_id": id_, "day": DAY}
            if id_ > 10:
                connection.execute(insert(ExposureRow).values(**row))
    assert worn(world.place, LI, DAY) == frozenset()
    with world.place.store.writing() as (connection, _transaction, _revision):
        row = {"achievement": "A1", "organisation_id": 10, "day": DAY}
        connection.execute(insert(ExposureRow).values(**row))
    assert worn(world.place, LI, DAY) == {"A1"}


def test_an_exposure_is_kept_with_its_last_day(world: World) -> None:
    shown(world.place, LI, DAY, ["A1", "A1", "A2"])
    shown(world.place, LI, DAY, ["A1"])
    shown(world.place, LI, DAY + timedelta(days=1), ["A1"])
    with world.place.store.reading() as connection:
        rows = connection.execute(select(ExposureRow.__table__).order_by("achievement")).all()
    days = [(row.achievement, row.day) for row in rows]
    assert days == [("A1", DAY + timedelta(days=1)), ("A2", DAY)]


def test_the_api_recommends_and_states_its_rules(world: World) -> None:
    world.put(NEED, holder=2)
    answer = world.comes(LI).get("/api/v1/recommendations", params={"k": 3})
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["explored_share"], told["cap_organisations"], told["cap_days"]) == (0.2, 20, 7)
    assert told["items"][0]["why"][0]["kind"] == "need"
    assert len(told["items"]) == 3
    assert world.client.get("/api/v1/recommendations", params={"k": 0}).status_code == 422
