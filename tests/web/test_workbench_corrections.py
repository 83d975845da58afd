from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI

from matcher.quantities.types import Indicator
from matcher.types import Achievement, MatchList, Need
from service.access.caller import Caller
from service.web.errors import InvalidError, NotFoundError
from service.workbench.corrections import (
    correct,
    read_requirements,
    requirements_of,
    restore,
    stated_requirements,
)
from service.workbench.lists import ranked, visible_record
from service.workbench.pair import judge_pair
from service.workbench.stated import Stated, StatedNumber, as_json, from_json
from tests.web.workbench_world import LI, ROOT, WANG, ZHAO, World, without_key, world_of

TEXT = "叶片在1100℃的燃气中工作。需要附着力强的热障涂层，寿命不少于2000小时。"
COATING = Stated("effect", "text", TEXT.index("附着力强"), TEXT.index("，寿命"))
LIFE = Stated("indicator", "text", TEXT.index("寿命"), TEXT.index("小时") + 2)


@pytest.fixture
def world(app: FastAPI) -> Iterator[World]:
    with world_of(app) as found:
        yield found


def listed(world: World, who: Caller, side: Any = "need", id_: str = "N1") -> MatchList:
    return ranked(world.place, who, visible_record(world.place, who, side, id_))


def asked_in(answer: MatchList) -> set[str]:
    return {one.requirement.span.text for match in answer.matches for one in match.verdicts}


def test_what_the_reader_found_is_told_until_a_person_corrects_it(world: World) -> None:
    found = requirements_of(world.place, LI, "N1")
    assert not found.corrected
    assert [one.span.text for one in found.requirements] == [
        "叶片在1100℃的燃气中工作",
        "附着力强的热障涂层",
        "寿命不少于2000小时",
    ]
    after = correct(world.place, LI, "N1", [LIFE, COATING])
    assert after == requirements_of(world.place, WANG, "N1")
    assert (after.corrected, after.by, after.void) == (True, "甲制造", False)
    assert [(one.id, one.span.text) for one in after.requirements] == [
        ("r1", "附着力强的热障涂层"),
        ("r2", "寿命不少于2000小时"),
    ]


def test_a_correction_changes_verdicts_and_scores(world: World) -> None:
    before = listed(world, LI)
    correct(world.place, LI, "N1", [COATING])
    after = listed(world, LI)
    assert asked_in(before) == {
        "叶片在1100℃的燃气中工作",
        "附着力强的热障涂层",
        "寿命不少于2000小时",
    }
    assert asked_in(after) == {"附着力强的热障涂层"}
    scores = [{one.record.id: one.score for one in answer.matches} for answer in (before, after)]
    assert scores[1]["A1"] != pytest.approx(scores[0]["A1"], abs=1e-4)
    assert restore(world.place, LI, "N1").corrected is False
    assert [one.score for one in listed(world, LI).matches] == [one.score for one in before.matches]


def test_a_correction_changes_the_ranking(world: World) -> None:
    need = Need(id="N8", text="需要高强度的涂层，需要脱氮用的滤料。")
    world.put(need)
    world.put(Achievement(id="X", text="高强度的涂层已经量产。"))
    world.put(Achievement(id="Y", text="脱氮用的滤料已经量产。"))
    for words, first, second in (("高强度的涂层", "X", "Y"), ("脱氮用的滤料", "Y", "X")):
        start = need.text.index(words)
        correct(world.place, LI, "N8", [Stated("product", "text", start, start + len(words))])
        ids = [one.record.id for one in listed(world, LI, id_="N8").matches]
        assert ids.index(first) < ids.index(second)


def test_a_pair_keeps_one_score_in_both_directions(world: World) -> None:
    correct(world.place, LI, "N1", [COATING])
    there = {one.record.id: one.score for one in listed(world, LI).matches}
    back = {one.record.id: one.score for one in listed(world, LI, "achievement", "A1").matches}
    assert back["N1"] == pytest.approx(there["A1"], abs=1e-9)
    need, achievement = (
        visible_record(world.place, LI, "need", "N1"),
        visible_record(world.place, LI, "achievement", "A1"),
    )
    pair = judge_pair(world.place, LI, need, achievement)  # type: ignore[arg-type]
    assert pair is not None
    assert pair.fit.score == pytest.approx(there["A1"], abs=1e-9)
    assert [one.requirement.span.text for one in pair.verdicts] == ["附着力强的热障涂层"]


def test_a_changed_text_makes_the_correction_void_and_says_so(world: World) -> None:
    correct(world.place, LI, "N1", [COATING])
    before = visible_record(world.place, LI, "need", "N1")
    world.put(Need(id="N1", title=before.title, text=TEXT.replace("2000", "3000")))
    found = requirements_of(world.place, LI, "N1")
    assert (found.corrected, found.void) == (False, True)
    assert len(found.requirements) == 3
    assert "寿命不少于3000小时" in asked_in(listed(world, LI))
    world.put(Need(id="N1", title=before.title, text=TEXT, region="上海市"))
    assert requirements_of(world.place, LI, "N1").corrected is True


def test_each_organisation_corrects_for_itself(world: World) -> None:
    correct(world.place, LI, "N1", [COATING])
    assert requirements_of(world.place, ZHAO, "N1").corrected is False
    assert len(asked_in(listed(world, ZHAO))) == 3
    with pytest.raises(NotFoundError, match="没有改动过"):
        restore(world.place, ZHAO, "N1")


