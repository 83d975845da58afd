"""The data quality report of an import (`service.importer.quality`) in words for a page."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from matcher.text.repair import RULES
from matcher.types import Side
from service.pages.words import FIELD_NAMES
from service.store.rows import FIELDS

_NAMES = {"id": "编号", "title": "标题", "text": "正文", **FIELD_NAMES}
_DEFECTS = {
    "placeholder": "只写了“见附件”“暂无”之类",
    "boilerplate": "夹有页眉页脚、部门名单或重复段落",
}
_DATES = {
    "deadline_passed": "截止日期已过",
    "old": "发布已超过 {old_years} 年",
    "future": "发布日期在今天之后",
}
_MOST_RULES = 4
_OPTIONS = {
    "请用 --map 列名=字段 指定，例如 --map 名称=title": "请重新上传，并指定列名填哪一项",
    "请加上 --map 列名=字段 重新导入": "请重新上传，并指定它填哪一项",
    "--map 指定的列": "指定的列",
}
_FIELD_LIST = "可用的字段："
_WORD = re.compile(r"(?<![A-Za-z_])[a-z_]+(?![A-Za-z_])")


@dataclass(frozen=True, slots=True)
class Filled:
    """One field: in how many records it is filled, as a share in [0, 1]."""

    name: str
    records: int
    share: float


@dataclass(frozen=True, slots=True)
class Quality:
    """What a page tells of the records that an import brought.

    Attributes:
        records: how many; `examined` of them were read closely.
        fields: how well each field is filled, the emptiest first.
        findings: what is worth knowing: label and words.
        description: mean description score in [0, 1].
        advice: what would help most: words and the number of records.
        suspected: records that may be the same thing as another one.
    """

    records: int
    examined: int
    fields: tuple[Filled, ...]
    findings: tuple[tuple[str, str], ...]
    description: float
    advice: tuple[tuple[str, int], ...]
    suspected: int


def names_of(side: Side) -> dict[str, str]:
    """The fields of a side with their Chinese names, in the order in which they are kept."""
    return {name: _NAMES[name] for name in FIELDS[side]}


def said(message: str, side: Side | None) -> str:
    """Say what the importer says, without the options of its command and in the fields' names."""
    for option, words in _OPTIONS.items():
        message = message.replace(option, words)
    if side is not None and _FIELD_LIST in message:
        names = names_of(side)
        message = _WORD.sub(lambda found: names.get(found[0], found[0]), message)
    return message


def quality_of(report: Mapping[str, Any] | None) -> Quality | None:
    """Read a report; None where there is none, or nothing came in."""
    if not report or not report["records"]:
        return None
    records = int(report["records"])
    filled = [
        Filled(_NAMES.get(name, name), records - lacking, 1 - lacking / records)
        for name, lacking in report["missing"].items()
    ]
    description = report["description"]
    suspected = report["duplicates"]["suspected"] or {}
    return Quality(
        records=records,
        examined=int(report["examined"]),
        fields=tuple(sorted(filled, key=lambda one: one.share)),
        findings=tuple(_findings(report)),
        description=float(description["mean"]),
        advice=tuple((one["advice"], one["records"]) for one in description["advice"]),
        suspected=int(suspected.get("records", 0)),
    )


def _findings(report: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    short, dates, garble = report["short_texts"], report["dates"], report["garble"]
    if short["records"]:
        yield "正文过短", f"{short['records']:,} 条不到 {short['below']} 字"
    for name, words in _DATES.items():
        if dates[name]:
            yield "日期", f"{dates[name]:,} 条{words.format(**dates)}"
    defects = report["description"]["defects"]
    for name, words in _DEFECTS.items():
        if defects.get(name):
            yield "空话", f"{defects[name]:,} 条{words}"
    if garble["records"]:
        titles = {rule.name: rule.title for rule in RULES}
        repairs = [
            f"{titles.get(name, name)} {count:,} 处"
            for name, count in [*garble["repairs"].items()][:_MOST_RULES]
        ]
        told = f"{garble['records']:,} 条有乱码、异形字或繁体，匹配时已修复"
        yield "乱码", told + (f"：{'、'.join(repairs)}" if repairs else "")
