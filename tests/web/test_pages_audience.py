"""Records that are not everybody's say so where they are shown."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from fastapi import FastAPI

from matcher.types import Achievement
from tests.web.pages_world import part, patient_world, whole, words_of
from tests.web.workbench_world import ZHAO, World


@pytest.fixture
def own_world(app: FastAPI) -> Iterator[World]:
    """A server for a test that writes records."""
    with patient_world(app) as found:
        yield found


def ids(page: str) -> list[str]:
    """Achievements of a list, in their order."""
    return re.findall(r'<h3>.*?href="/needs/N1/with/([^"]+)"', page)


def test_a_record_that_is_not_everybodys_says_so_and_to_whom_it_is_shown(own_world: World) -> None:
    world = own_world
    secret = Achievement(
        id="3:S1", title="发动机叶片抗氧化热障涂层", text="附着力强", visibility="受限"
    )
    world.put(secret, holder=3)
    world.put(replace(secret, id="2:S2", text="附着力强，寿命长", visibility="本机构"), holder=2)
    world.grant("achievement", "3:S1", 2)
    rows = {
        id_: row
        for row in part(world.client, "/needs/N1/matches").text.split("<article")[1:]
        for id_ in ids(row)
    }
    assert ">受限</span>" in rows["3:S1"]
    assert ">本机构</span>" in rows["2:S2"]
    assert "chip flag sight" not in rows["A1"]
    guest = words_of(whole(world.client, "/needs/N1/with/3:S1"))
    assert "受限：持有它的单位和它授权的单位看得到，请不要转给别的单位。" in guest
    assert "只有持有它的单位看得到。" in words_of(whole(world.client, "/needs/N1/with/2:S2"))
    world.comes(ZHAO)
    assert "还授权给了甲制造。" in words_of(whole(world.client, "/needs/N1/with/3:S1"))
    world.put(replace(secret, id="3:S3", text="附着力强，成本低"), holder=3)
    assert "还没有授权给别的单位。" in words_of(whole(world.client, "/needs/N1/with/3:S3"))
    assert "看得到" not in words_of(whole(world.client, "/needs/N1/with/A1"))
