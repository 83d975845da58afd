"""Words in which funds and banks state what they finance, read into closed lists."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from matcher.capital.types import KINDS, STAGES, Kind, Stage
from matcher.fields.industry_names import stated
from matcher.fields.numerals import with_arabic_digits
from matcher.fields.states import LONGEST_VALUE, OPEN_ENDED
from matcher.fields.writing import usual_writing

Condition = Literal[
    "granted_invention", "granted_patent", "patent", "software", "high_tech", "small_tech",
    "specialised", "revenue", "company", "local", "piloted",
]  # fmt: skip
CONDITIONS: Mapping[Condition, str] = {
    "granted_invention": "已授权发明专利",
    "granted_patent": "已授权专利",
    "patent": "专利（含申请中）",
    "software": "软件著作权",
    "high_tech": "高新技术企业",
    "small_tech": "科技型中小企业",
    "specialised": "专精特新企业",
    "revenue": "已有销售收入",
    "company": "已设立企业",
    "local": "在当地注册或落地",
    "piloted": "已完成中试",
}
"""Requirements that are understood; others are left to a person."""

# The first form that is found counts: 发明专利质押 names a patent, but is no grant.
_HERE = r"(?:注册|落户|纳税|设立).{0,4}[本当区市省县]|[地市省区县].{0,6}(?:注册|落户|设立)"
_CONDITIONS: tuple[tuple[Condition, str], ...] = (
    ("granted_invention", r"(?:授权|有效).{0,4}发明|发明.{0,4}(?:已授权|授权|证书)"),
    ("granted_patent", r"(?:授权|有效).{0,6}(?:专利|知识产权)|专利.{0,4}(?:授权|证书|权属)"),
    ("patent", r"专利|知识产权"),
    ("software", r"软著|软件著作权"),
    ("local", rf"{_HERE}|落地|返投"),
    ("high_tech", r"高新技术企业|高企"),
    ("small_tech", r"中小(?:微)?企业"),
    ("specialised", r"专精特新|小巨人"),
    ("revenue", r"收入|营收|订单|回款|销售"),
    ("piloted", r"中试"),
    ("company", r"(?:设立|成立|注册).{0,4}(?:公司|企业)|法人|企业主体"),
)
_KINDS: tuple[tuple[Kind, str], ...] = (
    ("pledge", r"质押"),
    ("guarantee", r"担保|保函|增信"),
    ("grant", r"补助|资助|补贴|奖补|创新券|专项资金|无偿|拨款"),
    ("loan", r"贷|授信|融资租赁|债权"),
    ("equity", r"股权|基金|投资|创投|天使|风投|入股"),
)
_STAGES: tuple[tuple[Stage, str], ...] = (
    ("seed", r"种子|天使|概念验证"),
    ("startup", r"初创|创业|早期|初期|起步|pre-?a"),
    ("growth", r"成长|扩张|发展期|(?<!pre)(?<!pre-)[ab]轮|中期"),
    ("mature", r"成熟期|成熟企业|后期|上市|ipo|并购"),
)
_SEVERAL = re.compile(r"[;；、,，|/\n]+")
_BETWEEN = re.compile(r"[;；|\n]+")
_TO = re.compile(r"至|到|[-~—–]+")
_TRL = re.compile(
    r"(?:trl|技术成熟度|成熟度|技术就绪度)?[:为第]?([1-9])级?(?:(?:至|到|[-~—–]+)(?:trl)?([1-9]))?级?"
    r"(以上|及以上|及以后|以下|及以下|起)?"
)


@dataclass(frozen=True, slots=True)
class ParsedStages:
    """Stages and readiness of one cell: 初创期至成长期；TRL 6-8.

    Attributes:
        unread: parts that were not understood.
    """

    stages: tuple[Stage, ...] = ()
    min_trl: int | None = None
    max_trl: int | None = None
    unread: tuple[str, ...] = ()


def read_list(raw: str, between: re.Pattern[str] = _SEVERAL) -> tuple[str, ...]:
    """Split a cell with several values; 不限 is an empty list."""
    parts = (part.strip() for part in between.split(raw))
    return tuple(dict.fromkeys(one for one in parts if one and one.lower() not in OPEN_ENDED))


def read_industries(raw: str) -> tuple[str, ...]:
    """Split a cell with several industries; 计算机、通信和其他电子设备制造业 is one of them."""
    found: list[str] = []
    for part in read_list(raw, _BETWEEN):
        section, divisions = stated(part)
        found.extend([part] if section or divisions else read_list(part))
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=1024)
def read_kind(raw: str) -> Kind | None:
    """Read what kind of capital it is; None where that cannot be told."""
    text = usual_writing(raw[:LONGEST_VALUE]).strip().lower()
    for kind, label in KINDS.items():
        if text in (kind, label):
            return kind
    return next((kind for kind, form in _KINDS if re.search(form, text)), None)


@lru_cache(maxsize=4096)
def read_condition(raw: str) -> Condition | None:
    """Read one requirement; None where a person has to."""
    text = usual_writing(raw[:LONGEST_VALUE]).lower()
    return next((name for name, form in _CONDITIONS if re.search(form, text)), None)


def read_stages(raw: str) -> ParsedStages:
    """Read stages of companies and levels of readiness, in one cell or two."""
    stages: set[Stage] = set()
    lows: list[int] = []
    highs: list[int] = []
    unread: list[str] = []
    for part in read_list(usual_writing(raw)):
        levels = _levels(part)
        found = _stages_of(part)
        stages.update(found)
        if levels:
            lows.append(levels[0])
            highs.append(levels[1])
        elif not found:
            unread.append(part)
    return ParsedStages(
        tuple(one for one in STAGES if one in stages),
        min(lows) if lows and min(lows) > 1 else None,
        max(highs) if highs and max(highs) < 9 else None,
        tuple(unread),
    )


def _levels(part: str) -> tuple[int, int] | None:
    found = _TRL.fullmatch(re.sub(r"\s+", "", with_arabic_digits(part)).lower())
    if not found:
        return None
    low = int(found[1])
    if found[2]:
        return min(low, int(found[2])), max(low, int(found[2]))
    if found[3]:
        return (1, low) if "下" in found[3] else (low, 9)
    return low, low


def _stages_of(part: str) -> Iterable[Stage]:
    text = re.sub(r"\s+", "", part).lower()
    named = [stage for stage, form in _STAGES if re.search(form, text)]
    ordered = list(STAGES)
    places = [ordered.index(one) for one in named]
    if len(named) == 2 and _TO.search(text):
        return ordered[places[0] : places[1] + 1]
    if len(named) == 1 and re.search("以后|以上|及后", text):
        return ordered[places[0] :]
    return named
