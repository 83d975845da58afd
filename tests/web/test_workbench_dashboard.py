from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from fastapi import FastAPI
from sqlalchemy import insert

from matcher.types import Achievement, Need
from service.store.workbench_tables import DecisionRow
from service.workbench import coverage as coverage_module
from service.workbench.coverage import Share, coverage
from service.workbench.dashboard import FEWEST, calibration_of, funnel
from service.workbench.decision_words import Judgement
from service.workbench.decisions import decide
from service.workbench.issued import issue
from service.workbench.lists import ranked, visible_record
from service.workbench.pair import model_name
from tests.web.workbench_world import LI, NOW, ROOT, ZHAO, World, world_of

ACCEPT = Judgement(verdict="accepted")
FITS = Need(id="2:M1", text="需要附着力强的热障涂层", region="江苏省无锡市")
UNMET = Need(id="2:M2", text="寻求胶囊机器人", region="四川省成都市", industry="C27")


@pytest.fixture
def world(app: FastAPI) -> Iterator[World]:
    with world_of(app) as found:
        yield found


def judge(world: World, needs: int, model: str | None = None, **said: Any) -> None:
    """Write decisions with scores in the place of people."""
    now = {"created_at": NOW, "updated_at": NOW, "user_id": 2, "organisation_id": 2, "version": 1}
    plain = {"reasons": [], "note": "", "status": "", "fingerprint": "", "level": None}
    model = model_name(world.place.matcher) if model is None else model
    rows = [
        {**now, **plain, "need": f"N{at}", "achievement": "A1", "model": model}
        | {name: value(at) if callable(value) else value for name, value in said.items()}
        for at in range(needs)
    ]
    with world.place.store.writing() as (connection, _transaction, _revision):
        connection.execute(insert(DecisionRow), rows)


def test_the_funnel_counts_who_has_gone_further_before(world: World) -> None:
    said = [
        ("A1", ACCEPT),
        ("A2", replace(ACCEPT, status="拟对接")),
        ("A3", replace(ACCEPT, status="已联系")),
        ("A4", replace(ACCEPT, status="已签约")),
        ("A5", Judgement(verdict="rejected", reasons=("太早",), status="放弃")),
    ]
    for id_, one in said:
        decide(world.place, LI, "N1", id_, one)
    found = funnel(world.place, LI)
    assert (found.candidates, found.accepted, found.rejected) == (5, 4, 1)
    assert (found.planned, found.contacted, found.signed, found.dropped) == (3, 2, 1, 1)
    assert funnel(world.place, ZHAO).candidates == 0
    assert funnel(world.place, ROOT) == found


def test_what_was_handed_out_is_a_candidate_once(world: World) -> None:
    for side, id_ in (("need", "N1"), ("achievement", "A1")):
        asking = visible_record(world.place, LI, side, id_)  # type: ignore[arg-type]
        issue(world.place, LI, "清单", {}, ranked(world.place, LI, asking))
    decide(world.place, LI, "N1", "A1", ACCEPT)
    assert funnel(world.place, LI).candidates == 5 + 3 - 1


def test_needs_without_a_match_are_counted_by_industry_and_province(world: World) -> None:
    world.put(FITS, holder=2)
    world.put(UNMET, holder=2)
    found = coverage(world.place, LI)
    assert (found.needs, found.counted, found.unmet, found.share) == (2, 2, 1, 0.5)
    assert found.examples == ("2:M2",)
    assert found.by_province == (Share("四川省", 1, 1), Share("江苏省", 1, 0))
    assert found.by_industry == (Share("制造业", 2, 1),)


def test_an_enterprise_counts_its_own_needs_and_a_broker_all_that_it_sees(world: World) -> None:
    world.put(replace(FITS, visibility="本机构"), holder=2)
    assert coverage(world.place, LI).needs == 1
    assert coverage(world.place, ZHAO).needs == 3
    assert coverage(world.place, ROOT).needs == 4


def test_a_hidden_achievement_covers_nothing_for_others(world: World) -> None:
    world.put(UNMET, holder=2)
    answer = Achievement(id="3:S1", text="胶囊机器人，寻求胶囊机器人", visibility="本机构")
    world.put(answer, holder=3)
    assert coverage(world.place, LI).unmet == 1
    assert "2:M2" not in coverage(world.place, ZHAO).examples


def test_counting_goes_on_where_its_time_was_over(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    plain = coverage_module._has_match
    monkeypatch.setattr(
        coverage_module,
        "_has_match",
        lambda matcher, need, hidden: asked.append(need.id) or plain(matcher, need, hidden),
    )
    none = coverage(world.place, ZHAO, seconds=-1)
    assert (none.counted, none.share, asked) == (0, None, [])
    whole = coverage(world.place, ZHAO)
    assert whole.counted == len(asked) == 3
    assert coverage(world.place, ZHAO, seconds=-1) == whole
    world.put(Achievement(id="X9", title="别的"))
    assert coverage(world.place, ZHAO, seconds=-1).counted == 0


def test_a_need_of_marks_alone_is_unmet(world: World) -> None:
    world.put(Need(id="2:M3", title=" \u3000 "), holder=2)
    assert coverage(world.place, LI).unmet == 1


def test_the_calibration_is_that_of_the_deployed_model(world: World) -> None:
    scores = np.linspace(0.05, 0.95, FEWEST)
    judge(
        world,
        FEWEST,
        verdict=lambda at: "accepted" if at >= FEWEST / 2 else "rejected",
        reasons=lambda at: [] if at >= FEWEST / 2 else ["技术质疑"],
        score=lambda at: float(scores[at]),
    )
    found = calibration_of(world.place, LI)
    assert (found.verdicts, found.others, len(found.bins)) == (FEWEST, 0, 2)
    low, high = found.bins
    assert (low.observed, high.observed) == (0.0, 1.0)
    assert low.promised == pytest.approx(scores[: FEWEST // 2].mean())
    assert found.error == pytest.approx(scores[: FEWEST // 2].mean())
    assert calibration_of(world.place, ROOT) == found
    assert calibration_of(world.place, ZHAO).verdicts == 0


def test_scores_of_another_model_and_verdicts_without_grade_do_not_count(world: World) -> None:
    judge(world, 3, verdict="accepted", score=0.5, model="another", achievement="A1")
    judge(world, 2, verdict="accepted", score=None, achievement="A2")
    judge(world, 4, verdict="rejected", reasons=["不符战略"], score=0.5, achievement="A3")
    judge(world, 5, verdict="", level=2, score=0.4, achievement="A4")
    found = calibration_of(world.place, LI)
    assert (found.verdicts, found.others, found.error, found.bins) == (5, 5, None, ())


def test_the_api_shows_the_board(world: World) -> None:
    world.put(FITS, holder=2)
    judge(world, FEWEST, verdict="accepted", score=0.75)
    answer = world.comes(LI).get("/api/v1/dashboard")
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert told["funnel"]["accepted"] == FEWEST
    assert told["coverage"]["share"] == 1.0
    assert told["calibration"]["error"] == pytest.approx(0.25)
    assert told["calibration"]["bins"][0]["promised"] == pytest.approx(0.75)
