"""The work behind roadshows: queued once, stopped when asked to, and nothing written over."""

import asyncio
import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from fastapi import FastAPI
from python_calamine import CalamineWorkbook

from matcher.roadshow.measures import exposure, gini
from service.exports.roadshow_audit import audit_as_xlsx
from service.jobs import queue, select_roadshow
from service.jobs.kinds import Stopped
from service.jobs.select_roadshow import begin, run
from service.pages import roadshow_plan
from service.pages.roadshow_result import _chart, result_of
from service.roadshow import saved as store
from service.roadshow.held import hold
from service.roadshow.on_behalf import scope_for
from service.roadshow.opening import Point, opened
from service.roadshow.past import past_events, record_event
from service.roadshow.plan_file import read_plan
from service.roadshow.saved import Saved, saved
from service.roadshow.shortlist import make_shortlist
from service.web.errors import ConflictError
from tests.roadshow_world import MADE, organiser
from tests.web.pages_world import whole
from tests.web.roadshow_world import AGENDA, PLAN, stage_world
from tests.web.workbench_world import ROOT, ZHAO, World


@pytest.fixture
def world(app: FastAPI) -> Iterator[World]:
    with stage_world(app) as found:
        found.app.state.worker.kinds = ()  # the tests do the work
        yield found


def planned(world: World, plan: str = PLAN) -> Saved:
    return one_of(world, store.add(world.place, ZHAO, plan.encode()))


def one_of(world: World, number: int) -> Saved:
    return saved(world.place, ZHAO, number)


def work(world: World, one: Saved, step: str = "select", **more: Any) -> dict[str, Any]:
    """Take a step at once."""
    given = {"roadshow": one.number, "version": one.heading.version, "owner": one.heading.owner}
    never = more.pop("stop", lambda: False)
    return run(world.place, {**given, "step": step, **more}, lambda _share: None, never)


def chosen(world: World, plan: str = PLAN) -> Saved:
    one = planned(world, plan)
    work(world, one)
    return one_of(world, one.number)


def after(steps: int) -> Callable[[], bool]:
    """Ask to stop at a later look than the first few."""
    left = iter(range(steps))
    return lambda: next(left, None) is None


def test_a_step_is_queued_once_also_by_two_who_saw_the_same_page(world: World) -> None:
    one = planned(world)
    first = begin(world.place, ZHAO, one)
    assert begin(world.place, ZHAO, one) == first  # `one` knows of no job yet
    assert one_of(world, one.number).heading.body["job"] == first
    other = begin(world.place, ZHAO, one_of(world, one.number), "agenda")
    assert other != first
    assert begin(world.place, ZHAO, one) == first
    with world.place.store.writing() as (connection, _transaction, _revision):
        assert len(queue.of_state(connection, "queued")) == 2
        queue.set_state(connection, first, "done")
    assert begin(world.place, ZHAO, one) not in (first, other)


def test_who_asks_again_after_cancelling_is_heard(world: World) -> None:
    one = planned(world)
    first = begin(world.place, ZHAO, one)
    with world.place.store.writing() as (connection, _transaction, _revision):
        queue.write(connection, first, state="running")
        queue.cancel(connection, ZHAO, first)
    assert begin(world.place, ZHAO, one) != first


def test_nobody_is_missing_from_a_timetable_that_is_not_there(world: World) -> None:
    one = chosen(world, PLAN + AGENDA)
    with pytest.raises(ConflictError, match="请先排日程"):
        work(world, one, "absent", party="A1")
    assert opened(world.place, one_of(world, one.number)).agendas is None
    work(world, one, "agenda")
    with pytest.raises(ConflictError, match="请刷新"):
        work(world, one_of(world, one.number), "absent", party="没有")


@pytest.mark.parametrize("steps", range(3))
def test_a_timetable_is_not_kept_once_it_is_cancelled(world: World, steps: int) -> None:
    one = chosen(world, PLAN + AGENDA)
    with pytest.raises(Stopped):
        work(world, one, "agenda", stop=after(steps))
    assert opened(world.place, one_of(world, one.number)).agendas is None


def test_a_change_is_not_kept_once_it_is_cancelled(world: World) -> None:
    one = chosen(world, PLAN + AGENDA)
    work(world, one, "agenda")
    one = one_of(world, one.number)
    with pytest.raises(Stopped):
        work(world, one, "absent", party="N1", stop=after(1))
    found = opened(world.place, one_of(world, one.number)).agendas
    assert found is not None
    assert found.now.sequence == 0


