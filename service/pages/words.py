"""What fields, verdicts, quantities and amounts are called on the pages."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone

from matcher.types import Record, Side

SIDE_NAMES: dict[Side, str] = {"need": "需求", "achievement": "成果"}
VERDICT_NAMES = {"met": "满足", "partly": "部分满足", "missing": "未提到"}
FIELD_NAMES: dict[str, str] = {
    "organisation": "需求单位",
    "owner": "完成单位",
    "owner_type": "单位类型",
    "industry": "行业",
    "region": "地区",
    "budget_wan": "预算",
    "price_wan": "价格",
    "deadline": "截止日期",
    "cooperation": "合作方式",
    "transfer_modes": "转化方式",
    "min_trl": "成熟度要求",
    "trl": "成熟度",
    "ip": "知识产权",
    "posted": "发布日期",
    "published": "发布日期",
    "visibility": "可见范围",
    "industry_code": "行业代码",
}
_CHINA = timezone(timedelta(hours=8))


def day(moment: date | datetime | None) -> str:
    """A day in China; empty for none."""
    if moment is None:
        return ""
    if isinstance(moment, datetime):
        moment = moment.astimezone(_CHINA).date()
    return moment.isoformat()


def moment(at: datetime | None) -> str:
    """A day and minute in China; empty for none."""
    return "" if at is None else at.astimezone(_CHINA).strftime("%Y-%m-%d %H:%M")


def wan(amount: float | None) -> str:
    """An amount of money."""
    return "" if amount is None else f"{amount:,.10g} 万元"


def fields_of(record: Record) -> Mapping[str, str]:
    """A record's filled fields beside title and text, as Chinese name and value."""
    shown = {}
    for name, label in FIELD_NAMES.items():
        value = getattr(record, name, None)
        if value is None or value in ("", ()):
            continue
        shown[label] = _shown(name, value)
    return shown


def _shown(name: str, value: object) -> str:
    if isinstance(value, date):
        return day(value)
    if isinstance(value, tuple):
        return "、".join(value)
    if name.endswith("_wan") and isinstance(value, float | int):
        return wan(value)
    if name in ("trl", "min_trl"):
        return f"TRL {value}" if name == "trl" else f"不低于 TRL {value}"
    return str(value)
