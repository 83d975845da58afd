"""The values of an achievement that quotas count, and how people may write such values in a plan.

Everything is read by `matcher.fields`, so a plan and a record meet in one wording: 浙江 and 浙江省,
医药制造业 and C27, 技术转让 and 转让.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from matcher.fields import read_fields
from matcher.fields.industry_names import division_name, section_name, stated
from matcher.fields.owner import read_owner
from matcher.fields.read import ParsedFields
from matcher.fields.region import read_region
from matcher.fields.transfer import read_modes
from matcher.roadshow.pool import Dimension
from matcher.types import Achievement

BANDS = ("1-3", "4-6", "7-9")
"""Of readiness: in the laboratory, on the way, in use."""
YES, NO = "是", "否"
ANY = "*"

Industries = Literal["division", "section", "stated"]
Regions = Literal["province", "city"]


@dataclass(frozen=True, slots=True)
class Grain:
    """How finely industries and regions are told apart; `stated`: as the record writes it."""

    industries: Industries = "division"
    regions: Regions = "province"


def groups_of(
    record: Achievement, first_time: bool, grain: Grain
) -> dict[Dimension, tuple[str, ...]]:
    """Read the values of an achievement; a dimension that nothing is known of is left out."""
    parsed = read_fields(record)
    modes = parsed.transfer_modes
    found: dict[Dimension, tuple[str, ...]] = {
        "industry": _industry(record, parsed, grain.industries),
        "region": _region(parsed, grain.regions),
        "institution": _some(institution_of(record.owner)),
        "owner_type": _some(parsed.owner_type.kind if parsed.owner_type else ""),
        "readiness": _some(_band(record, parsed)),
        "mode": modes.modes if modes else (),
        "first_time": (YES if first_time else NO,),
    }
    return {name: values for name, values in found.items() if values}


def institution_of(owner: str) -> str:
    """Of several owners the first stands for all: it is the one that sends somebody."""
    for mark in ";；、\n":
        owner = owner.split(mark)[0]
    return " ".join(owner.split())


def canonical(dimension: Dimension, value: str, grain: Grain) -> tuple[str, str]:
    """Write a quota's value as `groups_of` does.

    Returns:
        The value, and in Chinese what is wrong with it; one of both is empty.
    """
    if value == ANY:
        return ANY, ""
    if dimension == "industry":
        return _industry_value(value, grain.industries)
    if dimension == "region":
        return _region_value(value, grain.regions)
    reader, wanted = _VALUES.get(dimension, (str, ""))
    found = reader(value)
    return (found, "") if found else ("", f"“{value}”不是{wanted}")


def _industry(record: Achievement, parsed: ParsedFields, grain: Industries) -> tuple[str, ...]:
    if grain == "stated":
        return _some(" ".join(record.industry.split()))
    industry = parsed.industry
    if industry is None or not industry.section:
        return ()
    fine = grain == "division" and industry.division
    return (division_name(industry.division) if fine else section_name(industry.section),)


def _region(parsed: ParsedFields, grain: Regions) -> tuple[str, ...]:
    if parsed.region is None:
        return ()
    place = parsed.region.place
    return (place.city or place.province,) if grain == "city" else (place.province,)


def _band(record: Achievement, parsed: ParsedFields) -> str:
    level = record.trl or (parsed.proposed_trl.level if parsed.proposed_trl else None)
    return BANDS[(level - 1) // 3] if level else ""


def _some(value: str) -> tuple[str, ...]:
    return (value,) if value else ()


def _industry_value(value: str, grain: Industries) -> tuple[str, str]:
    if grain == "stated":
        return " ".join(value.split()), ""
    section, divisions = stated(value)
    if grain == "section":
        if section and not divisions:
            return section_name(section), ""
        return (
            "",
            f'“{value}”不是行业门类（例如 制造业）；大类请用 candidates.industries = "division"',
        )
    if section and len(divisions) == 1:
        return division_name(next(iter(divisions))), ""
    wide = '；按门类计数请写 candidates.industries = "section"' if section else ""
    return "", f"“{value}”不是国民经济行业大类（例如 医药制造业 或 C27）{wide}"


def _region_value(value: str, grain: Regions) -> tuple[str, str]:
    read = read_region(value)
    if read is not None and grain == "city" and not read.place.district:
        return read.place.city or read.place.province, ""
    if read is not None and grain == "province" and read.place.code.endswith("0000"):
        return read.place.province, ""
    wanted = "省、自治区或直辖市（例如 浙江）" if grain == "province" else "市、州或盟（例如 杭州）"
    return "", f"“{value}”不是{wanted}"


def _band_value(value: str) -> str:
    text = value.upper().removeprefix("TRL").strip().removesuffix("级").strip()
    for mark in "~～–—至到":
        text = text.replace(mark, "-")
    return text if text in BANDS else ""


def _mode_value(value: str) -> str:
    modes = read_modes(value)
    return modes.modes[0] if modes and len(modes.modes) == 1 and not modes.unread else ""


def _owner_value(value: str) -> str:
    owner = read_owner(value, "")
    return owner.kind if owner else ""


_VALUES: Mapping[str, tuple[Callable[[str], str], str]] = {
    "institution": (institution_of, "单位名称"),
    "owner_type": (_owner_value, "单位类型（高校、科研院所、企业、医院等）"),
    "readiness": (_band_value, f"成熟度的一段（{'、'.join(BANDS)}）"),
    "mode": (_mode_value, "转化方式（转让、许可、作价入股、合作开发、技术服务等）"),
    "first_time": (lambda value: value if value in (YES, NO) else "", f"“{YES}”或“{NO}”"),
}