def test_what_the_holder_says_counts_for_who_has_not_said_otherwise(world: World) -> None:
    world.put(Need(id="2:M1", title="涂层", text=TEXT), holder=2)
    correct(world.place, LI, "2:M1", [COATING])
    theirs = requirements_of(world.place, ZHAO, "2:M1")
    assert (theirs.corrected, theirs.by) == (True, "甲制造")
    assert asked_in(listed(world, ZHAO, id_="2:M1")) == {"附着力强的热障涂层"}
    correct(world.place, ZHAO, "2:M1", [LIFE])
    assert asked_in(listed(world, ZHAO, id_="2:M1")) == {"寿命不少于2000小时"}
    assert asked_in(listed(world, LI, id_="2:M1")) == {"附着力强的热障涂层"}


def test_the_platform_speaks_for_what_nobody_holds(world: World) -> None:
    correct(world.place, ROOT, "N1", [COATING])
    assert requirements_of(world.place, ZHAO, "N1").by == "平台"


def test_a_need_may_ask_for_nothing(world: World) -> None:
    assert correct(world.place, LI, "N1", []).requirements == ()
    assert asked_in(listed(world, LI)) == set()


def test_the_number_is_read_or_stated(world: World) -> None:
    (read,) = correct(world.place, LI, "N1", [LIFE]).requirements
    assert read.indicator is not None
    assert (read.indicator.comparator, read.indicator.low) == (">=", 2000)
    number = StatedNumber("range", 1500, 2500, "h", "寿命")
    stated = Stated("indicator", "text", LIFE.start, LIFE.end, number)
    (kept,) = correct(world.place, LI, "N1", [stated]).requirements
    assert isinstance(kept.indicator, Indicator)
    assert (kept.indicator.low, kept.indicator.high, kept.indicator.unit) == (1500, 2500, "h")
    assert from_json(as_json(kept)) == kept


@pytest.mark.parametrize(
    ("stated", "told"),
    [
        ([Stated("effect", "text", 0, 10_000)], "不在文字之内"),
        ([Stated("effect", "text", 5, 5)], "不在文字之内"),
        ([Stated("effect", "title", 0, 4), Stated("method", "title", 0, 4)], "重复"),
        ([Stated("wish", "text", 0, 4)], "wish"),  # type: ignore[arg-type]
        ([COATING] * 25, "最多 24 条"),
        ([Stated("indicator", "text", 0, 4, StatedNumber(">="))], "没有有效的数值"),
        ([Stated("indicator", "text", 0, 4, StatedNumber("range", 3, 1))], "下限"),
        ([Stated("indicator", "text", 0, 4, StatedNumber(">=", 1, 3))], "只填一个"),
        ([Stated("indicator", "text", 0, 4, StatedNumber("<", high=float("nan")))], "有效"),
    ],
)
def test_what_cannot_be_a_requirement_is_refused(
    world: World, stated: list[Stated], told: str
) -> None:
    with pytest.raises(InvalidError, match=told):
        correct(world.place, LI, "N1", stated)
    assert requirements_of(world.place, LI, "N1").corrected is False


def test_a_text_that_is_not_stored_is_ranked_by_what_was_stated(world: World) -> None:
    need = Need(id="", title="热障涂层", text=TEXT)
    told = stated_requirements(world.place, need, [COATING])
    answer = ranked(world.place, LI, need, requirements=told)
    assert asked_in(answer) == {"附着力强的热障涂层"}
    assert len(asked_in(ranked(world.place, LI, need))) == 3
    assert len(read_requirements(world.place, need)) == 3


def test_a_list_passes_over_what_it_is_told_to(world: World) -> None:
    need = visible_record(world.place, LI, "need", "N1")
    ids = {one.record.id for one in ranked(world.place, LI, need, without=["A1"]).matches}
    assert ids == {"A2", "A3", "A4", "A5"}


def test_without_a_reader_the_parts_find_the_requirements(world: World) -> None:
    world.place.matcher.reader = None
    assert len(requirements_of(world.place, LI, "N1").requirements) == 3


def test_the_api_corrects_and_restores(world: World) -> None:
    path = "/api/v1/needs/N1/requirements"
    api = world.comes(LI)
    assert api.get(path).json()["corrected"] is False
    body = {"requirements": [{"kind": "indicator", "start": LIFE.start, "end": LIFE.end}]}
    put = api.put(path, json=body)
    assert put.status_code == 200, put.text
    (one,) = put.json()["requirements"]
    assert (one["text"], one["low"], one["unit"]) == ("寿命不少于2000小时", 2000, "小时")
    number = {"comparator": "<", "high": 5, "unit": "h"}
    body["requirements"][0]["number"] = number  # type: ignore[assignment]
    assert api.put(path, json=body).json()["requirements"][0]["comparator"] == "<"
    assert world.comes(without_key(LI)).put(path, json=body).status_code == 403
    assert world.comes(LI).delete(path).json()["corrected"] is False
    assert api.delete(path).status_code == 404
    assert api.put(path, json={"requirements": [{"kind": "x"}]}).status_code == 422
    assert api.get("/api/v1/needs/nowhere/requirements").status_code == 404


def test_nobody_reads_or_corrects_what_a_hidden_need_asks_for(world: World) -> None:
    world.put(Need(id="3:M2", title="保密", text=TEXT, visibility="本机构"), holder=3)
    path = "/api/v1/needs/3:M2/requirements"
    api = world.comes(LI)
    assert api.get(path).status_code == 404
    assert api.put(path, json={"requirements": []}).status_code == 404
    assert world.comes(ZHAO).get(path).status_code == 200
