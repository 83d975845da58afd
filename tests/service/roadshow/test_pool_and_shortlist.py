"""From records to a pool, from a pool to a shortlist."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from matcher.roadshow.pool import PairFit
from matcher.types import Level, Need, Requirement, Span
from service.access.caller import SCOPES_OF_ROLE, Caller
from service.roadshow.errors import PlanFileError
from service.roadshow.fits import fits_of
from service.roadshow.groups import Grain, canonical, groups_of
from service.roadshow.open_plan import open_plan
from service.roadshow.plan_file import PlanFile, read_plan
from service.roadshow.pools import build_pool
from service.roadshow.remembered import KEPT, Remembered
from service.roadshow.scope import Scope
from service.roadshow.shortlist import make_shortlist
from service.store.people_tables import OrganisationRow, UserRow
from service.store.workbench_tables import IssuedListRow
from tests.roadshow_world import ACHIEVEMENTS, NEEDS, PLAN
from tests.web.workbench_world import NOW

GUEST = Caller(7, "g", "客", 7, "戊公司", "organiser", SCOPES_OF_ROLE["organiser"])


def plan_of(text: str) -> PlanFile:
    return read_plan(text.encode(), "计划.toml")


def ids(scope: Scope, text: str) -> tuple[list[str], list[str]]:
    pool = build_pool(scope, plan_of(text)).pool
    return [one.id for one in pool.entrants], [one.id for one in pool.guests]


def refusal(scope: Scope, text: str) -> str:
    with pytest.raises(PlanFileError) as caught:
        make_shortlist(scope, plan_of(text))
    return str(caught.value)


def test_the_pool_holds_what_the_records_say(scope: Scope) -> None:
    built = build_pool(scope, plan_of(PLAN))
    first = built.pool.entrants[0]
    assert first.groups == {
        "industry": ("铁路、船舶、航空航天和其他运输设备制造业",),
        "region": ("江苏省",),
        "institution": ("东澜理工大学",),
        "owner_type": ("高校",),
        "readiness": ("7-9",),
        "mode": ("转让",),
        "first_time": ("是",),
    }
    assert (first.published, first.shown) == (date(2026, 3, 1), 0)
    assert 0 < first.quality < 1
    assert [one.weight for one in built.pool.guests] == [1.0, 2.0, 1.0]
    assert built.pool.guests[0].organisation == "甲动力公司"


def test_fits_are_those_of_the_matcher_and_the_best_are_read(scope: Scope) -> None:
    fits = {(one.entrant, one.guest): one for one in build_pool(scope, plan_of(PLAN)).pool.fits}
    answer = scope.matcher.match(NEEDS[0], k=12)
    for match in answer.matches:
        fit = fits[match.record.id, "N1"]
        assert fit.probabilities == tuple(match.probabilities[level] for level in Level)
        assert fit.score == pytest.approx(match.score)
        assert fit.met == sum(one.name == "met" for one in match.verdicts)
    assert fits["A1", "N1"].proof
    assert fits["A1", "N1"].proof in ACHIEVEMENTS[0].text


def test_only_the_asked_number_of_candidates_is_compared(scope: Scope) -> None:
    found = fits_of(scope, ACHIEVEMENTS, NEEDS, 2, 1)
    assert len(found) == 2 * len(NEEDS)
    assert [sum((one.met + one.partly + one.missing) > 0 for one in found)] == [len(NEEDS)]
    unread = fits_of(scope, ACHIEVEMENTS, NEEDS, 2, 0)
    assert not any(one.met + one.partly + one.missing for one in unread)


def test_candidates_that_are_not_asked_for_take_no_place_from_others(scope: Scope) -> None:
    entrants = [one for one in ACHIEVEMENTS if one.id in ("A4", "A6")]
    found = fits_of(scope, entrants, NEEDS[:1], 2, 2)
    assert {one.entrant for one in found} == {"A4", "A6"}


def test_a_second_run_judges_only_what_has_changed(
    scope: Scope, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = fits_of(scope, ACHIEVEMENTS, NEEDS, 5, 2)
    asked: list[str] = []
    judged = "service.roadshow.fits._judged"

    def count(_matchers: Any, _scope: Any, need: Need, *_rest: Any) -> list[PairFit]:
        asked.append(need.id)
        return []

    monkeypatch.setattr(judged, count)
    assert fits_of(scope, ACHIEVEMENTS, NEEDS, 5, 2) == first
    assert asked == []
    changed = replace(NEEDS[1], text="改了")
    fits_of(scope, ACHIEVEMENTS, (NEEDS[0], changed), 5, 2)
    assert asked == ["N2"]
    fits_of(scope, ACHIEVEMENTS[:4], NEEDS, 5, 2)
    assert asked == ["N2", "N1", "N2", "N3"]


def test_requirements_that_people_corrected_count(scope: Scope) -> None:
    span = Span.of(NEEDS[0], "text", 22, 28)
    stated = (Requirement("r1", "product", span),)
    own = replace(scope, corrected=lambda need: stated if need.id == "N1" else None)
    found = {one.entrant: one for one in fits_of(own, ACHIEVEMENTS, NEEDS[:1], 5, 5)}
    assert {one.met + one.partly + one.missing for one in found.values()} == {1}
    before = fits_of(scope, ACHIEVEMENTS, NEEDS[:1], 5, 5)
    assert {one.met + one.partly + one.missing for one in before} != {1}


def test_what_a_dying_process_left_is_passed_over(tmp_path: Path) -> None:
    kept = Remembered(tmp_path, "fits", ["a"])
    kept.put("对", [1, None])
    with kept.path.open("a") as stream:
        stream.write('["x", [1')
    again = Remembered(tmp_path, "fits", ["a"])
    assert (again.get("对"), again.get("x")) == ([1, None], None)


def test_old_files_make_room(tmp_path: Path) -> None:
    other = Remembered(tmp_path, "quality", ["a"])
    other.put("k", 1)
    for number in range(KEPT + 3):
        Remembered(tmp_path, "fits", [str(number)]).put("k", 1)
    assert len([*tmp_path.glob("fits-*")]) == KEPT
    assert other.path.is_file()


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ('ids = ["A3", "A1", "A2", "A4"]', ["A1", "A2", "A3", "A4"]),
        ('filters = ["province=江苏;浙江"]', ["A1", "A2", "A4", "A5"]),
        ('filters = ["trl>=7", "owner_kind=高校;科研院所"]', ["A1", "A2", "A6"]),
        ('ids = ["A1", "A2", "A3"]\nfilters = ["trl>=7"]\nmust = ["A6"]', ["A1", "A2", "A6"]),
        ('query = "低温脱氮工艺，总氮"\nmost = 2\nmust = ["A6"]', None),
    ],
)
def test_candidates_are_those_that_pass_everything(
    scope: Scope, rules: str, expected: list[str] | None
) -> None:
    text = f"[event]\nsize = 3\n[candidates]\n{rules}\n"
    if expected is None:  # most = 2 and the one that must be there are one too many
        assert "超过 most = 2" in refusal(scope, text)
        text = text.replace("must", "must_not").replace("size = 3", "size = 2")
        expected = ["A2", "A5"]
    assert ids(scope, text)[0] == expected


def test_candidates_may_come_from_an_issued_list(scope: Scope) -> None:
    body = {
        "direction": "achievement",
        "matches": [{"record": {"id": id_}} for id_ in ("A2", "A5")],
    }
    with scope.store.writing() as (connection, _transaction, _revision):
        place = {"id": 1, "name": "丁", "kind": "organiser", "created_at": NOW}
        connection.execute(insert(OrganisationRow).values(**place))
        person = {"id": 1, "login": "x", "name": "x", "organisation_id": 1}
        person |= {"role": "organiser", "password": "", "created_at": NOW}
        connection.execute(insert(UserRow).values(**person))
        row = {"id": 4, "organisation_id": 1, "user_id": 1, "title": "单", "query": {}}
        row |= {"body": body, "fingerprint": "", "sha256": "", "created_at": NOW}
        connection.execute(insert(IssuedListRow).values(**row))
    text = "[event]\nsize = 2\n[candidates]\nissued_list = 4\n"
    assert ids(scope, text)[0] == ["A2", "A5"]
    assert "candidates.issued_list：没有编号为 5" in refusal(scope, text.replace("4", "5"))
    assert "没有编号为 4" in refusal(replace(scope, caller=GUEST), text)


def test_the_audience_is_narrowed_alike(scope: Scope) -> None:
    assert ids(scope, '[event]\nsize = 1\n[audience]\nids = ["N3", "N1"]\n')[1] == ["N1", "N3"]
    message = refusal(scope, '[event]\nsize = 1\n[audience]\nfilters = ["budget_wan>=1"]\n')
    assert "第 3 行 audience：没有一条听众需求" in message
    message = refusal(scope, '[event]\nsize = 1\n[audience]\nids = ["N3"]\nweights = {N1 = 2}\n')
    assert "第 5 行 audience.weights.N1：“N1”不在听众需求里" in message
    assert "超过 most = 2" in refusal(scope, "[event]\nsize = 1\n[audience]\nmost = 2\n")


def test_nobody_gets_what_is_kept_from_them(scope: Scope) -> None:
    with scope.store.importing("achievement", "t") as batch:
        batch.put(replace(ACHIEVEMENTS[0], visibility="本机构"))
    text = "[event]\nsize = 2\n"
    assert "A1" in ids(scope, text)[0]
    other = replace(scope, caller=GUEST)
    assert "A1" not in ids(other, text)[0]
    assert not any(one.entrant == "A1" for one in build_pool(other, plan_of(text)).pool.fits)
    assert set(other.known("achievement", ["A1", "A2", "A9"])) == {"A2"}


def test_a_shortlist_keeps_the_rules_and_is_proved(scope: Scope) -> None:
    short = make_shortlist(scope, plan_of(PLAN))
    owners = [one.owner for one in short.chosen]
    assert short.selection.status == "optimal"
    assert len(owners) == len(set(owners)) == 3
    assert "东澜理工大学" in owners
    assert "A6" not in short.selection.chosen
    assert short.fits_of("A1")[0].guest == "N1"


def test_nobody_is_put_before_their_own_need(scope: Scope) -> None:
    short = make_shortlist(scope, plan_of("[event]\nsize = 2\n"))
    assert ("A5", "N2") in short.plan.barred  # 乙水务公司 on both sides
    assert all(one.guest != "N2" for one in short.fits_of("A5"))


def test_quotas_that_cannot_be_reached_are_told_with_their_line(scope: Scope) -> None:
    rule = "[[quota]]\ndimension = 'owner_type'\nvalue = '医院'\nleast = 1\n"
    message = refusal(scope, f"[event]\nsize = 2\n{rule}")
    assert "第 6 行 quota[1].least：至少要 1 项“医院”，候选里只有 0 项" in message
    assert "候选里较多的有：" in message
    assert "候选成果只有 6 项，选不出 7 项" in refusal(scope, "[event]\nsize = 7\n")


def test_rules_that_say_nothing_are_left_out_and_named(scope: Scope) -> None:
    text = """[event]
