"""What a watch makes of a list that the engine of the vectors has cut short."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from fastapi import FastAPI

from service.workbench import watches as watches_module
from service.workbench.lists import ranked
from service.workbench.watches import check, watch, watch_of
from tests.service_parts import ACHIEVEMENTS
from tests.web.workbench_world import LI, World, world_of


@pytest.fixture
def world(app: FastAPI) -> Iterator[World]:
    with world_of(app) as found:
        yield found


def test_a_first_look_by_words_alone_counts_for_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def short(*given: Any, **named: Any) -> Any:
        found = ranked(*given, **named)
        return replace(found, matches=found.matches[:1], notes=("words_only",))

    with monkeypatch.context() as degraded:
        degraded.setattr(watches_module, "ranked", short)
        kept = watch(world.place, LI, "N1", 0.2)
        assert kept.checked_at is None
        assert check(world.place, kept) == []
    assert check(world.place, kept) == []  # the first look: what was there already is no news
    kept = watch_of(world.place, LI, kept.id)
    assert kept.checked_at is not None
    assert check(world.place, kept) == []
    world.put(replace(ACHIEVEMENTS[0], id="G1"))
    with monkeypatch.context() as degraded:
        degraded.setattr(watches_module, "ranked", short)
        told = check(world.place, kept)
    assert sorted({*told, *check(world.place, kept)}) == ["G1"]


def test_a_list_by_words_alone_goes_by_another_name(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    need = world.place.store.side("need").get_many(["N1"])[0]
    whole = ranked(world.place, LI, need)
    matcher = type(world.place.matcher)
    match = matcher.match
    monkeypatch.setattr(
        matcher, "match", lambda *a, **n: replace(match(*a, **n), notes=("words_only",))
    )
    short = ranked(world.place, LI, need)
    assert [one.record for one in short.matches] == [one.record for one in whole.matches]
    assert short.fingerprint != whole.fingerprint
