"""看板: how far pairs have come, which needs are unmet, whether the model keeps its word."""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from matcher.types import Record
from service.access.caller import Caller
from service.access.who import Place, Reader
from service.pages.render import is_part, page
from service.web.workplace import Workplace
from service.workbench.coverage import MOST, Coverage, Share, coverage
from service.workbench.dashboard import (
    FEWEST,
    Calibration,
    Funnel,
    calibration_of,
    funnel,
)

router = APIRouter()
CHARTED = 12
"""Industries or provinces in a chart; the table beside it has all of them."""
_STEPS = (
    ("candidates", "候选"),
    ("accepted", "接受"),
    ("planned", "拟对接"),
    ("contacted", "已联系"),
    ("signed", "已签约"),
)


@router.get("/dashboard")
async def dashboard(
    request: Request, place: Place, caller: Reader, coverage: bool = False
) -> Response:
    """The board; the slow part, which needs are unmet, comes as its part or when asked for."""
    if is_part(request):
        return await _coverage_part(request, place, caller)
    counted, calibration = await run_in_threadpool(_quick, place, caller)
    unmet = await _unmet(place, caller) if coverage else None
    return page(
        request,
        "dashboard/page.html",
        caller,
        funnel=counted,
        steps=[(label, getattr(counted, name)) for name, label in _STEPS],
        charts={"funnel": _funnel_chart(counted), "calibration": _calibration_chart(calibration)},
        calibration=calibration,
        fewest=FEWEST,
        **(unmet or _NOTHING),
    )


_NOTHING: dict[str, Any] = {"coverage": None, "examples": (), "most": MOST, "shares": {}}


def _quick(place: Workplace, caller: Caller) -> tuple[Funnel, Calibration]:
    return funnel(place, caller), calibration_of(place, caller)


async def _coverage_part(request: Request, place: Workplace, caller: Caller) -> Response:
    return page(request, "dashboard/coverage.html", caller, **await _unmet(place, caller))


async def _unmet(place: Workplace, caller: Caller) -> dict[str, Any]:
    """Which needs have no match that fits. Computes for some seconds."""
    found, examples = await place.compute(_counted, place, caller)
    return {
        "coverage": found,
        "examples": examples,
        "most": MOST,
        "shares": {
            "industry": ("行业", found.by_industry, _shares_chart(found.by_industry)),
            "province": ("省份", found.by_province, _shares_chart(found.by_province)),
        },
    }


def _counted(place: Workplace, caller: Caller) -> tuple[Coverage, list[Record]]:
    found = coverage(place, caller)
    return found, place.store.get_many("need", found.examples)


def _funnel_chart(counted: Funnel) -> dict[str, Any]:
    return {
        "kind": "bars",
        "names": [label for _name, label in _STEPS],
        "series": [{"name": "对数", "values": [getattr(counted, name) for name, _ in _STEPS]}],
    }


def _shares_chart(shares: Sequence[Share]) -> dict[str, Any]:
    first = shares[:CHARTED]
    return {
        "kind": "stack",
        "names": [one.name for one in first],
        "series": [
            {"name": "没有合适的成果", "values": [one.unmet for one in first]},
            {"name": "有合适的成果", "values": [one.needs - one.unmet for one in first]},
        ],
    }


def _calibration_chart(calibration: Calibration) -> dict[str, Any] | None:
    if not calibration.bins:
        return None
    points = [
        (one.promised, one.observed, one.low, one.high, one.count) for one in calibration.bins
    ]
    return {"kind": "calibration", "points": points}