size = 2
[candidates]
ids = ["A1", "A2", "A3"]
must_not = ["A6"]
[[quota]]
dimension = "region"
value = "海南"
most = 1
[[conflict]]
between = ["A1", "A4"]
[[barred]]
achievement = "A5"
need = "N1"
"""
    short = make_shortlist(scope, plan_of(text))
    assert (short.plan.quotas, short.plan.must_not, short.plan.conflicts) == ((), (), ())
    assert len(short.notes) == 4
    assert "海南省" in short.notes[0]


@pytest.mark.parametrize(
    ("dimension", "value", "grain", "expected"),
    [
        ("industry", "C27", Grain(), "医药制造业"),
        ("industry", "医药制造业", Grain(), "医药制造业"),
        ("industry", "制造业", Grain("section"), "制造业"),
        ("industry", " 随便 写的", Grain("stated"), "随便 写的"),
        ("industry", "制造业", Grain(), ""),
        ("industry", "C27", Grain("section"), ""),
        ("region", "浙江", Grain(), "浙江省"),
        ("region", "北京", Grain(), "北京市"),
        ("region", "杭州", Grain(), ""),
        ("region", "杭州", Grain(regions="city"), "杭州市"),
        ("region", "苏州市吴江区", Grain(regions="city"), ""),
        ("readiness", "TRL7～9级", Grain(), "7-9"),
        ("readiness", "5-9", Grain(), ""),
        ("mode", "技术转让", Grain(), "转让"),
        ("owner_type", "大学", Grain(), "高校"),
        ("first_time", "是", Grain(), "是"),
        ("first_time", "有", Grain(), ""),
        ("institution", "甲大学；乙公司", Grain(), "甲大学"),
        ("region", "*", Grain(), "*"),
    ],
)
def test_values_are_read_as_records_are(
    dimension: Any, value: str, grain: Grain, expected: str
) -> None:
    found, problem = canonical(dimension, value, grain)
    assert (found, bool(problem)) == (expected, not expected)


def test_finer_or_coarser_values_are_taken_as_asked() -> None:
    stated = groups_of(ACHIEVEMENTS[0], False, Grain("stated", "city"))
    assert (stated["industry"], stated["region"]) == (("C37",), ("苏州市",))
    assert stated["first_time"] == ("否",)
    assert groups_of(ACHIEVEMENTS[0], True, Grain("section"))["industry"] == ("制造业",)
    assert (
        groups_of(
            replace(ACHIEVEMENTS[5], industry="", region="", owner="", text=""), True, Grain()
        ).get("region")
        is None
    )


def test_a_plan_on_the_disk_is_compared_with_the_records(
    scope: Scope, plan_file: Callable[..., Path]
) -> None:
    assert open_plan(scope, plan_file()).event.size == 3
    with pytest.raises(
        PlanFileError, match=r"第 21 行 conflict\[1\].between\[2\]：没有编号为“A77”"
    ):
        open_plan(scope, plan_file('[[conflict]]\nbetween = ["A1", "A77"]\n'))
