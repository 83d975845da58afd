"""What a hidden record costs whoever may not see it: nothing that is done for it alone.

A clock would tell no more than noise; here the work itself is written down, call for call, and must
be the same with and without hidden records that fit best of all.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import event

from indexing.bundle import Bundle
from matcher.types import Achievement, Need
from service.access.caller import Caller
from service.workbench import remembered
from tests.fakes import CharEncoder, CharReader
from tests.web.workbench_world import LI, ROOT, ZHAO, World, world_of

MARK = "绝密晶须"
TEXT = f"在1100℃的燃气中工作的叶片需要附着力强的热障涂层，寿命不少于2000小时，{MARK}。"
HIDDEN = 12
"""So many that they would fill the best places of any list."""
ASKED = (
    "/api/v1/needs/N1/matches?limit=3",
    "/api/v1/needs/N1/matches?filter=province%3D江苏省",
    "/api/v1/achievements/A1/matches",
    "/api/v1/achievements/A1/similar",
    "/api/v1/needs/N1/similar",
    "/api/v1/facets/achievement",
    "/api/v1/recommendations",
)


@pytest.fixture
def world(app: FastAPI) -> Iterator[World]:
    with world_of(app) as found:
        yield found


Work = list[tuple[str, Any]]


@contextmanager
def written_down(world: World, patch: pytest.MonkeyPatch) -> Iterator[Work]:
    """Write down what is encoded, compared, read together, and asked of the database."""
    work: Work = []

    def spy(owner: Any, name: str, told: Any) -> None:
        real = getattr(owner, name)

        def call(self: Any, first: Any, *given: Any) -> Any:
            work.append((name, told(self, first)))
            return real(self, first, *given)

        patch.setattr(owner, name, call)

    def ids(bundle: Bundle, rows: Any) -> list[str]:
        return sorted(bundle.ids(rows))

    spy(Bundle, "vectors", ids)
    spy(Bundle, "token_vectors", ids)
    spy(Bundle, "numbers", lambda _self, column: column)
    spy(CharEncoder, "encode_tokens", lambda _self, texts: list(texts))
    spy(CharReader, "read", lambda _self, pairs: sorted((one.left, one.right) for one in pairs))
    spy(CharReader, "tag", lambda _self, texts: list(texts))

    def asked(_c: Any, _cursor: Any, statement: str, given: Any, *_more: Any) -> None:
        if "jobs" not in statement and statement != "BEGIN":  # the worker looks on its own
            # Candidates come in the order of the first fit, which is not that of the list.
            work.append(("sql", (statement, sorted(map(str, given)))))

    engine = world.place.store._engine
    event.listen(engine, "before_cursor_execute", asked)
    yield work
    event.remove(engine, "before_cursor_execute", asked)


def work_of(world: World, who: Caller) -> tuple[list[Work], list[str]]:
    """The work that each request makes, and its answer."""
    client = world.comes(who)
    works, answers = [], []
    for address in ASKED:
        client.get(address)  # what is remembered of the texts themselves
        remembered._lists.clear()  # the list is made anew
        with pytest.MonkeyPatch.context() as patch, written_down(world, patch) as work:
            answer = client.get(address)
        assert answer.status_code == 200, answer.text
        works.append(work)
        answers.append(answer.text)
    return works, answers


def hide(world: World) -> None:
    """Write what fits best of all, of another organisation."""
    side: Any
    need = Need(id="3:HN", title=f"热障涂层{MARK}", text=TEXT, visibility="本机构")
    offer = Achievement(id="3:HA", title=f"热障涂层{MARK}", text=TEXT, visibility="受限")
    for side, one in (("need", need), ("achievement", offer)):
        with world.place.store.importing(side, "test", holder=3) as batch:
            for at in range(HIDDEN):
                text = f"{TEXT}{at}号"
                batch.put(replace(one, id=f"{one.id}{at}", region="江苏省无锡市", text=text))
    world.place.catch_up()


def test_a_request_makes_the_same_work_with_and_without_hidden_records(world: World) -> None:
    before, told = work_of(world, LI)
    hide(world)
    after, told_then = work_of(world, LI)
    for address, one, other in zip(ASKED, before, after, strict=True):
        assert one == other, address
        assert "matches" not in address or any(name == "read" for name, _ in one)
    assert MARK not in str(after)
    assert told == told_then


def test_the_work_is_written_down_where_there_is_some(world: World) -> None:
    """Else the comparison above would compare nothing with nothing."""
    hide(world)
    for who in (ZHAO, ROOT):
        works, answers = work_of(world, who)
        assert MARK in str(works)
        assert "3:HA" in answers[0]
        assert {name for name, _ in works[0]} >= {"sql", "vectors", "token_vectors", "read"}


def test_withdrawing_a_hidden_record_changes_no_work_either(world: World) -> None:
    hide(world)
    before, _ = work_of(world, LI)
    with world.place.store.importing("achievement", "test", holder=3) as batch:
        batch.withdraw([f"3:HA{at}" for at in range(HIDDEN)])
    world.place.catch_up()
    after, _ = work_of(world, LI)
    assert before == after
