import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import Response

from matcher.types import Need
from service.pages.differences import MOST, differences
from service.store.merges import Merges, Proposal
from tests.service_parts import NEEDS
from tests.web.pages_world import BROWSER, whole, words_of
from tests.web.workbench_world import LI, ROOT, ZHAO, World, without_key, world_of

OWN = Need(
    id="2:甲", title="轴承<b>润滑", text="需要在水下长期工作的轴承润滑方案。", region="江苏省"
)
TWIN = replace(OWN, id="2:乙", title="轴承<b>的润滑", region="浙江省")


@pytest.fixture
def world(app: FastAPI) -> Iterator[World]:
    with world_of(app) as found:
        for one in (OWN, TWIN):
            found.put(one, holder=2)
        found.comes(LI)
        yield found


def proposed(world: World, kept: str = "2:甲", absorbed: str = "2:乙", score: float = 0.8) -> int:
    pair = Proposal(kept, absorbed, score, ("标题几乎相同",))
    (number,) = Merges(world.place.store).propose("need", [pair])
    return number


def decide(world: World, number: int, state: str, side: str = "need") -> Response:
    path = f"/duplicates/{side}/{number}"
    data = {"state": state}
    answer: Any = world.client.post(path, data=data, headers=BROWSER, follow_redirects=False)
    return answer  # type: ignore[no-any-return]


def numbers(page: Response) -> list[int]:
    return [int(one) for one in re.findall(r'href="/duplicates/need/(\d+)"', page.text)]


def test_a_holder_sees_only_pairs_of_the_own_records(world: World) -> None:
    own, others = proposed(world), proposed(world, NEEDS[0].id, NEEDS[1].id, 0.9)
    assert numbers(whole(world.client, "/duplicates")) == [own]
    assert whole(world.client, f"/duplicates/need/{others}").status_code == 404
    assert decide(world, others, "merged").status_code == 404
    mixed = proposed(world, NEEDS[0].id, "2:甲", 0.95)
    assert whole(world.client, f"/duplicates/need/{mixed}").status_code == 404
    world.comes(ZHAO)
    page = whole(world.client, "/duplicates")
    assert numbers(page) == []
    assert "待复核 0" in words_of(page)
    world.comes(ROOT)
    assert numbers(whole(world.client, "/duplicates")) == [mixed, others, own]


def test_both_records_stand_side_by_side_with_what_differs_marked(world: World) -> None:
    page = whole(world.client, f"/duplicates/need/{proposed(world)}")
    assert page.status_code == 200
    assert "轴承<b>" not in page.text
    assert "标题几乎相同" in page.text
    assert '<mark class="partly">江苏省</mark>' in page.text
    assert '<mark class="partly">浙江省</mark>' in page.text


def test_a_pair_is_merged_undone_and_rejected(world: World) -> None:
    number = proposed(world)
    store = world.place.store
    before = store.count("need")
    assert decide(world, number, "merged").headers["Location"] == "/duplicates?side=need"
    assert store.count("need") == before - 1
    merged = whole(world.client, "/duplicates?state=merged")
    assert numbers(merged) == [number]
    assert "li" in words_of(merged)
    assert decide(world, number, "rejected").status_code == 409
    assert decide(world, number, "undone").headers["Location"] == f"/duplicates/need/{number}"
    assert store.count("need") == before
    again = decide(world, number, "undone")
    assert again.status_code == 409
    assert "已撤销" in again.text
    assert "duijie duplicates" not in again.text
    decide(world, number, "rejected")
    assert numbers(whole(world.client, "/duplicates?state=rejected")) == [number]
    assert decide(world, number, "proposed").status_code == 422


def test_a_decision_leads_on_to_the_next_pair_that_waits(world: World) -> None:
    third = replace(OWN, id="2:丙", title="另一种轴承")
    world.put(third, holder=2)
    first, last = proposed(world, score=0.9), proposed(world, "2:甲", "2:丙", 0.4)
    page = whole(world.client, f"/duplicates/need/{first}")
    assert f'href="/duplicates/need/{last}"' in page.text
    assert decide(world, first, "rejected").headers["Location"] == f"/duplicates/need/{last}"
    assert decide(world, last, "rejected").headers["Location"] == "/duplicates?side=need"


def test_who_may_only_read_decides_nothing(world: World) -> None:
    number = proposed(world)
    world.comes(without_key(LI))
    assert "是，合并" not in whole(world.client, f"/duplicates/need/{number}").text
    assert decide(world, number, "merged").status_code == 403


def test_records_that_others_may_see_are_not_merged_with_hidden_ones(world: World) -> None:
    secret = replace(OWN, id="2:密", visibility="本机构")
    world.put(secret, holder=2)
    number = proposed(world, "2:甲", "2:密")
    answer = decide(world, number, "merged")
    assert answer.status_code == 409
    assert "公开范围" in answer.text


def test_pairs_are_shown_page_by_page(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.pages.duplicates.SHOWN", 1)
    world.put(replace(OWN, id="2:丙"), holder=2)
    first, second = proposed(world, score=0.9), proposed(world, "2:甲", "2:丙", 0.4)
    page = whole(world.client, "/duplicates")
    assert numbers(page) == [first]
    (later,) = re.findall(r'rel="next" href="([^"]+)"', page.text)
    page = whole(world.client, later.replace("&amp;", "&"))
    assert numbers(page) == [second]
    assert 'rel="prev"' in page.text
    assert 'rel="next"' not in page.text


@pytest.mark.parametrize(
    ("left", "right"),
    [("", ""), ("同样的字", "同样的字"), ("前面相同，后面甲", "前面相同，后面乙乙"), ("甲", "")],
)
def test_pieces_add_up_to_the_texts(left: str, right: str) -> None:
    one, other = differences(left, right)
    assert "".join(piece.text for piece in one) == left
    assert "".join(piece.text for piece in other) == right
    assert any(piece.differs for piece in [*one, *other]) == (left != right)


def test_what_only_one_text_has_is_marked() -> None:
    one, other = differences("耐温1200度的涂层材料", "耐温1300度的涂层材料")
    assert [piece.text for piece in one if not piece.differs][-1] == "00度的涂层材料"
    assert [piece.differs for piece in other].count(True) == 1


def test_the_end_of_a_long_text_is_not_compared() -> None:
    text = "同" * MOST
    one, other = differences(text + "甲尾", text + "乙")
    assert [piece.text for piece in one] == [text, "甲尾"]
    assert not any(piece.differs for piece in [*one, *other])
