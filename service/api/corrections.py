"""What a need asks for: as it was read, and as a person corrects it."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field

from matcher.quantities import Change, Comparator
from matcher.types import FieldName, RequirementKind
from service.access.who import Place, Reader, Writer
from service.api.problems import COMPUTING, problems
from service.present import requirement_as_json
from service.workbench.corrections import NeedRequirements, correct, requirements_of, restore
from service.workbench.stated import MOST, Stated, StatedNumber

router = APIRouter(tags=["requirements"])

Id = Annotated[str, Path(max_length=1000, description="需求的编号")]
COMPUTED = problems(*COMPUTING)


class NumberIn(BaseModel):
    """A number that is asked for; of a single bound `low` or `high` is enough."""

    model_config = ConfigDict(extra="forbid")

    comparator: Comparator
    low: float | None = Field(default=None, allow_inf_nan=False)
    high: float | None = Field(default=None, allow_inf_nan=False)
    unit: str = Field(default="", max_length=40)
    quantity: str = Field(default="", max_length=80)
    change: Change = ""


class RequirementIn(BaseModel):
    """One requirement: words of the need, their kind, and the number they ask for."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "kind": "indicator",
                    "field": "text",
                    "start": 16,
                    "end": 28,
                    "number": {"comparator": ">=", "low": 2000, "unit": "小时"},
                }
            ]
        },
    )

    kind: RequirementKind
    field: FieldName = "text"
    start: int = Field(ge=0, lt=2**31)
    end: int = Field(gt=0, lt=2**31)
    number: NumberIn | None = None

    def stated(self) -> Stated:
        """As the workbench takes it."""
        number = StatedNumber(**self.number.model_dump()) if self.number else None
        return Stated(self.kind, self.field, self.start, self.end, number)


class RequirementsIn(BaseModel):
    """All that a need asks for; it replaces what was read."""

    model_config = ConfigDict(extra="forbid")

    requirements: list[RequirementIn] = Field(max_length=MOST)


class RequirementsOut(BaseModel):
    """What a need asks for, and who says so."""

    need: str
    corrected: bool
    by: str
    void: bool = Field(description="本机构改动过，但需求文字已变，改动不再生效")
    updated_at: datetime | None
    requirements: list[dict[str, Any]]


@router.get(
    "/needs/{id:path}/requirements",
    summary="需求的技术要求：读出的，或者人改过的",
    responses=COMPUTED,
)
async def read_requirements(place: Place, caller: Reader, id: Id) -> RequirementsOut:
    """Read what a need asks for."""
    return _shaped(await place.compute(requirements_of, place, caller, id))


@router.put(
    "/needs/{id:path}/requirements", summary="改正需求的技术要求；清单随之改变", responses=COMPUTED
)
async def correct_requirements(
    place: Place, caller: Writer, id: Id, given: RequirementsIn
) -> RequirementsOut:
    """Correct what a need asks for; lists change with it."""
    stated = [one.stated() for one in given.requirements]
    return _shaped(await place.compute(correct, place, caller, id, stated))


@router.delete("/needs/{id:path}/requirements", summary="恢复读出的技术要求", responses=COMPUTED)
async def restore_requirements(place: Place, caller: Writer, id: Id) -> RequirementsOut:
    """Go back to what was read."""
    return _shaped(await place.compute(restore, place, caller, id))


def _shaped(found: NeedRequirements) -> RequirementsOut:
    return RequirementsOut(
        need=found.need.id,
        corrected=found.corrected,
        by=found.by,
        void=found.void,
        updated_at=found.updated_at,
        requirements=[requirement_as_json(one) for one in found.requirements],
    )
