"""并排: a need and an achievement side by side; and two achievements compared for one need."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from matcher.types import Achievement, Need, Side
from service.access.caller import Caller
from service.access.who import Place, Reader
from service.pages.audience import audience
from service.pages.colleagues import colleagues
from service.pages.highlights import marks, pieces
from service.pages.judged import Judged, judge
from service.pages.render import page
from service.pages.waterfall import steps
from service.web.errors import InvalidError
from service.web.workplace import Workplace
from service.workbench.decision_words import REASONS, STATUSES
from service.workbench.decisions import decision_of
from service.workbench.seen import visible_achievement, visible_need

router = APIRouter()


@router.get("/needs/{nid:path}/with/{aid:path}")
async def side_by_side(
    request: Request, place: Place, caller: Reader, nid: str, aid: str
) -> Response:
    """Both texts with linked highlights, the score taken apart, and the decision."""
    need = await run_in_threadpool(visible_need, place, caller, nid)
    achievement = await run_in_threadpool(visible_achievement, place, caller, aid)
    judged = await place.compute(judge, place, caller, need, achievement)
    left, right = marks(judged.match)
    bars, zero = steps(judged.match)
    return page(
        request,
        "pair/page.html",
        caller,
        need=need,
        achievement=achievement,
        judged=judged,
        match=judged.match,
        sides=[
            ("need", need, {n: pieces(need, n, left) for n in ("title", "text")}),
            (
                "achievement",
                achievement,
                {n: pieces(achievement, n, right) for n in ("title", "text")},
            ),
        ],
        seen_by=await run_in_threadpool(_seen_by, place, caller, need, achievement),
        bars=bars,
        zero=zero,
        decision=await run_in_threadpool(decision_of, place, caller, need.id, achievement.id),
        people=await run_in_threadpool(colleagues, place, caller),
        reasons=REASONS,
        statuses=STATUSES,
    )


def _seen_by(
    place: Workplace, caller: Caller, need: Need, achievement: Achievement
) -> dict[Side, str]:
    return {
        "need": audience(place.store, caller, "need", need),
        "achievement": audience(place.store, caller, "achievement", achievement),
    }


@router.get("/needs/{nid:path}/compare")
async def compare(
    request: Request,
    place: Place,
    caller: Reader,
    nid: str,
    a: Annotated[str, Query(max_length=1000)] = "",
    b: Annotated[str, Query(max_length=1000)] = "",
) -> Response:
    """Two achievements for one need, requirement by requirement."""
    if not a or not b or a == b:
        raise InvalidError("请选两项不同的成果来比较。")
    need = await run_in_threadpool(visible_need, place, caller, nid)
    both = [await run_in_threadpool(visible_achievement, place, caller, one) for one in (a, b)]
    judged = await place.compute(_judge_both, place, caller, need, both)
    return page(request, "pair/compare.html", caller, need=need, both=both, judged=judged)


def _judge_both(
    place: Workplace, caller: Caller, need: Need, both: list[Achievement]
) -> list[Judged]:
    return [judge(place, caller, need, one) for one in both]