def test_a_choice_stops_between_all_its_parts(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = planned(world)
    done: list[str] = []
    asked = {"sensitivity": False, "front": False, "prices": False}
    for name in asked:
        real = getattr(select_roadshow, name)

        def act(*given: Any, name: str = name, real: Any = real, **more: Any) -> Any:
            done.append(name)
            return real(*given, **more)

        monkeypatch.setattr(select_roadshow, name, act)
    for last in asked:
        done.clear()
        with pytest.raises(Stopped):
            work(world, one, stop=lambda last=last: last in done)
        assert done[-1] == last
        found = opened(world.place, one_of(world, one.number))
        assert (found.drawn, found.front, found.prices) == (None, (), ())
    work(world, one)
    assert opened(world.place, one_of(world, one.number)).drawn


def test_a_choice_that_is_cancelled_while_it_is_made_changes_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = planned(world)
    made: list[int] = []

    def make(*given: Any) -> Any:
        found = make_shortlist(*given)
        made.append(1)
        return found

    monkeypatch.setattr(select_roadshow, "make_shortlist", make)
    with pytest.raises(Stopped):
        work(world, one, stop=lambda: bool(made))
    assert one_of(world, one.number).result is None


def test_a_plan_is_read_beside_the_event_loop(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = planned(world)
    seen: list[bool] = []

    def read(*given: Any) -> Any:
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            seen.append(True)
        return read_plan(*given)

    monkeypatch.setattr(roadshow_plan, "read_plan", read)
    assert whole(world.client, f"/roadshows/{one.number}/plan").status_code == 200
    assert seen == [True]


def test_what_is_recorded_while_a_plan_is_changed_stays(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = chosen(world)
    read = store.read_plan

    def slow(*given: Any) -> Any:
        """Somebody records the event while the new plan is being read."""
        if not one_of(world, one.number).heading.body.get("held"):
            held = {"held": 77}
            assert store.keep(world.place, one, held)
        return read(*given)

    monkeypatch.setattr(store, "read_plan", slow)
    text = PLAN.replace("size = 2", "size = 1").encode()
    assert store.change(world.place, ZHAO, one.number, 1, text) == 2
    changed = one_of(world, one.number)
    assert changed.heading.body == {"size": 1, "date": "2026-12-05", "held": 77}
    assert changed.result is None
    with pytest.raises(ConflictError, match="同事刚刚改过"):
        store.change(world.place, ZHAO, one.number, 1, text)


def test_the_platform_may_hold_an_event_of_a_name_that_others_have_held(world: World) -> None:
    place, day = world.place, date(2026, 12, 5)
    theirs = record_event(place.store, "叶片与环保路演", day, ["A1"], caller=ZHAO)
    number = store.add(place, ROOT, PLAN.encode())
    own = saved(place, ROOT, number)
    work(world, own)
    event = hold(place, ROOT, saved(place, ROOT, number))
    assert event != theirs
    assert {one.number for one in past_events(place.store, ZHAO)} == {theirs}
    assert record_event(place.store, "叶片与环保路演", day, ["A1"], caller=organiser(2))


def test_the_chart_shows_the_list_beside_the_balances(world: World) -> None:
    found = result_of(world.place, chosen(world))
    short = found.short
    unequal = gini(exposure(short.built.pool, short.selection.chosen))
    assert (found.gini, found.chart) == (unequal, None)
    front = (Point(0.0, None, 9.0, 0.7, ("A1",)), Point(1.0, 1, 5.0, 0.2, ("A2",)))
    chart = _chart(replace(found.kept, front=front), 0.8)
    assert chart is not None
    assert [one["gini"] for one in chart["points"]] == [0.2, 0.7]  # steps go to the right
    assert chart["here"] == {"coverage": short.selection.terms["coverage"], "gini": 0.8}
    page = whole(world.client, "/roadshows/1")
    assert "没有要取舍的" in page.text
    assert f">{unequal:.3f}</td>" in page.text


def test_the_audit_sheet_names_the_models_also_later(world: World) -> None:
    one = chosen(world)
    found = opened(world.place, one).short
    fresh = make_shortlist(scope_for(world.place, 3), found.written)
    assert found.built.matcher == fresh.built.matcher != ""
    book = CalamineWorkbook.from_filelike(io.BytesIO(audit_as_xlsx(found, MADE)))
    facts = dict(row[:2] for row in book.get_sheet_by_name("结论").to_python())
    assert facts["指纹（匹配模型与候选）"] == fresh.built.matcher
    assert replace(fresh.selection, seconds=0.0) == replace(found.selection, seconds=0.0)
