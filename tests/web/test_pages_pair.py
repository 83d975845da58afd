import math
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from shutil import copytree

import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st

from matcher.fit import logistic
from matcher.types import Level, Need
from service.pages.highlights import Mark, marks, pieces
from service.pages.judged import judge
from service.pages.waterfall import steps
from service.settings import Settings
from service.workbench.lists import ranked
from service.workbench.seen import visible_achievement, visible_need
from tests.web.pages_world import patient_world, whole, words_of
from tests.web.workbench_world import LI, World


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, prepared: Path) -> Iterator[World]:
    from service.app import create_app
    from service.web.workplace import Limits
    from tests.service_parts import ReadingParts

    home = tmp_path_factory.mktemp("pair") / "home"
    copytree(prepared, home)
    app: FastAPI = create_app(Settings(home=home), ReadingParts(), Limits(catch_up_seconds=3600))
    with patient_world(app) as found:
        yield found


def judged_of(world: World, need: str, achievement: str):
    pair = visible_need(world.place, LI, need), visible_achievement(world.place, LI, achievement)
    return judge(world.place, LI, *pair)


def test_a_pair_has_the_score_of_the_list_and_all_its_reasons(world: World) -> None:
    need = visible_need(world.place, LI, "N1")
    for listed in ranked(world.place, LI, need, 5).matches:
        judged = judged_of(world, "N1", listed.record.id)
        assert judged.match.score == pytest.approx(listed.score, abs=1e-5)
        assert judged.match.level == listed.level
        assert [v.name for v in judged.match.verdicts] == [v.name for v in listed.verdicts]
        total = judged.match.base + math.fsum(e.contribution for e in judged.match.evidence)
        assert logistic(total) == pytest.approx(judged.match.score, abs=1e-9)


def test_meeting_an_open_requirement_never_lowers_the_score(world: World) -> None:
    judged = judged_of(world, "N1", "A4")
    open_ = [v for v in judged.match.verdicts if v.name != "met"]
    assert open_
    assert len(judged.changes) == len(open_)
    scores = [one.score for one in judged.changes]
    assert scores == sorted(scores, reverse=True)
    assert min(scores) >= judged.match.score - 1e-9
    assert judged.all_met is not None
    assert judged.all_met.score >= max(scores) - 1e-9
    for one in judged.changes:
        assert one.verdict.requirement.span.text in one.question


def test_a_pair_that_was_not_read_has_no_verdicts_and_still_a_waterfall(world: World) -> None:
    world.place.matcher.reader, kept = None, world.place.matcher.reader
    try:
        judged = judged_of(world, "N1", "A1")
    finally:
        world.place.matcher.reader = kept
    assert (judged.match.verdicts, judged.changes, judged.match.flags) == ((), (), ("unread",))
    assert len(steps(judged.match)[0]) > 2


def test_the_bars_lead_from_the_base_to_the_score(world: World) -> None:
    match = judged_of(world, "N1", "A1").match
    bars, zero = steps(match)
    assert bars[0].amount == match.base
    assert bars[-1].share == pytest.approx(match.score, abs=1e-9)
    assert math.fsum(one.amount for one in bars[:-1]) == pytest.approx(bars[-1].amount)
    assert 0 <= zero <= 100
    for one in bars:
        assert one.x >= 0
        assert one.x + one.width <= 100.5
    named = {one.name for one in bars if one.name}
    assert named <= {v.requirement.id for v in match.verdicts}


def test_reasons_too_small_to_be_seen_share_one_bar(world: World) -> None:
    match = judged_of(world, "N1", "A1").match
    big = [one for one in match.evidence if abs(one.contribution) >= 0.005]
    small = [replace(match.evidence[0], label=f"小{at}", contribution=0.001) for at in range(5)]
    bars, _ = steps(replace(match, evidence=(*big, *small)))
    assert sum(abs(one.amount) < 0.0049 for one in bars[1:-1]) == 0
    assert not any(one.label.startswith("小") for one in bars)
    assert math.fsum(one.amount for one in bars[:-1]) == pytest.approx(bars[-1].amount)


def test_the_page_links_requirements_with_their_evidence(world: World) -> None:
    page = whole(world.client, "/needs/N1/with/A1")
    assert page.status_code == 200
    match = judged_of(world, "N1", "A1").match
    need, achievement = page.text.split("data-text")[1:3]
    for verdict in match.verdicts:
        name = re.compile(rf'data-r="[^"]*\b{verdict.requirement.id}\b')
        assert name.search(need)
        if verdict.evidence:
            assert name.search(achievement.split("</section>")[0])
    shown = re.sub(r"<[^>]+>", "", need.split('<p class="text">')[1].split("</p>")[0])
    assert shown == match_text(world)
    assert "什么会改变结论" in page.text or "各条要求都已满足" in page.text
    assert [level.label for level in Level if level.label in words_of(page)] == [
        level.label for level in Level
    ]


def match_text(world: World) -> str:
    return visible_need(world.place, LI, "N1").text


def test_a_bare_title_is_compared_without_verdicts(world: World) -> None:
    page = whole(world.client, "/needs/N3/with/A3")
    assert page.status_code == 200
    assert "鲜切果蔬的保鲜包装" in page.text


def test_two_achievements_are_compared_requirement_by_requirement(world: World) -> None:
    page = whole(world.client, "/needs/N1/compare?a=A1&b=A4")
    match = judged_of(world, "N1", "A1").match
    rows = re.findall(r'<th scope="row">(.*?)</th>', page.text)
    for verdict in match.verdicts:
        assert any(verdict.requirement.span.text in row for row in rows)
    assert "等离子喷涂热障涂层" in page.text
    assert "叶片激光熔覆修复" in page.text
    assert "TRL 7" in page.text
    assert "TRL 4" in page.text


@pytest.mark.parametrize("query", ["", "?a=A1", "?a=A1&b=A1"])
def test_a_comparison_needs_two_different_achievements(world: World, query: str) -> None:
    assert whole(world.client, f"/needs/N1/compare{query}").status_code == 422


@pytest.mark.parametrize(
    "path", ["/needs/N9/with/A1", "/needs/N1/with/A9", "/needs/N9/compare?a=A1&b=A2"]
)
def test_what_is_not_there_is_not_found(world: World, path: str) -> None:
    assert whole(world.client, path).status_code == 404


@given(
    st.text(max_size=30), st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=6)
)
def test_marked_pieces_are_the_text_whatever_is_marked(
    text: str, places: list[tuple[int, int]]
) -> None:
    from matcher.types import Span

    need = Need(id="", title="题", text=text)
    spans = [
        Span.of(need, "text", min(a, b, len(text)), min(max(a, b), len(text))) for a, b in places
    ]
    given_marks = [Mark(span, f"r{at}", "met") for at, span in enumerate(spans)]
    cut = pieces(need, "text", given_marks)
    assert "".join(one.text for one in cut) == text
    for mark in given_marks:
        under = "".join(one.text for one in cut if mark.name in one.names.split())
        assert under == mark.span.text


def test_a_verdict_is_seen_before_a_shared_word(world: World) -> None:
    left, _right = marks(judged_of(world, "N1", "A1").match)
    kinds = {one.kind for one in left}
    assert kinds <= {"met", "partly", "missing", "against", "term"}
    need = visible_need(world.place, LI, "N1")
    span = left[0].span
    both = [Mark(span, "t1", "term"), Mark(span, "r1", "missing")]
    marked = [one for one in pieces(need, span.field, both) if one.names]
    assert [(one.names, one.kind) for one in marked] == [("t1 r1", "missing")]
