"""The board over HTTP."""

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from service.access.who import Place, Reader
from service.api.problems import COMPUTING, problems
from service.workbench.dashboard import Dashboard, dashboard

router = APIRouter(tags=["dashboard"])


class _Shaped(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class FunnelOut(_Shaped):
    """How many pairs came how far; who has gone further counts before, too."""

    candidates: int
    accepted: int
    rejected: int
    planned: int = Field(description="拟对接及以后")
    contacted: int = Field(description="已联系及以后")
    signed: int = Field(description="已签约")
    dropped: int = Field(description="放弃")


class ShareOut(_Shaped):
    """Needs of one industry or province, and how many of them have no match."""

    name: str
    needs: int
    unmet: int


class CoverageOut(_Shaped):
    """Which needs have no match of level 3 or more; not read closely."""

    needs: int
    counted: int = Field(description="实际统计的（最近的）；时间不够时下次接着统计")
    unmet: int
    share: float | None = Field(description="统计的需求里有匹配的比例")
    by_industry: list[ShareOut]
    by_province: list[ShareOut]
    examples: list[str]


class BinOut(_Shaped):
    """Verdicts of about the same probability: what was promised, and what came true."""

    count: int
    promised: float
    observed: float
    low: float
    high: float


class CalibrationOut(_Shaped):
    """Whether the model's probabilities came true in the verdicts so far."""

    verdicts: int
    others: int = Field(description="给结论时用的不是现在的模型，不计")
    error: float | None = Field(description="校准误差 ECE；结论太少时为空")
    bins: list[BinOut]


class DashboardOut(_Shaped):
    """Everything on the board."""

    funnel: FunnelOut
    coverage: CoverageOut
    calibration: CalibrationOut


@router.get(
    "/dashboard", summary="看板：漏斗、未满足的需求、模型校准", responses=problems(*COMPUTING)
)
async def read_dashboard(place: Place, caller: Reader) -> DashboardOut:
    """Read the figures of one's organisation; an admin those of all together."""
    found: Dashboard = await place.compute(dashboard, place, caller)
    return DashboardOut.model_validate(found)
