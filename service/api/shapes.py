"""What the API takes of records and gives of them; the fields are those of `matcher.types`."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import Path
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from matcher.types import Achievement, Need, Record, Side, Visibility
from service.access.caller import Caller
from service.access.ids import shown_id
from service.workbench.records import Held, may_change

TITLE, TEXT, WORDS = 500, 20_000, 200
"""Characters that a title, a text and any other field may have."""

_PLAIN = r"^[^\x00]*$"  # PostgreSQL keeps no NUL


def _as_date(value: Any) -> Any:
    """Take dates as 2026-01-31 only; pydantic alone would also take seconds since 1970."""
    if isinstance(value, str) and len(value) != len("2026-01-31"):
        raise ValueError("not YYYY-MM-DD")
    if value is not None and not isinstance(value, str | date):
        raise ValueError("not YYYY-MM-DD")
    return value


Title = Annotated[str, Field(max_length=TITLE, pattern=_PLAIN)]
Text = Annotated[str, Field(max_length=TEXT, pattern=_PLAIN)]
Words = Annotated[str, Field(max_length=WORDS, pattern=_PLAIN)]
GivenId = Annotated[str, Field(max_length=WORDS, pattern=r"^[^\x00-\x20/?#%]*$")]
Level = Annotated[int, Field(ge=1, le=9, strict=True)]
Wan = Annotated[float, Field(ge=0, le=1e9, strict=True, allow_inf_nan=False)]
Day = Annotated[date, BeforeValidator(_as_date)]


RecordId = Annotated[
    str,
    Path(
        alias="id",
        max_length=1000,
        pattern=r"^[^\x00]+$",
        description="记录在地址里的编号",
        examples=["3:N-2026-17"],
    ),
]


class Strict(BaseModel):
    """A shape that refuses fields that it does not know."""

    model_config = ConfigDict(extra="forbid")


class Description(Strict):
    """What needs and achievements share; a title or a text must be there."""

    title: Title = ""
    text: Text = ""
    industry: Words = Field("", description="行业，任何写法")
    region: Words = Field("", description="地区，任何写法")
    visibility: Visibility = Field("公开", description="公开；本机构；受限（另行授权的机构可见）")
    industry_code: Words = Field("", description="GB/T 4754-2017，例如 C27")

    @model_validator(mode="after")
    def _says_something(self) -> "Description":
        if not self.title.strip() and not self.text.strip():
            raise ValueError("title or text is needed")
        return self


class NeedFields(Description):
    """A need without its id."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "title": "耐高温热障涂层",
                    "text": "叶片在1100℃的燃气中工作，需要附着力强的涂层，寿命不少于2000小时。",
                    "organisation": "示例动力有限公司",
                    "region": "江苏省无锡市",
                    "budget_wan": 200,
                }
            ]
        }
    )

    organisation: Words = ""
    budget_wan: Wan | None = Field(None, description="预算，万元")
    deadline: Day | None = None
    cooperation: Words = Field("", description="合作方式，任何写法")
    min_trl: Level | None = Field(None, description="技术成熟度至少几级")
    posted: Day | None = None

    def record(self, id_: str = "") -> Need:
        """Make the record."""
        return Need(id=id_, **self.model_dump(exclude={"id"}))


class AchievementFields(Description):
    """An achievement without its id."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "title": "等离子喷涂热障涂层",
                    "text": "在高温合金叶片表面喷涂双层涂层，1150℃循环氧化后附着力强。",
                    "owner": "示例大学",
                    "trl": 7,
                    "transfer_modes": ["许可", "作价入股"],
                }
            ]
        }
    )

    owner: Words = ""
    owner_type: Words = ""
    trl: Level | None = Field(None, description="技术成熟度")
    ip: Words = Field("", description="知识产权")
    transfer_modes: Annotated[list[Words], Field(max_length=20)] = []
    price_wan: Wan | None = Field(None, description="报价，万元")
    published: Day | None = None

    def record(self, id_: str = "") -> Achievement:
        """Make the record."""
        values = self.model_dump(exclude={"id"})
        return Achievement(id=id_, **values | {"transfer_modes": tuple(self.transfer_modes)})


_ID = Field("", description="本机构内的编号；不写就由内容得出")


class NeedIn(NeedFields):
    """A new need."""

    id: GivenId = _ID


class AchievementIn(AchievementFields):
    """A new achievement."""

    id: GivenId = _ID


class About(BaseModel):
    """What is known about a record beside its fields."""

    own: bool = Field(description="您是否可以修改它")
    withdrawn: bool
    merged_into: str | None = Field(description="在匹配中代它出现的记录")
    version: str = Field(description="与 ETag 头相同；PUT 和 DELETE 写在 If-Match 头里")
    created_at: datetime
    updated_at: datetime


class NeedOut(BaseModel):
    """A need; stored values are given as they are."""

    kind: Literal["need"] = "need"
    id: str = Field(description="在地址里使用的编号")
    given_id: str = Field(description="持有机构自己的编号")
    title: str
    text: str
    organisation: str
    industry: str
    region: str
    budget_wan: float | None
    deadline: date | None
    cooperation: str
    min_trl: int | None
    visibility: Visibility
    posted: date | None
    industry_code: str
    about: About


class AchievementOut(BaseModel):
    """An achievement; stored values are given as they are."""

    kind: Literal["achievement"] = "achievement"
    id: str = Field(description="在地址里使用的编号")
    given_id: str = Field(description="持有机构自己的编号")
    title: str
    text: str
    owner: str
    owner_type: str
    industry: str
    region: str
    trl: int | None
    ip: str
    transfer_modes: list[str]
    price_wan: float | None
    published: date | None
    visibility: Visibility
    industry_code: str
    about: About


RecordIn = NeedIn | AchievementIn
RecordFields = NeedFields | AchievementFields
INPUT: dict[Side, type[NeedIn] | type[AchievementIn]] = {
    "need": NeedIn,
    "achievement": AchievementIn,
}
OUTPUT: dict[Side, type[NeedOut] | type[AchievementOut]] = {
    "need": NeedOut,
    "achievement": AchievementOut,
}


def shaped(caller: Caller, side: Side, held: Held) -> dict[str, Any]:
    """Shape a record for a caller, as JSON values."""
    about = About(
        own=may_change(caller, held.holder),
        withdrawn=held.withdrawn,
        merged_into=held.merged_into,
        version=held.version,
        created_at=held.created_at,
        updated_at=held.updated_at,
    )
    fields = fields_of(held.record)
    shape = OUTPUT[side](given_id=shown_id(held.record.id), about=about, **fields)
    return shape.model_dump(mode="json")


def fields_of(record: Record) -> dict[str, Any]:
    """Give a record's fields by name."""
    return {name: getattr(record, name) for name in record.__dataclass_fields__}
